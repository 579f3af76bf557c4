import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { err } from '../../src/kernel/result.ts'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { TargetIntent } from '../../src/model/intent.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { SavePolicy } from '../../src/model/playbook.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import type { Ports } from '../../src/workflow/ports.ts'
import { root } from '../architecture/sources.ts'
import { contextName, mapName } from '../names.ts'
import { asa, contexts, end, hub } from './scenarios.ts'
import { applied, applyIn, only, stepsOf, takeBackIn } from './take-back.ts'
import { configLines, createWorld, device, entry, profile, type World } from './world.ts'

const vpn = device('hub1', [profile('VPN')])
const hubVpn = 'crypto ipsec profile VPN'
const codes = ({ findings }: DeviceOutcome): readonly string[] => findings.map(({ code }) => code)
const reverts = (journal: readonly JournalEntry[]): readonly string[] =>
  journal.flatMap((one) => (one.kind === 'line-sending' ? [`${one.purpose} ${one.line}`] : []))
const exitOf = (devices: readonly DeviceOutcome[]): number =>
  exitCodeOf({
    command: 'rollback',
    runId: 'r',
    playbook: 'p',
    startedAt: '',
    finishedAt: '',
    devices,
    interrupted: false,
  })

async function appliedHub(
  options: Parameters<typeof hub>[0] = {},
  save: SavePolicy = 'always',
): Promise<World> {
  const world = createWorld(hub({ renew: '6s', ...options }))
  expect(only(await applyIn(world, [vpn], { save })).status).toBe('verified')
  return world
}

/** Lines in configuration mode and the save, since the run. */
function since(world: World, before: readonly string[]): readonly string[] {
  return configLines(world, 'hub1').slice(before.length)
}

describe('taking a run back', () => {
  it('sends the recorded lines back, reads them back, saves because the run had, and watches for a minute', async () => {
    const world = await appliedHub()
    const before = configLines(world, 'hub1')
    const startedMs = world.clock.monotonicMs()
    const { devices, question, journal } = await takeBackIn(world, [vpn])
    const outcome = only(devices)
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      saved: 'yes',
      targets: [
        { name: 'VPN', before: 'responder-only', after: 'bidirectional', status: 'rolled-back', sent: true },
      ],
      change: { lines: [hubVpn, 'no responder-only'], revert: [hubVpn, 'responder-only'] },
      coverageText: '2 of 2 peers that had an SA have one',
    })
    expect(since(world, before)).toEqual([
      'configure terminal',
      hubVpn,
      'no responder-only',
      'end',
      'write memory',
    ])
    expect(question).toMatchObject({ of: applied, unreachable: [], leftAlone: [], saves: ['hub1'] })
    expect(journal.map((one) => one.kind).filter((kind) => kind !== 'sa-reading')).toEqual([
      'push-intent',
      'line-sending',
      'line-replied',
      'line-sending',
      'line-replied',
      'read-back',
      'saving',
      'saved',
      'outcome',
      'device-outcome',
    ])
    expect(reverts(journal)).toEqual([`revert ${hubVpn}`, 'revert no responder-only'])
    expect(exitOf(devices)).toBe(0)
    const tookMs = world.clock.monotonicMs() - startedMs
    expect(tookMs).toBeGreaterThanOrEqual(60_000)
    expect(tookMs).toBeLessThan(75_000)
    expect(world.clock.pending).toBe(0)
  })

  it('gives a crypto map entry its type back, in the words of the device', async () => {
    const world = createWorld(asa({ renew: '6s' }))
    const request = device('asa1', [entry('outside_map', 10)], {
      platform: 'asa',
      peers: [{ key: '203.0.113.20', type: 'asa' }],
    })
    expect(only(await applyIn(world, [request])).status).toBe('verified')
    const { devices, journal } = await takeBackIn(world, [request])
    expect(only(devices)).toMatchObject({ status: 'rolled-back', saved: 'yes' })
    expect(reverts(journal)).toEqual(['revert crypto map outside_map 10 set connection-type bidirectional'])
  })

  it('sends nothing where the value is as before already, and says that the change is over', async () => {
    const world = await appliedHub()
    await takeBackIn(world, [vpn])
    const before = configLines(world, 'hub1')
    const run = stepsOf(world.journal).slice(
      0,
      world.journal.findIndex((one) => one.kind === 'device-outcome'),
    )
    const { devices, question, journal } = await takeBackIn(world, [vpn], { steps: run })
    expect(only(devices)).toMatchObject({ status: 'compliant', saved: 'not-needed' })
    expect(since(world, before)).toEqual([])
    expect(question).toBeUndefined()
    expect(exitOf(devices)).toBe(0)
    expect(journal.flatMap((one) => (one.kind === 'outcome' ? [one.status] : []))).toEqual([
      'compliant',
      'rolled-back',
    ])
  })
})

