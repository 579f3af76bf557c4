import { describe, expect, it } from 'vitest'
import { hostPatternProblems, resolveIntents, resolvePlaybook } from '../../src/inventory/intents.ts'
import { parseInventory } from '../../src/inventory/load.ts'
import type { Diagnostic } from '../../src/kernel/diagnostics.ts'
import { parsePlaybook } from '../../src/playbook/load.ts'

const inventoryText = `version: 1
defaults: { credential: c }
credentials: { c: { username: u, password: { env: P } } }
hosts:
  hub1: { address: a1, platform: ios, groups: [hubs], endpoints: [203.0.113.1] }
  hub2: { address: a2, platform: ios, groups: [hubs] }
  asa-hq: { address: a4, platform: asa }
peers:
  203.0.113.20: { type: asa }
`

function resolve(items: string, limit?: string): ReturnType<typeof resolveIntents> {
  const inventory = parseInventory('inv.yml', inventoryText)
  const playbook = parsePlaybook('p.yml', `version: 1\nname: x\nstate: bidirectional\n${items}`, {
    today: '2026-11-24',
  })
  if (inventory.kind === 'err' || playbook.kind === 'err') throw new Error('the files of this test are wrong')
  return resolveIntents(playbook.value, inventory.value.inventory, limit)
}

function problems(items: string, limit?: string): readonly Diagnostic[] {
  const resolved = resolve(items, limit)
  return resolved.kind === 'err' ? resolved.error : []
}

const both = `routers:
  - { hosts: [hub1, group:hubs], profiles: [VPN] }
  - { hosts: hub2, profiles: [BRANCH] }
asas:
  - { hosts: asa-hq, cryptoMaps: [{ map: m, entries: [10, 20] }] }
`

describe('the devices of a playbook', () => {
  it('each get everything that all items ask of them, once', () => {
    const resolved = resolve(both)
    expect(resolved.kind === 'ok' && resolved.value.map(({ intent }) => intent)).toEqual([
      {
        host: 'hub1',
        platform: 'ios',
        state: 'bidirectional',
        targets: [{ kind: 'ipsec-profile', profile: 'VPN' }],
        peers: [{ key: '203.0.113.20', type: 'asa' }],
        endpoints: ['203.0.113.1'],
      },
      {
        host: 'hub2',
        platform: 'ios',
        state: 'bidirectional',
        targets: [
          { kind: 'ipsec-profile', profile: 'VPN' },
          { kind: 'ipsec-profile', profile: 'BRANCH' },
        ],
        peers: [{ key: '203.0.113.20', type: 'asa' }],
        endpoints: [],
      },
      {
        host: 'asa-hq',
        platform: 'asa',
        state: 'bidirectional',
        targets: [
          { kind: 'crypto-map-entry', map: 'm', seq: 10 },
          { kind: 'crypto-map-entry', map: 'm', seq: 20 },
        ],
        peers: [{ key: '203.0.113.20', type: 'asa' }],
        endpoints: [],
      },
    ])
  })

  it('may be limited', () => {
    const resolved = resolve(both, 'group:hubs,!hub1')
    expect(resolved.kind === 'ok' && resolved.value.map(({ host }) => host.name)).toEqual(['hub2'])
  })

  it('may not be limited to nothing', () => {
    expect(problems('routers: [{ hosts: hub1, profiles: [V] }]\n', 'asa-hq')).toEqual([
      {
        code: 'USAGE',
        severity: 'error',
        message: '--limit "asa-hq" matches none of the playbook\'s hosts',
        hint: 'the playbook names hub1',
      },
    ])
    expect(problems(both, 'hub9')).toMatchObject([{ code: 'UNKNOWN_REFERENCE' }])
  })

  it('may not stand under the wrong platform', () => {
    expect(problems('routers: [{ hosts: ["asa*"], profiles: [V] }]\n')).toEqual([
      {
        code: 'INVALID_VALUE',
        severity: 'error',
        message: 'asa-hq (through "asa*") stands under routers, but its platform in the inventory is asa',
        hint: 'move it under asas, or correct its platform',
        at: expect.objectContaining({ file: 'p.yml', line: 4, col: 21 }),
      },
    ])
    expect(problems('asas: [{ hosts: hub1, cryptoMaps: [{ map: m, entries: static }] }]\n')).toMatchObject([
      { code: 'INVALID_VALUE', at: { line: 4, col: 17 } },
    ])
  })

  it('that no inventory has are told at their place, all at once, whatever the limit', () => {
    expect(problems('routers: [{ hosts: [hub3, group:x, hub1], profiles: [V] }]\n', 'hub1')).toMatchObject([
      { code: 'UNKNOWN_REFERENCE', at: { line: 4, col: 21 }, hint: 'did you mean "hub1"?' },
      { code: 'UNKNOWN_REFERENCE', at: { line: 4, col: 27 } },
    ])
  })

  it.each([
    ['profiles: [VPN]', 'profiles: [OTHER, VPN]', 'hub1 gets "VPN" twice: line 5 gives it already'],
    [
      'profiles: { in-use: true }',
      'profiles: { in-use: true }',
      'hub1 gets "every profile in use" twice: line 5 gives it already',
    ],
    [
      'profiles: { in-use: true }',
      'profiles: [VPN]',
      'hub1 gets "VPN" twice: line 5 gives it already (there as "every profile in use")',
    ],
    [
      'cryptoMaps: [{ map: m }]',
      'cryptoMaps: [{ map: m }]',
      'hub1 gets "the crypto map m" twice: line 5 gives it already',
    ],
  ])('may not get one target twice: %s and %s', (first, second, message) => {
    const told = problems(`routers:\n  - { hosts: hub1, ${first} }\n  - { hosts: group:hubs, ${second} }\n`)
    expect(told).toMatchObject([{ code: 'DUPLICATE', message, at: { line: 6, col: 14 } }])
  })

  it('may get the rest by name where one item leaves it out', () => {
    const items = `routers:
  - { hosts: hub1, profiles: { in-use: true, except: [VPN] } }
  - { hosts: hub1, profiles: [VPN] }
asas:
  - { hosts: asa-hq, cryptoMaps: [{ map: m, entries: static, except: [40] }] }
  - { hosts: asa-hq, cryptoMaps: [{ map: m, entries: [40] }] }
`
    expect(resolve(items).kind).toBe('ok')
    expect(problems(items.replace('except: [40]', 'except: [50]'))).toMatchObject([
      {
        code: 'DUPLICATE',
        message: 'asa-hq gets "m/40" twice: line 8 gives it already (there as "every static entry of m")',
      },
    ])
  })
})

