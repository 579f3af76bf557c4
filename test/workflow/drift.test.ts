import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { err } from '../../src/kernel/result.ts'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { DeviceOutcome, RunResult } from '../../src/model/outcome.ts'
import { driftFleet } from '../../src/workflow/drift.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest, FleetResult } from '../../src/workflow/fleet-request.ts'
import { root } from '../architecture/sources.ts'
import { type Ended, openScenario } from './scenario-run.ts'
import { end, hub, threeHubs } from './scenarios.ts'
import { createWorld, device, expectNothingSent, profile, recordedIn, type World } from './world.ts'

const hub1 = device('hub1', [profile('VPN')])
const setAlready = (scenario: string): string =>
  scenario.replace('crypto ipsec profile VPN\n', 'crypto ipsec profile VPN\n       responder-only\n')

/** A world in which hub1 has been changed, with the record that the run store would give. */
async function changed(scenario: string): Promise<World> {
  const world = createWorld(scenario)
  const at = world.clock.wall().toISOString()
  await world.clock.settle(applyFleet(world.request([hub1]), world.ports))
  const record = recordedIn(world, at)
  return {
    ...world,
    ports: { ...world.ports, history: { ...world.ports.history, lastChange: async () => record } },
  }
}

async function drift(world: World, more: Partial<FleetRequest> = {}): Promise<FleetResult> {
  const request = world.request([hub1], { save: 'if-clean', ...more })
  return world.clock.settle(driftFleet(request, world.ports))
}

/** The exit code that a run of these devices would end with. */
function exitOf({ devices }: Pick<FleetResult, 'devices'>): number {
  const result: RunResult = {
    command: 'drift',
    runId: 'r',
    playbook: 'p',
    startedAt: '2026-11-24T00:00:00.000Z',
    finishedAt: '2026-11-24T00:00:01.000Z',
    devices,
    interrupted: false,
  }
  return exitCodeOf(result)
}

const typedIn = (host: string, world: World, ...lines: readonly string[]): void =>
  world.meddle(host, ['enable', 'lab', 'configure terminal', 'crypto ipsec profile VPN', ...lines, 'end'])

