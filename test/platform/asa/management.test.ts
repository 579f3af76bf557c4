import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import { parseContextName } from '../../../src/model/ids.ts'
import type { TargetIntent, WantedState } from '../../../src/model/intent.ts'
import { lines } from '../../../src/platform/asa/commands.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { mapName, profileName } from '../../names.ts'
import { captures, intent, session } from './device.ts'

const base = [
  'hostname asa-hq',
  'interface GigabitEthernet1/1',
  ' nameif outside',
  ' ip address 203.0.113.3 255.255.255.0 standby 203.0.113.4',
  'interface GigabitEthernet1/2',
  ' nameif inside',
  ' ip address 10.20.0.1 255.255.0.0',
  'interface Tunnel1',
  ' nameif vti-north',
  ' ip address 10.99.0.1 255.255.255.252',
  ' tunnel source interface outside',
  ' tunnel destination 203.0.113.31',
  ' tunnel protection ipsec profile NORTH',
  'route outside 0.0.0.0 0.0.0.0 203.0.113.1 1',
  'route vti-north 10.40.0.0 255.255.0.0 10.99.0.2 1',
  'crypto ipsec profile NORTH',
  ' set ikev2 ipsec-proposal P',
  'crypto map outside_map 10 match address A',
  'crypto map outside_map 10 set peer 203.0.113.20',
  'crypto map outside_map 10 set ikev2 ipsec-proposal P',
  'crypto map outside_map interface outside',
]
const acl = (rest: string): string => `access-list A extended ${rest}`
const branch = acl('permit ip 10.20.0.0 255.255.0.0 10.30.0.0 255.255.0.0')

function device(client: string | readonly string[], more: readonly string[] = [branch]): DeviceFacts {
  const clients = typeof client === 'string' ? [client] : client
  const rows = clients.map(
    (one, sid) => `${sid}   ${one}       2.0     IN   aes256 sha1     SessionStarted   netops`,
  )
  const read = asaDriver.facts(
    [
      ...captures(),
      { line: lines.configuration, text: [...base, ...more, ': end'].join('\n') },
      { line: lines.terminals, text: rows.join('\n') },
    ],
    session,
  )
  if (read.kind === 'err') throw new Error(read.error.message)
  return read.value
}
const way = (client: string | readonly string[], more?: readonly string[]): string => {
  const through = device(client, more).managementThrough
  if (through === undefined) return 'not known'
  return through.tunnel ? through.name : 'no tunnel'
}

