import { describe, expect, it } from 'vitest'
import { parseDmvpn, registeredClients } from '../../../src/platform/ios/dmvpn.ts'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { captureText } from '../../contract/captures.ts'
import { factsOf, hubConfig, intent, profileTarget } from './builders.ts'

function clients(name: string, tunnel: string): number | undefined {
  return registeredClients(parseDmvpn(captureText('ios', 'show-dmvpn', name)) ?? [], tunnel)
}

const nhs = ' ip nhrp network-id 5\n ip nhrp nhs 10.7.0.1 nbma 198.51.100.1 multicast\n'

function spoke(lines: string = nhs, tunnel: string = 'Tunnel0'): string {
  return hubConfig.replace('interface Tunnel1\n', `interface ${tunnel}\n${lines}`)
}

function verdicts(
  config: string,
  dmvpn?: string,
  state: 'responder-only' | 'bidirectional' = 'responder-only',
) {
  const facts = factsOf({
    [lines.config]: config,
    ...(dmvpn === undefined ? {} : { [lines.dmvpn]: captureText('ios', 'show-dmvpn', dmvpn) }),
  })
  const [target] = iosDriver.precheck(facts, intent([profileTarget('VPN')], state)).targets
  return (target?.findings ?? []).filter(({ code }) => code === 'DMVPN_SPOKE')
}

describe('the clients of a DMVPN tunnel', () => {
  it.for([
    ['hub', 'Tunnel5', 2],
    ['hub-and-spoke', 'Tunnel0', 1],
    ['spoke-with-shortcut', 'Tunnel100', 0],
    ['both-families', 'Tunnel100', 1],
    ['hub', 'Tunnel6', undefined],
    ['no-dmvpn', 'Tunnel5', undefined],
  ] as const)('in %s on %s are %s: shortcuts and what is not up are none', ([name, tunnel, count]) => {
    expect(clients(name, tunnel)).toBe(count)
  })
})

describe('a tunnel’s part in NHRP', () => {
  it('has the addresses that it maps beside those of its servers', () => {
    const text =
      ' ip nhrp nhs 10.7.0.1\n ip nhrp map 10.7.0.1 198.51.100.1\n ip nhrp map 10.7.0.2 198.51.100.2\n ip nhrp map multicast 198.51.100.2\n ip nhrp map multicast dynamic\n'
    expect(factsOf({ [lines.config]: spoke(text) }).nhrp).toMatchObject([
      { serverAddresses: ['198.51.100.1'], mappedAddresses: ['198.51.100.2'] },
    ])
  })

  it.for([
    ['in its own line', ' ip nhrp nhs 10.7.0.1 nbma 198.51.100.1 multicast priority 1 cluster 1\n'],
    [
      'in a map',
      ' ip nhrp nhs 10.7.0.1\n ip nhrp map multicast 198.51.100.1\n ip nhrp map 10.7.0.1 198.51.100.1\n',
    ],
    [
      'in a map with a mask',
      ' ip nhrp map 10.7.0.1 255.255.255.255 198.51.100.1\n ip nhrp nhs 10.7.0.1 priority 2\n',
    ],
    ['in a map of IPv6', ' ipv6 nhrp map 2001:DB8::1/128 198.51.100.1\n ipv6 nhrp nhs 2001:DB8::1\n'],
    ['for a server that names itself', ' ip nhrp nhs dynamic nbma 198.51.100.1 multicast\n'],
  ] as const)('has the server’s address %s', ([, text]) => {
    expect(factsOf({ [lines.config]: spoke(text) }).nhrp).toMatchObject([
      { tunnel: 'Tunnel0', serverAddresses: ['198.51.100.1'] },
    ])
  })

  it.for([
    [' ip nhrp nhs 10.7.0.1 nbma hub.example.net multicast\n', ['10.7.0.1'], []],
    [' ip nhrp network-id 5\n ip nhrp map multicast dynamic\n', [], []],
    [' ip nhrp nhs cluster 0 max-connections 1\n ip nhrp nhs fallback 30\n ip nhrp network-id 5\n', [], []],
  ] as const)(
    'takes a name, a group or a hub’s map for no server address: %j',
    ([text, servers, addresses]) => {
      expect(factsOf({ [lines.config]: spoke(text) }).nhrp).toMatchObject([
        { nextHopServers: servers, serverAddresses: addresses },
      ])
    },
  )

  it('is none where the interface has no NHRP', () => {
    expect(factsOf().nhrp).toEqual([])
  })
})

describe('DMVPN_SPOKE', () => {
  it('blocks a spoke with its own lines and the hub’s address', () => {
    expect(verdicts(spoke(nhs, 'Tunnel100'), 'spoke-with-shortcut')).toMatchObject([
      {
        severity: 'block',
        target: 'VPN',
        peers: ['198.51.100.1'],
        evidence: 'interface Tunnel100\n ip nhrp nhs 10.7.0.1 nbma 198.51.100.1 multicast',
      },
    ])
  })

  it.for([
    ['the device refused to list them', undefined],
    ['the device does not list the tunnel', 'hub'],
  ] as const)(
    'blocks a tunnel with a next-hop server whose clients are not known because %s',
    ([, dmvpn]) => {
      expect(verdicts(spoke(), dmvpn)).toMatchObject([{ severity: 'block' }])
    },
  )

  it('warns of a hub that registers with another', () => {
    expect(verdicts(spoke(), 'hub-and-spoke')).toMatchObject([{ severity: 'warn', peers: ['198.51.100.1'] }])
  })

  it('has nothing against a hub, nor against a spoke’s tunnel that is shut down', () => {
    expect(verdicts(spoke(' ip nhrp network-id 5\n', 'Tunnel5'), 'hub')).toEqual([])
    expect(verdicts(spoke(`${nhs} shutdown\n`), 'spoke-with-shortcut')).toEqual([])
  })

  it('is information where the setting is taken away', () => {
    expect(verdicts(spoke(), undefined, 'bidirectional')).toMatchObject([{ severity: 'info' }])
  })
})
