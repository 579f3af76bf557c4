import { randomBytes } from 'node:crypto'
import type { RunId } from '../../src/model/ids.ts'
import type { Lease, ProcessMark } from '../../src/model/lease.ts'
import type { LeaseFiles } from '../../src/runs/lease-files.ts'
import type { OwnProcess, ProcessLook } from '../../src/runs/lease-owner.ts'
import { LeaseFolder, type LeaseOptions } from '../../src/runs/leases.ts'
import { runId } from '../names.ts'

/** A process of machine `noc1`, with pid and start of its own. */
export function markOf(pid: number, more: Partial<ProcessMark> = {}): ProcessMark {
  return { owner: 'alice', machine: 'noc1', boot: 'b1', pid, pidStarted: `${pid}00`, ...more }
}

/** A process that sees the others of its machine as they are listed; every other one is gone. */
export function processOf(
  mark: ProcessMark,
  running: Readonly<Record<number, ProcessLook>> = {},
): OwnProcess {
  return { mark, look: (pid) => running[pid] ?? { kind: 'gone' } }
}

export const there = (mark: ProcessMark): Readonly<Record<number, ProcessLook>> => ({
  [mark.pid]: { kind: 'there', ...(mark.pidStarted === undefined ? {} : { started: mark.pidStarted }) },
})

/** A clock for work on a real disk, which no fake clock can wait for: a sleep is over at once, and time has passed. */
export class LeapClock {
  nowMs = 0
  /** Called in the middle of each sleep. */
  during: () => void = () => undefined

  wall(): Date {
    return new Date(Date.parse('2026-11-24T19:30:00.000Z') + this.nowMs)
  }

  async sleep(ms: number): Promise<void> {
    this.nowMs += ms
    this.during()
  }
}

export interface LeaseWishes {
  readonly clock?: LeaseOptions['clock']
  readonly files?: LeaseFiles
}

export function leasesIn(dir: string, own: OwnProcess, { clock, files }: LeaseWishes = {}): LeaseFolder {
  return new LeaseFolder({
    dir,
    own,
    clock: clock ?? new LeapClock(),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    ...(files === undefined ? {} : { files }),
  })
}

export const oldRun: RunId = runId('20261124T180000-aaaaaa')
export const newRun: RunId = runId('20261124T193000-bbbbbb')

/** A lease as its file has it. */
export function leaseOf(host: string, mark: ProcessMark, more: Partial<Lease> = {}): Lease {
  const at = '2026-11-24T19:30:00.000Z'
  return { host, ...mark, runId: oldRun, takenAt: at, heartbeat: at, token: 'c'.repeat(32), ...more }
}

/** Files in memory, by path; `step` decides when each call is done. */
export function memoryFiles(
  disk: Map<string, string>,
  step: <T>(work: () => T) => Promise<T> = async (work) => work(),
): LeaseFiles {
  return {
    kindOf: () => step(() => 'folder'),
    ensureFolder: () => step(() => undefined),
    names: () => step(() => [...disk.keys()]),
    read: (path) => step(() => disk.get(path)),
    create: (path, text) =>
      step(() => {
        if (disk.has(path)) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' })
        disk.set(path, text)
      }),
    overwrite: (path, isOurs, text) =>
      step(() => {
        const now = disk.get(path)
        if (now === undefined || !isOurs(now)) return false
        disk.set(path, text)
        return true
      }),
    rename: (from, to) =>
      step(() => {
        disk.set(to, disk.get(from) ?? '')
        disk.delete(from)
      }),
    remove: (path) => step(() => void disk.delete(path)),
  }
}
