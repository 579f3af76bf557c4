import { createTerminal, type Terminal, type TerminalOptions } from '../terminal.ts'
import type { SimulatedSession } from '../types.ts'
import { drawnEcho } from './echo-style.ts'
import type { TerminalFaults } from './faults.ts'
import { FaultySession } from './faulty-session.ts'
import type { LineEffects, LineFaults } from './line-faults.ts'
import { utf8Bytes } from './raw-bytes.ts'

/** What leaves a terminal, in order; bytes and what happens between them. */
export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** So many bytes of filler, made when they are sent. */
  | { readonly kind: 'filler'; readonly count: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'rekey' }
  /** `logout`: the device closes the session; the others break it. */
  | { readonly kind: 'end'; readonly how: 'logout' | 'reset' | 'close' }

/** A terminal line whose bytes may come late, cut, mixed up or not at all. */
export interface PieceTerminal {
  start(): readonly Piece[]
  feed(input: Uint8Array): readonly Piece[]
  /** A message of the device's own in the middle of whatever stands there. */
  inject(line: string): readonly Piece[]
}

/** What a terminal is played with. */
export interface Played {
  readonly lines: LineFaults
  readonly terminal: TerminalFaults
  /** Whether the way to the device is lost, for this session too. */
  readonly cutOff?: () => boolean
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** Puts a terminal with its faults in front of a session. */
export function createFaultyTerminal(
  session: SimulatedSession,
  options: TerminalOptions,
  played: Played,
): PieceTerminal {
  return new FaultyTerminal(session, options, played)
}

class FaultyTerminal implements PieceTerminal {
  readonly #terminal: Terminal
  readonly #session: FaultySession
  readonly #played: Played
  #effects: LineEffects | undefined
  /** The prompt that the line in hand was typed at. */
  #prompt = ''
  /** What was echoed of the line in hand and not yet sent. */
  #held = ''
  #ended = false
  #silent = false

  constructor(session: SimulatedSession, options: TerminalOptions, played: Played) {
    this.#played = played
    this.#session = new FaultySession(session, played.lines, played.terminal)
    this.#terminal = createTerminal(this.#session, {
      ...options,
      drop: (entry) => {
        const effects = played.lines.meet(entry.line)
        this.#effects = effects
        this.#prompt = utf8Bytes(this.#session.prompt)
        this.#session.expect(effects)
        if (effects.silent === true || played.cutOff?.() === true) return 'before'
        return effects.ends?.when ?? options.drop?.(entry)
      },
    })
  }

  start(): readonly Piece[] {
    return [bytesOf(latin1(this.#terminal.start()))]
  }

  inject(line: string): readonly Piece[] {
    return this.#silent ? [] : [bytesOf(this.#echoed() + latin1(this.#terminal.inject(line)))]
  }

  feed(input: Uint8Array): readonly Piece[] {
    const pieces: Piece[] = []
    let text = ''
    const flush = (): void => {
      if (text !== '') pieces.push(bytesOf(text))
      text = ''
    }
    for (const byte of input) {
      if (this.#ended || this.#silent) break
      for (const part of this.#byte(byte)) {
        if (typeof part === 'string') text += part
        else {
          flush()
          pieces.push(part)
        }
      }
    }
    // An echo waits for its line's end only where the line may be drawn otherwise.
    if (this.#played.terminal.echo === undefined && !this.#played.lines.cutsEchoes) text += this.#echoed()
    flush()
    return pieces
  }

  *#byte(byte: number): Generator<string | Piece> {
    this.#effects = undefined
    const out = latin1(this.#terminal.feed(Uint8Array.of(byte)))
    const effects = this.#met()
    if (effects === undefined) {
      if (byte >= 0x20 && out === String.fromCharCode(byte)) this.#held += out
      else yield this.#echoed() + out
      return
    }
    if (effects.silent === true) {
      this.#silent = true
      this.#held = ''
      return
    }
    // What has just run may have cut the session off: nobody sees what it said.
    if (this.#terminal.ended === 'dropped' || this.#played.cutOff?.() === true) {
      this.#ended = true
      this.#held = ''
      yield { kind: 'end', how: effects.ends?.how ?? 'reset' }
      return
    }
    yield* this.#answer(effects, out)
    if (this.#terminal.ended === 'logout') {
      this.#ended = true
      yield { kind: 'end', how: 'logout' }
    }
  }

  *#answer(effects: LineEffects, out: string): Generator<string | Piece> {
    const echo = drawnEcho(this.#echoed(), this.#prompt, this.#played.terminal.echo)
    const { syslog } = effects
    const message = syslog === undefined ? '' : `\r\n${utf8Bytes(syslog.text)}\r\n`
    const half = Math.ceil(echo.length / 2)
    yield syslog?.in === 'echo' ? echo.slice(0, half) + message + echo.slice(half) : echo
    // The rest begins behind the end of the line that was typed.
    const at = out.indexOf('\n') + 1
    yield out.slice(0, at)
    if (effects.waitsMs !== undefined) yield { kind: 'wait', ms: effects.waitsMs }
    if (effects.flood !== undefined) yield { kind: 'filler', count: effects.flood }
    let rest = out.slice(at)
    if (syslog?.in === 'behind') rest += message
    if (syslog?.in === 'prompt') {
      const prompt = utf8Bytes(this.#session.prompt)
      const cut = rest.length - Math.ceil(prompt.length / 2)
      if (rest.endsWith(prompt)) rest = rest.slice(0, cut) + message + rest.slice(cut)
    }
    const middle = effects.rekeys === true ? Math.ceil(rest.length / 2) : 0
    yield rest.slice(0, middle)
    if (effects.rekeys === true) yield { kind: 'rekey' }
    yield rest.slice(middle)
  }

  /** What the byte that was just fed met, when it ended a line. */
  #met(): LineEffects | undefined {
    return this.#effects
  }

  #echoed(): string {
    const held = this.#held
    this.#held = ''
    return held
  }
}

function bytesOf(text: string): Piece {
  return { kind: 'bytes', bytes: Buffer.from(text, 'latin1') }
}
