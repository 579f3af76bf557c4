import type { Capture } from '../../../src/model/capture.ts'
import type { DeviceFacts } from '../../../src/model/facts.ts'
import type { DeviceIntent, TargetIntent, WantedState } from '../../../src/model/intent.ts'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { deviceName } from '../../names.ts'

export { mapName as map, profileName as profile, profileTarget } from '../../names.ts'

export function intent(
  targets: readonly TargetIntent[],
  state: WantedState = 'responder-only',
): DeviceIntent {
  return { host: deviceName('hub1'), platform: 'ios', state, targets, peers: [], endpoints: [] }
}

export const version15 =
  'Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M6, RELEASE SOFTWARE (fc2)\n'

export const noSas =
  'IPv4 Crypto ISAKMP SA\ndst             src             state          conn-id status\n\nIPv6 Crypto ISAKMP SA\n'

/** A hub with one profile on two tunnels, one on none, and a crypto map. */
export const hubConfig = `version 15.2
hostname hub1
crypto ipsec profile SPARE
 set transform-set TS
crypto ipsec profile VPN
 set transform-set TS
crypto ipsec profile VPN2
 set transform-set TS
 responder-only
crypto map MAP 10 ipsec-isakmp
 set peer 203.0.113.31
 match address VPN-31
interface Tunnel1
 description spoke1
 tunnel source GigabitEthernet0/0
 tunnel destination 203.0.113.11
 tunnel protection ipsec profile VPN
interface Tunnel2
 tunnel source GigabitEthernet0/0
 tunnel destination 203.0.113.12
 tunnel protection ipsec profile VPN
interface Tunnel5
 tunnel source GigabitEthernet0/0
 tunnel mode gre multipoint
 tunnel protection ipsec profile VPN2 shared
interface Tunnel6
 tunnel protection ipsec profile GONE
interface GigabitEthernet0/0
 ip address 203.0.113.1 255.255.255.0
 crypto map MAP
end
`

/** `show users` of a session from there. */
export function usersFrom(address: string): string {
  return `    Line       User       Host(s)              Idle       Location\n   0 con 0                idle                 1d02h\n*  2 vty 0     netops     idle                 00:00:00 ${address}\n\n  Interface    User               Mode         Idle     Peer Address\n`
}

export function captures(changed: Readonly<Record<string, string>> = {}): readonly Capture[] {
  const texts: Readonly<Record<string, string>> = {
    [lines.version]: version15,
    [lines.config]: hubConfig,
    [lines.isakmp]: noSas,
    [lines.users]: usersFrom('203.0.113.200'),
    ...changed,
  }
  return Object.entries(texts).map(([line, text]) => ({ line, text }))
}

export function factsOf(
  changed: Readonly<Record<string, string>> = {},
  session: { readonly hostname: string; readonly privileged: boolean } = {
    hostname: 'hub1',
    privileged: true,
  },
): DeviceFacts {
  const facts = iosDriver.facts(captures(changed), session)
  if (facts.kind === 'err') throw new Error(facts.error.message)
  return facts.value
}
