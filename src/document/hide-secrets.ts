import { nearest } from '../kernel/nearest.ts'
import type { SourceText } from './source.ts'

// `key:` in a block or a flow map, and what stands behind it on the line; no reference (`{ env: NAME }`).
const keyed =
  /(?<=^|[\s{,"'-])([\w-]+)["']?[ \t]*:[ \t]+(?=\S)(?!\{[ \t]*(?:env[ \t]*:[ \t]*[A-Za-z_]\w*[ \t]*\}|file\b|command[ \t]*:[ \t]*\[))(?=([^\r\n]*))/gm
// What people call secrets, whether the schema has such a key or not.
const secretWord = /pass(?:w|phrase|code|$)|pwd|secret|token|(?:private|shared).?key|psk$/i

/** True for a key that holds a secret by its name, misspelt or unknown as it may be. */
export function isSecretKey(key: string, secretKeys: readonly string[]): boolean {
  return secretWord.test(key) || nearest(key, secretKeys) !== undefined
}

function indentAt(text: string, offset: number): number {
  const from = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ -]*/.exec(text.slice(from, offset))?.[0].length ?? 0
}

/** The end of the lines below that belong to the value: those that are indented further. */
function endOfValue(text: string, end: number, indent: number): number {
  let last = end
  for (let from = text.indexOf('\n', end) + 1; from > 0; from = text.indexOf('\n', from) + 1) {
    const line = text.slice(from, from + indent + 1)
    if (line.trim() !== '') return last
    const next = text.indexOf('\n', from)
    last = next === -1 ? text.length : next
  }
  return last
}

/**
 * Hides what stands behind the keys of secrets in a text that could not be read as YAML, so that no
 * excerpt of a syntax mistake prints a password. Hides too much rather than too little.
 */
export function hideSecretLines(source: SourceText, secretKeys: readonly string[]): void {
  for (const match of source.text.matchAll(keyed)) {
    const [whole, key = '', value = ''] = match
    if (!isSecretKey(key, secretKeys)) continue
    const start = match.index + whole.length
    const end = start + value.length
    source.hide(start, endOfValue(source.text, end, indentAt(source.text, match.index)))
  }
}
