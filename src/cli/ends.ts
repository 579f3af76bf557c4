import { exitMeanings, usageExitCode } from '../model/exit-code.ts'

/** An exit code that a command can end with, and what it says there. */
export interface End {
  readonly code: number
  readonly meaning: string
}

const refused: readonly End[] = exitMeanings.filter(({ code }) => code === usageExitCode)

/** Ends of a command that has the result of a run, in the words of all runs; each may refuse its command line. */
export function runEnds(...codes: readonly number[]): readonly End[] {
  return exitMeanings.filter(({ code }) => code === usageExitCode || codes.includes(code))
}

/** Ends of another command, in words of its own; each may refuse its command line. */
export function ownEnds(own: Readonly<Record<number, string>>): readonly End[] {
  const ends = Object.entries(own).map(([code, meaning]) => ({ code: Number(code), meaning }))
  return [...ends, ...refused].sort((a, b) => a.code - b.code)
}
