import { PassThrough } from 'node:stream'
import { ReadStream } from 'node:tty'
import type { CliIo } from '../../src/cli/io.ts'
import { runCli } from '../../src/cli/run.ts'
import { checkEnd } from './documented-ends.ts'
import { expectData } from '../documents.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

class Sink extends PassThrough {
  said = ''
  readonly columns = 80

  constructor() {
    super()
    this.on('data', (chunk: Buffer) => {
      this.said += chunk.toString('utf8')
    })
  }
}

class Keyboard extends PassThrough {
  readonly isTTY = true
  setRawMode(): this {
    return this
  }
}

/** Where and how the command line runs; with `typed` it has a terminal, on which that is typed. */
export interface Here extends Partial<Pick<CliIo, 'cwd' | 'env' | 'uid'>> {
  readonly typed?: string
}

/** The command line in this process; without a terminal unless something is typed. What it prints for programs is checked. */
export async function ikeroHere(argv: readonly string[], { typed, ...part }: Here = {}): Promise<Ran> {
  const stdout = new Sink()
  const stderr = typed === undefined ? new Sink() : Object.assign(new Sink(), { isTTY: true })
  // A read stream of a real terminal cannot be made here.
  const stdin: NodeJS.ReadStream =
    typed === undefined
      ? Object.assign(Object.create(ReadStream.prototype), { isTTY: false })
      : Reflect.construct(Keyboard, [])
  if (typed !== undefined) stdin.push(typed)
  const code = await runCli({
    argv,
    env: {},
    cwd: '/',
    ...part,
    stdin,
    stdout,
    stderr,
    signal: new AbortController().signal,
    halt: new AbortController().signal,
    interrupt: () => undefined,
  })
  const ran = { code, stdout: stdout.said, stderr: stderr.said }
  checkEnd(argv, ran)
  expectData(argv, code, stdout.said)
  return ran
}
