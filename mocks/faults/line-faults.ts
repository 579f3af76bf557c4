import type { LineFault } from './faults.ts'

/** What goes wrong at one line: what all faults that meet it say together, the later one where two disagree. */
export type LineEffects = Omit<LineFault, 'line' | 'skip' | 'times' | 'prompt'>

/** The line faults of one device, over all its sessions: how often each was met, and how the prompt reads now. */
export interface LineFaults {
  /** Counts a line that is about to run. */
  meet(line: string): LineEffects
  /** The prompt as it reads after what was met so far. */
  prompt(text: string): string
  /** Some line's echo may be cut in two: an echo is then held back until its line is complete. */
  readonly cutsEchoes: boolean
}

/** Starts the counts. */
export function createLineFaults(faults: readonly LineFault[]): LineFaults {
  const seen = new Map<LineFault, number>()
  const rewrites = faults.flatMap((fault) => (fault.line === undefined ? (fault.prompt ?? []) : []))
  return {
    cutsEchoes: faults.some((fault) => fault.syslog?.in === 'echo'),
    meet(line) {
      let effects: LineEffects = {}
      for (const fault of faults) {
        if (fault.line === undefined || !fault.line.test(line)) continue
        const count = (seen.get(fault) ?? 0) + 1
        seen.set(fault, count)
        const { line: _line, skip = 0, times = Number.POSITIVE_INFINITY, prompt, ...met } = fault
        if (count <= skip || count > skip + times) continue
        effects = { ...effects, ...met }
        if (prompt !== undefined && !rewrites.includes(prompt)) rewrites.push(prompt)
      }
      return effects
    },
    prompt: (text) => rewrites.reduce((shown, { from, to }) => shown.replace(from, to), text),
  }
}
