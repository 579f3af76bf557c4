import { describe, expect, it } from 'vitest'
import { ok } from '../../src/kernel/result.ts'
import type { DeviceRequest } from '../../src/model/device-request.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { PlanFile, PlannedDevice } from '../../src/model/plan-file.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import { plannedDevices, requestFor } from '../../src/workflow/planned-devices.ts'
import type { Ports } from '../../src/workflow/ports.ts'
import { differenceOf } from '../../src/workflow/stale.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { contextName, entryTarget } from '../names.ts'
import { asa, contexts, end, hub, threeHubs } from './scenarios.ts'
import { configLines, createWorld, device, entry, expectNothingSent, profile, type World } from './world.ts'

const vpn = device('hub1', [profile('VPN')])
const declared = ['203.0.113.20', '203.0.113.21'].map((key) => ({ key, type: 'asa' }) as const)
const entries = device('asa1', [entry('outside_map', 10), entry('outside_map', 20)], {
  platform: 'asa',
  peers: declared,
})

type Saved = Pick<PlanFile, 'devices' | 'notPlanned'>

async function save(
  world: World,
  requests: readonly DeviceRequest[],
  more: Parameters<World['request']>[1] = {},
  ports: Ports = world.ports,
): Promise<Saved> {
  const fleet = await world.clock.settle(planFleet(world.request(requests, more), ports))
  // Through JSON, as a file has it.
  return JSON.parse(JSON.stringify(plannedDevices(requests, fleet.spaces ?? [], fleet.devices)))
}

async function applySaved(
  world: World,
  saved: readonly PlannedDevice[],
  requests: readonly DeviceRequest[],
  more: Parameters<World['request']>[1] = {},
  ports: Ports = world.ports,
): Promise<readonly DeviceOutcome[]> {
  const again = saved.map((planned) => {
    const request = requests.find(({ host }) => host.name === planned.host)
    if (request === undefined) throw new Error(`no host ${planned.host}`)
    return requestFor(request.host, planned, request.intent)
  })
  const fleet = applyFleet(world.request(again, { ...more, saved }), ports)
  return (await world.clock.settle(fleet)).devices
}

const around = (
  onBlocked: 'device' | 'target',
): Pick<NonNullable<Parameters<World['request']>[1]>, 'around'> => ({
  around: { hosts: [], declared, accept: [], onBlocked, readPeers: false },
})

const staleOf = (outcome: DeviceOutcome | undefined) =>
  outcome?.findings.filter(({ code }) => code === 'PLAN_STALE') ?? []
const statusesOf = (outcome: DeviceOutcome | undefined) =>
  outcome?.targets.map(({ name, status }) => [name, status])

/** Ports whose sessions show another host key, or whose history knows another device. */
const withHostKey = (world: World, hostKey: (kind: 'read' | 'write') => string): Ports => ({
  ...world.ports,
  sessions: {
    read: async (space, signal) => {
      const opened = await world.ports.sessions.read(space, signal)
      return opened.kind === 'ok' ? ok({ ...opened.value, hostKey: hostKey('read') }) : opened
    },
    write: async (space) => {
      const opened = await world.ports.sessions.write(space)
      return opened.kind === 'ok' ? ok({ ...opened.value, hostKey: hostKey('write') }) : opened
    },
  },
})

