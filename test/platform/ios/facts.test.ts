import { describe, expect, it } from 'vitest'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { captures, factsOf, hubConfig, noSas } from './builders.ts'

const session = { hostname: 'hub1', privileged: true }

describe('the facts of IOS', () => {
  it('hold own addresses, descriptions by peer and what is named and not defined', () => {
    const facts = factsOf()
    expect(facts.ownAddresses).toEqual(['203.0.113.1'])
    expect(facts.peerDescriptions).toEqual({ '203.0.113.11': 'spoke1' })
    expect(facts.profilesUsedButNotDefined).toEqual(['GONE'])
    expect(facts.tunnels.map((tunnel) => [tunnel.name, tunnel.shared, tunnel.anyPeer])).toEqual([
      ['Tunnel1', false, false],
      ['Tunnel2', false, false],
      ['Tunnel5', true, true],
      ['Tunnel6', false, true],
    ])
  })

  it('know the own addresses at which each tunnel is called, and which one is shut down', () => {
    const config = hubConfig
      .replace('interface Tunnel2\n', 'interface Tunnel2\n shutdown\n')
      .replace('interface Tunnel6\n', 'interface Tunnel6\n tunnel source 203.0.113.7\n')
    const { tunnels } = factsOf({ [lines.config]: config })
    expect(tunnels.map((tunnel) => [tunnel.name, tunnel.sourceAddresses, tunnel.shutdown])).toEqual([
      ['Tunnel1', ['203.0.113.1'], undefined],
      ['Tunnel2', ['203.0.113.1'], true],
      ['Tunnel5', ['203.0.113.1'], undefined],
      ['Tunnel6', ['203.0.113.7'], undefined],
    ])
  })

  it.for([
    ['is leased', ' ip address dhcp'],
    ['is negotiated', ' ip address negotiated'],
    ['is another interface’s', ' ip unnumbered Loopback0'],
    ['is partly known only', ' ip address 203.0.113.1 255.255.255.0\n ipv6 address autoconfig'],
    [
      'is made of its hardware address',
      ' ip address 203.0.113.1 255.255.255.0\n ipv6 address 2001:DB8::/64 eui-64',
    ],
    ['is none', ' no ip address'],
  ] as const)(
    'do not know at which address a tunnel is called where that of its source %s',
    ([, address]) => {
      const config = hubConfig.replace(' ip address 203.0.113.1 255.255.255.0', address)
      const { tunnels } = factsOf({ [lines.config]: config })
      expect(tunnels[0]).not.toHaveProperty('sourceAddresses')
    },
  )

  it('have the peers of SAs by the configuration where the own address is not known', () => {
    const config = hubConfig.replace(' ip address 203.0.113.1 255.255.255.0', ' ip address dhcp')
    const row = (peer: string): string => `198.51.100.77   ${peer}    QM_IDLE           1002 ACTIVE\n`
    const isakmp = noSas.replace('status\n', `status\n${row('203.0.113.11')}${row('203.0.113.31')}`)
    const { reading } = factsOf({ [lines.config]: config, [lines.isakmp]: isakmp })
    expect(reading.sas.map((sa) => [sa.peer, sa.local, sa.role])).toEqual([
      ['203.0.113.11', '198.51.100.77', 'responder'],
      ['203.0.113.31', '198.51.100.77', 'responder'],
    ])
  })

  const flexvpn = (peers: string): string =>
    hubConfig
      .replace('tunnel destination 203.0.113.11', 'tunnel destination dynamic')
      .replace(
        'interface Tunnel1\n',
        `crypto ikev2 client flexvpn F\n${peers} client connect Tunnel1\ninterface Tunnel1\n`,
      )

  it('have the servers of a FlexVPN client as the peers of its tunnel', () => {
    const config = flexvpn(' peer 1 198.51.100.1\n peer 2 198.51.100.2\n')
    const [tunnel] = factsOf({ [lines.config]: config }).tunnels
    expect(tunnel).toMatchObject({ destinations: ['198.51.100.1', '198.51.100.2'], anyPeer: false })
    expect(tunnel).not.toHaveProperty('destination')
    const basis = factsOf({ [lines.config]: config }).profiles.find(({ name }) => name === 'VPN')?.basis
    expect(basis).toContain(' peer 2 198.51.100.2')
  })

  it('have a server of a FlexVPN client as a peer also where a track chooses it', () => {
    const config = flexvpn(' peer 1 198.51.100.1 track 10 up\n peer 2 198.51.100.2 track 10 down\n')
    expect(factsOf({ [lines.config]: config }).tunnels[0]).toMatchObject({
      destinations: ['198.51.100.1', '198.51.100.2'],
      anyPeer: false,
    })
  })

  it('have no peers of a FlexVPN client that names one of them: any may be its peer', () => {
    const config = flexvpn(' peer 1 198.51.100.1\n peer 2 fqdn hub2.example.net dynamic\n')
    const [tunnel] = factsOf({ [lines.config]: config }).tunnels
    expect(tunnel).toMatchObject({ anyPeer: true })
    expect(tunnel).not.toHaveProperty('destinations')
  })

  it('keep keys of interfaces and manual maps out', () => {
    const config = hubConfig
      .replace('tunnel mode gre', 'ip nhrp authentication s3cretkey\n tunnel mode gre')
      .replace(
        'interface Tunnel1\n',
        'crypto map MAN 5 ipsec-manual\n set session-key inbound esp 256 cipher s3cretkey\ninterface Tunnel1\n',
      )
    expect(JSON.stringify(factsOf({ [lines.config]: config }))).not.toContain('s3cretkey')
  })

  it.for([
    ['is cut off', hubConfig.replace(/end\n$/, ''), /cut off/],
    [
      'is cut in a banner that holds the word end',
      `${hubConfig.replace(/end\n$/, '')}banner motd ^C\nend\n`,
      /cut off/,
    ],
    ['is no configuration', 'Interface  IP-Address\n', /not a running configuration/],
    ['is that of an ASA', 'ASA Version 9.16(3)19\nhostname asa\n: end\n', /not a running configuration/],
  ] as const)('are none when the configuration %s', ([, text, message]) => {
    const facts = iosDriver.facts(captures({ [lines.config]: text }), session)
    expect(facts).toMatchObject({ kind: 'err', error: { line: 'show running-config' } })
    if (facts.kind === 'err') expect(facts.error.message).toMatch(message)
  })

  it('are none when the SAs cannot be read', () => {
    expect(iosDriver.facts(captures({ [lines.isakmp]: 'hello' }), session).kind).toBe('err')
  })

  it('take the hostname of the prompt where no configuration may be read', () => {
    const refused = { line: lines.config, text: '', refusal: '% Invalid input' }
    const facts = iosDriver.facts([refused], { hostname: 'hub1', privileged: false })
    expect(facts).toMatchObject({ kind: 'ok', value: { hostname: 'hub1', configComplete: false } })
  })
})
