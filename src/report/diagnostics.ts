import type { Diagnostic, SourcePosition } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { counted, displayWidth } from './layout.ts'
import { createStyle, type Style } from './style.ts'

export interface DiagnosticsOptions {
  readonly color: boolean
  /** Terminal columns, for the window on long source lines; 100 when not given. */
  readonly width?: number
}

/**
 * Mistakes in files, as compilers tell them: place, code, message, the source line with a caret under what
 * is meant, a hint. Errors before warnings, each in file order; the count at the end. Empty for no mistakes,
 * else it ends with a line feed.
 */
export function renderDiagnostics(list: readonly Diagnostic[], options: DiagnosticsOptions): string {
  if (list.length === 0) return ''
  const style = createStyle(options.color)
  const blocks = inOrder(list).map((one) => renderOne(one, style, options.width ?? 100))
  return `${[...blocks, [summary(list, style)]].map((block) => block.join('\n')).join('\n\n')}\n`
}

/** Errors before warnings, each in the order of their files. */
export function inOrder(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const rank = (one: Diagnostic): number => (one.severity === 'error' ? 0 : 1)
  return [...list].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      compare(a.at?.file ?? '', b.at?.file ?? '') ||
      (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
      (a.at?.col ?? 0) - (b.at?.col ?? 0),
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function summary(list: readonly Diagnostic[], style: Style): string {
  const errors = list.filter((one) => one.severity === 'error').length
  const warnings = list.length - errors
  const parts = [
    ...(errors > 0 ? [style.red(counted(errors, 'error'))] : []),
    ...(warnings > 0 ? [style.yellow(counted(warnings, 'warning'))] : []),
  ]
  return parts.join(', ')
}

function renderOne(one: Diagnostic, style: Style, width: number): readonly string[] {
  const { at } = one
  const place = at === undefined ? '' : `${style.bold(`${printable(at.file)}:${at.line}:${at.col}:`)} `
  const paint = one.severity === 'error' ? style.red : style.yellow
  return [
    `${place}${paint(`${one.severity} ${one.code}`)}: ${printable(one.message)}`,
    ...(at?.excerpt === undefined ? [] : renderExcerpt(at, at.excerpt, paint, style, width)),
    ...(one.hint === undefined ? [] : [`  ${style.cyan('hint')}: ${printable(one.hint)}`]),
  ]
}

interface Cell {
  readonly text: string
  readonly columns: number
  readonly meant: boolean
}

// A value beside a key that holds secrets. A reference (`{ env: … }`) is none; `prompt` is shown like one.
const literalSecret = /(?:password|passphrase|secret|enable|token|key)["']?\s*:\s*(?![{\s]|prompt\b|$)/i

/** Where a literal secret stands in a source line: it is masked, for this text ends up in logs. */
function secretSpan(excerpt: string): readonly [number, number] | undefined {
  const key = literalSecret.exec(excerpt)
  if (key === null) return undefined
  const from = key.index + key[0].length
  const quote = /^["']/.exec(excerpt.slice(from))?.[0]
  const end =
    quote === undefined ? excerpt.slice(from).search(/[,}]|$/) : excerpt.slice(from + 1).indexOf(quote) + 2
  return [from, end < 2 && quote !== undefined ? excerpt.length : from + end]
}

/** The source line as cells, one a character: escaped, tabs as blanks, each knowing whether it is meant. */
function cellsOf(excerpt: string, from: number, to: number): readonly Cell[] {
  const [secretFrom, secretTo] = secretSpan(excerpt) ?? [-1, -1]
  const cells: Cell[] = []
  let at = 0
  for (const character of excerpt) {
    const end = at + character.length
    const masked = at >= secretFrom && at < secretTo
    const text = masked ? (at === secretFrom ? '*****' : '') : shown(character)
    cells.push({ text, columns: displayWidth(text), meant: at < to && end > from })
    at = end
  }
  return cells
}

function shown(character: string): string {
  return character === '\t' ? '    ' : printable(character)
}

const columnsOf = (cells: readonly Cell[]): number => cells.reduce((total, cell) => total + cell.columns, 0)

/** Cells that fit, from the end of what is before the caret and from the start of what follows. */
function takeLast(cells: readonly Cell[], room: number): readonly Cell[] {
  let used = 0
  let index = cells.length
  while (index > 0 && used + (cells[index - 1]?.columns ?? 0) <= room) {
    index -= 1
    used += cells[index]?.columns ?? 0
  }
  return cells.slice(index)
}

function takeFirst(cells: readonly Cell[], room: number): readonly Cell[] {
  let used = 0
  let count = 0
  while (count < cells.length && used + (cells[count]?.columns ?? 0) <= room) {
    used += cells[count]?.columns ?? 0
    count += 1
  }
  return cells.slice(0, count)
}

const textOf = (cells: readonly Cell[]): string => cells.map((cell) => cell.text).join('')

function renderExcerpt(
  at: SourcePosition,
  excerpt: string,
  paint: (text: string) => string,
  style: Style,
  width: number,
): readonly string[] {
  const gutter = `${at.line}`.padStart(5)
  const room = Math.max(30, width - gutter.length - 3)
  const from = Math.max(0, at.col - 1)
  // YAML lines keep a carriage return of a CRLF file; it is not part of what the user sees.
  const line = excerpt.replace(/[\r\n]+$/, '')
  const cells = cellsOf(line.slice(0, from + 10_000), from, from + Math.max(1, at.length ?? 1))
  const start = cells.findIndex((cell) => cell.meant)
  const before = start === -1 ? cells : cells.slice(0, start)
  const after = start === -1 ? [] : cells.slice(start)
  const fits = columnsOf(cells) <= room
  const head = fits ? before : takeLast(before, Math.floor(room / 2) - 1)
  const tail = fits ? after : takeFirst(after, room - columnsOf(head) - 2)
  const lead = head.length < before.length ? '…' : ''
  const trail = tail.length < after.length ? '…' : ''
  // Past the end of the line (a missing key) the caret stands where the line ends, or at its own column.
  const gap = start === -1 ? Math.min(from - line.length, room) : 0
  const indent = ' '.repeat(lead.length + columnsOf(head) + Math.max(0, gap))
  const underline = '^'.repeat(Math.max(1, columnsOf(tail.filter((cell) => cell.meant))))
  return [
    `${style.dim(`${gutter} |`)} ${lead}${textOf(head)}${textOf(tail)}${trail}`.trimEnd(),
    `${style.dim(`${' '.repeat(gutter.length)} |`)} ${indent}${paint(underline)}`,
  ]
}
