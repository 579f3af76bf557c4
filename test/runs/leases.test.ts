import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { type LeaseFiles, nodeLeaseFiles } from '../../src/runs/lease-files.ts'
import { encodeLease } from '../../src/runs/lease-record.ts'
import type { TakeAnswer } from '../../src/runs/leases.ts'
import { tempFolder } from './build.ts'
import {
  LeapClock,
  leaseOf,
  leasesIn,
  markOf,
  memoryFiles,
  newRun,
  oldRun,
  processOf,
  there,
} from './leases.ts'

const me = markOf(1)
const other = markOf(7)

/** A state directory in which another process holds hub1. */
function heldBy(text: string): string {
  const dir = tempFolder()
  mkdirSync(join(dir, 'leases'), { mode: 0o700 })
  writeFileSync(join(dir, 'leases', 'hub1.json'), text)
  return dir
}

const namesIn = (dir: string): readonly string[] => readdirSync(join(dir, 'leases'))
const textIn = (dir: string): string => readFileSync(join(dir, 'leases', 'hub1.json'), 'utf8')

describe('the lease of a device', () => {
  it('is a file for the owner only that says who holds it', async () => {
    const dir = tempFolder()
    const answer = await leasesIn(dir, processOf(me)).take('hub1', newRun)
    expect(answer).toMatchObject({ kind: 'taken' })
    expect(statSync(join(dir, 'leases', 'hub1.json')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dir, 'leases')).mode & 0o777).toBe(0o700)
    expect(JSON.parse(textIn(dir))).toMatchObject({
      host: 'hub1',
      owner: 'alice',
      machine: 'noc1',
      pid: 1,
      pidStarted: '100',
      runId: newRun,
      takenAt: '2026-11-24T19:30:00.000Z',
      heartbeat: '2026-11-24T19:30:00.000Z',
    })
  })

  it('is held against a process that comes later, and free again when it is given back', async () => {
    const dir = tempFolder()
    const first = leasesIn(dir, processOf(me))
    const second = leasesIn(dir, processOf(other, there(me)))
    const mine = await first.take('hub1', oldRun)
    expect(await second.take('hub1', newRun)).toMatchObject({
      kind: 'held',
      view: { state: 'alive', lease: { pid: 1, runId: oldRun } },
    })
    expect(await second.take('hub2', newRun)).toMatchObject({ kind: 'taken' })
    if (mine.kind === 'taken') await first.release(mine.lease)
    expect(await second.take('hub1', newRun)).toMatchObject({ kind: 'taken' })
    expect(namesIn(dir)).toEqual(['hub1.json', 'hub2.json'])
  })

  it('of a process that has ended is taken over, and whose it was is told', async () => {
    const dir = heldBy(encodeLease(leaseOf('hub1', other)))
    const answer = await leasesIn(dir, processOf(me)).take('hub1', newRun)
    expect(answer).toMatchObject({
      kind: 'taken',
      from: { reason: 'process-ended', lease: { pid: 7, runId: oldRun } },
    })
    expect(namesIn(dir)).toEqual(['hub1.json'])
    expect(JSON.parse(textIn(dir))).toMatchObject({ pid: 1, runId: newRun })
  })

  it('of another machine is taken over only without a heartbeat, by the clock and while it is watched', async () => {
    const clock = new LeapClock()
    const far = leaseOf('hub1', markOf(7, { machine: 'noc2' }))
    const dir = heldBy(encodeLease(far))
    const leases = leasesIn(dir, processOf(me), { clock })
    expect(await leases.take('hub1', newRun)).toMatchObject({ kind: 'held', view: { state: 'alive' } })
    clock.nowMs += 119_000
    expect(await leases.take('hub1', newRun)).toMatchObject({ kind: 'held' })
    clock.nowMs += 2000
    const began = clock.nowMs
    expect(await leases.take('hub1', newRun)).toMatchObject({
      kind: 'taken',
      from: { reason: 'no-heartbeat' },
    })
    expect(clock.nowMs - began).toBe(20_000)
  })

  it('of a machine whose clock is far behind is not taken over while its heartbeat goes on', async () => {
    const clock = new LeapClock()
    const far = leaseOf('hub1', markOf(7, { machine: 'noc2' }), { heartbeat: '2026-11-24T12:00:00.000Z' })
    const dir = heldBy(encodeLease(far))
    clock.during = () =>
      writeFileSync(
        join(dir, 'leases', 'hub1.json'),
        encodeLease({ ...far, heartbeat: '2026-11-24T12:00:15.000Z' }),
      )
    expect(await leasesIn(dir, processOf(me), { clock }).take('hub1', newRun)).toMatchObject({ kind: 'held' })
  })

  it.each([
    ['torn', encodeLease(leaseOf('hub1', other)).slice(0, 60)],
    ['empty', ''],
    ['of another device', encodeLease(leaseOf('hub2', other))],
  ])('that is %s is never taken over, and can be broken', async (_, text) => {
    const clock = new LeapClock()
    const dir = heldBy(text)
    const leases = leasesIn(dir, processOf(me), { clock })
    const answer = await leases.take('hub1', newRun)
    expect(answer).toMatchObject({ kind: 'held', view: { state: 'unknown', problem: expect.any(String) } })
    expect(textIn(dir)).toBe(text)
    if (answer.kind === 'held') expect(await leases.break(answer.view)).toBe(true)
    expect(namesIn(dir)).toEqual([])
  })

  it('is not written through a link, nor into a folder that is one', async () => {
    const dir = tempFolder()
    mkdirSync(join(dir, 'leases'))
    writeFileSync(join(dir, 'victim'), 'precious')
    symlinkSync(join(dir, 'victim'), join(dir, 'leases', 'hub1.json'))
    const clock = new LeapClock()
    const answer = await leasesIn(dir, processOf(me), { clock }).take('hub1', newRun)
    expect(answer.kind).toBe('held')
    expect(readFileSync(join(dir, 'victim'), 'utf8')).toBe('precious')
    const linked = tempFolder()
    symlinkSync(dir, join(linked, 'leases'))
    await expect(leasesIn(linked, processOf(me)).take('hub2', newRun)).rejects.toThrow(
      /is a link, not a folder/,
    )
  })

  it('cannot be had where the guard of a process that was killed stands, until it is broken', async () => {
    const clock = new LeapClock()
    const dir = heldBy(encodeLease(leaseOf('hub1', other)))
    writeFileSync(join(dir, 'leases', 'hub1.guard'), encodeLease(leaseOf('hub1', markOf(8))))
    const leases = leasesIn(dir, processOf(me), { clock })
    const answer = await leases.take('hub1', newRun)
    expect(answer).toMatchObject({ kind: 'held', view: { problem: expect.stringContaining('pid 8') } })
    if (answer.kind === 'held') expect(await leases.break(answer.view)).toBe(true)
    expect(namesIn(dir)).toEqual([])
    expect((await leases.take('hub1', newRun)).kind).toBe('taken')
  })
})

