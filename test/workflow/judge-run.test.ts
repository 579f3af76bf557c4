import { describe, expect, it } from 'vitest'
import type { Acceptance } from '../../src/model/playbook.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest } from '../../src/workflow/fleet-request.ts'
import type { RunSurroundings } from '../../src/workflow/judge-run.ts'
import { asa, hub } from './scenarios.ts'
import { configLines, createWorld, device, entry, expectNothingSent, profile } from './world.ts'

const asas = [
  { key: '203.0.113.20', type: 'asa' },
  { key: '203.0.113.21', type: 'asa' },
] as const
const asa1 = device('asa1', [entry('outside_map', 10), entry('outside_map', 20)], {
  platform: 'asa',
  peers: asas,
})

function around(more: Partial<RunSurroundings> = {}): Pick<FleetRequest, 'around'> {
  return {
    around: { hosts: [asa1.host], declared: asas, accept: [], onBlocked: 'device', readPeers: true, ...more },
  }
}

/** Two entries; the far end of the second never starts. */
const oneSilent = asa({ lifetime: '24h' }).replace(
  'name: b21, address: 203.0.113.21, protocol: ikev1, type: asa, to: asa1',
  'name: b21, address: 203.0.113.21, protocol: ikev1, type: asa, to: asa1, starts: false',
)

const accepted: Acceptance = {
  code: 'SOLE_INITIATOR',
  hosts: ['asa1'],
  targets: ['outside_map/20'],
  reason: 'the partner starts from Monday on',
  by: 'noc',
  until: '2027-03-31',
  at: { file: 'p.yml', line: 9, col: 3 },
}

describe('a peer that cannot be shown to start', () => {
  it('refuses the device, and nothing is sent', async () => {
    const world = createWorld(oneSilent)
    const { devices } = await world.clock.settle(applyFleet(world.request([asa1], around()), world.ports))
    expect(devices[0]).toMatchObject({ status: 'blocked' })
    expect(devices[0]?.findings).toContainEqual(
      expect.objectContaining({ code: 'SOLE_INITIATOR', severity: 'block', target: 'outside_map/20' }),
    )
    expectNothingSent(world, 'asa1')
  })

  it('refuses its target only, where the playbook says so', async () => {
    const world = createWorld(oneSilent)
    const run = applyFleet(world.request([asa1], around({ onBlocked: 'target' })), world.ports)
    const { devices } = await world.clock.settle(run)
    expect(devices[0]?.targets.map((target) => [target.name, target.status])).toEqual([
      ['outside_map/10', expect.stringMatching(/verified|unproven/)],
      ['outside_map/20', 'blocked'],
    ])
    expect(configLines(world, 'asa1').filter((line) => line.includes('connection-type'))).toEqual([
      'crypto map outside_map 10 set connection-type answer-only',
    ])
  })

  it('refuses nothing when a named person takes it on, and is told all the same', async () => {
    const world = createWorld(oneSilent)
    const { devices } = await world.clock.settle(
      planFleet(world.request([asa1], around({ accept: [accepted] })), world.ports),
    )
    expect(devices[0]).toMatchObject({ status: 'pending' })
    expect(devices[0]?.findings).toContainEqual(
      expect.objectContaining({
        code: 'SOLE_INITIATOR',
        accepted: { by: 'noc', until: '2027-03-31', reason: accepted.reason },
      }),
    )
  })

  it('is no surprise between plan and push when it was accepted', async () => {
    const world = createWorld(oneSilent)
    const { devices } = await world.clock.settle(
      applyFleet(world.request([asa1], around({ accept: [accepted] })), world.ports),
    )
    expect(devices[0]?.targets.every((target) => target.sent)).toBe(true)
  })

  it('is not needed to be accepted where nothing blocks: the leftover is told', async () => {
    const world = createWorld(asa())
    const { devices } = await world.clock.settle(
      planFleet(world.request([asa1], around({ accept: [accepted] })), world.ports),
    )
    expect(devices[0]?.findings.map((finding) => finding.code)).toContain('ACCEPT_UNUSED')
  })
})

describe('what is accepted on several devices', () => {
  /** Two ASAs; on the second the far end of entry 20 does as the text says, on the first it starts. */
  const twoAsas = (text: string): string => {
    const [head = '', rest = ''] = text.split('  - name: asa1\n')
    const [box = '', peers = ''] = rest.split('peers:\n')
    const other = (part: string): string =>
      part.replaceAll('asa1', 'asa2').replaceAll('203.0.113.', '198.51.100.').replaceAll('name: b', 'name: c')
    const ends = peers.split('  ends:\n')[1] ?? ''
    const starting = ends.replaceAll(', starts: false', '')
    return `${head}  - name: asa1\n${box}  - name: asa2\n${other(box)}peers:\n${peers.replace(ends, starting)}${other(ends)}`
  }
  const types = [
    ...asas,
    { key: '198.51.100.20', type: 'asa' },
    { key: '198.51.100.21', type: 'asa' },
  ] as const
  const both = { ...accepted, hosts: ['asa1', 'asa2'] }
  const planBoth = async (
    text: string,
    refuse: readonly string[] = [],
  ): Promise<readonly (readonly string[])[]> => {
    const world = createWorld(twoAsas(text), {
      refuse: (host) =>
        refuse.includes(host)
          ? { code: 'TIMED_OUT', cause: 'network', message: 'no answer', next: 'look' }
          : undefined,
    })
    const devices = ['asa1', 'asa2'].map((name) =>
      device(name, [entry('outside_map', 10), entry('outside_map', 20)], { platform: 'asa', peers: types }),
    )
    const run = planFleet(
      world.request(
        devices,
        around({ declared: types, accept: [both], hosts: devices.map((one) => one.host) }),
      ),
      world.ports,
    )
    const ended = await world.clock.settle(run)
    return ended.devices.map((one) =>
      one.findings.filter((finding) => finding.code === 'ACCEPT_UNUSED').map((finding) => finding.message),
    )
  }

  it('is no leftover where one of them needs it', async () => {
    expect(await planBoth(oneSilent)).toEqual([[], []])
  })

  it('is told once as a leftover, on the first of them, when none needs it', async () => {
    expect(await planBoth(asa())).toEqual([[expect.stringContaining('on any of its 2 devices')], []])
  })

  it('is not told as a leftover while one of them could not be read', async () => {
    expect(await planBoth(asa(), ['asa2'])).toEqual([[], []])
  })
})

