/** Replaces the values of known secrets where text leaves the program. */
export interface Redactor {
  /** Values shorter than 4 characters are not registered: they would blot out ordinary words. */
  register(secret: string): void
  redact(text: string): string
  /**
   * The same for every string inside a value that is about to be written as JSON: in lists and plain
   * objects, keys left as they are. Any other object (a Date, a Map) is handed on as it is.
   */
  redactDeep<T>(value: T): T
  /**
   * Where secrets stand in a stretch of a terminal's output, also with line ends, blanks and escape sequences
   * between their characters, as a device wraps and redraws what it echoes. `openFrom`: from here on a secret
   * may begin whose end is still to come.
   */
  find(text: string): { readonly spans: readonly Span[]; readonly openFrom: number }
}

/** A stretch of text: `end` is behind its last character. */
export interface Span {
  readonly start: number
  readonly end: number
}

const mask = '*****'

// What a terminal does not show as a character: escape sequences (ECMA-48), control characters, blanks.
const invisible =
  /\u001b(?:\[[0-?]*[ -/]*(?:[@-~]|$)|[()*+\-./#%](?:.|$)|[@-Z\\^_=>]|$)|[\s\u0000-\u001f\u007f-\u009f]/g

/** The visible characters of a text, and where each of them stands in it. */
function visible(text: string): { readonly shown: string; at(index: number): number } {
  const pieces: string[] = []
  /** Where each piece begins: among the visible characters, and in the text. */
  const begins: { readonly shown: number; readonly text: number }[] = []
  let length = 0
  let from = 0
  const keep = (end: number): void => {
    if (end === from) return
    begins.push({ shown: length, text: from })
    pieces.push(text.slice(from, end))
    length += end - from
  }
  for (const match of text.matchAll(invisible)) {
    keep(match.index)
    from = match.index + match[0].length
  }
  keep(text.length)
  return {
    shown: pieces.join(''),
    at: (index) => {
      const piece = begins.findLast((one) => one.shown <= index)
      return index >= length || piece === undefined ? text.length : piece.text + index - piece.shown
    },
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export function createRedactor(): Redactor {
  const secrets: string[] = []
  const redact = (text: string): string => {
    let out = text
    for (const secret of secrets) if (out.includes(secret)) out = out.split(secret).join(mask)
    return out
  }
  const deep = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value)
    if (Array.isArray(value)) return value.map(deep)
    if (!isPlain(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deep(inner)]))
  }
  const find: Redactor['find'] = (text) => {
    if (secrets.length === 0) return { spans: [], openFrom: text.length }
    const { shown, at } = visible(text)
    const spans: Span[] = []
    let open = shown.length
    for (const secret of secrets) {
      const wanted = visible(secret).shown
      if (wanted === '') continue
      for (let hit = shown.indexOf(wanted); hit >= 0; hit = shown.indexOf(wanted, hit + 1)) {
        spans.push({ start: at(hit), end: at(hit + wanted.length - 1) + 1 })
      }
      const first = Math.max(0, shown.length - wanted.length + 1)
      for (let start = first; start < open; start += 1) {
        if (shown[start] === wanted[0] && wanted.startsWith(shown.slice(start))) open = start
      }
    }
    return { spans, openFrom: at(open) }
  }
  return {
    find,
    register(secret) {
      if (secret.length < 4 || secrets.includes(secret)) return
      secrets.push(secret)
      // The longest first, so that a secret that contains another is masked whole.
      secrets.sort((a, b) => b.length - a.length)
    },
    redact,
    redactDeep: <T>(value: T): T => deep(value) as T,
  }
}
