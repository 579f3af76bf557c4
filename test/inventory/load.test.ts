import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandSchema, propertiesOf } from '../../src/document/schema.ts'
import schema from '../../src/inventory/inventory.schema.json' with { type: 'json' }
import { type LoadedInventory, loadInventory, parseInventory } from '../../src/inventory/load.ts'

const head =
  'version: 1\ndefaults: { credential: c }\ncredentials: { c: { username: u, password: { env: P } } }\n'
const minimal = `${head}hosts:\n  hub1: { address: 192.0.2.1, platform: ios }\n`

function good(text: string): LoadedInventory {
  const loaded = parseInventory('inventory/x.yml', text, { home: '/home/u' })
  if (loaded.kind === 'err') throw new Error(loaded.error.map((problem) => problem.message).join('\n'))
  return loaded.value
}

function lines(text: string): readonly string[] {
  const loaded = parseInventory('inventory/x.yml', text, { home: '/home/u' })
  const problems = loaded.kind === 'err' ? loaded.error : loaded.value.warnings
  return problems.map(({ at, code, message }) => `${at?.line}:${at?.col} ${code} ${message}`)
}

describe('an inventory', () => {
  it('fills in defaults: of the file, then of ikero', () => {
    expect(good(minimal).inventory.hosts[0]).toEqual({
      name: 'hub1',
      address: '192.0.2.1',
      port: 22,
      platform: 'ios',
      groups: [],
      credential: { name: 'c', username: 'u', password: { kind: 'env', name: 'P' } },
      endpoints: [],
      timeouts: { connectMs: 10_000, commandMs: 30_000, totalMs: 600_000 },
      // What nobody wrote may still come from an SSH configuration.
      written: {
        address: { file: 'inventory/x.yml', line: 5 },
        credential: { file: 'inventory/x.yml', line: 2 },
      },
    })
  })

  it('means what it says', () => {
    const { inventory, warnings } = good(`version: 1
defaults: { credential: a, port: 2222, connectTimeout: 3s, commandTimeout: 4s, totalTimeout: 5m }
credentials:
  a:
    username: netops
    password: { prompt: true }
    enable: { command: [pass, show, net/enable] }
    agent: false
  b:
    username: other
    privateKey: { file: ~/.ssh/id_ed25519, passphrase: { prompt: key of the bastion } }
    enable: { file: secrets/enable }
  c: { username: third, password: { command: [./get-secret, x] } }
hosts:
  hub1: { address: hub1.example.net, platform: ios, groups: [hubs, eu], endpoints: [203.0.113.1, '2001:db8::1'] }
  asa-hq: { address: '2001:db8::2', port: 22, platform: asa, credential: b, totalTimeout: 1h, algorithms: modern }
  hub3: { address: 192.0.2.3, platform: ios, credential: c }
peers:
  203.0.113.20: { type: asa, version: "9.16(3)", by: "partner NOC", initiates: unknown }
  198.51.100.0/24: { type: vpn3000 }
  asa-hq/outside_map/40: { type: aws }
  '2001:db8::/32': { type: other }
`)
    expect(warnings).toEqual([])
    expect(
      inventory.hosts.map(({ name, port, timeouts }) => [name, port, timeouts.connectMs, timeouts.totalMs]),
    ).toEqual([
      ['hub1', 2222, 3000, 300_000],
      ['asa-hq', 22, 3000, 3_600_000],
      ['hub3', 2222, 3000, 300_000],
    ])
    expect(inventory.hosts.map((host) => host.credential)).toEqual([
      {
        name: 'a',
        username: 'netops',
        password: { kind: 'prompt', label: 'password of a' },
        enable: { kind: 'command', argv: ['pass', 'show', 'net/enable'] },
      },
      {
        name: 'b',
        username: 'other',
        enable: { kind: 'file', path: 'inventory/secrets/enable' },
        privateKey: {
          key: { kind: 'file', path: '/home/u/.ssh/id_ed25519' },
          passphrase: { kind: 'prompt', label: 'key of the bastion' },
        },
      },
      {
        name: 'c',
        username: 'third',
        password: { kind: 'command', argv: ['inventory/get-secret', 'x'] },
      },
    ])
    expect(inventory.peers).toEqual([
      { key: '203.0.113.20', type: 'asa', version: '9.16(3)', by: 'partner NOC' },
      { key: '198.51.100.0/24', type: 'vpn3000' },
      { key: 'asa-hq/outside_map/40', type: 'aws' },
      { key: '2001:db8::/32', type: 'other' },
    ])
  })

  it('knows labels of hosts, and of peers whether they start and how long their SAs live', () => {
    const { inventory } = good(`${head}hosts:
  hub1: { address: 192.0.2.1, platform: ios, labels: { ha-pair: tyo, site: tyo-1 } }
  asa-dc: { address: 192.0.2.2, platform: asa, labels: {} }
peers:
  203.0.113.1: { type: asa, initiates: always }
  203.0.113.2: { type: asa, initiates: on-traffic, lifetimes: { ike: 8h } }
  203.0.113.3: { type: aws, initiates: never, lifetimes: { ike: 28800s, ipsec: 1h } }
  203.0.113.4: { type: asa, initiates: unknown }
  asa-dc/customer-a:outside_map/10: { type: asa, lifetimes: { ipsec: 1d } }
  hub1/VPN: { type: ios }
`)
    expect(inventory.hosts.map(({ labels }) => labels)).toEqual([
      { 'ha-pair': 'tyo', site: 'tyo-1' },
      undefined,
    ])
    expect(inventory.peers).toEqual([
      { key: '203.0.113.1', type: 'asa', initiates: 'always' },
      { key: '203.0.113.2', type: 'asa', initiates: 'on-traffic', lifetimes: { ikeSeconds: 28_800 } },
      {
        key: '203.0.113.3',
        type: 'aws',
        initiates: 'never',
        lifetimes: { ikeSeconds: 28_800, ipsecSeconds: 3600 },
      },
      { key: '203.0.113.4', type: 'asa' },
      { key: 'asa-dc/customer-a:outside_map/10', type: 'asa', lifetimes: { ipsecSeconds: 86_400 } },
      { key: 'hub1/VPN', type: 'ios' },
    ])
  })

  it('with a literal secret works, and is warned of without showing it', () => {
    const text = minimal.replace('{ env: P }', 'hunter2')
    const { inventory, warnings } = good(text)
    expect(inventory.hosts[0]?.credential.password).toEqual({ kind: 'literal', value: 'hunter2' })
    expect(warnings).toMatchObject([
      { code: 'LITERAL_SECRET', severity: 'warning', at: { line: 3, col: 44 } },
    ])
    expect(JSON.stringify(warnings)).not.toContain('hunter2')
    expect(warnings[0]?.hint).toMatch(/^take it from/)
  })

  it.each([
    ['prompt', '{ prompt: true }'],
    ['env', '{ env: NAME }'],
  ])('asks whether the secret “%s” is a reference without its braces', (word, reference) => {
    const [warning] = good(minimal.replace('{ env: P }', word)).warnings
    expect(warning).toMatchObject({ code: 'LITERAL_SECRET' })
    expect(warning?.hint).toContain(`did you mean ${reference}?`)
  })
})

