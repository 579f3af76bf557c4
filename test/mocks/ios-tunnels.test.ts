import { describe, expect, it } from 'vitest'
import { iosDriver } from '../../src/platform/ios/index.ts'
import { factsOf } from './ikero-reads.ts'
import { privileged, type Rig, rig, say, scenarioFrom } from './scenarios.ts'

interface Box {
  readonly name: string
  readonly address: string
  readonly lines: string
}

const profile = `
crypto ipsec transform-set TS esp-aes
crypto ipsec profile VPN
 set transform-set TS`

const indented = (text: string): string => text.replaceAll('\n', '\n      ')

function routers(boxes: readonly Box[], peers: string): Rig {
  const devices = boxes.map(
    ({ name, address, lines }) => `
  - name: ${name}
    platform: ios
    version: 17.9.4a
    config: |${indented(`\nhostname ${name}${lines}\ninterface GigabitEthernet0/0\n ip address ${address} 255.255.255.0`)}`,
  )
  return rig(scenarioFrom(`version: 1\ndevices:${devices.join('')}\npeers:\n${peers}`))
}

const multipoint = (address: string, nhrp = ''): string => `${profile}
interface Tunnel0
 ip address ${address} 255.255.255.0
 ip nhrp network-id 7${nhrp}
 tunnel source GigabitEthernet0/0
 tunnel mode gre multipoint
 tunnel protection ipsec profile VPN`

const rolesOf = (built: Rig, name: string): readonly string[] =>
  factsOf(privileged(built, name), iosDriver, name).reading.sas.map((sa) => `${sa.peer} ${sa.role}`)

describe('DMVPN', () => {
  const clouds = (): Rig =>
    routers(
      [
        { name: 'hub1', address: '203.0.113.1', lines: multipoint('10.9.0.1') },
        {
          name: 'hub2',
          address: '203.0.113.2',
          lines: multipoint('10.9.0.2', '\n ip nhrp nhs 10.9.0.1\n ip nhrp map 10.9.0.1 203.0.113.1'),
        },
        {
          name: 'spoke1',
          address: '203.0.113.11',
          lines: multipoint(
            '10.9.0.11',
            '\n ip nhrp map 10.9.0.1 203.0.113.1\n ip nhrp map multicast 203.0.113.1\n ip nhrp nhs 10.9.0.1\n ip nhrp nhs 10.9.0.2 nbma 203.0.113.2 multicast',
          ),
        },
      ],
      '  ends:\n    - { name: spoke2, address: 203.0.113.12, protocol: ikev1, type: ios, to: [hub1, hub2] }',
    )

  it('is started by who has next-hop servers, towards every hub', () => {
    const built = clouds()
    expect(rolesOf(built, 'hub1').toSorted()).toEqual([
      '203.0.113.11 responder',
      '203.0.113.12 responder',
      '203.0.113.2 responder',
    ])
    expect(rolesOf(built, 'hub2').toSorted()).toEqual([
      '203.0.113.1 initiator',
      '203.0.113.11 responder',
      '203.0.113.12 responder',
    ])
    expect(rolesOf(built, 'spoke1').toSorted()).toEqual(['203.0.113.1 initiator', '203.0.113.2 initiator'])
  })

  it('shows hub and spoke in show dmvpn', () => {
    const built = clouds()
    const hub = say(privileged(built, 'hub1'), 'show dmvpn')
    expect(hub).toMatch(/Interface: Tunnel0, IPv4 NHRP Details \nType:Hub, NHRP Peers:3, \n/)
    expect(hub).toMatch(/^ {5}1 203\.0\.113\.11 +10\.9\.0\.\d+ +UP +\S+ +D$/m)
    const spoke = say(privileged(built, 'spoke1'), 'show dmvpn')
    expect(spoke).toMatch(/Type:Spoke, NHRP Peers:2, \n/)
    expect(spoke).toMatch(/^ {5}1 203\.0\.113\.2 +10\.9\.0\.2 +UP +\S+ +S$/m)
    expect(say(privileged(built, 'hub2'), 'show dmvpn')).toMatch(/Type:Spoke, NHRP Peers:3/)
  })

  it('goes dark where a spoke is made responder-only', () => {
    const built = clouds()
    const spoke = privileged(built, 'spoke1')
    say(spoke, 'conf t', 'crypto ipsec profile VPN', 'responder-only', 'end', 'clear crypto session')
    built.pass(60_000)
    expect(rolesOf(built, 'spoke1')).toEqual([])
    expect(say(spoke, 'show dmvpn')).toMatch(/^ {5}1 203\.0\.113\.1 +10\.9\.0\.1 +IKE/m)
  })
})