describe('drift', () => {
  it('is 0 where all is as asked and nothing is on record', async () => {
    const world = createWorld(setAlready(hub({ renew: '6s' })))
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({ status: 'compliant', saved: 'not-needed' })
    expect(exitOf(found)).toBe(0)
    expectNothingSent(world, 'hub1')
  })

  it('is 2, never-applied, where nobody has set it yet', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({
      status: 'pending',
      targets: [{ status: 'pending', pendingKind: 'never-applied', after: 'bidirectional' }],
    })
    expect(exitOf(found)).toBe(2)
    expectNothingSent(world, 'hub1')
  })

  it('is 2, drifted, where a run had set it and somebody took it away', async () => {
    const world = await changed(hub({ renew: '6s' }))
    typedIn('hub1', world, 'no responder-only')
    const sent = world.journal.filter((one) => one.kind === 'line-sending').length
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({
      status: 'pending',
      targets: [{ pendingKind: 'drifted', before: 'bidirectional', sent: false }],
      findings: expect.arrayContaining([
        expect.objectContaining({
          code: 'LAST_CHANGE',
          evidence: expect.stringMatching(/^! Last configuration change at .* by \S+$/),
        }),
      ]),
      change: { lines: ['crypto ipsec profile VPN', 'responder-only'] },
    })
    expect(exitOf(found)).toBe(2)
    expect(world.journal.filter((one) => one.kind === 'line-sending')).toHaveLength(sent)
  })

  it('is 2 where one target has drifted beside another that waits for its proof', async () => {
    const world = await changed(hub({ lifetime: '24h' }))
    const both = device('hub1', [profile('VPN'), profile('OTHER')])
    const request = world.request([both], { save: 'if-clean' })
    const found = await world.clock.settle(driftFleet(request, world.ports))
    expect(found.devices[0]).toMatchObject({
      status: 'unproven',
      targets: [
        { name: 'VPN', status: 'unproven' },
        { name: 'OTHER', status: 'pending' },
      ],
    })
    expect(exitOf(found)).toBe(2)
  })

  it('is drifted also where the profile itself is gone, with the finding that refuses a change', async () => {
    const world = await changed(hub({ renew: '6s' }))
    world.meddle('hub1', [
      'enable',
      'lab',
      'configure terminal',
      'interface Tunnel1',
      'no tunnel protection ipsec profile VPN',
      'interface Tunnel2',
      'no tunnel protection ipsec profile VPN',
      'no crypto ipsec profile VPN',
      'end',
    ])
    const found = await drift(world)
    expect(found.devices[0]?.targets).toMatchObject([
      { status: 'pending', pendingKind: 'drifted', before: 'absent' },
    ])
    expect(found.devices[0]?.findings.map(({ code }) => code)).toContain('PROFILE_MISSING')
    expect(exitOf(found)).toBe(2)
  })

  it('is 2, unsaved, where running is as asked and the next reload would lose it', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    typedIn('hub1', world, 'responder-only')
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({
      status: 'pending',
      saved: 'no',
      targets: [{ pendingKind: 'unsaved', before: 'responder-only' }],
    })
    expect(exitOf(found)).toBe(2)
    expect(exitOf(await drift(world, { save: 'never' }))).toBe(0)
  })

  it('is 0 while a change waits for its proof, and 3 at once where proof is required', async () => {
    const world = await changed(hub({ lifetime: '24h' }))
    const waiting = await drift(world)
    expect(waiting.devices[0]).toMatchObject({ status: 'unproven' })
    expect(exitOf(waiting)).toBe(0)
    const { proof } = world.request([hub1])
    const required = await drift(world, { proof: { ...proof, require: true } })
    expect(required.devices[0]?.findings).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ code: 'PROOF_OVERDUE', target: 'VPN' })]),
    )
    expect(exitOf(required)).toBe(3)
  })

  it('is 3 when twice the longest SA lifetime has passed without proof, and 0 before', async () => {
    const silent = [end('203.0.113.11', ', silent: true'), end('203.0.113.12', ', silent: true')]
    const world = await changed(hub({ ends: silent }))
    await world.clock.advance(47 * 3_600_000)
    expect(exitOf(await drift(world))).toBe(0)
    await world.clock.advance(2 * 3_600_000)
    expect(exitOf(await drift(world))).toBe(3)
  })

  it('closes a change whose old SAs have ended, and stays 0', async () => {
    const world = await changed(hub({ lifetime: '24h' }))
    await world.clock.advance(25 * 3_600_000)
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({ status: 'verified' })
    expect(exitOf(found)).toBe(0)
  })

  it('is 1, PEER_LOST, where a peer that had an SA does not come back; nothing is sent', async () => {
    const world = await changed(
      hub({ lifetime: '24h', ends: [end('203.0.113.11'), end('203.0.113.12', ', starts: false')] }),
    )
    const sent = world.journal.filter((one) => one.kind === 'line-sending').length
    await world.clock.advance(25 * 3_600_000)
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({ status: 'failed', error: { code: 'PEER_LOST' } })
    expect(exitOf(found)).toBe(1)
    expect(world.journal.filter((one) => one.kind === 'line-sending')).toHaveLength(sent)
  })

  it('is 1, ROLE_CONTRADICTED, where a fresh SA was started here; nothing is sent', async () => {
    const world = await changed(hub({ lifetime: '24h', ends: [end('203.0.113.11', ', starts: false')] }))
    typedIn('hub1', world, 'no responder-only')
    // An earlier look has found the tunnel down; the hub itself sets it up anew, and then the setting is back as if
    // nothing had been.
    await world.clock.advance(25 * 3_600_000)
    const down = { afterPushMs: 24 * 3_600_000 - 60_000, reading: { sas: [], unreadable: [] } }
    const { history } = world.ports
    const lastChange: typeof history.lastChange = async (host, target) => {
      const record = await history.lastChange(host, target)
      return record && { ...record, readingsSince: [...record.readingsSince, down] }
    }
    typedIn('hub1', world, 'responder-only')
    const sent = world.journal.filter((one) => one.kind === 'line-sending').length
    const found = await drift({ ...world, ports: { ...world.ports, history: { ...history, lastChange } } })
    expect(found.devices[0]).toMatchObject({
      status: 'failed',
      error: { code: 'ROLE_CONTRADICTED' },
      targets: [{ status: 'failed', before: 'responder-only' }],
    })
    expect(exitOf(found)).toBe(1)
    expect(world.journal.filter((one) => one.kind === 'line-sending')).toHaveLength(sent)
  })

  it.each([
    ['is as asked', setAlready(hub({ renew: '6s' })), 'compliant'],
    ['was never set', hub({ renew: '6s' }), 'pending'],
  ])('is 1, IDENTITY_CHANGED, where another box answers, which %s', async (_, scenario, status) => {
    const world = createWorld(scenario)
    const identity = { hostname: 'hub1', serials: ['OLD0000001'] }
    const known = { identity, runId: '20261101T120000-0a0a0a', at: '2026-11-01T12:00:00Z' }
    const identities = async () => new Map([['hub1', known]])
    const ports = { ...world.ports, history: { ...world.ports.history, identities } }
    const found = await drift({ ...world, ports })
    expect(found.devices[0]).toMatchObject({ status: 'blocked', targets: [{ status }] })
    expect(found.devices[0]?.findings).toContainEqual(
      expect.objectContaining({ code: 'IDENTITY_CHANGED', severity: 'block' }),
    )
    expect(exitOf(found)).toBe(1)
    expectNothingSent(world, 'hub1')
  })

  it('is 1 where a device cannot be reached', async () => {
    const error = {
      code: 'CONNECT_FAILED',
      cause: 'network',
      message: 'connection refused',
      next: 'look',
    } as const
    const world = createWorld(hub({ renew: '6s' }), { refuse: () => error })
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({ status: 'unreachable' })
    expect(exitOf(found)).toBe(1)
  })

  it('ends with the worst of a mixed fleet, as the table ranks them', async () => {
    const error = { code: 'CONNECT_FAILED', cause: 'network', message: 'm', next: 'n' } as const
    const world = createWorld(
      threeHubs({ renew: '6s' }).replace('profile VPN\n', 'profile VPN\n       responder-only\n'),
      {
        refuse: (host) => (host === 'hub3' ? error : undefined),
      },
    )
    const fleet = ['hub1', 'hub2', 'hub3'].map((host) => device(host, [profile('VPN')]))
    const request = world.request(fleet, { save: 'never' })
    const { devices } = await world.clock.settle(driftFleet(request, world.ports))
    expect(devices.map(({ status }) => status)).toEqual(['compliant', 'pending', 'unreachable'])
    expect(exitOf({ devices })).toBe(1)
    const [asAsked, pending, away] = devices
    if (asAsked === undefined || pending === undefined || away === undefined) return expect.unreachable()
    const lost = { ...asAsked, status: 'unknown' } as const
    const overdue: DeviceOutcome = {
      ...asAsked,
      status: 'unproven',
      findings: [{ code: 'PROOF_OVERDUE', severity: 'warn', message: 'm', next: 'n' }],
    }
    expect(exitOf({ devices: [asAsked, pending, overdue] })).toBe(3)
    expect(exitOf({ devices: [overdue, away] })).toBe(1)
    expect(exitOf({ devices: [away, lost] })).toBe(4)
    const known = { reason: 'line ordered', until: '2027-01-31' }
    expect(exitOf({ devices: [asAsked, pending, { ...away, known }] })).toBe(2)
    expect(exitOf({ devices: [asAsked, { ...pending, known }, { ...away, known }] })).toBe(0)
    expect(exitOf({ devices: [{ ...lost, known }] })).toBe(0)
  })

  it('is 0 where every peer is idle, and where an old SA is waited for', async () => {
    const idle = createWorld(setAlready(hub({ ends: [end('203.0.113.99', ', silent: true')] })))
    expect(exitOf(await drift(idle))).toBe(0)
    const waiting = await changed(hub({ lifetime: '24h' }))
    const found = await drift(waiting)
    expect(found.devices[0]?.targets[0]?.coverage).toMatchObject({ peers: 2, proven: 0 })
    expect(exitOf(found)).toBe(0)
  })
})

