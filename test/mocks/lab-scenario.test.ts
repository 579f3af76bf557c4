import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadInventory } from '../../src/inventory/load.ts'
import type { DeviceFacts, IkeSa } from '../../src/model/facts.ts'
import { asaDriver } from '../../src/platform/asa/index.ts'
import { iosDriver } from '../../src/platform/ios/index.ts'
import { root } from '../architecture/sources.ts'
import { factsOf } from './ikero-reads.ts'
import { labScenario, opened, privileged, type Rig, rig, say } from './scenarios.ts'

const scenario = labScenario()

const established = (facts: DeviceFacts): readonly IkeSa[] => facts.reading.sas.filter((sa) => sa.established)

function rolesByPeer(facts: DeviceFacts): Readonly<Record<string, readonly string[]>> {
  const roles: Record<string, string[]> = {}
  for (const sa of established(facts)) roles[sa.peer ?? '?'] = [...(roles[sa.peer ?? '?'] ?? []), sa.role]
  return Object.fromEntries(Object.entries(roles).map(([peer, list]) => [peer, list.sort()]))
}

const both = ['initiator', 'responder']
const answered = ['responder']

const boxes = [
  ['hub1', iosDriver],
  ['hub2', iosDriver],
  ['asa-hq', asaDriver],
] as const

function readAll(lab: Rig): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> {
  return Object.fromEntries(
    boxes.map(([name, driver]) => [name, rolesByPeer(factsOf(privileged(lab, name), driver, name))]),
  )
}

function change(lab: Rig): void {
  const profile = (name: string): readonly string[] => [`crypto ipsec profile ${name}`, 'responder-only']
  say(privileged(lab, 'hub1'), 'conf t', ...profile('VPN'), 'end', 'write memory')
  say(privileged(lab, 'hub2'), 'conf t', ...profile('VPN'), ...profile('BRANCH'), 'end', 'write memory')
  const type = (seq: number): string => `crypto map outside_map ${seq} set connection-type answer-only`
  say(privileged(lab, 'asa-hq'), 'conf t', type(10), type(20), 'end', 'write memory')
}

