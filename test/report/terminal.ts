import { displayWidth } from '../../src/report/layout.ts'

/** A terminal as today's are: it wraps, scrolls, and wraps anew what stands there when its width changes. */
export interface Terminal {
  write(text: string): void
  resize(columns: number, rows: number): void
  /** What a person sees, and what has scrolled away above it. */
  screen(): readonly string[]
  /** How many lines did not fit when they were written. */
  wrapped(): number
}

const tokens = /\u001b\[(\d*)([AKJ])|\u001b\[\d+m|[\r\n]|[^\u001b\r\n]/gu

/** Columns and rows as on a pty; a line feed also returns the cursor, as a terminal driver has it. */
export function createTerminal(columns: number, rows: number): Terminal {
  // Lines as written, each with the rows that it takes counted from the width of now.
  let lines: string[] = ['']
  let cursor = 0
  let column = 0
  let wraps = 0
  let size = { columns, rows }
  const heightOf = (line: string): number => Math.max(1, Math.ceil(displayWidth(line) / size.columns))
  const put = (character: string): void => {
    const line = lines[cursor] ?? ''
    lines[cursor] =
      column >= line.length
        ? line.padEnd(column) + character
        : line.slice(0, column) + character + line.slice(column + 1)
    column += 1
    if (displayWidth(lines[cursor] ?? '') === size.columns + 1) wraps += 1
  }
  /** Up by rows of the screen; the top of the screen stops it. */
  const up = (count: number): void => {
    const below = (at: number): number => lines.slice(at).reduce((total, line) => total + heightOf(line), 0)
    for (let left = count; left > 0 && cursor > 0; ) {
      left -= heightOf(lines[cursor - 1] ?? '')
      if (left < 0 || below(cursor - 1) > size.rows) break
      cursor -= 1
    }
  }
  const control = (letter: string | undefined, count: number): void => {
    if (letter === 'A') up(count)
    if (letter === 'K') lines[cursor] = (lines[cursor] ?? '').slice(0, column)
    if (letter === 'J') {
      lines = lines.slice(0, cursor + 1)
      lines[cursor] = (lines[cursor] ?? '').slice(0, column)
    }
  }
  return {
    write(text) {
      for (const [token, count, letter] of text.matchAll(tokens)) {
        if (token === '\r') column = 0
        else if (token === '\n') {
          cursor += 1
          column = 0
          lines[cursor] ??= ''
        } else if (token.startsWith('\u001b')) control(letter, Number(count || 1))
        else put(token)
      }
    },
    resize: (newColumns, newRows) => {
      size = { columns: newColumns, rows: newRows }
    },
    screen: () => lines.filter((line) => line !== ''),
    wrapped: () => wraps,
  }
}
