/** Output that waits for the reader, a page at a time. Text is handed out with `\n` line ends. */
export interface Pager {
  /** Lines that may be shown now; `mark` tells that more is waiting for a key. */
  show(lines: number): { readonly text: string; readonly mark: boolean }
}

/** What a key means while the mark stands. */
export type PagerKey = 'page' | 'line' | 'stop' | 'none'

/** Space, a line end, q, Q and Ctrl-C; everything else is eaten, so typed-ahead lines are lost here. */
export function pagerKey(byte: number): PagerKey {
  if (byte === 0x20) return 'page'
  if (byte === 0x0d || byte === 0x0a) return 'line'
  return byte === 0x71 || byte === 0x51 || byte === 0x03 ? 'stop' : 'none'
}

export function createPager(output: string): Pager {
  let rest = output
  return {
    show(lines) {
      let end = 0
      for (let line = 0; line < lines && end < rest.length; line += 1) {
        const next = rest.indexOf('\n', end)
        end = next === -1 ? rest.length : next + 1
      }
      const text = rest.slice(0, end)
      rest = rest.slice(end)
      return { text, mark: rest !== '' }
    },
  }
}

/** How a device takes its mark away again. Byte sequences as terminal logs show them; not documented. */
export type MarkErasure = 'backspaces' | 'carriage-return'

export function eraseMark(mark: string, how: MarkErasure): string {
  if (how === 'carriage-return') return `\r${' '.repeat(mark.length)}\r`
  const back = '\b'.repeat(mark.length - 1)
  return `${back}${' '.repeat(mark.length - 2)}${back}`
}