describe('a saved plan', () => {
  it('has pins, identity, lines, the way back and what the fingerprint rests on, and no secret', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices, notPlanned } = await save(
      world,
      [vpn],
      {},
      withHostKey(world, () => 'SHA256:one'),
    )
    expect(notPlanned).toEqual([])
    expect(devices).toMatchObject([
      {
        host: 'hub1',
        pins: {
          address: '192.0.2.1',
          port: 22,
          platform: 'ios',
          via: [],
          credential: 'lab',
          hostKey: 'SHA256:one',
        },
        change: {
          lines: ['crypto ipsec profile VPN', 'responder-only'],
          revert: ['crypto ipsec profile VPN', 'no responder-only'],
          clears: [],
        },
        spaces: [
          {
            identity: { hostname: 'hub1' },
            software: { os: 'ios', version: '15.2(4)M6' },
            targets: [
              {
                name: 'VPN',
                decision: 'change',
                before: 'bidirectional',
                wanted: 'responder-only',
                usedBy: ['Tunnel1', 'Tunnel2'],
                peers: { listed: ['203.0.113.11', '203.0.113.12'], any: false },
              },
            ],
          },
        ],
      },
    ])
    expect(devices[0]?.spaces[0]?.targets[0]?.basis).toContain('interface Tunnel1')
    expect(JSON.stringify(devices)).not.toContain('lab-shared-key')
  })

  it('masks what stands behind words of secrets, in what it rests on and in its findings', async () => {
    const secret = '       ip nhrp authentication nhrp-word\n       tunnel key 424242\n'
    const text = hub({ renew: '6s' }).replace(
      '      interface Tunnel2\n',
      `${secret}      interface Tunnel2\n`,
    )
    const world = createWorld(text)
    const { devices } = await save(world, [vpn])
    const basis = devices[0]?.spaces[0]?.targets[0]?.basis ?? []
    expect(basis).toContain(' tunnel key *****')
    expect(JSON.stringify(devices)).not.toMatch(/nhrp-word|424242/)
    const [outcome] = await applySaved(world, devices, [vpn])
    expect(outcome?.status).toBe('verified')
  })

  it('is applied as it is where nothing has changed, and proven', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await save(world, [vpn])
    const [outcome] = await applySaved(world, devices, [vpn])
    expect(outcome).toMatchObject({ status: 'verified', saved: 'yes' })
    expect(configLines(world, 'hub1')).toEqual([
      'configure terminal',
      'crypto ipsec profile VPN',
      'responder-only',
      'end',
      'write memory',
    ])
  })

  it.each([
    [
      'what uses the target changed',
      ['interface Tunnel2', 'tunnel destination 203.0.113.99'],
      ['-  tunnel destination 203.0.113.12', '+  tunnel destination 203.0.113.99'],
    ],
    [
      'it moved to what was asked',
      ['crypto ipsec profile VPN', 'responder-only'],
      ['+  responder-only', 'it was bidirectional, and is responder-only'],
    ],
    [
      'another setting of the profile changed',
      ['crypto ipsec profile VPN', 'set pfs group14'],
      ['+  set pfs'],
    ],
  ])('is stale where %s: nothing is sent, old and new are shown', async (_, lines, shown) => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await save(world, [vpn], { save: 'never' })
    world.meddle('hub1', ['enable', 'lab', 'configure terminal', ...lines, 'end'])
    const [outcome] = await applySaved(world, devices, [vpn], { save: 'never' })
    expect(outcome?.status).toBe('blocked')
    expect(statusesOf(outcome)).toEqual([['VPN', 'blocked']])
    const told = staleOf(outcome).map(({ target, message, evidence }) => `${target} ${message}\n${evidence}`)
    for (const text of shown) expect(told.join('\n')).toContain(text)
    expectNothingSent(world, 'hub1')
  })

  it('is not stale by what does not concern its target', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await save(world, [vpn], { save: 'never' })
    world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'interface Tunnel3', 'description x', 'end'])
    const [outcome] = await applySaved(world, devices, [vpn], { save: 'never' })
    expect(outcome?.status).toBe('verified')
  })

  it('is stale by a warning that it does not have', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await save(world, [vpn], { save: 'if-clean' })
    world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'interface Tunnel3', 'description x', 'end'])
    const [outcome] = await applySaved(world, devices, [vpn], { save: 'if-clean' })
    expect(outcome?.status).toBe('blocked')
    expect(staleOf(outcome)).toMatchObject([{ message: expect.stringContaining('UNSAVED_CHANGES (warn)') }])
    expectNothingSent(world, 'hub1')
  })

  it.each([
    ['device', ['blocked', 'blocked'], 0],
    ['target', ['blocked', 'verified'], 1],
  ] as const)('with onBlocked: %s, one stale target leaves %j', async (onBlocked, statuses, sent) => {
    const world = createWorld(asa())
    const { devices } = await save(world, [entries], around(onBlocked))
    expect(devices[0]?.change.lines).toHaveLength(2)
    world.meddle('asa1', [
      'enable',
      'lab',
      'configure terminal',
      'access-list A extended permit ip 10.9.0.0 255.255.0.0 10.20.0.0 255.255.0.0',
      'end',
      'write memory',
    ])
    const [outcome] = await applySaved(world, devices, [entries], around(onBlocked))
    expect(outcome?.targets.map(({ status }) => status)).toEqual(statuses)
    expect(staleOf(outcome).map(({ target }) => target)).toEqual(['outside_map/10'])
    expect(world.journal.filter(({ kind }) => kind === 'line-sending')).toHaveLength(sent)
  })

  it('asks for exactly its targets, however the playbook named them then', async () => {
    const world = createWorld(asa())
    const all = device(
      'asa1',
      [{ kind: 'static-entries', map: entryTarget('outside_map', 1).map, except: [] }],
      {
        platform: 'asa',
        peers: declared,
      },
    )
    const { devices } = await save(world, [all])
    const only = devices.map((one) => requestFor(all.host, one, all.intent).intent.targets)
    expect(only).toEqual([[entryTarget('outside_map', 10), entryTarget('outside_map', 20)]])
    const [outcome] = await applySaved(world, devices, [all])
    expect(statusesOf(outcome)).toEqual([
      ['outside_map/10', 'verified'],
      ['outside_map/20', 'verified'],
    ])
  })

  it('is stale where its lines would not be sent to the letter, whoever wrote others into it', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await save(world, [vpn])
    const text = JSON.stringify(devices).replaceAll('"responder-only"]', '"responder-only "]')
    const [outcome] = await applySaved(world, JSON.parse(text), [vpn])
    expect(staleOf(outcome)).toMatchObject([
      { target: 'VPN', evidence: '- responder-only \n+ responder-only' },
    ])
    expectNothingSent(world, 'hub1')
  })

  it('is stale where its lines would go under another revert timer than was planned, or under none', async () => {
    const archived = hub({ renew: '6s' }).replace(
      '      crypto isakmp policy 10\n',
      '      archive\n       path flash:before-\n      crypto isakmp policy 10\n',
    )
    const timed = (minutes: number) => ({ ...vpn, intent: { ...vpn.intent, revertTimer: { minutes } } })
    const rows = [
      [timed(10), timed(10), 'verified', undefined],
      [timed(10), timed(12), 'blocked', /of 10 min, .* one of 12 min/],
      [timed(10), vpn, 'blocked', /of 10 min, .* under none/],
      [vpn, timed(10), 'blocked', /no revert timer, .* one of 10 min/],
    ] as const
    for (const [planned, asked, status, message] of rows) {
      const world = createWorld(archived)
      const { devices } = await save(world, [planned])
      const [outcome] = await applySaved(world, devices, [asked])
      expect(outcome?.status).toBe(status)
      if (message !== undefined) {
        expect(staleOf(outcome)[0]?.message).toMatch(message)
        expect(configLines(world, 'hub1')).toEqual([])
      }
    }
  })

  it('leaves out what could not be reached or is refused, with the reason', async () => {
    const down = { code: 'CONNECT_FAILED', cause: 'network', message: 'no answer', next: 'look' } as const
    const world = createWorld(threeHubs({ renew: '6s' }), {
      refuse: (host) => (host === 'hub2' ? down : undefined),
    })
    const requests = [
      device('hub1', [profile('VPN')]),
      device('hub2', [profile('VPN')]),
      device('hub3', [profile('NONE')]),
    ]
    const { devices, notPlanned } = await save(world, requests)
    expect(devices.map(({ host }) => host)).toEqual(['hub1'])
    expect(notPlanned).toEqual([
      { host: 'hub2', status: 'unreachable', code: 'CONNECT_FAILED', reason: 'no answer' },
      expect.objectContaining({ host: 'hub3', status: 'blocked', code: 'PROFILE_MISSING' }),
    ])
  })

  it('holds every context of an ASA, and is stale in the one that changed', async () => {
    const world = createWorld(contexts())
    const inContext = (name: string) => ({ ...entryTarget('outside_map', 10), context: contextName(name) })
    const known = ['198.51.100.1', '198.51.100.2'].map((key) => ({ key, type: 'asa' }) as const)
    const fw = device('fw1', [inContext('customer-a'), inContext('customer-b')], {
      platform: 'asa',
      peers: known,
    })
    const settings = { save: 'never', ...around('target') } as const
    const { devices } = await save(world, [fw], settings)
    expect(devices[0]?.spaces.map(({ context, targets }) => [context, targets.length])).toEqual([
      [undefined, 0],
      ['customer-a', 1],
      ['customer-b', 1],
    ])
    expect(devices[0]?.change.lines).toHaveLength(2)
    world.meddle('fw1', [
      'enable',
      'lab',
      'changeto context customer-b',
      'configure terminal',
      'crypto map outside_map 10 set peer 198.51.100.9',
      'end',
    ])
    const [outcome] = await applySaved(world, devices, [fw], settings)
    expect(statusesOf(outcome)).toEqual([
      ['customer-a:outside_map/10', 'verified'],
      ['customer-b:outside_map/10', 'blocked'],
    ])
    expect(staleOf(outcome).map(({ target }) => target)).toContain('customer-b:outside_map/10')
  })
})