describe('who took the setting away', () => {
  const logging = (scenario: string, more = ''): string =>
    scenario.replace(
      '      crypto isakmp policy 10\n',
      `      archive\n       log config\n        logging enable\n${more}      crypto isakmp policy 10\n`,
    )
  const asksLog = (line: string): boolean => line.startsWith('show archive log')
  const lastChange = ({ devices }: FleetResult): Finding | undefined =>
    devices[0]?.findings.find(({ code }) => code === 'LAST_CHANGE')

  it('is told by the log of the device, with the time of its last change', async () => {
    const world = await changed(logging(hub({ renew: '6s' }), '        hidekeys\n'))
    typedIn('hub1', world, 'no responder-only')
    const found = await drift(world)
    const at = /! Last configuration change at (.*) by netops/.exec(configOf(world))?.[1]
    expect(lastChange(found)).toMatchObject({
      target: 'VPN',
      message: `the setting of VPN was taken away by netops on vty0, at ${at} by the device's own clock`,
      evidence: expect.stringMatching(/netops@vty0 +\|crypto ipsec profile VPN\n.*\| no responder-only$/),
    })
    expect(world.received('hub1').filter(asksLog)).toHaveLength(1)
  })

  it('is no later than that where others were there since', async () => {
    const world = await changed(logging(hub({ renew: '6s' })))
    typedIn('hub1', world, 'no responder-only')
    world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'ip access-list standard X', 'end'])
    expect(lastChange(await drift(world))?.message).toMatch(/ by netops on vty0, no later than .* own clock$/)
  })

  it('is not asked of a device that is as asked, nor of one that keeps no log', async () => {
    const clean = await changed(logging(hub({ renew: '6s' })))
    const { devices } = await drift(clean)
    expect(devices[0]).toMatchObject({ status: 'verified' })
    expect(clean.received('hub1').filter(asksLog)).toEqual([])
    const without = await changed(hub({ renew: '6s' }))
    typedIn('hub1', without, 'no responder-only')
    expect(lastChange(await drift(without))?.message).toMatch(/^the configuration of hub1 was last changed/)
    expect(without.received('hub1').filter(asksLog)).toEqual([])
  })

  it.each([
    ['is not permitted', 'authorization: { deny: ^show archive log }'],
    ['is not known', 'refuse: ^show archive log'],
  ])('is told by the heading where the line %s, and nothing else comes of it', async (_, knob) => {
    const world = await changed(logging(hub({ renew: '6s', knobs: `    ${knob}` })))
    typedIn('hub1', world, 'no responder-only')
    const found = await drift(world)
    expect(world.received('hub1').filter(asksLog)).toHaveLength(1)
    expect(found.devices[0]).toMatchObject({ status: 'pending' })
    expect(found.devices[0]?.error).toBeUndefined()
    expect(lastChange(found)?.message).toMatch(/^the configuration of hub1 was last changed at .* by netops/)
    expect(exitOf(found)).toBe(2)
  })

  it('is told by the heading where no second session is to be had', async () => {
    const world = await changed(logging(hub({ renew: '6s' })))
    typedIn('hub1', world, 'no responder-only')
    const { read } = world.ports.sessions
    let opened = 0
    const once: typeof read = async (space, signal) => {
      opened += 1
      if (opened === 1) return read(space, signal)
      return err({ code: 'SESSION_LIMIT', cause: 'session-limit', message: 'm', next: 'n' })
    }
    const ports = { ...world.ports, sessions: { ...world.ports.sessions, read: once } }
    const found = await drift({ ...world, ports })
    expect(opened).toBe(2)
    expect(found.devices[0]).toMatchObject({ status: 'pending' })
    expect(lastChange(found)?.message).toMatch(/^the configuration of hub1 was last changed/)
  })

  it('keeps what else stands in the log, and may be a key, out of everything that is told', async () => {
    const key = 'crypto isakmp key lab-shared-key address 0.0.0.0'
    const world = await changed(logging(hub({ renew: '6s' })))
    typedIn('hub1', world, key, 'crypto ipsec profile VPN', 'no responder-only')
    const found = await drift(world)
    expect(lastChange(found)?.message).toContain('by netops on vty0')
    expect(JSON.stringify(found.devices)).not.toContain('lab-shared-key')
    expect(JSON.stringify(world.events)).not.toContain('lab-shared-key')
    expect(JSON.stringify(world.journal)).not.toContain('lab-shared-key')
  })
})

