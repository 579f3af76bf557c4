import { spawn } from 'node:child_process'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'

/** What a program that prints a secret gave. */
export type CommandAnswer =
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** Runs a program without a shell and takes what it prints. */
export type SecretCommand = (
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
) => Promise<CommandAnswer>

/** Bounds of one program: enough for a password manager that asks for a touch of a key. */
export const commandLimits: { readonly timeoutMs: number; readonly bytes: number } = {
  timeoutMs: 60_000,
  bytes: 64 * 1024,
}

/** The default {@link SecretCommand}. */
export const runSecretCommand: SecretCommand = (argv, env) =>
  runBounded(argv, env, commandLimits.timeoutMs, systemClock)

/**
 * Runs `argv` with a bound on time and output. Its standard error is thrown away: password managers
 * write there what nobody else should read, and it would not be redacted.
 */
export function runBounded(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
  clock: Clock,
  cwd?: string,
): Promise<CommandAnswer> {
  const [program = '', ...args] = argv
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...env },
      shell: false,
      stdio: ['ignore', 'pipe', 'ignore'],
      ...(cwd === undefined ? {} : { cwd }),
    })
    const chunks: Buffer[] = []
    let size = 0
    const finish = (answer: CommandAnswer): void => {
      stopTimer()
      // A grandchild may hold the pipe open: nothing more is read from it.
      child.stdout.destroy()
      resolve(answer)
    }
    const giveUp = (reason: string): void => {
      child.kill('SIGKILL')
      finish({ kind: 'failed', reason })
    }
    const stopTimer = clock.timer(timeoutMs, () =>
      giveUp(`it did not end within ${timeoutMs / 1000} seconds`),
    )
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > commandLimits.bytes) giveUp('it printed more than a secret')
      else chunks.push(chunk)
    })
    child.on('error', (thrown) => finish({ kind: 'failed', reason: startFailure(thrown) }))
    child.on('close', (code, signal) => {
      if (code === 0) finish({ kind: 'printed', text: Buffer.concat(chunks).toString('utf8') })
      else
        finish({
          kind: 'failed',
          reason: signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`,
        })
    })
  })
}

function startFailure(thrown: Error): string {
  const code = 'code' in thrown ? thrown.code : undefined
  if (code === 'ENOENT') return 'there is no such program'
  return code === 'EACCES'
    ? 'it may not be run by this user'
    : `it could not be started: ${messageOf(thrown)}`
}
