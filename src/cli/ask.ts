import { createInterface } from 'node:readline'
import type { CliIo } from './io.ts'

/** Asks on the terminal; only a typed `yes` is one. The signal counts as no. */
export function askYes(question: string, io: CliIo): Promise<boolean> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: io.stdin, output: io.stderr, terminal: true })
    const done = (answer: boolean): void => {
      io.signal.removeEventListener('abort', abort)
      lines.close()
      resolve(answer)
    }
    const abort = (): void => done(false)
    io.signal.addEventListener('abort', abort, { once: true })
    lines.on('close', abort)
    lines.question(question, (answer) => done(answer.trim().toLowerCase() === 'yes'))
  })
}

/** Reads a secret from the terminal without showing it. Undefined when it was broken off. */
export function askSecret(label: string, io: CliIo): Promise<string | undefined> {
  return new Promise((resolve) => {
    const { stdin, stderr } = io
    let typed = ''
    const done = (value: string | undefined): void => {
      stdin.setRawMode(false)
      stdin.pause()
      stdin.off('data', onData)
      stderr.write('\n')
      resolve(value)
    }
    const onData = (chunk: Buffer): void => {
      for (const character of chunk.toString('utf8')) {
        const enter = character === '\r' || character === '\n'
        if (enter || character === '\u0003' || character === '\u0004') {
          done(enter ? typed : undefined)
          return
        }
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character
      }
    }
    stderr.write(`${label}: `)
    stdin.setRawMode(true)
    stdin.on('data', onData)
    stdin.resume()
  })
}
