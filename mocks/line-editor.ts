/** What one input byte did to the line in hand: text to echo, and the line when it is complete. */
export interface Edit {
  readonly echo: string
  readonly line?: string
}

/** The line that is being typed. Text is a string of bytes (latin1); whoever uses it decodes. */
export interface LineEditor {
  /** Takes a printable byte or an editing key; line ends and Ctrl-C, Ctrl-Z are not its business. */
  type(byte: number): Edit
  /** The text so far; the editor is empty afterwards. */
  take(): string
  readonly text: string
  /** The text as it is drawn again, the cursor moved back to its place. */
  readonly shown: string
  /** Ctrl-V was typed: the next byte is text, also `?`. */
  readonly quoting: boolean
}

/** The longest line that a device takes; more is answered with the bell. Operators' experience with IOS. */
export const longestLine = 254

const bell = '\u0007'
const none: Edit = { echo: '' }
const back = (count: number): string => '\b'.repeat(count)

interface State {
  text: string
  cursor: number
  /** Where an escape sequence (arrow keys) has got to. */
  escape: 'none' | 'escape' | 'bracket'
  quoted: boolean
}

/** Replaces text[from..to) and redraws from `from` on, the cursor standing behind `put`. */
function splice(state: State, from: number, to: number, put: string): Edit {
  const rest = state.text.slice(to)
  const left = Math.max(0, to - from - put.length)
  const echo = back(state.cursor - from) + put + rest + ' '.repeat(left) + back(left + rest.length)
  state.text = state.text.slice(0, from) + put + rest
  state.cursor = from + put.length
  return { echo }
}

function insert(state: State, byte: number): Edit {
  if (state.text.length >= longestLine) return { echo: bell }
  return splice(state, state.cursor, state.cursor, String.fromCharCode(byte))
}

function move(state: State, to: number): Edit {
  const from = state.cursor
  state.cursor = Math.min(Math.max(to, 0), state.text.length)
  return {
    echo: state.cursor < from ? back(from - state.cursor) : state.text.slice(from, state.cursor),
  }
}

function wordStart(state: State): number {
  return state.text.slice(0, state.cursor).replace(/\S*\s*$/, '').length
}

/** The keys of IOS line editing (Cisco, IOS Configuration Fundamentals, "Editing commands"); ASA has the same. */
const keys: Readonly<Record<number, (state: State) => Edit>> = {
  1: (state) => move(state, 0), // Ctrl-A
  2: (state) => move(state, state.cursor - 1), // Ctrl-B
  4: (state) => splice(state, state.cursor, Math.min(state.cursor + 1, state.text.length), ''), // Ctrl-D
  5: (state) => move(state, state.text.length), // Ctrl-E
  6: (state) => move(state, state.cursor + 1), // Ctrl-F
  8: (state) => splice(state, Math.max(state.cursor - 1, 0), state.cursor, ''), // backspace
  11: (state) => splice(state, state.cursor, state.text.length, ''), // Ctrl-K
  21: (state) => splice(state, 0, state.cursor, ''), // Ctrl-U
  22: (state) => {
    state.quoted = true
    return none
  }, // Ctrl-V
  23: (state) => splice(state, wordStart(state), state.cursor, ''), // Ctrl-W
  24: (state) => splice(state, 0, state.cursor, ''), // Ctrl-X
  27: (state) => {
    state.escape = 'escape'
    return none
  },
  127: (state) => splice(state, Math.max(state.cursor - 1, 0), state.cursor, ''), // DEL
}

function escaped(state: State, byte: number): Edit {
  if (state.escape === 'escape') {
    state.escape = byte === 0x5b || byte === 0x4f ? 'bracket' : 'none'
    return none
  }
  if (byte < 0x40) return none
  state.escape = 'none'
  if (byte === 0x43) return move(state, state.cursor + 1)
  if (byte === 0x44) return move(state, state.cursor - 1)
  return none
}

export function createLineEditor(): LineEditor {
  const state: State = { text: '', cursor: 0, escape: 'none', quoted: false }
  return {
    get text() {
      return state.text
    },
    get shown() {
      return state.text + back(state.text.length - state.cursor)
    },
    get quoting() {
      return state.quoted
    },
    take() {
      const text = state.text
      Object.assign(state, { text: '', cursor: 0, escape: 'none', quoted: false })
      return text
    },
    type(byte) {
      if (state.quoted) {
        state.quoted = false
        return insert(state, byte)
      }
      if (state.escape !== 'none') return escaped(state, byte)
      const key = keys[byte]
      if (key !== undefined) return key(state)
      // Tab would complete a word; other control characters mean nothing to a line.
      return byte < 0x20 ? none : insert(state, byte)
    },
  }
}
