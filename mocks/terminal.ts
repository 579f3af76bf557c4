import { utf8Bytes } from './faults/raw-bytes.ts'
import { createLineEditor, type LineEditor } from './line-editor.ts'
import { createPager, eraseMark, type MarkErasure, type Pager, pagerKey } from './pager.ts'
import type { SimulatedSession } from './types.ts'

/** A line that reached the device, told before it takes effect. Secrets typed at a question are masked. */
export interface ReceivedLine {
  readonly mode: string
  readonly line: string
}

export interface TerminalOptions {
  /** How an output line ends on this device; `\r\n` when not given, some ASA end with `\r\n\r`. */
  readonly lineEnd?: string
  readonly erase?: MarkErasure
  /** Called before the session runs a line (or a key that acts as one: `^Z`, `^C`). */
  readonly received?: (entry: ReceivedLine) => void
  /** True drops the terminal: before the line runs, or after it ran and before its output is seen. */
  readonly drop?: (entry: ReceivedLine) => 'before' | 'after' | undefined
}

/** A terminal line as a pure machine: bytes in, bytes out; how the input is cut makes no difference. */
export interface Terminal {
  /** Banner and first prompt. */
  start(): Uint8Array
  feed(input: Uint8Array): Uint8Array
  /** A message of the device's own in the middle of whatever stands there (syslog without `synchronous`). */
  inject(line: string): Uint8Array
  /** `logout`: the device ended the session; `dropped`: a fault that {@link TerminalOptions.drop} asked for. */
  readonly ended: 'no' | 'logout' | 'dropped'
}

/** Stands in the record for what was typed while echo was off. */
export const maskedLine = '*****'

const keyLine = { 'ctrl-z': '^Z', 'ctrl-c': '^C' } as const
const toBytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const toText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

class Line implements Terminal {
  ended: Terminal['ended'] = 'no'
  readonly #session: SimulatedSession
  readonly #options: TerminalOptions
  readonly #editor: LineEditor = createLineEditor()
  #pager: Pager | undefined
  #closing = false
  #afterReturn = false
  #out = ''

  constructor(session: SimulatedSession, options: TerminalOptions) {
    this.#session = session
    this.#options = options
  }

  start(): Uint8Array {
    this.#print(this.#session.banner)
    this.#prompt()
    return this.#flush()
  }

  inject(line: string): Uint8Array {
    if (this.ended === 'no') this.#print(`\n${line}\n`)
    return this.#flush()
  }

  feed(input: Uint8Array): Uint8Array {
    for (const byte of input) {
      if (this.ended !== 'no') break
      this.#byte(byte)
    }
    return this.#flush()
  }

  #flush(): Uint8Array {
    const bytes = toBytes(this.#out)
    this.#out = ''
    return bytes
  }

  #print(text: string): void {
    this.#out += utf8Bytes(text).replaceAll('\n', this.#options.lineEnd ?? '\r\n')
  }

  #prompt(): void {
    this.#out += utf8Bytes(this.#session.prompt)
  }

  #byte(byte: number): void {
    const second = this.#afterReturn && byte === 0x0a
    this.#afterReturn = byte === 0x0d
    // CR LF is one line end, and so is CR NUL.
    if (second || byte === 0x00) return
    if (this.#pager !== undefined) this.#pagerByte(byte, this.#pager)
    else if (byte === 0x03) this.#key('ctrl-c')
    else if (byte === 0x1a) this.#ctrlZ()
    else if (this.#session.mode === 'question' && /\[confirm\]\s*$/.test(this.#session.prompt))
      this.#confirm(byte)
    else if (byte === 0x0d || byte === 0x0a) this.#enter(this.#editor.take())
    else this.#edit(byte)
  }

  #edit(byte: number): void {
    if (!this.#session.echo) {
      this.#editor.type(byte)
      return
    }
    if (byte === 0x3f && !this.#editor.quoting) this.#help()
    else if (byte === 0x0c || byte === 0x12) this.#redraw()
    else this.#out += this.#editor.type(byte).echo
  }

  /** Devices answer `?` at once and show the line again; the help texts themselves are not simulated. */
  #help(): void {
    this.#out += '?'
    this.#print('\n% Help is not simulated\n')
    this.#prompt()
    this.#out += this.#editor.shown
  }

  #redraw(): void {
    this.#print('\n')
    this.#prompt()
    this.#out += this.#editor.shown
  }

  /** `[confirm]` takes one key and no line end. */
  #confirm(byte: number): void {
    this.#enter(byte === 0x0d || byte === 0x0a ? '' : String.fromCharCode(byte))
  }

  #enter(bytes: string): void {
    const line = toText(bytes)
    const entry = { mode: this.#session.mode, line: this.#session.echo ? line : maskedLine }
    this.#act(entry, '\n', () => this.#session.enter(line))
  }

  #ctrlZ(): void {
    // A line that stands when Ctrl-Z is typed still takes effect (Cisco, Using the command-line interface).
    if (this.#editor.text !== '' && this.#session.echo) this.#enter(this.#editor.take())
    if (this.ended === 'no' && this.#pager === undefined) this.#key('ctrl-z')
  }

  #key(key: 'ctrl-z' | 'ctrl-c'): void {
    this.#editor.take()
    const entry = { mode: this.#session.mode, line: keyLine[key] }
    this.#act(entry, `${keyLine[key]}\n`, () => this.#session.key(key))
  }

  #act(entry: ReceivedLine, echo: string, run: () => { output: string; close: boolean }): void {
    this.#options.received?.(entry)
    const drop = this.#options.drop?.(entry)
    this.#print(drop === 'before' ? '' : echo)
    const { output, close } = drop === 'before' ? { output: '', close: true } : run()
    this.#closing = close
    if (drop !== undefined) {
      this.ended = 'dropped'
    } else if (this.#session.pageLength > 0) {
      this.#pager = createPager(output)
      this.#page(this.#session.pageLength, this.#pager)
    } else {
      this.#print(output)
      this.#done()
    }
  }

  #page(lines: number, pager: Pager): void {
    const { text, mark } = pager.show(lines)
    this.#print(text)
    if (mark) this.#out += utf8Bytes(this.#session.pagerMark)
    else this.#done()
  }

  #pagerByte(byte: number, pager: Pager): void {
    const key = pagerKey(byte)
    if (key === 'none') return
    this.#out += eraseMark(this.#session.pagerMark, this.#options.erase ?? 'backspaces')
    if (key === 'stop') this.#done()
    else this.#page(key === 'page' ? Math.max(1, this.#session.pageLength) : 1, pager)
  }

  #done(): void {
    this.#pager = undefined
    if (this.#closing) this.ended = 'logout'
    else this.#prompt()
  }
}

/** Puts a terminal line in front of a session: echo, line editing, pager, one line end of three spellings. */
export function createTerminal(session: SimulatedSession, options: TerminalOptions = {}): Terminal {
  return new Line(session, options)
}
