import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import type { OwnProcess, ProcessLook } from '../runs/lease-owner.ts'
import type { RunOptions } from './options.ts'

type Options = Pick<RunOptions, 'env' | 'self'>

/**
 * Who holds the leases of a run. Linux tells all of it in /proc (proc(5): the number of a process, field 22 of its
 * `stat`, boot id, namespace of process numbers); elsewhere the caller says which process it is and whether another one
 * runs, and what nobody tells is left out.
 */
export function ownProcess({ env, self: given }: Options): OwnProcess {
  const pid = given?.pid ?? pidOf(link('/proc/self'))
  const own = pid === 0 ? undefined : startedOf(pid)
  const boot = [text('/proc/sys/kernel/random/boot_id')?.trim(), link('/proc/self/ns/pid')]
  return {
    mark: {
      owner: userName(env),
      machine: hostname() || 'unknown',
      ...(boot[0] === undefined ? {} : { boot: boot.join(' ') }),
      pid,
      ...(own === undefined ? {} : { pidStarted: own }),
    },
    look: (other) => look(other, given?.isRunning?.(other), own !== undefined),
  }
}

/** `running`: what the caller says; `proc`: whether /proc tells of processes here. */
function look(pid: number, running: boolean | undefined, proc: boolean): ProcessLook {
  if (running === false) return { kind: 'gone' }
  const stat = proc ? text(`/proc/${pid}/stat`) : undefined
  if (stat !== undefined) {
    const started = startedIn(stat)
    return started === undefined ? { kind: 'gone' } : { kind: 'there', started }
  }
  // Of another user, whose processes may be hidden in /proc.
  if (running === true) return { kind: 'there' }
  return proc ? { kind: 'gone' } : { kind: 'not-told' }
}

/**
 * When a process was started, in clock ticks since the boot; undefined for one that is not there, or has ended and was
 * not waited for. The name in brackets may hold anything: the fields are counted behind its end.
 */
export function startedIn(stat: string): string | undefined {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/)
  const [state = 'X'] = fields
  const started = fields[19]
  return /^[ZXx]$/.test(state) || started === undefined || !/^\d+$/.test(started) ? undefined : started
}

function startedOf(pid: number): string | undefined {
  const stat = text(`/proc/${pid}/stat`)
  return stat === undefined ? undefined : startedIn(stat)
}

function pidOf(name: string | undefined): number {
  return name !== undefined && /^\d{1,10}$/.test(name) ? Number(name) : 0
}

function userName(env: RunOptions['env']): string {
  try {
    return userInfo().username || 'unknown'
  } catch {
    // A number without an account, as in a container.
    return env.USER || env.LOGNAME || 'unknown'
  }
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
