/** Where a value was written. */
export interface ConfigPlace {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
}

/** One line of an SSH client configuration; what was included stands below its `include`. */
export interface ConfigLine extends ConfigPlace {
  /** In lower case: `hostname`. */
  readonly keyword: string
  readonly args: readonly string[]
  readonly included?: readonly ConfigLine[]
}

/** One file that was read. */
export interface ConfigText {
  readonly file: string
  readonly text: string
}

/** Files that a pattern of `Include` names, in their order; reading them is the caller's. */
export type ReadIncluded = (pattern: string) => readonly ConfigText[]

/** A line that makes no sense. */
export interface ConfigProblem extends ConfigPlace {
  readonly message: string
}

export interface ParsedConfig {
  readonly lines: readonly ConfigLine[]
  readonly problems: readonly ConfigProblem[]
}

/** As OpenSSH: deeper is a loop. */
const mostDepth = 16

/** Reads an SSH client configuration as ssh_config(5) describes the format; nothing in it is executed. */
export function parseSshConfig(main: ConfigText, readIncluded: ReadIncluded = () => []): ParsedConfig {
  const problems: ConfigProblem[] = []
  const read = ({ file, text }: ConfigText, depth: number): readonly ConfigLine[] =>
    text
      .replace(/^\ufeff/, '')
      .split(/\r\n|\n|\r/)
      .flatMap((raw, index) => {
        const place = { file, line: index + 1 }
        const words = splitLine(raw)
        if (words === undefined) {
          problems.push({ ...place, message: 'has a quote that is not closed' })
          return []
        }
        const [first = '', ...args] = words
        if (first === '') return []
        const keyword = first.toLowerCase()
        if (args.length === 0) {
          problems.push({ ...place, message: `${keyword} has no value` })
          return []
        }
        if (keyword !== 'include') return [{ ...place, keyword, args }]
        if (depth >= mostDepth) {
          problems.push({ ...place, message: 'Include leads too deep: it is a loop' })
          return []
        }
        const included = args.flatMap((pattern) =>
          readIncluded(pattern).flatMap((one) => read(one, depth + 1)),
        )
        return [{ ...place, keyword, args, included }]
      })
  return { lines: read(main, 0), problems }
}

/** Keyword and arguments; `=` may stand between them. Undefined for a quote that is not closed. */
function splitLine(raw: string): readonly string[] | undefined {
  const line = raw.trim()
  if (line === '' || line.startsWith('#')) return []
  const head = /^("?)([A-Za-z0-9]+)\1(?:\s*=\s*|\s+|$)/.exec(line)
  // A line without a keyword is one that nothing is known of.
  if (head === null) return [line.split(/\s/, 1)[0] ?? '']
  const rest = splitWords(line.slice(head[0].length))
  return rest === undefined ? undefined : [head[2] ?? '', ...rest]
}

/** Words as OpenSSH's argv_split: quotes of both kinds, a backslash before a quote, `#` begins a remark. */
function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    while (/\s/.test(text[at] ?? '')) at += 1
    if (at >= text.length || text[at] === '#') break
    let word = ''
    let quote = ''
    for (; at < text.length; at += 1) {
      const char = text[at] ?? ''
      const next = text[at + 1] ?? ''
      if (
        char === '\\' &&
        (next === '"' || next === "'" || next === '\\' || (quote === '' && next === ' '))
      ) {
        word += next
        at += 1
      } else if (quote === '' && (char === '"' || char === "'")) quote = char
      else if (quote !== '' && char === quote) quote = ''
      else if (quote === '' && /\s/.test(char)) break
      else word += char
    }
    if (quote !== '') return undefined
    words.push(word)
  }
  return words
}
