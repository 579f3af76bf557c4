const ascii = /^[\x20-\x7e]*$/
const zeroWidth = /^[\p{Mn}\p{Me}]$/u
const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u

function widthOf(character: string): number {
  if (zeroWidth.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** Terminal columns that a printable text takes (East Asian wide characters take two). */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

/** The longest head of a text that fits into so many columns. */
function head(text: string, columns: number): string {
  if (ascii.test(text)) return text.slice(0, columns)
  let width = 0
  let out = ''
  for (const character of text) {
    width += widthOf(character)
    if (width > columns) break
    out += character
  }
  return out
}

/** The text itself where it fits, else its head and `…`. */
export function clip(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  return columns <= 0 ? '' : `${head(text, columns - 1)}…`
}

/** Blanks added on the right; longer text stays as it is. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)))
}

/** Cuts one line into pieces of at most so many columns, wherever that falls. */
export function breakLine(text: string, columns: number): readonly string[] {
  const pieces: string[] = []
  let rest = text
  while (displayWidth(rest) > columns) {
    const piece = head(rest, columns)
    if (piece === '') break
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }
  return [...pieces, rest]
}

/** Wraps at blanks; a word longer than the line is cut. At least 20 columns, so that nothing degenerates. */
export function wrapText(text: string, columns: number): readonly string[] {
  const room = Math.max(20, columns)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (displayWidth(joined) <= room) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = breakLine(word, room)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
  }
  return [...lines, line]
}

/** `1 device`, `3 devices`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