async function taken(answer: Promise<TakeAnswer>) {
  const got = await answer
  if (got.kind !== 'taken') throw new Error('the lease was not taken')
  return got.lease
}

describe('a lease that is held', () => {
  it('is renewed in its place', async () => {
    const clock = new LeapClock()
    const dir = tempFolder()
    const leases = leasesIn(dir, processOf(me), { clock })
    const lease = await taken(leases.take('hub1', newRun))
    clock.nowMs += 15_000
    expect(await leases.renew(lease)).toBe(true)
    expect(JSON.parse(textIn(dir))).toEqual({ v: 1, ...lease, heartbeat: '2026-11-24T19:30:15.000Z' })
  })

  it('and was broken is neither renewed nor made again, nor is the one removed that stands there now', async () => {
    const dir = tempFolder()
    const leases = leasesIn(dir, processOf(me))
    const lease = await taken(leases.take('hub1', newRun))
    const seen = await leases.look('hub1')
    if (seen !== undefined) expect(await leases.break(seen)).toBe(true)
    expect(await leases.renew(lease)).toBe(false)
    expect(namesIn(dir)).toEqual([])
    const next = await taken(leasesIn(dir, processOf(other)).take('hub1', oldRun))
    const before = textIn(dir)
    expect(await leases.renew(lease)).toBe(false)
    await leases.release(lease)
    expect(textIn(dir)).toBe(before)
    expect(JSON.parse(before)).toMatchObject({ token: next.token })
  })

  it('is not what a person has looked at when another one took its place meanwhile', async () => {
    const dir = heldBy(encodeLease(leaseOf('hub1', other)))
    const leases = leasesIn(dir, processOf(me))
    const seen = await leases.look('hub1')
    await taken(leases.take('hub1', newRun))
    const before = textIn(dir)
    if (seen !== undefined) expect(await leases.break(seen)).toBe(false)
    expect(textIn(dir)).toBe(before)
  })
})

