import type { ByteLink } from '../../src/transport/link.ts'

/** What a scripted device knows while it answers a line. */
export interface DeviceState {
  /** Shown after each answer; a question is a prompt too. */
  prompt: string
  echo: boolean
  /** Set to end the session after this answer. */
  closing: boolean
  /** Set to show no prompt after this answer. */
  silent: boolean
  /** Every line it was given. */
  readonly lines: string[]
}

export interface Script {
  readonly prompt: string
  /** Before the first prompt; `\n` line ends. */
  readonly banner?: string
  /** Output for a line, with `\n` line ends; keys at `[confirm]` and pager marks come one by one. */
  readonly answer: (line: string, state: DeviceState) => string
  /** Takes single keys, without a line end, while this matches the prompt. */
  readonly singleKey?: RegExp
  /** Answers a key at once and without an echo, where it gives something: a pager. */
  readonly key?: (key: string, state: DeviceState) => string | undefined
  /** Cuts what the device says into packets. */
  readonly cut?: (bytes: Uint8Array) => readonly Uint8Array[]
  /** How a typed line comes back; as it is when not given. */
  readonly echoAs?: (line: string, state: DeviceState) => string
}

export interface ScriptedLink extends ByteLink {
  readonly state: DeviceState
  /** Bytes that the device says by itself. */
  say(text: string): void
  /** The far end goes away. */
  lose(): void
  readonly closedByUs: boolean
}

/** A device of a few lines behind an in-memory link: echo, prompt, and what the script answers. */
export function scriptedLink(script: Script): ScriptedLink {
  const state: DeviceState = { prompt: script.prompt, echo: true, closing: false, silent: false, lines: [] }
  let queue: Uint8Array[] = []
  let next = 0
  let waiting: ((chunk: Uint8Array | 'closed') => void) | undefined
  let gone = false
  let closedByUs = false
  let typed = ''

  const deliver = (): void => {
    if (waiting === undefined) return
    const packet = queue[next]
    if (packet === undefined && !gone) return
    const resolve = waiting
    waiting = undefined
    if (packet !== undefined) next += 1
    resolve(packet ?? 'closed')
  }
  const say = (text: string): void => {
    const bytes = Buffer.from(text, 'utf8')
    if (bytes.length === 0) return
    queue = queue.slice(next).concat(script.cut?.(bytes) ?? [bytes])
    next = 0
    deliver()
  }
  const enter = (line: string): void => {
    state.lines.push(line)
    state.silent = false
    const echo = state.echo ? (script.echoAs?.(line, state) ?? line) : ''
    const output = script.answer(line, state).replaceAll('\n', '\r\n')
    say(`${echo}\r\n${output}${state.silent || state.closing ? '' : state.prompt}`)
    if (state.closing) lose()
  }
  const lose = (): void => {
    gone = true
    deliver()
  }
  say(`${(script.banner ?? '').replaceAll('\n', '\r\n')}${script.prompt}`)
  return {
    peer: '192.0.2.1:22',
    state,
    say,
    lose,
    get closedByUs() {
      return closedByUs
    },
    read: () =>
      new Promise((resolve) => {
        waiting = resolve
        deliver()
      }),
    write(text) {
      if (gone) return Promise.reject(new Error('closed'))
      for (const key of text) {
        if (gone) break
        const answered = script.key?.(key, state)
        if (answered !== undefined) {
          say(answered)
          continue
        }
        if (script.singleKey?.test(state.prompt)) enter(key === '\r' ? '' : key)
        else if (key === '\r') {
          const line = typed
          typed = ''
          enter(line)
        } else typed += key
      }
      return Promise.resolve()
    },
    close() {
      closedByUs = true
      queue = []
      next = 0
      lose()
    },
  }
}

/** Packets of the given sizes, in turn. */
export function cutInto(sizes: readonly number[]): (bytes: Uint8Array) => readonly Uint8Array[] {
  return (bytes) => {
    const packets: Uint8Array[] = []
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = Math.max(1, sizes[turn % sizes.length] ?? bytes.length)
      packets.push(bytes.subarray(at, at + size))
      at += size
    }
    return packets
  }
}