describe('clears of a saved plan', () => {
  it('are sent only where they were approved to the letter', async () => {
    const ends = ['203.0.113.11', '203.0.113.12'].map((address) => end(address, ', onTraffic: 10s'))
    const world = createWorld(hub({ ends, lifetime: '24h' }))
    const calls = ['203.0.113.11', '203.0.113.12'].map(
      (key) => ({ key, type: 'ios', initiates: 'always' }) as const,
    )
    const settings = {
      proof: { withinMs: 300_000, lostAfterMs: 30_000, renegotiate: 'initiated' },
      around: { hosts: [vpn.host], declared: calls, accept: [], onBlocked: 'device', readPeers: true },
    } as const
    const { devices } = await save(world, [vpn], settings)
    const all = ['clear crypto session remote 203.0.113.11', 'clear crypto session remote 203.0.113.12']
    expect(devices[0]?.change.clears).toEqual(all)
    const approved = devices.map((one) => ({
      ...one,
      spaces: one.spaces.map((space) => ({
        ...space,
        targets: space.targets.map((target) => ({ ...target, clears: target.clears.slice(1) })),
      })),
    }))
    const ports = { ...world.ports, approveClears: async () => true }
    const [outcome] = await applySaved(world, approved, [vpn], settings, ports)
    expect(outcome?.status).toBe('unproven')
    expect(world.received('hub1').filter((line) => line.startsWith('clear'))).toEqual(all.slice(1))
  })
})