describe('a target that is left alone', () => {
  it('is one that reads neither as before nor as the run set it, or is gone', async () => {
    const world = createWorld(asa({ renew: '6s' }))
    const targets = [entry('outside_map', 10), entry('outside_map', 20)]
    const peers = ['203.0.113.20', '203.0.113.21'].map((key) => ({ key, type: 'asa' }) as const)
    const request = device('asa1', targets, { platform: 'asa', peers })
    expect(only(await applyIn(world, [request])).status).toBe('verified')
    world.meddle('asa1', [
      'enable',
      'lab',
      'configure terminal',
      'crypto map outside_map 20 set connection-type originate-only',
      'end',
    ])
    const { devices, question, journal } = await takeBackIn(world, [request])
    expect(only(devices)).toMatchObject({
      status: 'blocked',
      targets: [
        { name: 'outside_map/10', status: 'rolled-back', after: 'bidirectional' },
        { name: 'outside_map/20', status: 'blocked', after: 'originate-only', sent: false },
      ],
      findings: expect.arrayContaining([
        expect.objectContaining({ code: 'NEWER_CHANGE', severity: 'block', target: 'outside_map/20' }),
      ]),
    })
    expect(question?.leftAlone).toMatchObject([{ host: 'asa1', target: 'outside_map/20' }])
    expect(reverts(journal)).toEqual(['revert crypto map outside_map 10 set connection-type bidirectional'])
    expect(exitOf(devices)).toBe(1)
  })

  it('is one that was changed while the person was being asked', async () => {
    const world = await appliedHub()
    const before = configLines(world, 'hub1')
    const meanwhile = (): void =>
      world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'no crypto ipsec profile VPN', 'end'])
    const { devices } = await takeBackIn(world, [vpn], { meanwhile })
    expect(only(devices)).toMatchObject({ status: 'blocked', targets: [{ status: 'blocked', sent: false }] })
    expect(codes(only(devices))).toContain('NEWER_CHANGE')
    expect(since(world, before)).toEqual([])
  })

  it('is one that a newer run changed, unless that run was taken back itself', async () => {
    const world = await appliedHub()
    const before = configLines(world, 'hub1')
    const newer = { runId: '20261125T080000-bbbbbb', status: 'verified' } as const
    const left = await takeBackIn(world, [vpn], { last: newer })
    expect(only(left.devices).findings).toMatchObject([
      { code: 'NEWER_CHANGE', next: expect.stringContaining(newer.runId) },
    ])
    expect(since(world, before)).toEqual([])
    const taken = await takeBackIn(world, [vpn], {
      steps: stepsOf(world.journal.slice(0, -left.journal.length)),
      last: { ...newer, status: 'rolled-back' },
    })
    expect(only(taken.devices).status).toBe('rolled-back')
  })
})

