import { displayWidth, pad } from '../../../src/report/layout.ts'
import { type Link, linksIn } from './links.ts'

/** Text of a table or a schema as Markdown: what has a place of its own in the reference is a link to it. */
export function prose(text: string, page: string): string {
  let at = 0
  let out = ''
  for (const link of linksIn(text)) {
    out += escaped(text.slice(at, link.start)) + linked(link, page)
    at = link.start + link.text.length
  }
  return out + escaped(text.slice(at))
}

function linked({ text, target }: Link, page: string): string {
  return `[${text}](${target.page === page ? '' : target.page}#${target.anchor})`
}

/** Text as it is, without a mark of Markdown in it. */
export function escaped(text: string): string {
  return text.replace(/[*<]/g, '\\$&')
}

/** With a capital and a full stop, unless it begins with a word that must stay as it is (a value, a key). */
export function sentence(text: string): string {
  const first = /^[a-z]+(?:'s)? /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text
  return /[.:?]$/.test(first) ? first : `${first}.`
}

export function code(text: string): string {
  return `\`${text}\``
}

/** `[text](#anchor)` to a heading of the same page. */
export function toHeading(heading: string, text: string = heading): string {
  return `[${text}](#${slug(heading)})`
}

/** The anchor that GitHub gives a heading. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

/** A table as the formatter of this project writes it. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const cells = [columns, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = columns.map((_, nth) => Math.max(3, ...cells.map((row) => displayWidth(row[nth] ?? ''))))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, nth) => pad(cell, widths[nth] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = cells
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), '']
}

/** A page from blocks of lines; one empty line between paragraphs, one line feed at the end. */
export function page(lines: readonly string[]): string {
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}

/** The sentence that every generated page has. */
export function writtenBy(source: string): string {
  return `This page is written by \`npm run docs\`; edit ${source}.`
}