describe('an inventory with mistakes', () => {
  const host = (fields: string): string => `${head}hosts:\n  hub1: { ${fields} }\n`
  const peers = (entries: string): string => `${minimal}peers:\n  ${entries}\n`

  it.each([
    [
      'an unknown credential',
      host('address: a, platform: ios, credential: d1'),
      '5:50 UNKNOWN_REFERENCE there is no credential "d1"',
    ],
    [
      'an unknown default credential',
      minimal.replace('credential: c', 'credential: d'),
      '2:25 UNKNOWN_REFERENCE',
    ],
    [
      'a host without a credential',
      minimal.replace('credential: c', 'port: 22'),
      '5:3 MISSING_KEY the host "hub1" has no credential',
    ],
    [
      'a credential without a way in',
      minimal.replace(', password: { env: P }', ''),
      '3:16 MISSING_KEY the credential "c" has neither password nor privateKey nor agent: true',
    ],
    ['no platform', host('address: a'), '5:3 MISSING_KEY the key "platform" is missing in hosts.hub1'],
    [
      'a foreign platform',
      host('address: a, platform: nxos'),
      '5:33 INVALID_VALUE hosts.hub1.platform must be ios',
    ],
    [
      'an address out of range',
      host('address: 192.0.2.256, platform: ios'),
      '5:20 INVALID_VALUE "192.0.2.256" is neither',
    ],
    [
      'an address that is an option',
      host('address: -oProxy, platform: ios'),
      '5:20 INVALID_VALUE "-oProxy" is neither',
    ],
    [
      'an address with a port',
      host('address: "192.0.2.1:22", platform: ios'),
      '5:20 INVALID_VALUE "192.0.2.1:22" is neither',
    ],
    [
      'an endpoint that is a name',
      host('address: a, platform: ios, endpoints: [vpn]'),
      '5:50 INVALID_VALUE "vpn" is not an IPv4',
    ],
    [
      'a group with a blank',
      host('address: a, platform: ios, groups: [a b]'),
      '5:47 INVALID_VALUE "a b" cannot be the name of a group',
    ],
    [
      'a host with a slash',
      minimal.replace('hub1', '../hub1'),
      '5:3 INVALID_VALUE "../hub1" cannot be the name of a host',
    ],
    [
      'a timeout of weeks',
      host('address: a, platform: ios, totalTimeout: 30d'),
      '5:52 INVALID_VALUE totalTimeout must be at most 1d',
    ],
    [
      'two sources of one secret',
      minimal.replace('env: P', 'env: P, file: p'),
      '3:44 INVALID_VALUE credentials.c.password must be one of',
    ],
    [
      'a command in one text',
      minimal.replace('env: P', 'command: pass show x'),
      '3:55 WRONG_TYPE credentials.c.password.command must be a list',
    ],
    [
      'one device under two names',
      `${minimal}  hub2: { address: 192.0.2.1, platform: ios }\n`,
      '6:20 DUPLICATE 192.0.2.1 port 22 is also the host "hub1"',
    ],
    [
      'one name in two cases',
      `${head}hosts:\n  a: { address: H.net, platform: ios }\n  b: { address: h.NET, platform: ios }\n`,
      '6:17 DUPLICATE',
    ],
    [
      'a peer that is neither',
      peers('partner: { type: asa }'),
      '7:3 INVALID_VALUE "partner" does not name a peer',
    ],
    ['a peer out of range', peers('203.0.113.300: { type: asa }'), '7:3 INVALID_VALUE'],
    ['a network that is too long', peers('203.0.113.0/33: { type: asa }'), '7:3 INVALID_VALUE'],
    [
      'a peer of an unknown host',
      peers('hub9/VPN: { type: asa }'),
      '7:3 UNKNOWN_REFERENCE there is no host "hub9"',
    ],
    [
      'a peer twice',
      peers("'2001:db8::1': { type: asa }\n  '2001:DB8:0::1': { type: asa }"),
      '8:3 DUPLICATE',
    ],
    [
      'a label with a blank',
      host('address: a, platform: ios, labels: { ha pair: tyo }'),
      '5:48 INVALID_VALUE "ha pair" cannot be the name of a label',
    ],
    [
      'a label of two lines',
      host('address: a, platform: ios, labels: { site: "a\\nb" }'),
      '5:54 INVALID_VALUE the label "site" must be one line',
    ],
    [
      'a label that YAML reads as a number',
      host('address: a, platform: ios, labels: { site: 7 }'),
      '5:54 WRONG_TYPE hosts.hub1.labels.site must be text of 1 to 100 characters, not 7',
    ],
    [
      'an unknown way to start',
      peers('203.0.113.2: { type: asa, initiates: allways }'),
      '7:40 INVALID_VALUE peers["203.0.113.2"].initiates must be always, on-traffic, never or unknown, not',
    ],
    [
      'a lifetime without a unit',
      peers('203.0.113.2: { type: asa, lifetimes: { ike: 28800 } }'),
      '7:47 WRONG_TYPE peers["203.0.113.2"].lifetimes.ike must be a duration such as 28800s, 8h or 1d, not 28800',
    ],
    [
      'a lifetime of seconds',
      peers('203.0.113.2: { type: asa, lifetimes: { ipsec: 8s } }'),
      '7:49 INVALID_VALUE lifetimes.ipsec must be from 1m to 24855d, not 8s',
    ],
    [
      'a lifetime of a hundred years',
      peers('203.0.113.2: { type: asa, lifetimes: { ike: 36500d } }'),
      '7:47 INVALID_VALUE lifetimes.ike must be',
    ],
    [
      'no lifetime',
      peers('203.0.113.2: { type: asa, lifetimes: {} }'),
      '7:40 INVALID_VALUE peers["203.0.113.2"].lifetimes must be a map with ike, ipsec or both',
    ],
    [
      'a target with a foreign character',
      peers('hub1/a;b/10: { type: asa }'),
      '7:3 INVALID_VALUE "hub1/a;b/10" does not name a peer',
    ],
    [
      'an unknown type',
      peers('203.0.113.2: { type: ass }'),
      '7:24 INVALID_VALUE peers["203.0.113.2"].type must be asa',
    ],
    [
      'a version that YAML reads as a number',
      peers('203.0.113.2: { type: asa, version: 9.10 }'),
      '7:38 WRONG_TYPE',
    ],
    [
      'no hosts',
      `${head}hosts: {}\n`,
      '4:8 INVALID_VALUE hosts must be a map of hosts by name, not an empty map',
    ],
    ['~/ without a home', '', ''],
  ])('is refused for %s', (_, text, expected) => {
    if (text === '') {
      const loaded = parseInventory('x.yml', minimal.replace('env: P', 'file: ~/p'))
      expect(loaded.kind === 'err' && loaded.error).toMatchObject([
        { code: 'INVALID_VALUE', at: { line: 3, col: 52 } },
      ])
      return
    }
    const told = lines(text)
    expect(told).toHaveLength(1)
    expect(told[0]?.startsWith(expected), told[0]).toBe(true)
  })

  it('gets everything told at once, warnings among it', () => {
    const text = `version: 3
credentials:
  c: { username: u, password: hunter2 }
hosts:
  hub1: { adress: 192.0.2.1, platform: ios, credential: d }
peers:
  x: { type: asa }
`
    expect(lines(text).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '1:10 INVALID_VALUE',
      '3:31 LITERAL_SECRET',
      '5:11 UNKNOWN_KEY',
      '5:57 UNKNOWN_REFERENCE',
      '7:3 INVALID_VALUE',
    ])
  })

  it('does not make the loader throw', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            ...minimal.split(/\b/),
            'peers',
            'labels',
            'lifetimes',
            '\n',
            '- ',
            '[',
            '}',
            '&a',
            '*a',
          ),
        ),
        (parts) => {
          expect(() => parseInventory('x.yml', parts.join(''))).not.toThrow()
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('jump hosts', () => {
  const jumps = `${head}jumps:
  outer: { address: 198.51.100.7, credential: c }
  inner: { address: inner.example.net, port: 2222, credential: c, algorithms: legacy, connectTimeout: 3s }
`
  const hostWith = (field: string): string =>
    `${jumps}hosts:\n  hub1: { address: 192.0.2.1, platform: ios${field} }\n`
  const hub1 = (text: string) => {
    const loaded = parseInventory('x.yml', text)
    if (loaded.kind === 'err') throw new Error(loaded.error.map((one) => one.message).join('; '))
    return { host: loaded.value.inventory.hosts[0], warnings: loaded.value.warnings }
  }

  it('stand in the order of the way, each with its own credential, port, time and algorithms', () => {
    const { host } = hub1(hostWith(', via: [outer, inner]'))
    expect(host?.via).toMatchObject([
      { name: 'outer', address: '198.51.100.7', port: 22, connectMs: 10_000 },
      { name: 'inner', address: 'inner.example.net', port: 2222, algorithms: 'legacy', connectMs: 3000 },
    ])
    expect(host?.via?.map((jump) => jump.credential.name)).toEqual(['c', 'c'])
    expect(hub1(hostWith('')).host?.via).toBeUndefined()
  })

  it('of the defaults hold for every host that does not name its own, and [] takes them away', () => {
    const text = (field: string): string =>
      hostWith(field).replace('defaults: { credential: c }', 'defaults: { credential: c, via: [outer] }')
    expect(hub1(text('')).host?.via?.map((jump) => jump.name)).toEqual(['outer'])
    expect(hub1(text(', via: [inner]')).host?.via?.map((jump) => jump.name)).toEqual(['inner'])
    expect(hub1(text(', via: []')).host?.via).toEqual([])
  })

  it.each([
    [
      'a name that is not there',
      hostWith(', via: [otter]'),
      '8:52 UNKNOWN_REFERENCE there is no jump host "otter"',
    ],
    [
      'the same one twice',
      hostWith(', via: [outer, inner, outer]'),
      '8:66 INVALID_VALUE the way leads through the jump host "outer" twice: it is a loop',
    ],
    [
      'the host itself',
      hostWith(', via: [outer]').replace('198.51.100.7', '192.0.2.1'),
      '8:52 INVALID_VALUE the jump host "outer" is this host itself: the way to it is a loop',
    ],
    [
      'a jump host without a credential',
      hostWith('').replace('198.51.100.7, credential: c', '198.51.100.7'),
      '5:3 MISSING_KEY',
    ],
    [
      'a credential that is not there',
      hostWith('').replace('198.51.100.7, credential: c', '198.51.100.7, credential: d'),
      '5:47 UNKNOWN_REFERENCE there is no credential "d"',
    ],
    [
      'an address with its port',
      hostWith('').replace('198.51.100.7,', '"198.51.100.7:22",'),
      '5:21 INVALID_VALUE "198.51.100.7:22" is neither an address nor a DNS name',
    ],
  ])('are refused for %s', (_, text, expected) => {
    const told = lines(text).filter((line) => !line.includes('LEGACY_ALGORITHMS'))
    expect(told).toHaveLength(1)
    expect(told[0]?.startsWith(expected), told[0]).toBe(true)
  })

  it('and hosts with old algorithms are warned of where that is written', () => {
    const { host, warnings } = hub1(hostWith(', algorithms: legacy'))
    expect(host?.algorithms).toBe('legacy')
    expect(warnings).toMatchObject([
      { code: 'LEGACY_ALGORITHMS', severity: 'warning', at: { line: 6 } },
      { code: 'LEGACY_ALGORITHMS', severity: 'warning', at: { line: 8 } },
    ])
    expect(warnings[1]?.message).toContain('"hub1"')
  })
})

describe('an agent', () => {
  it('is enough for a credential, and absent unless it is wanted', () => {
    const credential = (text: string) => {
      const loaded = parseInventory('x.yml', text)
      return loaded.kind === 'ok' ? loaded.value.inventory.hosts[0]?.credential : undefined
    }
    const agentOnly = minimal.replace('password: { env: P }', 'agent: true')
    expect(credential(agentOnly)).toEqual({ name: 'c', username: 'u', agent: true })
    expect(credential(minimal.replace('username: u', 'username: u, agent: false'))).not.toHaveProperty(
      'agent',
    )
  })
})

describe('what is not built yet', () => {
  it('is nothing in the schema', () => {
    const marked = propertiesOf(expandSchema(schema))
      .filter((property) => property.schema['x-ikero-not-yet'] !== undefined)
      .map((property) => (property.place === '' ? property.key : `${property.place}.${property.key}`))
    expect(marked).toEqual([])
  })

  it.each([
    ['a script', '#!/bin/sh\necho hosts\n'],
    ['an Ansible inventory', 'all:\n  hosts:\n    hub1: { ansible_host: 192.0.2.1 }\n'],
    ['an Ansible inventory in INI form', '[hubs]\nhub1 ansible_host=192.0.2.1\n[hubs:vars]\nx=1\n'],
    ['an inventory plugin', 'plugin: netbox.netbox.nb_inventory\napi_endpoint: x\n'],
  ])('is told in one sentence for %s', (_, text) => {
    expect(lines(text)).toHaveLength(1)
    expect(lines(text)[0]).toMatch(/NOT_YET_SUPPORTED an .* is not supported yet$/)
  })
})

describe('an inventory of ten thousand hosts', () => {
  it('is read in seconds', () => {
    const hosts = Array.from(
      { length: 10_000 },
      (_, index) =>
        `  h${index}: { address: 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}, platform: ios }`,
    )
    const text = Buffer.from(`${head}hosts:\n${hosts.join('\n')}\n`)
    const files = { stat: () => ({ kind: 'file' as const, size: text.length }), read: () => text }
    const loaded = loadInventory('x.yml', { files })
    expect(loaded.kind === 'ok' && loaded.value.inventory.hosts.length).toBe(10_000)
  })
})
