import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import { configLine } from '../../src/model/ids.ts'
import type { PeerDeclaration } from '../../src/model/intent.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest } from '../../src/workflow/fleet-request.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import { root } from '../architecture/sources.ts'
import { asa, end, hub, threeHubs } from './scenarios.ts'
import { createWorld, device, entry, profile, type World } from './world.ts'

const hub1 = device('hub1', [profile('VPN')])
const calls = (key: string): PeerDeclaration => ({ key, type: 'ios', initiates: 'always' })
const both = [calls('203.0.113.11'), calls('203.0.113.12')]
/** Called by the hub first, and calling by itself within seconds when the tunnel is down. */
const lively = [end('203.0.113.11', ', onTraffic: 10s'), end('203.0.113.12', ', onTraffic: 10s')]
/** The second one was said to call always, and has something to send once a day. */
const lying = [end('203.0.113.11', ', onTraffic: 10s'), end('203.0.113.12', ', onTraffic: 1d')]
const proof = { withinMs: 300_000, lostAfterMs: 30_000, renegotiate: 'initiated' } as const

function request(
  world: World,
  devices = [hub1],
  declared: readonly PeerDeclaration[] = both,
  more: Partial<FleetRequest> = {},
): FleetRequest {
  const around = {
    hosts: devices.map((one) => one.host),
    declared,
    accept: [],
    onBlocked: 'device',
    readPeers: true,
  } as const
  return world.request(devices, { proof, around, ...more })
}

function portsOf(world: World, more: Partial<Ports> = {}): Ports {
  return { ...world.ports, approveClears: async () => true, ...more }
}

const run = (world: World, wanted: FleetRequest, ports = portsOf(world)) =>
  world.clock.settle(applyFleet(wanted, ports)).then(({ devices }) => devices)

function clears(world: World, host = 'hub1'): readonly string[] {
  return world.received(host).filter((line) => line.startsWith('clear'))
}

function notRenegotiated(outcome: DeviceOutcome | undefined): readonly string[] {
  return (outcome?.findings ?? []).flatMap((one) =>
    one.code === 'NOT_RENEGOTIATED' ? [`${one.severity} ${one.peers?.join(',')}: ${one.message}`] : [],
  )
}

const exitOf = (devices: readonly DeviceOutcome[], interrupted = false): number =>
  exitCodeOf({
    command: 'apply',
    runId: 'r',
    playbook: 'p',
    startedAt: '',
    finishedAt: '',
    devices,
    interrupted,
  })

const line = (peer: string): string => `clear crypto session remote ${peer}`

describe('renegotiation', () => {
  it('clears one peer after the other, and the roles are proven at once', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    const devices = await run(world, request(world))
    expect(clears(world)).toEqual([line('203.0.113.11'), line('203.0.113.12')])
    expect(devices[0]).toMatchObject({
      status: 'verified',
      change: { clears: [line('203.0.113.11'), line('203.0.113.12')] },
      targets: [{ coverage: { peers: 2, proven: 2, atRisk: 0, lost: 0 } }],
    })
    expect(exitOf(devices)).toBe(0)
    expect(world.clock.monotonicMs()).toBeLessThan(60_000)
  })

  it('waits until a peer is back before it clears the next', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    await run(world, request(world))
    const steps = world.journal.flatMap((one) => {
      if (one.kind === 'line-sending' && one.purpose === 'clear') return [one.line.split(' ').at(-1)]
      if (one.kind !== 'sa-reading') return []
      const up = one.reading.sas.filter((sa) => sa.established)
      return [up.map((sa) => `${sa.peer?.split('.').at(-1)} ${sa.role}`).join(', ')]
    })
    const next = steps.indexOf('203.0.113.12')
    expect(steps.slice(0, next).at(-1)).toMatch(/11 responder/)
    expect(steps.slice(0, next).at(-1)).toMatch(/12 initiator/)
  })

  it('shows the clears, their number and the longest interruption in a plan, and sends none', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    const { devices } = await world.clock.settle(planFleet(request(world), portsOf(world)))
    expect(devices[0]).toMatchObject({
      status: 'pending',
      change: {
        clears: [line('203.0.113.11'), line('203.0.113.12')],
        interruption: { peers: 2, atMostSecondsEach: 30 },
      },
    })
    expect(clears(world)).toEqual([])
  })

  it('plans none where the playbook says never, and asks no second question', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    const never = { withinMs: 60_000, lostAfterMs: 30_000, renegotiate: 'never' } as const
    let asked = 0
    const count = (): boolean => {
      asked += 1
      return true
    }
    const ports = portsOf(world, { approveClears: async () => count() })
    const devices = await run(world, request(world, [hub1], both, { proof: never }), ports)
    expect([asked, clears(world), devices[0]?.status]).toEqual([0, [], 'unproven'])
  })

  it('plans none where the setting is taken away', async () => {
    const world = createWorld(
      hub({ ends: lively, lifetime: '24h' }).replace(
        'profile VPN\n       set',
        'profile VPN\n       responder-only\n       set',
      ),
    )
    const away = device('hub1', [profile('VPN')], { state: 'bidirectional' })
    const { devices } = await world.clock.settle(planFleet(request(world, [away]), portsOf(world)))
    expect(devices[0]).toMatchObject({ status: 'pending', change: { clears: [] } })
  })
})