describe('a FlexVPN client', () => {
  const flex = (connect: string): Rig =>
    routers(
      [
        {
          name: 'client',
          address: '203.0.113.11',
          lines: `
crypto ikev2 profile FLEX
 match identity remote any
crypto ikev2 client flexvpn HQ
 peer 1 203.0.113.1
 peer 2 203.0.113.2
 client connect Tunnel1
 connect ${connect}
crypto ipsec profile VPN
 set ikev2-profile FLEX
 responder-only
interface Tunnel1
 tunnel source GigabitEthernet0/0
 tunnel mode ipsec ipv4
 tunnel destination dynamic
 tunnel protection ipsec profile VPN`,
        },
      ],
      `  ends:
    - { name: hub1, address: 203.0.113.1, protocol: ikev2, type: ios, starts: false, to: client, dies: 1h }
    - { name: hub2, address: 203.0.113.2, protocol: ikev2, type: ios, starts: false, to: client }
  ikeLifetime: 2h`,
    )

  it('connects by itself, to the first of its peers that answers', () => {
    const built = flex('auto')
    expect(rolesOf(built, 'client')).toEqual(['203.0.113.1 initiator'])
    built.world.advance(3 * 3_600_000)
    expect(rolesOf(built, 'client')).toEqual(['203.0.113.2 initiator'])
  })

  it('waits where somebody has to ask for it', () => {
    expect(rolesOf(flex('manual'), 'client')).toEqual([])
  })
})

describe('tunnels over IPv6 and in VRFs', () => {
  const built = (ikev2: string): Rig =>
    routers(
      [
        {
          name: 'r1',
          address: '203.0.113.1',
          lines: `
vrf definition RED
crypto ipsec profile VPN${ikev2}
interface Tunnel1
 vrf forwarding RED
 tunnel source GigabitEthernet0/1
 tunnel mode ipsec ipv6
 tunnel destination 2001:db8:2::2
 tunnel protection ipsec profile VPN
interface Tunnel2
 vrf forwarding RED
 tunnel source GigabitEthernet0/0
 tunnel destination 203.0.113.9
 tunnel vrf OUT
 tunnel protection ipsec profile VPN
interface GigabitEthernet0/1
 ipv6 address 2001:db8:1::1/64`,
        },
      ],
      `  ends:
    - { name: far6, address: "2001:db8:2::2", protocol: ikev${ikev2 === '' ? 1 : 2}, type: ios, to: "2001:db8:1::1" }
    - { name: far4, address: 203.0.113.9, protocol: ikev${ikev2 === '' ? 1 : 2}, type: ios, to: r1, starts: false }`,
    )

  it('stand in the IPv6 half of the tables', () => {
    const session = privileged(built(''), 'r1')
    expect(say(session, 'show crypto isakmp sa')).toMatch(
      /IPv6 Crypto ISAKMP SA\n\n dst: 2001:DB8:\S+\n src: 2001:DB8:\S+\n state: QM_IDLE +conn-id: +\d+ status: ACTIVE\n/,
    )
    const rows = rolesOf(built(''), 'r1').map((row) => row.toUpperCase())
    expect(rows.toSorted()).toEqual([
      '2001:DB8:2::2 INITIATOR',
      '2001:DB8:2::2 RESPONDER',
      '203.0.113.9 INITIATOR',
    ])
  })

  it('print VRFs where configured', () => {
    const one = privileged(built(''), 'r1')
    expect(say(one, 'show crypto isakmp sa detail')).toMatch(/203\.0\.113\.9 +RED +ACTIVE/)
    expect(say(one, 'show crypto session detail')).toMatch(/203\.0\.113\.9 port 500 fvrf: OUT ivrf: RED/)
    const two = privileged(built('\n set ikev2-profile P'), 'r1')
    expect(say(two, 'show crypto ikev2 sa')).toMatch(/203\.0\.113\.9\/500 +OUT\/RED +READY/)
    expect(rolesOf(built('\n set ikev2-profile P'), 'r1')).toHaveLength(3)
  })
})

describe('an IKE SA that lapsed', () => {
  it('leaves a session UP-NO-IKE and its IPsec SAs', () => {
    const built = routers(
      [
        {
          name: 'r1',
          address: '203.0.113.1',
          lines: `${profile}
 responder-only
interface Tunnel1
 tunnel source GigabitEthernet0/0
 tunnel destination 203.0.113.9
 tunnel protection ipsec profile VPN`,
        },
      ],
      `  ikeLapses: true
  ikeLifetime: 5h
  ipsecLifetime: 4h
  ends:
    - { name: far, address: 203.0.113.9, protocol: ikev1, type: ios, to: r1 }`,
    )
    const session = privileged(built, 'r1')
    expect(say(session, 'show crypto session')).toMatch(/UP-ACTIVE/)
    expect(say(session, 'show crypto ipsec sa')).toMatch(/initiator : False/)
    built.pass(5.1 * 3_600_000)
    expect(rolesOf(built, 'r1')).toEqual([])
    expect(factsOf(session, iosDriver, 'r1').reading.upWithoutIke).toEqual(['203.0.113.9'])
    expect(say(session, 'show crypto ipsec sa')).toMatch(/current_peer 203\.0\.113\.9 port 500/)
    built.pass(3 * 3_600_000)
    expect(rolesOf(built, 'r1')).toEqual(['203.0.113.9 responder'])
  })
})