describe('the way of a session to an ASA', () => {
  it.for([
    ['a client in the network of a crypto ACL', '10.30.4.5', [branch], 'outside_map/10'],
    ['a client elsewhere', '198.51.100.7', [branch], 'no tunnel'],
    ['a client on a network of the device', '10.20.7.7', [branch], 'no tunnel'],
    ['a client behind a VTI', '10.40.1.1', [branch], 'Tunnel1'],
    [
      'a wide ACL, and a nearer route elsewhere',
      '10.30.4.5',
      [acl('permit ip any 10.0.0.0 255.0.0.0'), 'route inside 10.30.0.0 255.255.0.0 10.20.0.9 1'],
      'no tunnel',
    ],
    ['a denied client', '10.30.4.5', [acl('deny ip any host 10.30.4.5'), branch], 'no tunnel'],
    [
      'a client that only a later line denies',
      '10.30.4.5',
      [branch, acl('deny ip any host 10.30.4.5')],
      'outside_map/10',
    ],
    ['ESP only', '10.30.4.5', [acl('permit esp any 10.30.0.0 255.255.0.0')], 'no tunnel'],
    ['certain ports only', '10.30.4.5', [acl('permit tcp any eq 22 10.30.0.0 255.255.0.0')], 'not known'],
    ['an ACL that ends in any', '198.51.100.7', [acl('permit ip 10.20.0.0 255.255.0.0 any')], 'not known'],
    [
      'an object',
      '10.30.4.5',
      ['object network B', ' subnet 10.30.0.0 255.255.0.0', acl('permit ip any object B')],
      'outside_map/10',
    ],
    [
      'groups in groups',
      '10.30.4.5',
      [
        'object-group network IN',
        ' network-object host 10.30.4.5',
        'object-group network B',
        ' group-object IN',
        acl('permit ip object-group B object-group B'),
      ],
      'outside_map/10',
    ],
    [
      'a group that holds itself',
      '10.30.4.5',
      ['object-group network B', ' group-object B', acl('permit ip any object-group B')],
      'not known',
    ],
    ['an object that is not defined', '10.30.4.5', [acl('permit ip any object GONE')], 'not known'],
    [
      'a name that DNS resolves',
      '10.30.4.5',
      ['object network B', ' fqdn v4 b.example.net', acl('permit ip any object B')],
      'not known',
    ],
    [
      'a name of the names list',
      '10.30.4.5',
      ['names', 'name 10.30.0.0 branch', acl('permit ip any branch 255.255.0.0')],
      'outside_map/10',
    ],
    ['IPv6', '2001:db8:30::5', [acl('permit ip 2001:db8:20::/64 2001:db8:30::/64')], 'outside_map/10'],
    ['learned routes beside a VTI', '198.51.100.7', [branch, 'router bgp 65000'], 'not known'],
    [
      'a dynamic entry',
      '198.51.100.7',
      [branch, 'crypto map outside_map 65535 ipsec-isakmp dynamic D'],
      'not known',
    ],
  ] as const)('is told by routes and ACLs: %s', ([, client, more, expected]) => {
    expect(way(client, more)).toBe(expected)
  })

  it('is known for several clients only where all come the same way', () => {
    expect(way(['10.20.7.7', '10.30.4.5'])).toBe('not known')
    expect(way(['10.30.4.5', '10.30.4.6'])).toBe('outside_map/10')
    expect(way(['10.20.7.7', '198.51.100.7'])).toBe('no tunnel')
    expect(way([])).toBe('not known')
  })

  it('is not told by the logins of a context that was entered from elsewhere', () => {
    const name = parseContextName('customer-a')
    if (name === undefined) throw new Error('no name')
    const inside = asaDriver.facts(captures({ terminals: 'one' }), { ...session, context: name })
    const direct = asaDriver.facts(captures({ terminals: 'one' }), session)
    const through = [inside, direct].map((read) =>
      read.kind === 'ok' ? read.value.managementThrough?.name : read,
    )
    expect(through).toEqual([undefined, 'outside_map/10'])
  })

  it('never makes reading fail, whatever the configuration says', () => {
    const word = fc.constantFrom(
      'permit',
      'deny',
      'ip',
      'tcp',
      'any',
      'host',
      'object',
      'object-group',
      'B',
      '10.30.4.5',
      '255.255.0.255',
      'eq',
      '',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 9 }), (words) => {
        expect(['no tunnel', 'not known', 'outside_map/10']).toContain(
          way('10.30.4.5', [acl(words.join(' '))]),
        )
      }),
    )
  })
})

describe('the terminals of an ASA', () => {
  it('are asked for in every survey of a space that may have VPN', () => {
    for (const contextMarker of [undefined, 'context'] as const) {
      const marker = contextMarker === undefined ? {} : { contextMarker }
      const asked = asaDriver.probes({ os: 'asa', evidence: '', ...marker })
      expect(asked).toContainEqual({ line: lines.terminals, feeds: 'configuration', optional: true })
    }
  })
})

describe('a change through the tunnel that it changes', () => {
  const entry: TargetIntent = { kind: 'crypto-map-entry', map: mapName('outside_map'), seq: 10 }
  const vti: TargetIntent = { kind: 'ipsec-profile', profile: profileName('NORTH') }
  const found = (
    read: DeviceFacts,
    targets: readonly TargetIntent[],
    state: WantedState = 'responder-only',
  ) =>
    asaDriver
      .precheck(read, intent(targets, { state }))
      .findings.filter(({ code }) => code === 'MANAGEMENT_THROUGH_TUNNEL')
  const codes = (...args: Parameters<typeof found>): readonly string[] =>
    found(...args).map(({ severity, target }) => `${severity} ${target ?? '-'}`)

  it('is refused, with the line that shows it', () => {
    expect(codes(device('10.30.4.5'), [entry, vti])).toEqual(['block outside_map/10'])
    expect(codes(device('10.40.1.1'), [entry, vti])).toEqual(['block NORTH'])
    const evidence = found(device('10.40.1.1'), [vti])[0]?.evidence
    expect(evidence).toContain('route vti-north 10.40.0.0 255.255.0.0')
    expect(evidence).toContain('10.40.1.1')
  })

  it('is told only when the setting is taken away', () => {
    expect(codes(device('10.30.4.5'), [entry], 'bidirectional')).toEqual(['info outside_map/10'])
  })

  it('is nothing where the session takes another tunnel, or none', () => {
    expect(codes(device('10.40.1.1'), [entry])).toEqual([])
    expect(codes(device('198.51.100.7'), [entry, vti])).toEqual([])
  })

  it('is told once for a device where it is not known', () => {
    expect(codes(device([]), [entry, vti])).toEqual(['info -'])
    expect(codes(device([]), [])).toEqual([])
  })
})
