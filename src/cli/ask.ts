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

/** Asks on the terminal; only a typed `yes` is one. Ctrl-C, the end of input and an abort are a no. */
export function askYes(question: string, io: Terminal): Promise<boolean> {
  return new Promise((resolve) => {
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
