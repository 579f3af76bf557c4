import type { Grammar } from '../grammar/types.ts'

const mostLines = 4

/** The device's own words when a reply is nothing but a refusal; undefined when it is output. */
export function refusalOf(grammar: Grammar, output: readonly string[]): string | undefined {
  const said = wordsOf(output)
  const [first] = said
  if (first === undefined || said.length > mostLines || !refuses(grammar, first)) return undefined
  return said.join('\n')
}

/** Whether a line of a reply refuses what was sent. */
export function refuses(grammar: Grammar, line: string): boolean {
  return grammar.refusals.some((pattern) => pattern.test(line))
}

/** The lines that say something: no blank ones, and not the caret that points into the echo. */
export function wordsOf(output: readonly string[]): readonly string[] {
  return output.filter((line) => !/^[\s^]*$/.test(line)).map((line) => line.trimEnd())
}
