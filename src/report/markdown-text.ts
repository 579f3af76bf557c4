import { printable, printableLines } from '../kernel/printable.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' }

/** What ticket systems make links or mentions of, without any mark around it. */
const linking = /:\/\/|@|www\./i

/**
 * Foreign text in a sentence or a cell of Markdown: one line, in which nothing is a link, an element, a table's
 * bar or a mark. What ticket systems would turn into a link by themselves stands as code.
 */
export function mdText(text: string): string {
  const words = printable(cut(text)).split(' ')
  return words.map((word) => (linking.test(word) ? mdCode(word) : escapeMarks(word))).join(' ')
}

// No sentence of a report is longer; what a device or a file fills a page with is not worth a ticket's room.
const longest = 1500

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}… (cut)` : text
}

function escapeMarks(word: string): string {
  return (
    word
      .replace(/[\\`*_{}[\]#~$]/g, (mark) => `\\${mark}`)
      .replace(/[&<>|]/g, (character) => entities[character] ?? '')
      // At the begin of a line these would make a list, a line or a heading of it.
      .replace(/^(?=[-+=]+$)/, '\\')
      .replace(/^(\d{1,9})(?=[.)]$)/, '$1\\')
  )
}

/**
 * A name or a line as code, in which nothing is a link or a mark. A bar would end the cell of a table, also in
 * code and not everywhere by the same rule: it stands between two pieces of code instead.
 */
export function mdCode(text: string): string {
  const shown = printable(cut(text)).trim()
  if (shown === '') return '–'
  return shown.split('|').map(codeSpan).join('&#124;')
}

function codeSpan(text: string): string {
  if (text.trim() === '') return text
  const runs = new Set([...text.matchAll(/`+/g)].map(([run]) => run.length))
  let length = 1
  while (runs.has(length)) length += 1
  const fence = '`'.repeat(length)
  const pad = /^`|`$|^ .* $/.test(text) ? ' ' : ''
  return `${fence}${pad}${text}${pad}${fence}`
}

/** Lines of a device or to be pasted: a fence that no line of them can end. */
export function mdBlock(text: string, language: string = 'text'): readonly string[] {
  const shown = printableLines(text.replace(/\s+$/, ''))
  const most = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(most + 1)
  return [`${fence}${language}`, ...shown.split('\n'), fence]
}

/** A table; every cell comes as Markdown of one line. */
export function mdTable(columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)]
}
