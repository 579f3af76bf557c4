import { printable, printableLines } from '../kernel/printable.ts'
import { displayWidth, wrapText } from './layout.ts'
import type { Paint, Style } from './style.ts'

/** How one report is drawn; handed down to every part of it. */
export interface Frame {
  readonly style: Style
  /** Terminal columns. */
  readonly width: number
  /** Everything in full, whatever its length. */
  readonly verbose: boolean
}

const labelColumn = 2
const textColumn = 14

/** Where the texts beside the labels begin, and how wide they may be. */
export function textWidth(frame: Frame): number {
  return Math.max(20, frame.width - textColumn)
}

/** A label with lines beside it: `  sent        crypto ipsec profile VPN`. The lines come ready for print. */
export function beside(label: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.map((line, index) => {
    const name = index === 0 ? label : ''
    const gap = ' '.repeat(Math.max(1, textColumn - labelColumn - displayWidth(name)))
    return `${' '.repeat(labelColumn)}${paint(name)}${gap}${line}`.trimEnd()
  })
}

/** Foreign text of one sentence, wrapped for the text column. */
export function sentence(text: string, frame: Frame): readonly string[] {
  return wrapText(printable(text), textWidth(frame))
}

/** One long line of a device, wrapped at blanks with its own indentation kept; the rest hangs. */
function wrapQuoted(line: string, columns: number): readonly string[] {
  if (displayWidth(line) <= columns) return [line]
  const [first = '', ...rest] = wrapText(line.trimStart(), columns - 4)
  const indent = line.slice(0, line.length - line.trimStart().length).slice(0, 4)
  return [indent + first, ...rest.map((piece) => `    ${piece}`)]
}

/** What a device printed, line by line behind a bar, escaped, bounded unless verbose. */
export function quoted(text: string, frame: Frame): readonly string[] {
  const all = printableLines(text.replace(/\s+$/, '')).split('\n')
  const shown = frame.verbose ? all : all.slice(0, 6)
  const lines = shown.flatMap((line) => wrapQuoted(line, textWidth(frame) - 2))
  return [
    ...lines.map((line) => `${frame.style.dim('|')} ${line}`.trimEnd()),
    ...more(all.length - shown.length, 'lines', frame),
  ]
}

/** A line that counts what is not shown; none where everything is. */
export function more(count: number, what: string, frame: Frame): readonly string[] {
  return count > 0 ? [frame.style.dim(`and ${count} more ${what} (-v shows all)`)] : []
}

/** The first `limit` of a long list (all when verbose), and a line that counts the rest. */
export function bounded(
  lines: readonly string[],
  limit: number,
  what: string,
  frame: Frame,
): readonly string[] {
  if (frame.verbose || lines.length <= limit) return lines
  return [...lines.slice(0, limit), ...more(lines.length - limit, what, frame)]
}
