/** What a page shows of one command: the line after `$`, the exit code that it states, and what is printed. */
export interface Shown {
  readonly line: number
  readonly command: string
  readonly exit: number
  /** Lines of output as the page has them; `…` alone stands for any number of lines. */
  readonly output: readonly string[]
}

/** A block of code of a page, with the marker comment above it. */
export interface Block {
  readonly line: number
  readonly language: string
  readonly lines: readonly string[]
  /** `<!-- not run: why -->` above the block. */
  readonly notRun?: string
}

/** Commands of `<!-- before: COMMAND -->`: they are run first and are not shown to readers. */
export function commandsBefore(text: string): readonly string[] {
  return [...text.matchAll(/^<!-- before: (.*) -->$/gm)].map(([, command = '']) => command)
}

/** The scenario whose devices a page talks to, where it is not the usual lab: `<!-- lab: FILE -->`. */
export function labOf(text: string): string | undefined {
  return /^<!-- lab: (.*) -->$/m.exec(text)?.[1]
}

/** All blocks of code of a page, fenced and indented. */
export function blocksOf(text: string): readonly Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  let marker: string | undefined
  for (let nth = 0; nth < lines.length; nth += 1) {
    const line = lines[nth] ?? ''
    const found = /^<!-- not run: (.+) -->$/.exec(line)?.[1]
    if (found !== undefined) marker = found
    const fence = /^```(\w*)$/.exec(line)?.[1]
    const indented = /^ {4}\S/.test(line) && (lines[nth - 1] ?? '').trim() === ''
    if (fence === undefined && !indented) {
      if (line.trim() !== '' && found === undefined) marker = undefined
      continue
    }
    const first = fence === undefined ? nth : nth + 1
    let end = first
    while (end < lines.length && inside(lines, end, fence !== undefined)) end += 1
    const body = lines.slice(first, end).map((one) => (fence === undefined ? one.slice(4) : one))
    blocks.push({
      line: first + 1,
      language: fence ?? '',
      lines: body,
      ...(marker === undefined ? {} : { notRun: marker }),
    })
    marker = undefined
    nth = fence === undefined ? end - 1 : end
  }
  return blocks
}

/** An indented block goes on over empty lines where more of it follows. */
function inside(lines: readonly string[], at: number, fenced: boolean): boolean {
  const line = lines[at] ?? ''
  if (fenced) return line !== '```'
  if (line.trim() !== '') return line.startsWith('    ')
  const next = lines.slice(at).find((one) => one.trim() !== '')
  return next?.startsWith('    ') === true
}

/** The commands of a block; a comment `# exit 2` states the exit code, and other comments are for readers. */
export function commandsOf({ lines, line }: Block): readonly Shown[] {
  const shown: { line: number; command: string; exit: number; output: string[] }[] = []
  for (const [nth, text] of lines.entries()) {
    if (text.startsWith('$ ')) {
      const [, command = '', comment = ''] = /^\$ (.*?)(?:\s+# (.*))?$/.exec(text) ?? []
      const exit = Number(/\bexit (\d+)/.exec(comment)?.[1] ?? 0)
      shown.push({ line: line + nth, command, exit, output: [] })
    } else shown.at(-1)?.output.push(text)
  }
  return shown
}

/** Words of a command as a shell would have them; quotes keep blanks. */
export function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}

/** Whether a shell has to run it: something follows, or goes elsewhere, outside of quotes. */
export function needsShell(command: string): boolean {
  return /[|;&<>$`]/.test(command.replace(/'[^']*'/g, ''))
}

/** How long the prose of a page takes, without its blocks of code, at 200 words a minute. */
export function minutesToRead(text: string): number {
  const prose = text.split('\n').filter((line) => !/^(?: {4}|<!--)/.test(line))
  return prose.flatMap((line) => line.split(/\s+/)).filter((word) => /\w/.test(word)).length / 200
}

// What is another one in every run, in the order in which it is replaced.
const passing: readonly (readonly [RegExp, string])[] = [
  // Colours and the movements of the cursor.
  [/\u001b\[[0-9;?]*[A-Za-z]/g, ''],
  [/\b\d{8}T\d{6}-[0-9a-f]{6}\b/g, 'RUN'],
  [/sha256:[0-9a-f]{4,}…?/g, 'DIGEST'],
  [/SHA256:[A-Za-z0-9+/]+…?/g, 'FINGERPRINT'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: UTC|Z)?/g, 'TIME'],
  [/\b\d\d:\d\d:\d\d\b/g, 'TIME'],
  [/\b(?:\d+h ?)?(?:\d+m ?)?\d+s\b|\b\d+m\b/g, 'WHILE'],
  [/\bpid \d+/g, 'pid N'],
]

/** A line without what is another one in every run, and with single blanks. */
export function lasting(line: string): string {
  let text = line
  for (const [pattern, word] of passing) text = text.replace(pattern, word)
  return text.replace(/\s+/g, ' ').trim()
}

/** Which shown line is not in what was printed, in this order; undefined when all are. */
export function missingFrom(printed: string, output: readonly string[]): string | undefined {
  const lines = printed.split(/\r?\n/).map(lasting)
  let at = 0
  for (const one of output) {
    const wanted = lasting(one)
    if (wanted === '' || wanted === '…') continue
    const found = lines.findIndex((line, nth) => nth >= at && fits(line, wanted))
    if (found === -1) return one
    at = found + 1
  }
  return undefined
}

/** `…` within a line stands for any text. */
function fits(line: string, wanted: string): boolean {
  if (!wanted.includes('…')) return line === wanted
  const parts = wanted.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(line)
}