describe('the contexts of an ASA', () => {
  const item = (context: string, maps: string): string =>
    `  - { hosts: asa-hq, ${context}cryptoMaps: [${maps}] }\n`

  it('each have targets of their own', () => {
    const resolved = resolve(
      `asas:\n${item('context: a, ', '{ map: m, entries: [10] }')}${item('context: b, ', '{ map: m, entries: [10] }')}${item('', '{ map: m, entries: static }')}`,
    )
    expect(resolved.kind === 'ok' && resolved.value[0]?.intent.targets).toEqual([
      { kind: 'crypto-map-entry', map: 'm', seq: 10, context: 'a' },
      { kind: 'crypto-map-entry', map: 'm', seq: 10, context: 'b' },
      { kind: 'static-entries', map: 'm', except: [] },
    ])
  })

  it.each([
    ['{ map: m, entries: [10] }', 'asa-hq gets "a:m/10" twice: line 5 gives it already'],
    [
      '{ map: m, entries: static }',
      'asa-hq gets "every static entry of a:m" twice: line 5 gives it already (there as "a:m/10")',
    ],
  ])('may not get one target twice: %s', (maps, message) => {
    const told = problems(
      `asas:\n${item('context: a, ', '{ map: m, entries: [10] }')}${item('context: a, ', maps)}`,
    )
    expect(told).toMatchObject([{ code: 'DUPLICATE', message, at: { line: 6, col: 14 } }])
  })
})