describe('the question about clears', () => {
  it('comes before anything is sent, with the plans that clear only', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    const seen: (readonly [number, readonly string[]])[] = []
    const approveClears: Ports['approveClears'] = async (plans) => {
      const sent = world.journal.filter((one) => one.kind === 'line-sending').length
      seen.push([sent, plans.map((plan) => plan.host)])
      return true
    }
    await run(world, request(world), portsOf(world, { approveClears }))
    expect(seen).toEqual([[0, ['hub1']]])
  })

  it.each([
    ['is answered with no', async () => false],
    ['cannot be asked', undefined],
  ])('lets the change run without them when it %s', async (_how, approveClears) => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    const ports: Ports = { ...world.ports, ...(approveClears === undefined ? {} : { approveClears }) }
    const devices = await run(world, request(world), ports)
    expect(clears(world)).toEqual([])
    expect(devices[0]).toMatchObject({ status: 'unproven', change: { clears: [] } })
    expect(notRenegotiated(devices[0])).toEqual([
      expect.stringMatching(/^warn 203\.0\.113\.11,203\.0\.113\.12: .*the clears were not approved/),
    ])
    expect(exitOf(devices)).toBe(3)
  })

  it('is not asked when the change itself is refused', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }), { approve: false })
    let asked = 0
    const count = (): boolean => {
      asked += 1
      return true
    }
    const devices = await run(world, request(world), portsOf(world, { approveClears: async () => count() }))
    expect([asked, devices[0]?.status]).toEqual([0, 'skipped'])
  })
})

describe('a peer that does not come back after its clear', () => {
  it('takes its target back, which lets this end call again: rolled-back, exit 1', async () => {
    const world = createWorld(hub({ ends: lying, lifetime: '24h' }))
    const devices = await run(world, request(world))
    expect(clears(world)).toEqual([line('203.0.113.11'), line('203.0.113.12')])
    expect(devices[0]).toMatchObject({
      status: 'rolled-back',
      saved: 'yes',
      error: { code: 'PEER_LOST' },
      targets: [{ after: 'bidirectional', coverage: { lost: 1 } }],
    })
    expect(devices[0]?.error?.message).toMatch(/203\.0\.113\.12 .*its SA was cleared.*it was taken back/)
    expect(devices[0]?.findings.filter((one) => one.code === 'PEER_LOST')).toHaveLength(1)
    expect(exitOf(devices)).toBe(1)
  })

  it('ends the clears of every device of the run', async () => {
    // hub1 clears its first peer, which never calls; the others have not begun.
    const ends = [end('203.0.113.11', ', onTraffic: 1d'), end('203.0.113.12', ', onTraffic: 10s')]
    const world = createWorld(threeHubs({ ends, lifetime: '24h' }))
    const hubs = ['hub1', 'hub2', 'hub3'].map((name) => device(name, [profile('VPN')]))
    const declared = ['203.0.113.', '198.51.100.', '192.0.2.'].flatMap((net) => [
      calls(`${net}11`),
      calls(`${net}12`),
    ])
    const devices = await run(world, request(world, hubs, declared))
    expect(hubs.flatMap(({ host }) => clears(world, host.name))).toHaveLength(1)
    expect(devices.map((one) => one.status).toSorted()).toEqual(['rolled-back', 'unproven', 'unproven'])
    const others = devices.filter((one) => one.status === 'unproven')
    for (const other of others)
      expect(notRenegotiated(other)[0]).toMatch(/^warn .*no further peer is cleared/)
    expect(exitOf(devices)).toBe(1)
  })

  it('leaves the device unknown when it does not come back after the revert either', async () => {
    const dead = [end('203.0.113.11', ', onTraffic: 1d, dies: 25s'), end('203.0.113.12', ', onTraffic: 10s')]
    const world = createWorld(hub({ ends: dead, lifetime: '24h' }))
    const late = async (): Promise<boolean> => {
      await world.clock.sleep(30_000)
      return true
    }
    const devices = await run(world, request(world), portsOf(world, { approve: late }))
    expect(devices[0]).toMatchObject({ status: 'unknown', error: { code: 'PEER_LOST' } })
    expect(exitOf(devices)).toBe(4)
  })
})