describe('the lab', () => {
  it('has duplicates before the change wherever both ends may start', () => {
    expect(readAll(rig(scenario))).toEqual({
      hub1: { '203.0.113.11': both, '203.0.113.12': both },
      hub2: { '203.0.113.13': answered, '203.0.113.14': answered, '203.0.113.15': both },
      'asa-hq': { '203.0.113.20': both, '203.0.113.21': both, '203.0.113.30': answered },
    })
  })

  it('has every SA answered here within 12 s of the change, and for good', () => {
    const lab = rig(scenario)
    lab.pass(3_000)
    change(lab)
    for (const ms of [12_000, 60_000, 3_600_000]) {
      lab.pass(ms)
      expect(readAll(lab)).toEqual({
        hub1: { '203.0.113.11': answered, '203.0.113.12': answered },
        hub2: { '203.0.113.13': answered, '203.0.113.14': answered, '203.0.113.15': answered },
        'asa-hq': { '203.0.113.20': answered, '203.0.113.21': answered, '203.0.113.30': answered },
      })
    }
  })

  it('shows fresh identities after a renewal', () => {
    const lab = rig(scenario)
    for (const [name, driver] of boxes) {
      const before = established(factsOf(privileged(lab, name), driver, name)).map((sa) => sa.identity)
      lab.pass(6_500)
      const after = established(factsOf(privileged(lab, name), driver, name)).map((sa) => sa.identity)
      expect(after.filter((identity) => identity !== undefined && before.includes(identity))).toEqual([])
    }
  })

  it('keeps the silent spoke without an SA, and the old router without the setting', () => {
    const lab = rig(scenario)
    lab.world.advance(6 * 3_600_000)
    const hub = factsOf(privileged(lab, 'hub1'), iosDriver, 'hub1')
    expect(established(hub).some((sa) => sa.peer === '203.0.113.19')).toBe(false)
    expect(hub.profiles.map((profile) => [profile.name, profile.usedBy])).toEqual(
      expect.arrayContaining([
        ['SPARE', ['Tunnel9']],
        ['VPN', ['Tunnel1', 'Tunnel2']],
      ]),
    )
    const old = factsOf(privileged(lab, 'old1'), iosDriver, 'old1')
    expect(old.software).toMatchObject({ os: 'ios', version: '12.4(25)' })
    expect(iosDriver.gate(old.software).map((finding) => finding.code)).toContain('RELEASE_TOO_OLD')
  })

  it('is read whole by both drivers', () => {
    const lab = rig(scenario)
    for (const [name, driver] of boxes) {
      const facts = factsOf(privileged(lab, name), driver, name)
      expect([facts.hostname, facts.configComplete, facts.reading.unreadable]).toEqual([name, true, []])
    }
    const asa = factsOf(privileged(lab, 'asa-hq'), asaDriver, 'asa-hq')
    expect(
      asa.cryptoMaps.map((entry) => [entry.seq, entry.dynamic, entry.connectionType, entry.interfaces]),
    ).toEqual([
      [10, false, 'bidirectional', ['outside']],
      [20, false, 'bidirectional', ['outside']],
      [65535, true, undefined, ['outside']],
    ])
  })

  it('has only SAs of the peers that were cleared renewed at once', () => {
    const lab = rig(scenario)
    const hub = privileged(lab, 'hub1')
    const numbers = (peer: string): readonly string[] =>
      established(factsOf(hub, iosDriver, 'hub1')).flatMap((sa) =>
        sa.peer === peer ? [sa.identity ?? ''] : [],
      )
    const kept = numbers('203.0.113.12')
    const old = numbers('203.0.113.11')
    say(hub, 'clear crypto session remote 203.0.113.11')
    expect(numbers('203.0.113.11')).toEqual([])
    lab.pass(150)
    expect(numbers('203.0.113.11').some((number) => old.includes(number))).toBe(false)
    expect(numbers('203.0.113.11')).toHaveLength(2)
    expect(numbers('203.0.113.12')).toEqual(kept)
  })

  it('tells an inventory who the far ends are', () => {
    const lab = rig(scenario)
    expect(lab.devices.map((device) => [device.name, device.endpoints])).toEqual([
      ['hub1', ['203.0.113.1']],
      ['hub2', ['203.0.113.2']],
      ['asa-hq', ['203.0.113.3']],
      ['asa-branch', ['203.0.113.20']],
      ['old1', ['203.0.113.9']],
    ])
    const always = lab.peers.filter((peer) => peer.initiates === 'always').map((peer) => peer.key)
    const partner = { key: '203.0.113.21', type: 'asa', by: 'the scenario', initiates: 'always' }
    expect(lab.peers).toContainEqual(partner)
    // All that renew their tunnels; not the silent spoke, and not the boxes that do nothing by themselves.
    expect(always).toEqual(
      ['20', '11', '12', '13', '14', '15', '21', '30', '18'].map((last) => `203.0.113.${last}`),
    )
    expect(opened(lab, 'hub1').mode).toBe('user')
  })

  it('has the example inventory say the same of the far ends as the one that the simulator writes', () => {
    const example = loadInventory(join(root, 'inventory', 'lab.yml'))
    if (example.kind === 'err') return expect.unreachable()
    const known = rig(scenario).peers
    for (const { key, type, version, initiates } of example.value.inventory.peers) {
      const same = { key, type, ...(version === undefined ? {} : { version }) }
      expect(known).toContainEqual(
        expect.objectContaining({ ...same, ...(initiates === undefined ? {} : { initiates }) }),
      )
    }
    const keys = example.value.inventory.peers.map((peer) => peer.key)
    for (const peer of known) if (peer.initiates !== undefined) expect(keys).toContain(peer.key)
  })

  it('loses a tunnel for good when both of its ends only answer', () => {
    const lab = rig(scenario)
    const line = 'crypto map outside_map 10 set connection-type answer-only'
    say(privileged(lab, 'asa-hq'), 'conf t', line)
    say(privileged(lab, 'asa-branch'), 'conf t', line)
    lab.pass(61_000)
    expect(readAll(lab)['asa-hq']).not.toHaveProperty('203.0.113.20')
    lab.pass(3_600_000)
    expect(readAll(lab)['asa-hq']).not.toHaveProperty('203.0.113.20')
  })
})