describe('IDENTITY_CHANGED', () => {
  it.each([
    ['the serial number', (one: PlannedDevice) => ({ ...one.spaces[0]?.identity, serials: ['OLD0000001'] })],
    ['the chassis', (one: PlannedDevice) => ({ ...one.spaces[0]?.identity, model: 'CISCO1841' })],
    ['the host name', (one: PlannedDevice) => ({ ...one.spaces[0]?.identity, hostname: 'core7' })],
  ])('refuses a saved plan where %s differs', async (_, identity) => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await save(world, [vpn])
    const other = devices.map((one) => ({
      ...one,
      spaces: one.spaces.map((space) => ({ ...space, identity: { ...space.identity, ...identity(one) } })),
    }))
    const [outcome] = await applySaved(world, other, [vpn])
    expect(outcome).toMatchObject({ status: 'blocked' })
    expect(outcome?.findings).toContainEqual(
      expect.objectContaining({ code: 'IDENTITY_CHANGED', severity: 'block' }),
    )
    expectNothingSent(world, 'hub1')
  })

  it('refuses a saved plan where the device proves another host key', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await save(
      world,
      [vpn],
      {},
      withHostKey(world, () => 'SHA256:one'),
    )
    const [outcome] = await applySaved(
      world,
      devices,
      [vpn],
      {},
      withHostKey(world, () => 'SHA256:two'),
    )
    expect(outcome?.findings).toContainEqual(
      expect.objectContaining({
        code: 'IDENTITY_CHANGED',
        message: expect.stringContaining('host key: SHA256:one, now SHA256:two'),
      }),
    )
    expectNothingSent(world, 'hub1')
  })

  it('stops before the first line where the session that would send proves another host key', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const ports = withHostKey(world, (kind) => (kind === 'read' ? 'SHA256:one' : 'SHA256:two'))
    const { devices } = await world.clock.settle(applyFleet(world.request([vpn]), ports))
    expect(devices[0]).toMatchObject({ status: 'blocked' })
    expect(devices[0]?.findings.map(({ code }) => code)).toContain('IDENTITY_CHANGED')
    expectNothingSent(world, 'hub1')
  })

  it.each([
    ['plan', planFleet, 'pending'],
    ['apply', applyFleet, 'verified'],
    ['verify', verifyFleet, 'failed'],
  ] as const)(
    'only warns a fresh %s, says which proofs it voids, and leaves them out',
    async (_, step, status) => {
      const world = createWorld(hub({ renew: '6s' }), {
        record: {
          runId: '20261101T120000-0a0a0a',
          host: 'hub1',
          target: 'VPN',
          at: '2026-11-01T12:00:00Z',
          wanted: 'responder-only',
          readingBefore: { sas: [], unreadable: [] },
          readingsSince: [],
          status: 'verified',
        },
      })
      const identity = { hostname: 'hub1', serials: ['OLD0000001'] }
      const known = { identity, runId: '20261101T120000-0a0a0a', at: '2026-11-01T12:00:00Z' }
      const ports: Ports = {
        ...world.ports,
        history: { ...world.ports.history, identities: async () => new Map([['hub1', known]]) },
      }
      const { devices } = await world.clock.settle(step(world.request([vpn]), ports))
      expect(devices[0]?.status).toBe(status)
      const finding = devices[0]?.findings.find(({ code }) => code === 'IDENTITY_CHANGED')
      expect(finding).toMatchObject({ severity: 'warn' })
      expect(finding?.message).toContain('serial number: OLD0000001')
      expect(finding?.message).toContain('what was proven there is void: VPN (verified)')
    },
  )
})

describe('the difference of two lists of lines', () => {
  it.each([
    [['a', 'b'], ['a', 'c'], '- b\n+ c'],
    [['a', 'b'], ['b', 'a'], 'the same lines stand in another order'],
    [['a'], ['a'], 'the lines differ in what is masked or not shown'],
    [['a', 'a'], ['a'], '- a'],
    [[], ['\u001b[2J'], '+ \\x1b[2J'],
  ])('of %j and %j is %j', (before, now, shown) => {
    expect(differenceOf(before, now)).toBe(shown)
  })

  it('is bounded', () => {
    const many = Array.from({ length: 50 }, (_, index) => `line ${index}`)
    expect(differenceOf(many, []).split('\n')).toHaveLength(21)
  })
})