describe('a clear that is sent', () => {
  it('is on record before it is sent, also when the session breaks', async () => {
    const world = createWorld(
      hub({
        ends: lively,
        lifetime: '24h',
        knobs: '    faults: { lines: [{ line: "clear crypto", ends: after }] }',
      }),
    )
    const devices = await run(world, request(world))
    const told = world.journal.flatMap((one) =>
      (one.kind === 'line-sending' && one.purpose === 'clear') ||
      (one.kind === 'line-replied' && one.line.startsWith('clear'))
        ? [one.kind === 'line-sending' ? 'sending' : one.reply]
        : [],
    )
    expect(told).toEqual(['sending', 'link-lost', 'sending', 'link-lost'])
    expect(devices[0]).toMatchObject({ status: 'verified' })
  })

  it('is never sent when it cannot be put on record', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }), {
      journalFails: (one) => one.kind === 'line-sending' && one.purpose === 'clear',
    })
    const devices = await run(world, request(world))
    expect(clears(world)).toEqual([])
    expect(notRenegotiated(devices[0])[0]).toMatch(/journal could not be written/)
  })

  it('is left out when somebody has taken the setting away meanwhile', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    let writes = 0
    const write: Sessions['write'] = async (host) => {
      writes += 1
      const opened = await world.ports.sessions.write(host)
      // The second session is the one that would clear.
      if (writes !== 2 || opened.kind === 'err') return opened
      const { runAll } = opened.value
      opened.value.runAll = async (lines) =>
        (await runAll(lines)).map((capture) => ({
          ...capture,
          text: capture.text.replace(/^ responder-only\n/m, ''),
        }))
      return opened
    }
    const sessions = { ...world.ports.sessions, write }
    const devices = await run(world, request(world), portsOf(world, { sessions }))
    expect(clears(world)).toEqual([line('203.0.113.12')])
    expect(notRenegotiated(devices[0])[0]).toMatch(/203\.0\.113\.11.*reads bidirectional now/)
  })

  it('is the last one when the run is interrupted, and its peer is seen back', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    const abort = new AbortController()
    const emit: Ports['emit'] = (event) => {
      if (event.kind === 'line-replied' && event.line.startsWith('clear')) abort.abort()
    }
    const wanted = request(world, [hub1], both, { signal: abort.signal })
    const devices = await run(world, wanted, portsOf(world, { emit }))
    expect(clears(world)).toEqual([line('203.0.113.11')])
    expect(devices[0]).toMatchObject({
      status: 'unproven',
      targets: [{ coverage: { proven: 1, atRisk: 1 } }],
    })
    expect(notRenegotiated(devices[0])).toEqual([expect.stringMatching(/203\.0\.113\.12.*interrupted/)])
    expect(exitOf(devices, true)).toBe(130)
  })

  it('has its target taken back also when the run is interrupted while the peer is away', async () => {
    const world = createWorld(hub({ ends: [...lying].reverse(), lifetime: '24h' }))
    const abort = new AbortController()
    const emit: Ports['emit'] = (event) => {
      if (event.kind === 'line-replied' && event.line.endsWith('203.0.113.12')) abort.abort()
    }
    const wanted = request(world, [hub1], both, { signal: abort.signal })
    const devices = await run(world, wanted, portsOf(world, { emit }))
    expect(devices[0]).toMatchObject({ status: 'rolled-back', error: { code: 'PEER_LOST' } })
  })
})

