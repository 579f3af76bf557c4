import type { ParseAnswer, ParsedFacts } from '../model/parsed.ts'
import type { CommandParser } from './driver.ts'

export type ParseOptions = Parameters<CommandParser['parse']>[1]

/** `ver|sion` → a pattern for `ver`, `vers` … `version`: what stands behind the bar may be left out from the end. */
function word(spec: string): string {
  const [least = '', rest = ''] = spec.split('|')
  return [...rest].reduceRight((tail, letter) => `(?:${letter}${tail})?`, '').replace(/^/, least)
}

/** A pattern for a command in full or abbreviated, from `sh|ow ver|sion`. */
export function abbreviated(command: string): RegExp {
  return new RegExp(`^\\s*${command.split(' ').map(word).join('\\s+')}\\s*$`, 'i')
}

/**
 * A parser of one show command.
 *
 * @param system what prints it, for messages: `an ASA or PIX`
 * @param command with a bar in each word behind what an abbreviation must have: `sh|ow ver|sion`
 * @param read the facts; undefined when the text is not this command's
 */
export function commandParser(
  system: string,
  command: string,
  read: (text: string, options: ParseOptions) => ParsedFacts | undefined,
): CommandParser {
  const full = command.replaceAll('|', '')
  return {
    command: full,
    pattern: abbreviated(command),
    parse(text, options): ParseAnswer {
      const facts = read(text, options)
      return facts === undefined
        ? { kind: 'unrecognised', message: `the text is not what '${full}' prints on ${system}` }
        : { kind: 'facts', facts }
    },
  }
}
