import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskLength } from '../../../src/model/address.ts'
import type { WantedState } from '../../../src/model/intent.ts'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { factsOf, hubConfig, intent, profileTarget, usersFrom } from './builders.ts'

const far = usersFrom('198.51.100.9')

function configWith(text: string): string {
  return hubConfig.replace(/end\n$/, `${text}end\n`)
}

function throughOf(text: string, users: string = far): string | undefined {
  const facts = factsOf({ [lines.config]: configWith(text), [lines.users]: users })
  const through = facts.managementThrough
  return through === undefined ? undefined : `${through.name} ${through.tunnel ? 'tunnel' : 'plain'}`
}

function verdicts(text: string, users: string = far, state: WantedState = 'responder-only') {
  const facts = factsOf({ [lines.config]: configWith(text), [lines.users]: users })
  const { findings, targets } = iosDriver.precheck(facts, intent([profileTarget('VPN')], state))
  return [...findings, ...targets.flatMap((target) => target.findings)].filter(
    ({ code }) => code === 'MANAGEMENT_THROUGH_TUNNEL',
  )
}

describe('the way of this session', () => {
  it.for([
    ['a route into a tunnel', 'ip route 198.51.100.0 255.255.255.0 Tunnel1\n', 'Tunnel1 tunnel'],
    [
      'the longest of two routes',
      'ip route 0.0.0.0 0.0.0.0 Tunnel1\nip route 198.51.100.8 255.255.255.248 203.0.113.254 name WAN\n',
      'GigabitEthernet0/0 plain',
    ],
    [
      'a next hop inside a tunnel',
      'interface Tunnel9\n ip address 10.9.0.1 255.255.255.252\n tunnel protection ipsec profile VPN\nip route 198.51.100.0 255.255.255.0 10.9.0.2\n',
      'Tunnel9 tunnel',
    ],
    [
      'an interface and a next hop',
      'ip route 198.51.100.0 255.255.255.0 GigabitEthernet0/0 203.0.113.254\n',
      'GigabitEthernet0/0 plain',
    ],
    [
      'a route for this very address, beside a protocol',
      'router ospf 1\nip route 198.51.100.9 255.255.255.255 Tunnel1\n',
      'Tunnel1 tunnel',
    ],
    ['no route', '', undefined],
    ['a protocol that may know better', 'router eigrp 7\nip route 0.0.0.0 0.0.0.0 Tunnel1\n', undefined],
    ['a VRF', 'vrf definition MGMT\nip route 0.0.0.0 0.0.0.0 Tunnel1\n', undefined],
    ['a local policy', 'ip local policy route-map R\nip route 0.0.0.0 0.0.0.0 Tunnel1\n', undefined],
    ['a route that may be out', 'ip route 0.0.0.0 0.0.0.0 Tunnel1 track 3\n', undefined],
    [
      'two equal routes',
      'ip route 0.0.0.0 0.0.0.0 Tunnel1\nip route 0.0.0.0 0.0.0.0 203.0.113.254\n',
      undefined,
    ],
    ['a next hop that leads round', 'ip route 198.51.100.0 255.255.255.0 198.51.100.1\n', undefined],
  ] as const)('by %s is told only where the configuration settles it', ([, text, expected]) => {
    expect(throughOf(text)).toBe(expected)
  })

  it.for([
    ['from the own network', usersFrom('203.0.113.200'), 'GigabitEthernet0/0 plain'],
    ['from a name', usersFrom('jump1.example.net'), undefined],
    ['from IPv6', usersFrom('2001:DB8::9'), undefined],
    ['from nowhere that is printed', '', undefined],
    ['that is not marked', far.replace('*', ' '), undefined],
  ] as const)('%s is told or left open', ([, users, expected]) => {
    expect(throughOf('ip route 0.0.0.0 0.0.0.0 203.0.113.254\n', users)).toBe(expected ?? undefined)
  })

  it('has a mask in one block or none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 32 }), (length) => {
        const bits = '1'.repeat(length).padEnd(32, '0')
        const mask = [0, 8, 16, 24].map((at) => Number.parseInt(bits.slice(at, at + 8), 2)).join('.')
        expect(maskLength(mask)).toBe(length)
      }),
    )
    expect(maskLength('255.0.255.0')).toBeUndefined()
    expect(maskLength('host')).toBeUndefined()
  })
})

describe('MANAGEMENT_THROUGH_TUNNEL', () => {
  it('blocks a target whose tunnel carries this session, with the lines that say so', () => {
    expect(verdicts('ip route 198.51.100.0 255.255.255.0 Tunnel1\n')).toMatchObject([
      {
        severity: 'block',
        target: 'VPN',
        evidence: 'this session comes from 198.51.100.9\nip route 198.51.100.0 255.255.255.0 Tunnel1',
      },
    ])
  })

  it('has nothing against a session through another tunnel or none', () => {
    expect(verdicts('ip route 198.51.100.0 255.255.255.0 Tunnel5\n')).toEqual([])
    expect(verdicts('', usersFrom('203.0.113.200'))).toEqual([])
  })

  it('is information for the device where the way cannot be told', () => {
    const [finding, ...more] = verdicts('router ospf 1\n')
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'info' })
    expect(finding).not.toHaveProperty('target')
  })

  it('refuses nothing where the setting is taken away or is there already', () => {
    expect(verdicts('ip route 198.51.100.0 255.255.255.0 Tunnel1\n', far, 'bidirectional')).toEqual([])
    const done = configWith('').replace(
      'crypto ipsec profile VPN\n',
      'crypto ipsec profile VPN\n responder-only\n',
    )
    const facts = factsOf({ [lines.config]: done, [lines.users]: '' })
    expect(
      iosDriver
        .precheck(facts, intent([profileTarget('VPN')]))
        .findings.filter(({ code }) => code === 'MANAGEMENT_THROUGH_TUNNEL'),
    ).toEqual([])
  })
})