describe('a device that is not written to', () => {
  it('is another one than the run changed', async () => {
    const world = await appliedHub()
    const steps = stepsOf(
      world.journal.map((one) =>
        one.kind === 'push-intent' ? { ...one, identity: { hostname: 'hub1', serials: ['FOREIGN1'] } } : one,
      ),
    )
    const before = configLines(world, 'hub1')
    const { devices, question } = await takeBackIn(world, [vpn], { steps })
    expect(only(devices)).toMatchObject({ status: 'blocked', targets: [{ name: 'VPN', status: 'blocked' }] })
    expect(codes(only(devices))).toEqual(['IDENTITY_CHANGED'])
    expect(question).toBeUndefined()
    expect(since(world, before)).toEqual([])
    expect(exitOf(devices)).toBe(1)
  })

  it('is one of which the record does not say who it was', async () => {
    const world = await appliedHub()
    const steps = stepsOf(
      world.journal.map((one) => {
        if (one.kind !== 'push-intent') return one
        const { identity: _, ...rest } = one
        return rest
      }),
    )
    const { devices } = await takeBackIn(world, [vpn], { steps })
    expect(codes(only(devices))).toEqual(['RECORD_REFUSED'])
  })

  it('is one that the inventory does not have: named, blocked, and never contacted', async () => {
    const world = await appliedHub()
    const { devices } = await takeBackIn(world, [])
    expect(only(devices)).toMatchObject({ host: 'hub1', status: 'blocked', roundTrips: 0 })
    expect(codes(only(devices))).toEqual(['RECORD_REFUSED'])
    expect(exitOf(devices)).toBe(1)
  })

  it('is the standby unit by now: the pair is the same device, and its lines would be lost', async () => {
    const text = readFileSync(join(root, 'mocks', 'scenarios', 'twenty', '15-standby.yml'), 'utf8')
    const world = createWorld(text)
    const on = (host: string) =>
      device(host, [entry('outside_map', 10)], {
        platform: 'asa',
        peers: [{ key: '203.0.113.20', type: 'asa' }],
      })
    await applyIn(world, [on('fw1')])
    const steps = stepsOf(
      world.journal.map((one): JournalEntry => {
        const there = 'host' in one ? { ...one, host: 'fw2' } : one
        // As releases that print the serial numbers of both units record them.
        return there.kind === 'push-intent' ? { ...there, identity: { hostname: 'fw', serials: [] } } : there
      }),
    )
    const { devices } = await takeBackIn(world, [on('fw2')], { steps })
    expect(codes(only(devices))).toEqual(['FAILOVER_STANDBY'])
    expect(only(devices).status).toBe('blocked')
    expect(world.received('fw2')).not.toContain('configure terminal')
  })

  it('is none when the person says no: nothing is sent, and its targets are skipped', async () => {
    const world = await appliedHub()
    const before = configLines(world, 'hub1')
    const { devices } = await takeBackIn(world, [vpn], { approve: false })
    expect(only(devices)).toMatchObject({
      status: 'skipped',
      targets: [{ status: 'skipped', reason: 'the rollback was not approved' }],
    })
    expect(since(world, before)).toEqual([])
    expect(exitOf(devices)).toBe(1)
  })

  it('is locked by somebody else: blocked, and nothing was sent', async () => {
    const world = await appliedHub()
    const before = configLines(world, 'hub1')
    const ports = {
      ...world.ports,
      sessions: {
        ...world.ports.sessions,
        write: async (space: Parameters<typeof world.ports.sessions.write>[0]) => {
          const opened = await world.ports.sessions.write(space)
          if (opened.kind === 'ok')
            opened.value.enterConfig = async () => err('Configuration is locked by bob')
          return opened
        },
      },
    }
    const { devices, journal } = await takeBackIn(world, [vpn], { ports })
    expect(only(devices)).toMatchObject({ status: 'blocked', error: { code: 'CONFIG_LOCKED' } })
    expect(reverts(journal)).toEqual([])
    expect(since(world, before)).toEqual([])
  })
})

describe('a rollback that fails', () => {
  it('is unknown, exit 4, with the lines to type, where the device refuses them', async () => {
    const world = await appliedHub({ knobs: '    refuse: "^no responder-only"' })
    const { devices } = await takeBackIn(world, [vpn])
    const outcome = only(devices)
    expect(outcome).toMatchObject({
      status: 'unknown',
      saved: 'not-needed',
      error: { code: 'REVERT_FAILED', line: 'no responder-only', reply: expect.stringContaining('%') },
      targets: [{ after: 'responder-only', status: 'unknown', sent: true }],
    })
    expect(outcome.error?.next).toContain(`configure terminal / ${hubVpn} / no responder-only / end`)
    expect(exitOf(devices)).toBe(4)
  })

  it.each([
    ['before', 'unknown', 'responder-only'],
    ['after', 'rolled-back', 'bidirectional'],
  ] as const)(
    'is told by what a new session reads: the link broke %s the line took effect',
    async (ends, status, after) => {
      const knobs = `    faults: { lines: [{ line: "^no responder-only", ends: ${ends} }] }`
      const world = await appliedHub({ knobs })
      const { devices, journal } = await takeBackIn(world, [vpn])
      expect(only(devices).targets).toMatchObject([{ status, after, sent: true }])
      expect(reverts(journal)).toHaveLength(2)
      // The run had saved and this could not be: a reload would bring the change back.
      expect(codes(only(devices)).includes('NOT_SAVED')).toBe(status === 'rolled-back')
    },
  )

  it('sends nothing where the journal cannot be written', async () => {
    const world = createWorld(hub({ renew: '6s' }), {
      journalFails: (one) =>
        one.kind === 'push-intent' && world.journal.some(({ kind }) => kind === 'push-intent'),
    })
    await applyIn(world, [vpn])
    const before = configLines(world, 'hub1')
    const { devices } = await takeBackIn(world, [vpn])
    expect(only(devices)).toMatchObject({ status: 'failed', error: { code: 'JOURNAL_FAILED' } })
    expect(since(world, before)).toEqual([])
  })
})

