import { spawn } from 'node:child_process'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'

/** How a program ended; its output is cut off at the bound. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** It could not be started, was ended, or did not end in time. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Runs a program without a shell, with `input` on its standard input. */
export type RunProgram = (argv: readonly [string, ...string[]], input: Uint8Array) => Promise<ProgramEnd>

const mostMs = 30_000
const mostBytes = 64 * 1024

/** A {@link RunProgram} with a bound on time and output. */
export function programRunner(env: Readonly<Record<string, string | undefined>>, clock: Clock): RunProgram {
  return ([program, ...args], input) =>
    new Promise((resolve) => {
      const child = spawn(program, args, { env: { ...env }, shell: false, stdio: ['pipe', 'pipe', 'pipe'] })
      const said = { stdout: '', stderr: '' }
      const finish = (end: ProgramEnd): void => {
        stopTimer()
        resolve(end)
      }
      const stopTimer = clock.timer(mostMs, () => {
        child.kill('SIGKILL')
        finish({ kind: 'failed', reason: `${program} did not end within ${mostMs / 1000} seconds` })
      })
      const listen = (name: 'stdout' | 'stderr'): void => {
        child[name].on('data', (chunk: Buffer) => {
          if (said[name].length < mostBytes) said[name] += chunk.toString('utf8').slice(0, mostBytes)
        })
      }
      listen('stdout')
      listen('stderr')
      child.on('error', (thrown) => {
        const missing = 'code' in thrown && thrown.code === 'ENOENT'
        const reason = missing ? `there is no ${program} on this machine` : messageOf(thrown)
        finish({ kind: 'failed', reason })
      })
      child.on('close', (code, signal) =>
        finish(
          code === null
            ? { kind: 'failed', reason: `${program} was ended by ${signal ?? 'something'}` }
            : { kind: 'exited', code, ...said },
        ),
      )
      // A program that does not read all of it is judged by how it ends.
      child.stdin.on('error', () => undefined)
      child.stdin.end(input)
    })
}