/** The running configuration, as somebody else would see it. */
function configOf(world: World): string {
  const session = world.built.devices[0]?.device.open()
  for (const line of ['enable', 'lab', 'terminal length 0']) session?.enter(line)
  return session?.enter('show running-config').output ?? ''
}

describe('a failover pair', () => {
  const pair = readFileSync(join(root, 'mocks', 'scenarios', 'twenty', '15-standby.yml'), 'utf8')
  const playbook = (hosts: string): string =>
    `version: 1\nname: x\nasas: [ { hosts: ${hosts}, cryptoMaps: [ { map: outside_map, entries: [10] } ] } ]\nsave: never\n`
  const meddled = [
    'enable',
    'lab',
    'configure terminal',
    'no crypto map outside_map 10 set connection-type answer-only',
    'end',
  ]
  const told = ({ devices }: Ended): readonly unknown[] =>
    devices.map(({ host, status, targets }) => [host, status, targets.map((one) => one.status)])

  it('is 0 where it is as asked: the standby unit is told, and is as its mate', async () => {
    const run = openScenario(pair, playbook('[fw1, fw2]'))
    await run.apply()
    const found = await run.drift()
    expect(told(found)).toEqual([
      ['fw1', 'unproven', ['unproven']],
      ['fw2', 'compliant', ['compliant']],
    ])
    const [, standby] = found.devices
    expect(standby?.findings.map(({ severity }) => severity)).not.toContain('warn')
    expect(standby?.findings[0]).toMatchObject({ code: 'FAILOVER_STANDBY', severity: 'info' })
    expect(standby?.targets[0]?.reason).toMatch(/^this is the standby unit, and its active mate fw1/)
    expect(found.exitCode).toBe(0)
    // A change that waits for its proof is open to verify; the standby unit adds nothing to that.
    const verified = await run.verify()
    expect(told(verified)).toEqual(told(found))
    expect(verified.exitCode).toBe(3)
  })

  it('has drifted once, and not twice', async () => {
    const run = openScenario(pair, playbook('[fw1, fw2]'))
    await run.apply()
    run.world.meddle('fw1', meddled)
    const found = await run.drift()
    expect(told(found)).toEqual([
      ['fw1', 'pending', ['pending']],
      ['fw2', 'compliant', []],
    ])
    expect(found.devices[0]?.targets).toMatchObject([{ pendingKind: 'drifted' }])
    expect(found.exitCode).toBe(2)
  })

  it('has drifted at the standby unit where that differs from its mate', async () => {
    const run = openScenario(
      pair
        .replace('state: standby }', 'state: standby, synced: false }')
        .replace('state: active }', 'state: active, synced: false }'),
      playbook('[fw1, fw2]'),
    )
    await run.apply()
    const found = await run.drift()
    expect(told(found)).toEqual([
      ['fw1', 'unproven', ['unproven']],
      ['fw2', 'pending', ['pending']],
    ])
    expect(found.devices[1]?.targets).toMatchObject([{ pendingKind: 'drifted', before: 'bidirectional' }])
    expect(found.devices[1]?.findings).toContainEqual(
      expect.objectContaining({ code: 'FAILOVER_UNSYNCED', target: 'outside_map/10' }),
    )
    expect(found.exitCode).toBe(2)
  })

  it('is 1 where the standby unit is asked alone', async () => {
    const run = openScenario(pair, playbook('fw2'))
    const found = await run.drift()
    expect(told(found)).toEqual([['fw2', 'blocked', ['blocked']]])
    expect(found.exitCode).toBe(1)
  })
})
