import { describe, expect, it } from 'vitest'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { encodeLease } from '../../src/runs/lease-record.ts'
import { LeaseFolder } from '../../src/runs/leases.ts'
import { type LeasedSessions, leasedSessions } from '../../src/wire/leased-sessions.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { Ports } from '../../src/workflow/ports.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { counting } from '../runs/build.ts'
import { leaseOf, markOf, memoryFiles, newRun, oldRun, processOf, there } from '../runs/leases.ts'
import { end, hub, threeHubs } from '../workflow/scenarios.ts'
import {
  configLines,
  createWorld,
  device,
  expectNothingSent,
  profile,
  type World,
} from '../workflow/world.ts'

const path = '/s/leases/hub1.json'
const me = markOf(1)
const other = markOf(7, { owner: 'bob' })
const hub1 = device('hub1', [profile('VPN')])

interface Leased {
  readonly world: World
  readonly disk: Map<string, string>
  readonly sessions: LeasedSessions
  readonly ports: Ports
  /** What the heartbeat of hub1's lease is now; undefined where there is none. */
  heartbeat(): string | undefined
  apply(hosts?: readonly string[]): Promise<readonly DeviceOutcome[]>
}

interface Wishes {
  readonly scenario?: string
  readonly standing?: string
  readonly running?: Parameters<typeof processOf>[1]
  readonly journalFails?: (entry: JournalEntry) => boolean
  readonly fails?: () => boolean
}

/** A run whose sessions need leases, on a disk in memory. */
function leased({ scenario, standing, running, journalFails, fails = () => false }: Wishes = {}): Leased {
  const world = createWorld(
    scenario ?? hub({ renew: '6s' }),
    journalFails === undefined ? {} : { journalFails },
  )
  const disk = new Map<string, string>(standing === undefined ? [] : [[path, standing]])
  const files = memoryFiles(disk, async (work) => {
    if (fails()) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    return work()
  })
  const leases = new LeaseFolder({
    dir: '/s',
    clock: world.clock,
    own: processOf(me, { ...there(me), ...running }),
    randomHex: counting(),
    files,
  })
  const sessions = leasedSessions(world.ports.sessions, {
    leases,
    runId: newRun,
    clock: world.clock,
    journal: world.ports.journal,
    unlockCommand: (host) => `ikero unlock ${host}`,
  })
  const emit: Ports['emit'] = (event) => {
    sessions.hear(event)
    world.ports.emit(event)
  }
  const ports = { ...world.ports, sessions, emit }
  return {
    world,
    disk,
    sessions,
    ports,
    heartbeat: () => {
      const text = disk.get(path)
      return text === undefined ? undefined : JSON.parse(text).heartbeat
    },
    apply: async (hosts = ['hub1']) => {
      const requests = hosts.map((host) => device(host, [profile('VPN')]))
      const done = await world.clock.settle(applyFleet(world.request(requests), ports))
      await world.clock.settle(sessions.close())
      return done.devices
    },
  }
}

/** The ports, with something done just before an entry is written. */
function meanwhile(ports: Ports, kind: JournalEntry['kind'], act: () => void): Ports {
  const append = (entry: JournalEntry): Promise<void> => {
    if (entry.kind === kind) act()
    return ports.journal.append(entry)
  }
  return { ...ports, journal: { append } }
}

