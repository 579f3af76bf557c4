import { PassThrough } from 'node:stream'
import { ReadStream } from 'node:tty'
import type { CliIo } from '../../src/cli/io.ts'
import { runCli } from '../../src/cli/run.ts'
import { expectData } from '../documents.ts'
import { checkEnd } from './documented-ends.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

class Sink extends PassThrough {
  said = ''
  columns = 80

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
  /** Which of them is a terminal, nothing being typed. */
  readonly terminals?: readonly ('stdout' | 'stderr')[]
  /** Columns and lines of those terminals. */
  readonly size?: { readonly columns: number; readonly rows: number }
}

/** The command line in this process; without a terminal unless something is typed. What it prints for programs is checked. */
export async function ikeroHere(
  argv: readonly string[],
  { typed, terminals = [], size, ...part }: Here = {},
): Promise<Ran> {
  const stdout = Object.assign(new Sink(), { isTTY: terminals.includes('stdout') }, size)
  const isTTY = typed !== undefined || terminals.includes('stderr')
  const stderr = Object.assign(new Sink(), { isTTY }, size)
  // A read stream of a real terminal cannot be made here.
  const stdin: NodeJS.ReadStream =
    typed === undefined
      ? Object.assign(Object.create(ReadStream.prototype), { isTTY: false })
      : Reflect.construct(Keyboard, [])
  // One line for each question, once it is shown.
  const lines = (typed ?? '').match(/[^\n]*\n|[^\n]+$/g) ?? []
  let answered = 0
  stderr.on('data', () => {
    if (!/[:?] $/.test(stderr.said.slice(answered))) return
    answered = stderr.said.length
    const line = lines.shift()
    if (line !== undefined) setImmediate(() => stdin.push(line))
  })
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