describe('the VTI profiles of an ASA', () => {
  it('are targets beside its crypto map entries', () => {
    const resolved = resolve('asas: [{ hosts: asa-hq, vtiProfiles: [BRANCH_VTI] }]\n')
    expect(resolved.kind === 'ok' && resolved.value[0]?.intent).toMatchObject({
      platform: 'asa',
      targets: [{ kind: 'ipsec-profile', profile: 'BRANCH_VTI' }],
    })
    expect(
      problems('asas:\n  - { hosts: asa-hq, vtiProfiles: [V] }\n  - { hosts: "asa*", vtiProfiles: [V] }\n'),
    ).toMatchObject([{ code: 'DUPLICATE', at: { line: 6 } }])
  })
})

describe('accept and known of a playbook', () => {
  const accept = (hosts: string): string =>
    `accept: [{ code: SOLE_INITIATOR, hosts: ${hosts}, targets: "*", reason: r, by: noc, until: 2026-12-31 }]\n`
  const known = (hosts: string): string =>
    `known: [{ hosts: ${hosts}, status: unreachable, reason: r, until: 2026-12-31 }]\n`

  function resolved(items: string, limit?: string): ReturnType<typeof resolvePlaybook> {
    const inventory = parseInventory('inv.yml', inventoryText)
    const playbook = parsePlaybook('p.yml', `version: 1\nname: x\n${items}`, { today: '2026-11-24' })
    if (inventory.kind === 'err' || playbook.kind === 'err')
      throw new Error('the files of this test are wrong')
    return resolvePlaybook(playbook.value, inventory.value.inventory, limit)
  }

  it('get the names of the devices that their patterns match, each once', () => {
    const result = resolved(`${both}${accept('[hub2, group:hubs, "asa*"]')}${known('hub1')}`)
    if (result.kind === 'err') return expect.unreachable()
    expect(result.value.playbook.accept?.map(({ hosts }) => hosts)).toEqual([['hub2', 'hub1', 'asa-hq']])
    expect(result.value.playbook.known?.map(({ hosts }) => hosts)).toEqual([['hub1']])
    expect(result.value.devices.map(({ host }) => host.name)).toEqual(['hub1', 'hub2', 'asa-hq'])
  })

  it('are looked up whatever the limit leaves', () => {
    const result = resolved(`${both}${accept('hub2')}`, 'hub1')
    expect(result.kind === 'ok' && result.value.playbook.accept?.[0]?.hosts).toEqual(['hub2'])
    expect(result.kind === 'ok' && result.value.devices).toHaveLength(1)
  })

  it('leave out devices that the playbook does not name', () => {
    const result = resolved(`routers: [{ hosts: hub1, profiles: [V] }]\n${known('group:hubs')}`)
    expect(result.kind === 'ok' && result.value.playbook.known?.[0]?.hosts).toEqual(['hub1'])
  })

  it.each([
    ['no host of the inventory', 'hub9', 'there is no host "hub9" in inv.yml', 'did you mean "hub1"?'],
    ['no group', 'group:hub', 'there is no group "hub" in inv.yml', 'did you mean "group:hubs"?'],
    ['nothing by its glob', '"x*"', '"x*" matches no host in inv.yml', undefined],
    [
      'no device of the playbook',
      'asa-hq',
      '"asa-hq" matches no device of this playbook',
      'the playbook names hub1',
    ],
  ])('may not match %s', (_, hosts, message, hint) => {
    for (const [entry, col] of [
      [accept(hosts), 41],
      [known(hosts), 18],
    ] as const) {
      const result = resolved(`routers: [{ hosts: hub1, profiles: [V] }]\n${entry}`)
      expect(result.kind === 'err' && result.error).toMatchObject([
        { code: 'UNKNOWN_REFERENCE', message, at: { line: 4, col } },
      ])
      expect(result.kind === 'err' && result.error[0]?.hint).toBe(hint)
    }
  })

  it('are told beside the other mistakes of the same playbook', () => {
    const inventory = parseInventory('inv.yml', inventoryText)
    if (inventory.kind === 'err') return expect.unreachable()
    const at = { file: 'p.yml', line: 1, col: 1 }
    const until = { status: 'failed', reason: 'r', until: '2026-12-31', hosts: [], at }
    const told = hostPatternProblems([], inventory.value.inventory, {
      known: [{ ...until, patterns: [{ text: 'hub7', at }] }],
    })
    expect(told).toMatchObject([{ code: 'UNKNOWN_REFERENCE', at }])
  })
})