describe('a clear that does not do what it should', () => {
  it('ends all clears, and takes nothing back, when the old SA is still up', async () => {
    const world = createWorld(
      hub({
        ends: lively,
        lifetime: '24h',
        knobs: '    faults: { lines: [{ line: "clear crypto", ends: before }] }',
      }),
    )
    const devices = await run(world, request(world))
    expect(
      world.journal.filter((one) => one.kind === 'line-sending' && one.purpose === 'clear'),
    ).toHaveLength(1)
    expect(devices[0]).toMatchObject({ status: 'unproven', targets: [{ after: 'responder-only' }] })
    expect(notRenegotiated(devices[0])).toEqual([
      expect.stringMatching(/203\.0\.113\.11.*the old SA is still up/),
      expect.stringMatching(/203\.0\.113\.12.*no further peer is cleared/),
    ])
  })

  it('takes the target back when this device itself sets the tunnel up again', async () => {
    const ends = [end('203.0.113.11', ', onTraffic: 1d'), end('203.0.113.12', ', onTraffic: 10s')]
    const world = createWorld(hub({ ends, lifetime: '24h' }))
    let meddled = false
    const read: Sessions['read'] = async (host, signal) => {
      if (!meddled && clears(world).length > 0) {
        meddled = true
        const other = await world.ports.sessions.write(host)
        if (other.kind === 'err') throw new Error('no session')
        await other.value.enterConfig()
        for (const text of ['crypto ipsec profile VPN', 'no responder-only'])
          await other.value.send({ line: configLine(text), subMode: /./, opens: false })
        await other.value.close()
      }
      return world.ports.sessions.read(host, signal)
    }
    const sessions = { ...world.ports.sessions, read }
    const devices = await run(world, request(world), portsOf(world, { sessions }))
    expect(clears(world)).toEqual([line('203.0.113.11')])
    expect(devices[0]).toMatchObject({
      status: 'rolled-back',
      error: { code: 'ROLE_CONTRADICTED' },
      targets: [{ after: 'bidirectional', coverage: { lost: 0 } }],
    })
  })

  it('leaves a peer alone whose line the device refuses, and goes on with the next', async () => {
    const refuse = '    refuse: "^clear crypto session remote 203.0.113.11"'
    const world = createWorld(hub({ ends: lively, lifetime: '24h', knobs: refuse }))
    const devices = await run(world, request(world))
    expect(devices[0]).toMatchObject({
      status: 'unproven',
      targets: [{ coverage: { proven: 1, atRisk: 1 } }],
    })
    expect(notRenegotiated(devices[0])[0]).toMatch(/203\.0\.113\.11.*the device refused 'clear crypto/)
  })
})

describe('SAs that are not cleared', () => {
  it('are those of peers of whom it is not certain that they call', async () => {
    const world = createWorld(hub({ ends: lively, lifetime: '24h' }))
    const some: readonly PeerDeclaration[] = [
      calls('203.0.113.11'),
      { key: '203.0.113.12', type: 'ios', initiates: 'on-traffic' },
    ]
    const devices = await run(world, request(world, [hub1], some))
    expect(clears(world)).toEqual([line('203.0.113.11')])
    expect(devices[0]).toMatchObject({ status: 'unproven' })
    expect(notRenegotiated(devices[0])).toEqual([
      expect.stringMatching(/^info 203\.0\.113\.12: .*it is not certain that the peer starts/),
    ])
  })

  it('are duplicates: both ends called, and the peer’s own SA is up', async () => {
    const world = createWorld(hub({ lifetime: '24h' }))
    const { devices } = await world.clock.settle(planFleet(request(world), portsOf(world)))
    expect(devices[0]?.change.clears).toEqual([])
    expect(notRenegotiated(devices[0])).toEqual([
      expect.stringMatching(
        /^info 203\.0\.113\.11,203\.0\.113\.12: .*an SA that the peer started is up beside it/,
      ),
    ])
  })
})

describe('an ASA', () => {
  const asa1 = device('asa1', [entry('outside_map', 10)], {
    platform: 'asa',
    peers: [{ key: '203.0.113.20', type: 'asa', initiates: 'always' }],
  })
  const quiet = asa({ lifetime: '24h' })
    .replace('  renew: 6s\n', '')
    .replaceAll('type: asa, to: asa1', 'type: asa, onTraffic: 10s, to: asa1')

  it('loses IKE and IPsec SAs of one peer, which calls again', async () => {
    const world = createWorld(quiet)
    const devices = await run(world, request(world, [asa1], asa1.intent.peers))
    expect(clears(world, 'asa1')).toEqual([
      'clear crypto ikev1 sa 203.0.113.20',
      'clear crypto ipsec sa peer 203.0.113.20',
    ])
    expect(devices[0]).toMatchObject({ status: 'verified' })
  })
})

describe('row 14 of the twenty ways', () => {
  it('has its target taken back by the first clear, because nobody calls', async () => {
    const text = readFileSync(join(root, 'mocks', 'scenarios', 'twenty', '14-cleared.yml'), 'utf8')
    const world = createWorld(text.replace('ikeLifetime: 40s', 'ikeLifetime: 24h'))
    const devices = await run(world, request(world, [hub1], [calls('203.0.113.11')]))
    expect(clears(world)).toEqual([line('203.0.113.11')])
    expect(devices[0]).toMatchObject({ status: 'rolled-back', error: { code: 'PEER_LOST' } })
    expect(exitOf(devices)).toBe(1)
  })
})
