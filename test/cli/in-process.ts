import { PassThrough } from 'node:stream'
import { ReadStream } from 'node:tty'
import type { CliIo } from '../../src/cli/io.ts'
import { runCli } from '../../src/cli/run.ts'

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

/** The command line in this process, without a terminal. */
export async function ikeroHere(
  argv: readonly string[],
  part: Partial<Pick<CliIo, 'cwd' | 'env' | 'uid'>> = {},
): Promise<Ran> {
  const stdout = new Sink()
  const stderr = new Sink()
  const stdin: NodeJS.ReadStream = Object.assign(Object.create(ReadStream.prototype), { isTTY: false })
  const code = await runCli({
    argv,
    env: {},
    cwd: '/',
    ...part,
    stdin,
    stdout,
    stderr,
    signal: new AbortController().signal,
    interrupt: () => undefined,
  })
  return { code, stdout: stdout.said, stderr: stderr.said }
}
