// Everything a device or a file says is hostile until it has passed here: control characters, escape
// sequences, direction marks and invisible characters would otherwise act on the reader's terminal.
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]/gu

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x09) return '\\t'
  if (code === 0x0a) return '\\n'
  if (code === 0x0d) return '\\r'
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** One line of foreign text, safe to print: what would not show as itself is written as an escape. */
export function printable(text: string): string {
  return text.replace(unprintable, escapeCharacter)
}

/** The same for text of several lines: line feeds stay, everything else as in {@link printable}. */
export function printableLines(text: string): string {
  return text.replace(/\r\n/g, '\n').split('\n').map(printable).join('\n')
}

/** How much of a foreign value a message shows: enough to find it, too little to bury what is wrong with it. */
export const longestShown = 60

/** Foreign text in a message: in quotes, escaped, cut after {@link longestShown} characters. */
export function quoted(text: string): string {
  return `"${printable(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text)}"`
}
