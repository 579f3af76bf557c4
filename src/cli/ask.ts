import { createInterface } from 'node:readline'
import type { Output } from './io.ts'

/** What asking a person takes of the terminal. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { setRawMode?(on: boolean): unknown }
  readonly stderr: Output & NodeJS.WritableStream
  readonly signal: AbortSignal
  /** Ctrl-C: in raw mode the terminal sends a character, not a signal. */
  interrupt(): void
}

/**
 * Asks on the terminal; only a `yes` that was typed after the question is one. Ctrl-C, the end of input and an abort
 * are a no.
 */
export async function askYes(question: string, io: Terminal): Promise<boolean> {
  await forgetTyped(io)
  return new Promise((resolve) => {
    if (io.signal.aborted || !io.stdin.readable) {
      resolve(false)
      return
    }
    const lines = createInterface({ input: io.stdin, output: io.stderr, terminal: true })
    const done = (answer: boolean): void => {
      // First: closing tells of the end of input, which would be a no.
      resolve(answer)
      io.signal.removeEventListener('abort', refuse)
      lines.close()
    }
    const refuse = (): void => done(false)
    io.signal.addEventListener('abort', refuse, { once: true })
    lines.on('close', refuse)
    lines.on('SIGINT', () => {
      io.interrupt()
      refuse()
    })
    lines.question(question, (answer) => done(answer.trim().toLowerCase() === 'yes'))
  })
}

/** What was typed before the question is no answer to it: nobody had seen what it asks for. */
async function forgetTyped({ stdin, interrupt }: Terminal): Promise<void> {
  const onData = (chunk: Buffer | string): void => {
    if (chunk.toString('utf8').includes('\u0003')) interrupt()
  }
  stdin.setRawMode?.(true)
  stdin.on('data', onData)
  stdin.resume()
  // What waits in the terminal arrives with the next look at it; the third is behind that one, however this was called.
  for (let look = 0; look < 3; look += 1) await new Promise((resolve) => setImmediate(resolve))
  stdin.pause()
  stdin.off('data', onData)
}

/** Reads a secret from the terminal without showing it. Undefined when it was broken off. */
export function askSecret(label: string, io: Terminal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const { stdin, stderr } = io
    let typed = ''
    const done = (value: string | undefined): void => {
      stdin.off('data', onData)
      stdin.setRawMode?.(false)
      stdin.pause()
      stderr.write('\n')
      resolve(value)
    }
    const onData = (chunk: Buffer | string): void => {
      for (const character of chunk.toString('utf8')) {
        if (character === '\r' || character === '\n') {
          done(typed)
          return
        }
        if (character === '\u0003' || character === '\u0004') {
          if (character === '\u0003') io.interrupt()
          done(undefined)
          return
        }
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character
      }
    }
    stderr.write(`${label}: `)
    stdin.setRawMode?.(true)
    stdin.on('data', onData)
    stdin.resume()
  })
}