describe('a lease that cannot be written', () => {
  const failing = (part: Partial<LeaseFiles>): LeaseFiles => ({ ...nodeLeaseFiles, ...part })
  const noSpace = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))

  it.each<[string, Partial<LeaseFiles>]>([
    ['made', { create: noSpace }],
    ['made for want of a folder', { ensureFolder: noSpace }],
  ])('or %s is an error that names the file', async (_, part) => {
    const leases = leasesIn(tempFolder(), processOf(me), { files: failing(part) })
    await expect(leases.take('hub1', newRun)).rejects.toMatchObject({
      code: 'LEASE_FAILED',
      message: expect.stringMatching(/lease of hub1, .*leases\/hub1\.json, could not be written: ENOSPC/),
    })
  })

  it('whole is not left behind', async () => {
    const dir = tempFolder()
    mkdirSync(join(dir, 'leases'))
    const path = join(dir, 'leases', 'hub1.json')
    await expect(nodeLeaseFiles.create(path, 'x'.repeat(10))).resolves.toBeUndefined()
    await expect(nodeLeaseFiles.create(path, 'y')).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(path, 'utf8')).toBe('xxxxxxxxxx')
    chmodSync(path, 0o600)
  })
})

describe('many that find the same dead lease', () => {
  it('at the same time in the same folder: one takes it over, all others see that one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const dir = heldBy(encodeLease(leaseOf('hub1', other)))
      const marks = Array.from({ length: 60 }, (_, index) => markOf(100 + index))
      const running = Object.assign({}, ...marks.map(there))
      const answers = await Promise.all(
        marks.map((mark) =>
          leasesIn(dir, processOf(mark, running), { clock: systemClock }).take('hub1', newRun),
        ),
      )
      const winners = answers.flatMap((one) => (one.kind === 'taken' ? [one] : []))
      expect(winners).toMatchObject([{ from: { lease: { pid: 7 } } }])
      const holder = winners[0]?.lease.pid
      for (const one of answers) if (one.kind === 'held') expect(one.view.lease?.pid).toBe(holder)
      expect(namesIn(dir)).toEqual(['hub1.json'])
      expect(JSON.parse(textIn(dir)).pid).toBe(holder)
    }
  })

  it('in any order of their steps: never two hold it, and a lease that is held stays as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, count) => {
        const disk = new Map([['/s/leases/hub1.json', encodeLease(leaseOf('hub1', other))]])
        const marks = Array.from({ length: count }, (_, index) => markOf(100 + index))
        const running = Object.assign({}, ...marks.map(there))
        const holding = new Set<number>()
        let most = 0
        const time = new LeapClock()
        const clock = { wall: () => time.wall(), sleep: () => scheduler.schedule(Promise.resolve()) }
        const work = marks.map(async (mark) => {
          const leases = leasesIn('/s', processOf(mark, running), {
            clock,
            files: memoryFiles(disk, (work) => scheduler.schedule(Promise.resolve()).then(work)),
          })
          const answer = await leases.take('hub1', newRun)
          if (answer.kind !== 'taken') return
          holding.add(mark.pid)
          most = Math.max(most, holding.size)
          expect(await leases.renew(answer.lease)).toBe(true)
          expect(await leases.renew(answer.lease)).toBe(true)
          holding.delete(mark.pid)
          await leases.release(answer.lease)
        })
        await scheduler.waitFor(Promise.all(work))
        expect(most).toBe(1)
        expect([...disk.keys()]).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
