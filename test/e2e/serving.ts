import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { isRecord } from '../../src/kernel/is-record.ts'
import { root } from '../architecture/sources.ts'

/** A line of the log. */
export type Logged = Readonly<Record<string, unknown>>

/** `ikero serve` in a process of its own. */
export interface Serving {
  readonly child: ChildProcess
  /** Resolves with the URL of its page when schedules are in force; undefined where none is served, or it ended. */
  readonly ready: Promise<string | undefined>
  /** Resolves with the first line of the log that fits, from the beginning on; rejects where it ends before. */
  logged(fits: (line: Logged) => boolean): Promise<Logged>
  lines(): readonly Logged[]
  stderr(): string
  readonly ended: Promise<number | null>
}

export function startServing(args: readonly string[], env: Readonly<Record<string, string>> = {}): Serving {
  const child = spawn(process.execPath, [join(root, 'dist', 'main.js'), 'serve', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  let over = false
  const lookers = new Set<() => void>()
  const look = (): void => {
    for (const one of [...lookers]) one()
  }
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
    look()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
    look()
  })
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      over = true
      look()
      resolve(code)
    })
  })
  const lines = (): readonly Logged[] => stderr.split('\n').slice(0, -1).flatMap(recordIn)
  /** Resolves with the first that `find` finds. */
  const once = <T>(find: () => T | undefined): Promise<T | undefined> =>
    new Promise((resolve) => {
      const looker = (): void => {
        const found = find()
        if (found === undefined && !over) return
        lookers.delete(looker)
        resolve(found)
      }
      lookers.add(looker)
      looker()
    })
  return {
    child,
    ended,
    lines,
    stderr: () => stderr,
    ready: once(() => /^ready(?: (.*))?\n/.exec(stdout)?.[0]).then((line) => line?.split(' ')[1]?.trim()),
    logged: async (fits) => {
      const found = await once(() => lines().find(fits))
      if (found === undefined) throw new Error(`serve ended without that line:\n${stderr}`)
      return found
    },
  }
}

function recordIn(line: string): readonly Logged[] {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? [value] : []
  } catch {
    return []
  }
}