describe('saving', () => {
  const withSaved = (world: World, saved: 'no' | 'maybe') =>
    stepsOf(world.journal.filter(({ kind }) => kind !== 'saved' && (kind !== 'saving' || saved === 'maybe')))

  it('is not done where the run had not saved, and nothing is said where startup has the old value', async () => {
    const world = await appliedHub({}, 'never')
    const { devices, question } = await takeBackIn(world, [vpn])
    expect(only(devices)).toMatchObject({ status: 'rolled-back', saved: 'not-needed', findings: [] })
    expect(question?.saves).toEqual([])
    expect(exitOf(devices)).toBe(0)
  })

  it('is not done where the run had not, and NOT_SAVED says that startup has its value all the same', async () => {
    const world = await appliedHub()
    const before = configLines(world, 'hub1')
    const { devices } = await takeBackIn(world, [vpn], { steps: withSaved(world, 'no') })
    expect(only(devices)).toMatchObject({ status: 'rolled-back', saved: 'no' })
    expect(only(devices).findings).toMatchObject([
      { code: 'NOT_SAVED', message: expect.stringContaining('a reload') },
    ])
    expect(since(world, before)).not.toContain('write memory')
    expect(exitOf(devices)).toBe(3)
  })

  it('is done where the run may have saved and startup has its value', async () => {
    const world = await appliedHub()
    const { devices } = await takeBackIn(world, [vpn], { steps: withSaved(world, 'maybe') })
    expect(only(devices)).toMatchObject({ status: 'rolled-back', saved: 'yes' })
  })

  it('is not done where the run may have saved and startup does not have its value', async () => {
    const world = await appliedHub({}, 'never')
    const steps = [
      ...stepsOf(world.journal),
      { at: '2026-11-24T19:30:00.000Z', entry: { kind: 'saving', host: 'hub1' } as const },
    ]
    const { devices } = await takeBackIn(world, [vpn], { steps })
    expect(only(devices)).toMatchObject({ status: 'rolled-back', saved: 'not-needed', findings: [] })
  })

  it('tells what of somebody else was saved with it', async () => {
    const world = await appliedHub()
    world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'crypto ipsec profile NEW', 'end'])
    const { devices } = await takeBackIn(world, [vpn])
    expect(only(devices)).toMatchObject({ status: 'rolled-back', saved: 'yes' })
    expect(only(devices).findings).toMatchObject([{ code: 'UNSAVED_CHANGES', severity: 'warn' }])
  })
})

