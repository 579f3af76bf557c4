/** Where an escape sequence stands (ECMA-48): none of its characters reaches the text. */
type Escape = 'none' | 'begun' | 'charset' | 'csi' | 'string' | 'string-end'

/** How much of an unfinished line is looked at: no prompt or question is longer. */
const mostOfLast = 1024
const longestString = 4096
const blank = 0x20

/**
 * What a terminal would show of a device's output, as lines: carriage returns and backspaces overwrite,
 * escape sequences and other control characters are taken out. Linear in what is fed, however it is cut.
 */
export class Screen {
  /** Lines that were ended by a line feed and not yet taken. */
  readonly lines: string[] = []
  /** How many lines were ended by now, taken or not. */
  finished = 0
  #cells = new Uint16Array(256)
  #length = 0
  #cursor = 0
  #redrawn = false
  #escape: Escape = 'none'
  #escaped = 0
  #mark: { readonly start: number; readonly text: string } | undefined

  feed(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (this.#escape === 'none') this.#show(code)
      else this.#escapeCode(code)
    }
  }

  /** Characters of the unfinished line. */
  get unfinished(): number {
    return this.#length
  }

  /** The unfinished line: the end of it when it is longer than any prompt. */
  last(): string {
    return this.#text(Math.max(0, this.#length - mostOfLast))
  }

  /** Takes a pager's mark out of the unfinished line; the device may erase it as well, or not. */
  consumeMark(pattern: RegExp): void {
    const from = Math.max(0, this.#length - mostOfLast)
    const match = pattern.exec(this.#text(from))
    if (match !== null) this.#mark = { start: from + match.index, text: match[0] }
  }

  /** Forgets finished lines; the unfinished one stays. */
  drop(count: number): void {
    this.lines.splice(0, count)
  }

  #show(code: number): void {
    if (code >= 0x20 && code !== 0x7f && (code < 0x80 || code > 0x9f)) this.#put(code)
    else if (code === 0x0a) this.#finish()
    else if (code === 0x0d) this.#cursor = 0
    else if (code === 0x08) this.#back()
    else if (code === 0x09) this.#put(code)
    else if (code === 0x1b) this.#begin('begun')
    else if (code === 0x9b) this.#begin('csi')
    else if (code === 0x90 || code === 0x98 || code >= 0x9d) this.#begin('string')
  }

  #begin(sequence: Escape): void {
    this.#escape = sequence
    this.#escaped = 0
  }

  #escapeCode(code: number): void {
    this.#escaped += 1
    // A line's end, or too long a string, ends a sequence that was never closed.
    if (code === 0x0a || code === 0x0d || this.#escaped > longestString) {
      this.#escape = 'none'
      this.#show(code)
      return
    }
    switch (this.#escape) {
      case 'begun':
        this.#escape = afterEscape(code)
        return
      case 'csi':
        if (code >= 0x40 && code <= 0x7e) this.#escape = 'none'
        return
      case 'string':
        if (code === 0x07 || code === 0x9c) this.#escape = 'none'
        else if (code === 0x1b) this.#escape = 'string-end'
        return
      case 'string-end':
        this.#escape = code === 0x5c ? 'none' : 'string'
        return
      default:
        this.#escape = 'none'
    }
  }

  #put(code: number): void {
    if (this.#cursor === this.#cells.length) {
      const wider = new Uint16Array(this.#cells.length * 2)
      wider.set(this.#cells)
      this.#cells = wider
    }
    if (this.#cursor < this.#length) this.#redrawn = true
    this.#cells[this.#cursor] = code
    this.#cursor += 1
    if (this.#cursor > this.#length) this.#length = this.#cursor
  }

  #back(): void {
    if (this.#cursor > 0) this.#cursor -= 1
  }

  #finish(): void {
    this.lines.push(this.#text(0))
    this.finished += 1
    this.#length = 0
    this.#cursor = 0
    this.#redrawn = false
    this.#mark = undefined
    // One huge line must not hold its memory for the rest of the session.
    if (this.#cells.length > 65_536) this.#cells = new Uint16Array(256)
  }

  #text(from: number): string {
    let end = this.#length
    // Blanks behind the cursor of a redrawn line are what erased something.
    if (this.#redrawn) while (end > this.#cursor && this.#cells[end - 1] === blank) end -= 1
    let text = ''
    for (let at = from; at < end; at += 8192) {
      text += String.fromCharCode(...this.#cells.subarray(at, Math.min(end, at + 8192)))
    }
    if (this.#mark === undefined) return text
    const { start, text: mark } = this.#mark
    const at = start - from
    return at >= 0 && text.startsWith(mark, at) ? text.slice(0, at) + text.slice(at + mark.length) : text
  }
}

function afterEscape(code: number): Escape {
  const character = String.fromCharCode(code)
  if (character === '[') return 'csi'
  if (']PX^_'.includes(character)) return 'string'
  return '()*+-./# %'.includes(character) ? 'charset' : 'none'
}