describe('an apply', () => {
  it('holds the lease while it sends and proves, and gives it back when the device is finished', async () => {
    const run = leased()
    const during: (string | undefined)[] = []
    const ports = meanwhile(run.ports, 'line-sending', () => during.push(run.disk.get(path)))
    await run.world.clock.settle(applyFleet(run.world.request([hub1]), ports))
    expect(during.length).toBeGreaterThan(1)
    for (const text of during) expect(JSON.parse(text ?? '{}')).toMatchObject({ pid: 1, runId: newRun })
    await run.world.clock.advance(0)
    expect([...run.disk.keys()]).toEqual([])
    await run.sessions.close()
    expect(run.world.clock.pending).toBe(0)
  })

  it('sends nothing to a device that another run holds, says whose it is, and goes on with the others', async () => {
    const standing = encodeLease(leaseOf('hub1', other))
    const run = leased({ scenario: threeHubs({ renew: '6s' }), standing, running: there(other) })
    const devices = await run.apply(['hub1', 'hub2'])
    expect(devices.map(({ host, status }) => [host, status])).toEqual([
      ['hub1', 'failed'],
      ['hub2', 'verified'],
    ])
    const error = devices[0]?.error
    expect(error?.code).toBe('DEVICE_LEASED')
    for (const word of [
      'hub1',
      'bob on noc1',
      'pid 7',
      oldRun,
      '2026-11-24T19:30:00.000Z',
      'nothing was sent',
    ])
      expect(error?.message).toContain(word)
    expect(error?.next).toContain('`ikero unlock hub1`')
    expectNothingSent(run.world, 'hub1')
    expect(run.disk.get(path)).toBe(standing)
  })

  it('takes over the lease of a process that has ended, and has that in its journal before it sends', async () => {
    const run = leased({ standing: encodeLease(leaseOf('hub1', other)) })
    expect(await run.apply()).toMatchObject([{ status: 'verified' }])
    expect(run.world.journal[0]).toEqual({
      kind: 'lease-taken-over',
      host: 'hub1',
      reason: 'process-ended',
      owner: 'bob',
      machine: 'noc1',
      pid: 7,
      fromRun: oldRun,
      takenAt: '2026-11-24T19:30:00.000Z',
      heartbeat: '2026-11-24T19:30:00.000Z',
    })
    expect([...run.disk.keys()]).toEqual([])
  })

  it('sends nothing when the journal cannot say that a lease was taken over', async () => {
    const run = leased({
      standing: encodeLease(leaseOf('hub1', other)),
      journalFails: (entry) => entry.kind === 'lease-taken-over',
    })
    expect(await run.apply()).toMatchObject([{ status: 'failed', error: { code: 'JOURNAL_FAILED' } }])
    expectNothingSent(run.world, 'hub1')
    expect([...run.disk.keys()]).toEqual([])
  })

  it('sends nothing when the lease cannot be written', async () => {
    const run = leased({ fails: () => true })
    const devices = await run.apply()
    expect(devices).toMatchObject([{ status: 'failed', error: { code: 'LEASE_FAILED' } }])
    expect(devices[0]?.error?.message).toMatch(/\/s\/leases\/hub1\.json, could not be written: ENOSPC/)
    expectNothingSent(run.world, 'hub1')
  })

  it('sends nothing when its lease was broken after the session was opened, and does not take it again', async () => {
    const run = leased()
    const ports = meanwhile(run.ports, 'push-intent', () => run.disk.clear())
    const { devices } = await run.world.clock.settle(applyFleet(run.world.request([hub1]), ports))
    expect(devices).toMatchObject([{ status: 'failed', error: { code: 'DEVICE_LEASED' } }])
    expect(devices[0]?.error?.message).toContain('was taken from this run')
    expectNothingSent(run.world, 'hub1')
    expect([...run.disk.keys()]).toEqual([])
  })

  it('leaves alone what another run has taken meanwhile: a person must look at what it could not take back', async () => {
    const sole = [end('203.0.113.11', ', starts: false'), end('203.0.113.12')]
    const run = leased({ scenario: hub({ ends: sole }) })
    const standing = encodeLease(leaseOf('hub1', other))
    const ports = meanwhile(run.ports, 'saved', () => run.disk.set(path, standing))
    const { devices } = await run.world.clock.settle(applyFleet(run.world.request([hub1]), ports))
    expect(devices).toMatchObject([{ status: 'unknown', error: { code: 'REVERT_FAILED' } }])
    expect(devices[0]?.error?.message).toContain('the lease of hub1 was taken from this run')
    expect(configLines(run.world, 'hub1').join()).not.toContain('no responder-only')
    await run.world.clock.settle(run.sessions.close())
    expect(run.disk.get(path)).toBe(standing)
  })

  it('takes its lines back in the session that sent them, also when the lease was broken after the first line', async () => {
    const faults = "    faults: { lines: [{ line: ^responder-only, reply: '% Invalid input' }] }"
    const run = leased({ scenario: hub({ renew: '6s', knobs: faults }) })
    const ports = meanwhile(run.ports, 'line-sending', () => run.disk.clear())
    const { devices } = await run.world.clock.settle(applyFleet(run.world.request([hub1]), ports))
    expect(devices).toMatchObject([{ status: 'rolled-back' }])
  })

  it('sets the revert timer that was asked for', async () => {
    const archived = hub({ renew: '6s' }).replace(
      '      crypto isakmp policy 10\n',
      '      archive\n       path flash:before-\n      crypto isakmp policy 10\n',
    )
    const run = leased({ scenario: archived })
    const timed = device('hub1', [profile('VPN')], { revertTimer: { minutes: 10 } })
    const { devices } = await run.world.clock.settle(applyFleet(run.world.request([timed]), run.ports))
    await run.world.clock.settle(run.sessions.close())
    expect(run.world.received('hub1').filter((line) => line.startsWith('configure'))).toEqual([
      'configure terminal revert timer 10',
      'configure confirm',
    ])
    expect(devices[0]).toMatchObject({ status: 'verified', saved: 'yes' })
  })

  it('saves nothing when its lease was broken while a device was read that is only to be saved', async () => {
    const run = leased()
    run.world.meddle('hub1', [
      'enable',
      'lab',
      'configure terminal',
      'crypto ipsec profile VPN',
      'responder-only',
      'end',
    ])
    const ports = meanwhile(run.ports, 'saving', () => run.disk.delete(path))
    const { devices } = await run.world.clock.settle(applyFleet(run.world.request([hub1]), ports))
    await run.world.clock.settle(run.sessions.close())
    expect(run.world.received('hub1')).not.toContain('write memory')
    expect(devices[0]?.saved).toBe('no')
    const [notSaved] = devices[0]?.findings.filter(({ code }) => code === 'NOT_SAVED') ?? []
    expect(notSaved?.evidence).toMatch(/the lease of hub1 was taken from this run/)
  })

  it('renews its lease every 15 s for as long as the proof lasts, and not longer', async () => {
    const run = leased({ scenario: hub({}) })
    const working = applyFleet(run.world.request([hub1]), run.ports)
    await run.world.clock.advance(20_000)
    const first = run.heartbeat()
    await run.world.clock.advance(15_000)
    const second = run.heartbeat()
    expect(Date.parse(second ?? '') - Date.parse(first ?? '')).toBe(15_000)
    await run.world.clock.settle(working)
    await run.world.clock.advance(60_000)
    expect(run.heartbeat()).toBeUndefined()
    expect(run.world.clock.pending).toBe(0)
  })

  it('keeps its lease over a heartbeat that could not be written, once writing works again', async () => {
    let full = false
    const run = leased({ scenario: hub({}), fails: () => full })
    const working = applyFleet(run.world.request([hub1]), run.ports)
    await run.world.clock.advance(20_000)
    full = true
    await run.world.clock.advance(15_000)
    full = false
    await run.world.clock.advance(15_000)
    expect(run.heartbeat()).toBe(new Date(run.world.clock.wall().getTime() - 5000).toISOString())
    await run.world.clock.settle(working)
  })
})

describe('a command that only reads', () => {
  it.each([
    ['plan', planFleet],
    ['verify', verifyFleet],
  ])('takes no lease and minds none: %s', async (_, step) => {
    const standing = encodeLease(leaseOf('hub1', other))
    const run = leased({ standing, running: there(other) })
    const { devices } = await run.world.clock.settle(step(run.world.request([hub1]), run.ports))
    expect(devices[0]?.targets.length).toBe(1)
    expect(devices[0]?.error?.code).not.toBe('DEVICE_LEASED')
    expect([...run.disk]).toEqual([[path, standing]])
  })
})