describe('peers after a rollback', () => {
  /** The run's record with one more peer that was up before it. */
  const withPeerUp = (world: World, peer: string) =>
    stepsOf(
      world.journal.map((one) => {
        if (one.kind !== 'push-intent') return one
        const [sa] = one.readingBefore.sas
        if (sa === undefined) throw new Error('no SA before the push')
        const sas = [...one.readingBefore.sas, { ...sa, identity: '9999', peer }]
        return { ...one, readingBefore: { ...one.readingBefore, sas } }
      }),
    )

  it('that the run cost their tunnel and that do not come back are PEER_DOWN, exit 3', async () => {
    const world = createWorld(hub({ ends: [end('203.0.113.11')], renew: '6s' }))
    await applyIn(world, [vpn])
    const { devices } = await takeBackIn(world, [vpn], { steps: withPeerUp(world, '203.0.113.12') })
    expect(only(devices)).toMatchObject({
      status: 'rolled-back',
      coverageText: '1 of 2 peers that had an SA have one',
    })
    expect(only(devices).findings).toMatchObject([
      { code: 'PEER_DOWN', severity: 'warn', target: 'VPN', peers: ['203.0.113.12'] },
    ])
    expect(exitOf(devices)).toBe(3)
  })

  it('of a crypto map entry wait for traffic from this side, and that is said', async () => {
    const world = createWorld(asa({ renew: '6s' }).replace(/.*name: b20.*\n/, ''))
    const request = device('asa1', [entry('outside_map', 10)], {
      platform: 'asa',
      peers: [{ key: '203.0.113.20', type: 'asa' }],
    })
    await applyIn(world, [request])
    const { devices } = await takeBackIn(world, [request], { steps: withPeerUp(world, '203.0.113.20') })
    expect(only(devices).findings).toMatchObject([
      { code: 'PEER_DOWN', message: expect.stringContaining('it waits for traffic from this side') },
    ])
    expect(exitOf(devices)).toBe(3)
  })

  it('are not watched where none had an SA: it ends at once', async () => {
    const world = createWorld(hub({ ends: [] }).replace(/ends:\s*$/, 'ends: []\n'))
    await applyIn(world, [vpn])
    const startedMs = world.clock.monotonicMs()
    const { devices } = await takeBackIn(world, [vpn])
    expect(only(devices)).toMatchObject({ status: 'rolled-back' })
    expect(only(devices).coverageText).toBeUndefined()
    expect(world.clock.monotonicMs() - startedMs).toBeLessThan(10_000)
  })

  it('are told as not seen where the device does not answer any more', async () => {
    const world = await appliedHub()
    let written = false
    const gone = { code: 'CONNECT_FAILED', cause: 'network', message: 'no route', next: 'look' } as const
    const { read, write } = world.ports.sessions
    const sessions: Ports['sessions'] = {
      read: async (space, signal) => (written ? err(gone) : read(space, signal)),
      write: async (space) => {
        written = true
        return write(space)
      },
    }
    const { devices } = await takeBackIn(world, [vpn], { ports: { ...world.ports, sessions } })
    expect(only(devices)).toMatchObject({ status: 'rolled-back', findings: [{ code: 'PEER_DOWN' }] })
    expect(only(devices).findings[0]?.message).toContain('could not be seen: no route')
    expect(exitOf(devices)).toBe(3)
  })
})

describe('contexts of an ASA', () => {
  const inContext = (name: string): TargetIntent => ({
    kind: 'crypto-map-entry',
    map: mapName('outside_map'),
    seq: 10,
    context: contextName(name),
  })
  const peers = ['198.51.100.1', '198.51.100.2'].map((key) => ({ key, type: 'asa' }) as const)
  const both = device('fw1', [inContext('customer-a'), inContext('customer-b')], { platform: 'asa', peers })

  it('are taken back and saved each in its own, one after the other', async () => {
    const world = createWorld(contexts())
    await applyIn(world, [both])
    const { devices, question } = await takeBackIn(world, [both])
    expect(only(devices)).toMatchObject({ host: 'fw1', status: 'rolled-back', saved: 'yes' })
    expect(only(devices).targets.map(({ name, status, after }) => [name, status, after])).toEqual([
      ['customer-a:outside_map/10', 'rolled-back', 'bidirectional'],
      ['customer-b:outside_map/10', 'rolled-back', 'bidirectional'],
    ])
    expect(question?.saves).toEqual(['fw1/customer-a', 'fw1/customer-b'])
    const back = 'crypto map outside_map 10 set connection-type bidirectional'
    expect(world.typedAt('fw1').filter((line) => line.endsWith(back))).toEqual([
      `fw1/customer-a(config)# ${back}`,
      `fw1/customer-b(config)# ${back}`,
    ])
  })

  it('one that is not there any more leaves the other one to be taken back', async () => {
    const world = createWorld(contexts())
    await applyIn(world, [both])
    const steps = stepsOf(world.journal)
    const other = createWorld(contexts().replaceAll('customer-b', 'customer-c'))
    await applyIn(other, [device('fw1', [inContext('customer-a')], { platform: 'asa', peers })])
    const { devices } = await takeBackIn(other, [both], { steps })
    expect(only(devices).targets.map(({ name, status }) => [name, status])).toEqual([
      ['customer-a:outside_map/10', 'rolled-back'],
      ['customer-b:outside_map/10', 'blocked'],
    ])
    expect(codes(only(devices))).toContain('CONTEXT_MISSING')
    expect(only(devices).status).toBe('blocked')
  })
})
