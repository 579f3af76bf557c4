import type { CommandRule, LineWord, OpenWord } from '../../model/command-set.ts'

/**
 * No zero in front: a device reads 040 as 40, and so past a rule that denies 40; and no address of ikero's begins with
 * 0, as the one that stands for all does.
 */
const open: Readonly<Record<OpenWord, string>> = {
  name: '[^ ]+',
  number: '[1-9][0-9]*',
  address: '[1-9][0-9]*[.][0-9]+[.][0-9]+[.][0-9]+',
}

/**
 * A word as a regular expression that POSIX, PCRE and Java read alike. Special characters stand in brackets: a
 * backslash would be read once more by a server's own quoting.
 */
export function wordPattern(word: LineWord): string {
  return word.kind === 'open' ? open[word.what] : word.text.replace(/[.+*?(){}|[\]\\^$]/g, '[$&]')
}

/** How a TACACS+ request splits a line: the first word is the command, the others are its arguments. */
export interface SplitRule {
  readonly command: string
  readonly arguments: readonly string[]
}

export function splitRule({ words }: CommandRule): SplitRule {
  const [first, ...others] = words
  return {
    command: first === undefined || first.kind === 'open' ? '' : first.text,
    arguments: others.map(wordPattern),
  }
}

/** The whole line as a regular expression. */
export function linePattern({ words }: CommandRule): string {
  return `^${words.map(wordPattern).join(' ')}$`
}
