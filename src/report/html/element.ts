import { printable, printableLines } from '../../kernel/printable.ts'

/** A piece of a page that was made by {@link html}: nobody else can make one. */
class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type Html = Markup

/** What a template takes: text of any origin, or pieces that are a page's own already. */
export type Piece = Html | string | number | undefined | false | readonly Piece[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => entities[character] ?? '')
}

/** Most of what a page says: names, numbers and times, which show as themselves. */
const harmless = /^[\w .,:;()+/-]*$/

function drawn(piece: Piece): string {
  if (piece === undefined || piece === false) return ''
  if (piece instanceof Markup) return piece.toString()
  if (typeof piece === 'object') return piece.map(drawn).join('')
  const text = String(piece)
  return harmless.test(text) ? text : escapeMarkup(printable(text))
}

/**
 * The one place where a page is made of text. The words of the template are ours; every value is escaped, so
 * that markup in it shows as itself, and control and direction characters show as escapes. Attributes stand in
 * double quotes, and no value ever stands where a tag, an attribute's name, a style or a script is expected.
 */
export function html(words: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let text = words[0] ?? ''
  for (const [index, piece] of pieces.entries()) text += drawn(piece) + (words[index + 1] ?? '')
  return new Markup(text)
}

/** Text of several lines, as a device printed it. */
export function preformatted(text: string): Html {
  return new Markup(`<pre>${escapeMarkup(printableLines(text.replace(/\s+$/, '')))}</pre>`)
}

/** The same inside a sentence or a cell; the style keeps its lines. */
export function multiline(text: string): Html {
  return new Markup(`<span class="mono lines">${escapeMarkup(printableLines(text.trim()))}</span>`)
}

/** Lines to be pasted. */
export function codeLines(lines: readonly string[]): Html {
  return preformatted(lines.map(printable).join('\n'))
}

/** The page's own style sheet; a text of this program, never of a device. */
export function styleElement(css: string): Html {
  if (css.includes('<')) throw new Error('a style sheet that would end its element')
  return new Markup(`<style>${css}</style>`)
}

/** A script of a page; a text of this program, never of a device. */
export function scriptElement(script: string): Html {
  if (script.includes('<')) throw new Error('a script that could end its element')
  return new Markup(`<script>${script}</script>\n`)
}
