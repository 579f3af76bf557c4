import { printable } from '../kernel/printable.ts'
import type { Redactor, Span } from '../kernel/redact.ts'
import { secretWords } from '../platform/secret-words.ts'

/** A line that does not end is told in pieces of this length: no device makes it a matter of memory. */
const longestLine = 8192
export const mask = '*****'
/** In front of the rest of a line whose beginning stands further up. */
const goesOn = '…'

/**
 * What a device said as lines for people: control characters as escapes, secrets as `*****` by value and by
 * the words of a configuration, however the bytes were cut into packets. What may still turn out to be a
 * secret, and the unfinished line, are held back.
 */
export class TranscriptText {
  readonly #redactor: Pick<Redactor, 'find'>
  /** From the beginning of the first line that is not told whole. */
  #text = ''
  /** How much of it was told already. */
  #told = 0
  /** The first line began before `#text`: it was too long to be kept. */
  #cut = false
  #restIsSecret = false
  /** Stretches of `#text` that belong to secrets which began before it. */
  #carried: readonly Span[] = []

  constructor(redactor: Pick<Redactor, 'find'>) {
    this.#redactor = redactor
  }

  feed(text: string): readonly string[] {
    this.#text += text
    if (!text.includes('\n') && this.#text.length - this.#told <= longestLine) return []
    return this.#tell('lines')
  }

  /** Also the unfinished line: something is about to be sent. */
  flush(): readonly string[] {
    return this.#tell('unfinished')
  }

  /** All that is left: nothing more comes. */
  end(): readonly string[] {
    return this.#tell('end')
  }

  #tell(what: 'lines' | 'unfinished' | 'end'): readonly string[] {
    const text = this.#text
    const { spans, openFrom } = this.#redactor.find(text)
    const hidden = [...this.#carried, ...spans]
    // The beginning of a secret whose end never came gives most of it away; a letter or three is chance.
    if (what === 'end' && text.slice(openFrom).trimEnd().length > 3)
      hidden.push({ start: openFrom, end: text.length })
    const safe = what === 'end' ? text.length : openFrom
    const told: string[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0 && end < safe; end = text.indexOf('\n', start)) {
      told.push(...this.#line(start, end, hidden))
      start = end + 1
    }
    const long = text.length - start > longestLine
    if ((what !== 'lines' || long) && safe > start + this.#told) {
      told.push(this.#piece(start, safe, hidden))
      this.#told = safe - start
    }
    if (long && safe > start) {
      this.#restIsSecret ||= secretWords(text.slice(start, safe)).some((word) => word.end === safe - start)
      this.#cut = true
      this.#told = 0
      start = safe
    }
    this.#text = text.slice(start)
    this.#carried = hidden.flatMap((span) =>
      span.end > start ? [{ start: Math.max(0, span.start - start), end: span.end - start }] : [],
    )
    return told
  }

  /** A whole line; the rest of one that was told already may be nothing. */
  #line(start: number, end: number, hidden: readonly Span[]): readonly string[] {
    const begun = this.#told > 0 || this.#cut
    const withoutReturn = this.#text[end - 1] === '\r' && end - 1 >= start + this.#told ? end - 1 : end
    const empty = withoutReturn === start + this.#told
    const told = begun && empty ? [] : [this.#piece(start, withoutReturn, hidden)]
    this.#told = 0
    this.#cut = false
    this.#restIsSecret = false
    return told
  }

  /** What of a line was not told yet, up to `end`. */
  #piece(start: number, end: number, hidden: readonly Span[]): string {
    const from = start + this.#told
    const begun = this.#told > 0 || this.#cut ? goesOn : ''
    if (this.#restIsSecret) return `${begun}${mask}`
    const words = secretWords(this.#text.slice(start, end))
    const here = words.map((word) => ({ start: word.start + start, end: word.end + start }))
    return `${begun}${masked(this.#text, from, end, [...hidden, ...here])}`
  }
}

/** A stretch of text, printable, with `*****` for what is hidden. */
export function masked(text: string, from: number, end: number, hidden: readonly Span[]): string {
  const inside = hidden
    .filter((span) => span.start < end && span.end > from && span.start < span.end)
    .toSorted((a, b) => a.start - b.start)
  let out = ''
  let at = from
  for (const span of inside) {
    if (span.start > at) out += printable(text.slice(at, span.start))
    // What touches or overlaps is one secret.
    if (span.start > at || out === '') out += mask
    at = Math.max(at, span.end)
  }
  return out + printable(text.slice(Math.min(at, end), end))
}