describe('a peer that is a host of the inventory', () => {
  const branch = {
    ...device('branch', [], { platform: 'asa', endpoints: ['203.0.113.20'] }).host,
    endpoints: ['203.0.113.20'],
  }
  const pair = (connection: string): string =>
    asa({ lifetime: '24h' })
      .replace('peers:\n', `${branchConfig(connection)}peers:\n`)
      .replace(/^ {4}- \{ name: b20.*\n/m, '')

  it('is read, never written, and types itself', async () => {
    const world = createWorld(pair(''))
    const one = device('asa1', [entry('outside_map', 10)], { platform: 'asa' })
    const { devices } = await world.clock.settle(
      planFleet(world.request([one], around({ hosts: [one.host, branch], declared: [] })), world.ports),
    )
    const codes = devices[0]?.findings.map((finding) => finding.code)
    expect(codes).not.toContain('PEER_TYPE_UNKNOWN')
    expect(codes).not.toContain('SOLE_INITIATOR')
    expectNothingSent(world, 'branch')
    expect(world.received('branch').length).toBeGreaterThan(0)
  })

  it('is what it was for the plan, also when the device is read again just before the push', async () => {
    const world = createWorld(pair(''))
    const one = device('asa1', [entry('outside_map', 10)], { platform: 'asa' })
    const { devices } = await world.clock.settle(
      applyFleet(world.request([one], around({ hosts: [one.host, branch], declared: [] })), world.ports),
    )
    expect(devices[0]?.findings.map((finding) => finding.code)).not.toContain('PLAN_STALE')
    expect(devices[0]).toMatchObject({ targets: [{ sent: true, after: 'answer-only' }] })
  })

  it('is left alone when the playbook says so', async () => {
    const world = createWorld(pair(''))
    const one = device('asa1', [entry('outside_map', 10)], { platform: 'asa' })
    const request = world.request(
      [one],
      around({ hosts: [one.host, branch], declared: [], readPeers: false }),
    )
    await world.clock.settle(planFleet(request, world.ports))
    expect(world.received('branch')).toEqual([])
  })

  it('refuses the change when it only answers itself', async () => {
    const world = createWorld(pair('      crypto map outside_map 10 set connection-type answer-only\n'))
    const one = device('asa1', [entry('outside_map', 10)], { platform: 'asa' })
    const request = world.request([one], around({ hosts: [one.host, branch], declared: [] }))
    const { devices } = await world.clock.settle(planFleet(request, world.ports))
    expect(devices[0]?.status).toBe('blocked')
    expect(devices[0]?.findings.map((finding) => finding.code)).toContain('BOTH_ENDS_RESPONDER')
  })

  it('makes a target failed, not compliant, when both only answer already', async () => {
    const answering = '      crypto map outside_map 10 set connection-type answer-only\n'
    const both = pair(answering).replace(
      'set ikev1 transform-set AES\n      crypto map outside_map 20 match',
      `set ikev1 transform-set AES\n${answering}      crypto map outside_map 20 match`,
    )
    const world = createWorld(both)
    const one = device('asa1', [entry('outside_map', 10)], { platform: 'asa' })
    const request = world.request([one], around({ hosts: [one.host, branch], declared: [] }))
    const { devices } = await world.clock.settle(planFleet(request, world.ports))
    expect(devices[0]).toMatchObject({ status: 'failed', error: { code: 'BOTH_ENDS_RESPONDER' } })
  })
})

function branchConfig(connection: string): string {
  return `  - name: branch
    platform: asa
    model: ASA5506
    version: "9.16(3)19"
    config: |
      hostname branch
      interface GigabitEthernet1/1
       nameif outside
       security-level 0
       ip address 203.0.113.20 255.255.255.0
      access-list H extended permit ip 10.20.0.0 255.255.0.0 10.3.0.0 255.255.0.0
      crypto ipsec ikev1 transform-set AES esp-aes-256 esp-sha-hmac
      crypto map outside_map 10 match address H
      crypto map outside_map 10 set peer 203.0.113.3
      crypto map outside_map 10 set ikev1 transform-set AES
${connection}      crypto map outside_map interface outside
      crypto ikev1 enable outside
      tunnel-group 203.0.113.3 type ipsec-l2l
`
}

describe('a hub judged alone', () => {
  it('needs no surroundings', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await world.clock.settle(
      planFleet(world.request([device('hub1', [profile('VPN')])]), world.ports),
    )
    expect(devices[0]?.status).toBe('pending')
  })
})
