import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askSecret, askYes } from '../../src/cli/ask.ts'

class Terminal extends PassThrough {
  readonly isTTY = true
  raw = false
  setRawMode(on: boolean): this {
    this.raw = on
    return this
  }
}

function terminal() {
  const stdin = new Terminal()
  const stderr = new PassThrough()
  let shown = ''
  stderr.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8')
  })
  /** Whoever answers has seen the question. */
  const seen = new Promise<void>((resolve) => stderr.once('data', () => resolve()))
  const abort = new AbortController()
  let interrupts = 0
  const io = { stdin, stderr, signal: abort.signal, interrupt: () => (interrupts += 1) }
  return {
    io,
    abort,
    type: (text: string) => void seen.then(() => stdin.write(text)),
    shown: () => shown,
    interrupts: () => interrupts,
  }
}

describe('the question before a change', () => {
  it.each([
    ['yes\r', true],
    ['YES\r', true],
    [' yes \r', true],
    ['y\r', false],
    ['\r', false],
    ['no\r', false],
    ['yes please\r', false],
  ])('%j means %s', async (typed, answer) => {
    const { io, type } = terminal()
    const asked = askYes('Send? ', io)
    type(typed)
    expect(await asked).toBe(answer)
  })

  it('is not answered by what was typed before it', async () => {
    const { io, type } = terminal()
    io.stdin.write('yes\r')
    const asked = askYes('Send? ', io)
    type('no\r')
    expect(await asked).toBe(false)
  })

  it('is a no, and interrupts the run, at a Ctrl-C that was typed before it', async () => {
    const { io, type, interrupts } = terminal()
    io.stdin.write('yes\u0003')
    const asked = askYes('Send? ', io)
    type('no\r')
    expect(await asked).toBe(false)
    expect(interrupts()).toBe(1)
  })

  it('is a no when the input ends', async () => {
    const { io } = terminal()
    const asked = askYes('Send? ', io)
    io.stdin.end()
    expect(await asked).toBe(false)
  })

  it('is a no, and interrupts the run, at Ctrl-C', async () => {
    const { io, type, interrupts } = terminal()
    const asked = askYes('Send? ', io)
    type('\u0003')
    expect(await asked).toBe(false)
    expect(interrupts()).toBe(1)
  })

  it('is a no when the run is aborted meanwhile', async () => {
    const { io, abort } = terminal()
    const asked = askYes('Send? ', io)
    abort.abort()
    expect(await asked).toBe(false)
  })
})

describe('the question for a secret', () => {
  it('takes what is typed, with corrections, and shows none of it', async () => {
    const { io, type, shown } = terminal()
    const asked = askSecret('password', io)
    expect(io.stdin.raw).toBe(true)
    type('sesamx\u007fe')
    type('!\r')
    expect(await asked).toBe('sesame!')
    expect(shown()).toBe('password: \n')
    expect(io.stdin.raw).toBe(false)
  })

  it('is broken off by Ctrl-C', async () => {
    const { io, type, interrupts } = terminal()
    const asked = askSecret('password', io)
    type('ses\u0003')
    expect(await asked).toBeUndefined()
    expect(interrupts()).toBe(1)
  })
})
