import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/kernel/redact.ts'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import type { AppendFile, ReadFile } from '../../src/runs/files.ts'
import { FileJournal } from '../../src/runs/journal.ts'
import { readJournal } from '../../src/runs/journal-reader.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import { newRun } from '../runs/leases.ts'
import { threeHubs } from './scenarios.ts'
import { createWorld, device, profile, type World } from './world.ts'

const hosts = ['hub1', 'hub2'] as const
const requests = hosts.map((host) => device(host, [profile('VPN')]))

type Failure = 'ENOSPC' | 'EROFS' | 'EIO'

/** A disk that goes bad at its n-th write: what was flushed before stays, of that write the half may stand there too. */
class FailingFile implements AppendFile {
  readonly #failsAt: number
  readonly #how: Failure
  #writes = 0
  #flushed: Buffer = Buffer.alloc(0)
  #written: Buffer = Buffer.alloc(0)

  constructor(failsAt: number, how: Failure) {
    this.#failsAt = failsAt
    this.#how = how
  }

  /** What a reader finds there after the run. */
  get left(): Buffer {
    return this.#written
  }

  /** What a crash could not have taken. */
  get durable(): Buffer {
    return this.#flushed
  }

  get failed(): boolean {
    return this.#writes >= this.#failsAt
  }

  async append(data: Uint8Array): Promise<void> {
    this.#writes += 1
    if (this.failed && this.#how === 'ENOSPC')
      this.#written = Buffer.concat([this.#written, data.subarray(0, data.length / 2)])
    if (this.failed && this.#how !== 'EIO') throw new Error(`${this.#how}: the disk`)
    this.#written = Buffer.concat([this.#written, data])
  }

  async sync(): Promise<void> {
    if (this.failed) throw new Error('EIO: the disk')
    this.#flushed = this.#written
  }

  async close(): Promise<void> {}
}

async function entriesIn(bytes: Buffer): Promise<readonly JournalEntry[]> {
  const file: ReadFile = {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => undefined,
  }
  const entries: JournalEntry[] = []
  for await (const item of readJournal(file)) if (item.kind === 'line') entries.push(item.line.entry)
  return entries
}

interface Ran {
  readonly world: World
  readonly file: FailingFile
  readonly devices: readonly DeviceOutcome[]
  readonly exitCode: number
}

/** Two hubs, one after the other, with a journal on such a disk. */
async function applied(failsAt: number, how: Failure): Promise<Ran> {
  const world = createWorld(threeHubs({ renew: '6s' }))
  const file = new FailingFile(failsAt, how)
  const run = { runId: newRun, folder: '/s/runs/r' }
  const journal = new FileJournal(run, file, { clock: world.clock, redactor: createRedactor() })
  const request = world.request(requests, { concurrency: 1 })
  const { devices } = await world.clock.settle(applyFleet(request, { ...world.ports, journal }))
  const at = { startedAt: '', finishedAt: '', interrupted: false }
  return {
    world,
    file,
    devices,
    exitCode: exitCodeOf({ command: 'apply', runId: newRun, playbook: 'p', devices, ...at }),
  }
}

/** Lines that a device got in configuration mode, the way out of it left out; and saves. */
const changing = (world: World, host: string): readonly string[] =>
  world
    .typedAt(host)
    .flatMap((line) => /\([\w-]+\)#(?!end$|exit$)(.+)$|#(write memory)$/.exec(line)?.slice(1).join('') ?? [])

const recorded = (entries: readonly JournalEntry[], host: string): readonly string[] =>
  entries.flatMap((entry) => {
    if (entry.kind === 'line-sending' && entry.host === host) return [entry.line]
    return entry.kind === 'saving' && entry.host === host ? ['write memory'] : []
  })

/** What the devices really have, by another session. */
async function valuesNow(world: World): Promise<readonly string[]> {
  const { devices } = await world.clock.settle(planFleet(world.request(requests), world.ports))
  return devices.map((one) => one.targets[0]?.before ?? '')
}

describe('an apply whose journal cannot be written any more', () => {
  it('from the start sends nothing to any device', async () => {
    for (const how of ['ENOSPC', 'EROFS', 'EIO'] as const) {
      const { world, devices, exitCode } = await applied(1, how)
      expect(exitCode).toBe(1)
      for (const one of devices) {
        expect(one).toMatchObject({ status: 'failed', error: { code: 'JOURNAL_FAILED' } })
        expect(one.error?.message).toContain('/s/runs/r/journal.ndjson could not be written')
        expect(one.error?.next).toMatch(/make room or give another --state-dir/)
      }
      expect(hosts.flatMap((host) => changing(world, host))).toEqual([])
    }
  })

  it.each(['ENOSPC', 'EIO'] as const)(
    'at whatever write, by %s: no line goes out that is not on disk, and what was done is told as it is',
    { timeout: 120_000 },
    async (how) => {
      const seen = new Set<string>()
      for (let failsAt = 2; ; failsAt += 1) {
        const { world, file, devices, exitCode } = await applied(failsAt, how)
        const durable = await entriesIn(file.durable)
        const values = await valuesNow(world)
        for (const [index, host] of hosts.entries()) {
          const sent = changing(world, host)
          expect(recorded(durable, host).slice(0, sent.length)).toEqual(sent)
          const [one] = devices[index]?.targets ?? []
          expect(one?.sent).toBe(sent.some((line) => line !== 'write memory'))
          const told = one?.sent ? one.after : one?.before
          expect([host, failsAt, told]).toEqual([host, failsAt, values[index]])
        }
        // Whatever is left there reads back up to the write that failed.
        expect((await entriesIn(file.left)).slice(0, durable.length)).toEqual(durable)
        if (!file.failed) {
          expect(exitCode).toBe(0)
          break
        }
        expect(exitCode).toBeGreaterThan(0)
        expect(devices.some((one) => one.error?.code === 'JOURNAL_FAILED')).toBe(true)
        seen.add(
          devices.map((one) => (changing(world, one.host).length > 0 ? 'sent' : 'untouched')).join(' '),
        )
      }
      expect([...seen].sort()).toEqual(['sent sent', 'sent untouched', 'untouched untouched'])
    },
  )
})
