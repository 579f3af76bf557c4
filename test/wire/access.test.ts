import { describe, expect, it } from 'vitest'
import { parseInventory } from '../../src/inventory/load.ts'
import { parseSshConfig } from '../../src/transport/ssh-config-parse.ts'
import { accessOf, type HostAccess } from '../../src/wire/access.ts'
import { accessWarnings } from '../../src/wire/access-warnings.ts'

function access(host: string, config: string, defaults = ''): HostAccess {
  const loaded = parseInventory(
    'inventory.yml',
    `version: 1
credentials:
  net: { username: netops, password: { env: P } }
  gate: { username: jump, agent: true }
defaults: { credential: net${defaults} }
jumps:
  gate: { address: 198.51.100.7, credential: gate }
hosts:
  hub1: { platform: ios, ${host} }
`,
  )
  if (loaded.kind === 'err') throw new Error(loaded.error.map((one) => one.message).join('; '))
  const { hosts, jumps } = loaded.value.inventory
  const [hub1] = hosts
  if (hub1 === undefined) throw new Error('no host')
  return accessOf(hub1, {
    jumps,
    home: '/home/ops',
    config: parseSshConfig({ file: 'config', text: config }),
  })
}

const hops = ({ via }: HostAccess): readonly string[] =>
  via.value.map(
    ({ name, address, port, username }) => `${name} ${username.value}@${address.value}:${port.value}`,
  )

describe('how a device is reached', () => {
  it('is what the inventory says, whatever the SSH configuration says, each with its source', () => {
    const config = `Host *
  HostName elsewhere
  Port 2222
  User somebody
  ProxyJump evil
  KexAlgorithms +diffie-hellman-group1-sha1
`
    const found = access('address: 192.0.2.1, port: 830, via: [gate], algorithms: modern', config)
    expect(found).toMatchObject({
      address: { value: '192.0.2.1', source: 'inventory.yml:9' },
      port: { value: 830, source: 'inventory.yml:9' },
      username: { value: 'netops', source: 'credential net' },
      algorithms: { value: 'modern', source: 'inventory.yml:9' },
      edits: {},
    })
    expect(found.via.source).toBe('inventory.yml:9')
    expect(hops(found)).toEqual(['jump host gate jump@198.51.100.7:22'])
  })

  it('is completed by the SSH configuration where the inventory says nothing', () => {
    const config = `Host hub1-mgmt
  HostName 192.0.2.1
  Port 2222
  HostKeyAlias hub1
  IdentityFile ~/.ssh/net
  IdentitiesOnly yes
  UserKnownHostsFile ~/known_a ~/known_b
  Ciphers +aes128-cbc
`
    const found = access('address: hub1-mgmt', config)
    expect(found).toMatchObject({
      address: { value: '192.0.2.1', source: 'config:2' },
      port: { value: 2222, source: 'config:3' },
      hostKeyAlias: { value: 'hub1', source: 'config:4' },
      identityFiles: [{ value: '/home/ops/.ssh/net', source: 'config:5' }],
      identitiesOnly: true,
      knownHostsFiles: { value: ['/home/ops/known_a', '/home/ops/known_b'], source: 'config:7' },
      algorithms: { value: 'modern', source: 'default, config:8' },
      edits: { ciphers: { how: 'append', names: ['aes128-cbc'] } },
    })
    expect(access('address: hub1-mgmt', config, ', port: 22').port).toEqual({
      value: 22,
      source: 'inventory.yml:5',
    })
  })

  it('goes by the default where nobody says anything', () => {
    expect(access('address: 192.0.2.1', '')).toMatchObject({
      port: { value: 22, source: 'default' },
      via: { value: [], source: 'default' },
      algorithms: { value: 'modern', source: 'default' },
    })
  })

  it('means a jump host of the inventory by its name or address, with its credential', () => {
    expect(hops(access('address: 192.0.2.1', 'ProxyJump gate\n'))).toEqual([
      'jump host gate jump@198.51.100.7:22',
    ])
    expect(hops(access('address: 192.0.2.1', 'ProxyJump 198.51.100.7\n'))).toEqual([
      'jump host gate jump@198.51.100.7:22',
    ])
  })

  it('never gives the password of a device to a hop that only the SSH configuration names', () => {
    const config =
      'Host 192.0.2.1\n  ProxyJump ops@b1:2222,b2\nHost b2\n  HostName 198.51.100.9\n  IdentityFile /k\n'
    const found = access('address: 192.0.2.1', config)
    expect(hops(found)).toEqual(['jump host ops@b1:2222 ops@b1:2222', 'jump host b2 netops@198.51.100.9:22'])
    expect(found.via.value.map((hop) => hop.credential)).toMatchObject([{ agent: true }, { agent: true }])
    expect(found.via.value.every((hop) => hop.credential.password === undefined)).toBe(true)
    expect(found.via.value[1]?.identityFiles).toEqual([{ value: '/k', source: 'config:5' }])
  })

  it('follows the ProxyJump of the first hop, and refuses a circle', () => {
    const chain = 'Host 192.0.2.1\n  ProxyJump inner\nHost inner\n  ProxyJump outer\n'
    expect(access('address: 192.0.2.1', chain).via.value.map((hop) => hop.id)).toEqual(['outer', 'inner'])
    const circle = `${chain}Host outer\n  ProxyJump inner\n`
    expect(access('address: 192.0.2.1', circle).problem).toContain('ProxyJump (config:2) leads in a circle')
    expect(access('address: 192.0.2.1', 'ProxyJump 192.0.2.1\n').problem).toContain('circle')
  })

  it('is warned of where the SSH configuration allows old algorithms, or leaves none', () => {
    const codes = (config: string) =>
      accessWarnings(access('address: 192.0.2.1', config)).map(({ code, message }) => `${code} ${message}`)
    expect(codes('KexAlgorithms +diffie-hellman-group14-sha1\n')[0]).toMatch(
      /^LEGACY_ALGORITHMS .*config:1.*diffie-hellman-group14-sha1 for hub1/,
    )
    expect(codes('MACs umac-64@openssh.com\n')[0]).toMatch(/^SSH_CONFIG MACs .* leave nothing/)
    expect(codes('Ciphers ^aes256-ctr\nKexAlgorithms -ecdh-*\n')).toEqual([])
  })
})
