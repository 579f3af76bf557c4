import type { Call } from '../device-state.ts'
import { hashOf } from '../hash.ts'
import type { IkeVersion } from '../ike-types.ts'
import { iosRelease } from './release.ts'

/** A pair of IPsec SAs with one peer. */
interface Pair {
  readonly interface: string
  readonly local: string
  readonly peer: string
  readonly version: IkeVersion
  readonly ageSeconds: number
  readonly remainingSeconds: number
  /** Newer releases print who started it; unknown once its IKE SA is gone. */
  readonly initiator?: boolean
  readonly vrf?: string
}

function pairsOf(call: Call): readonly Pair[] {
  const { sas, flows, ipsecLifetime } = call.around
  const byPeer = new Map<string, Pair>()
  for (const sa of sas) {
    const remainingSeconds = ipsecLifetime - (sa.ageSeconds % ipsecLifetime)
    const { ivrf, ...rest } = sa
    byPeer.set(`${sa.interface} ${sa.peer}`, {
      ...rest,
      remainingSeconds,
      ...(ivrf === undefined ? {} : { vrf: ivrf }),
    })
  }
  return [...byPeer.values(), ...flows]
}

function direction(name: 'inbound' | 'outbound', pair: Pair, call: Call): readonly string[] {
  const id = hashOf(`${call.device.box.name} ${pair.peer} ${name}`)
  const xe = iosRelease(call.device.box.version)?.family === 'ios-xe'
  const tail = xe && pair.initiator !== undefined ? `, initiator : ${pair.initiator ? 'True' : 'False'}` : ''
  const conn = 2000 + (id % 500)
  return [
    `     ${name} esp sas:`,
    `      spi: 0x${id.toString(16).toUpperCase()}(${id})`,
    '        transform: esp-256-aes esp-sha256-hmac ,',
    '        in use settings ={Tunnel, }',
    `        conn id: ${conn}, flow_id: ${xe ? 'ESG' : 'Onboard VPN'}:${conn - 2000}, sibling_flags FFFFFFFF80000048, crypto map: ${pair.interface}-head-0${tail}`,
    `        sa timing: remaining key lifetime (k/sec): (4607998/${pair.remainingSeconds})`,
    '        IV size: 16 bytes',
    '        replay detection support: Y',
    '        Status: ACTIVE(ACTIVE)',
    '',
  ]
}

function block(pair: Pair, call: Call): readonly string[] {
  const packets = 40 * pair.ageSeconds
  return [
    '',
    `interface: ${pair.interface}`,
    `    Crypto map tag: ${pair.interface}-head-0, local addr ${pair.local}`,
    '',
    `   protected vrf: ${pair.vrf ?? '(none)'}`,
    `   local  ident (addr/mask/prot/port): (${pair.local}/255.255.255.255/47/0)`,
    `   remote ident (addr/mask/prot/port): (${pair.peer}/255.255.255.255/47/0)`,
    `   current_peer ${pair.peer} port 500`,
    '     PERMIT, flags={origin_is_acl,}',
    `    #pkts encaps: ${packets}, #pkts encrypt: ${packets}, #pkts digest: ${packets}`,
    `    #pkts decaps: ${packets}, #pkts decrypt: ${packets}, #pkts verify: ${packets}`,
    '    #send errors 0, #recv errors 0',
    '',
    `     local crypto endpt.: ${pair.local}, remote crypto endpt.: ${pair.peer}`,
    '     plaintext mtu 1422, path mtu 1500, ip mtu 1500, ip mtu idb GigabitEthernet0/0',
    '     PFS (Y/N): N, DH group: none',
    '',
    ...direction('inbound', pair, call),
    ...direction('outbound', pair, call),
  ]
}

/** `show crypto ipsec sa`: by peer; what has no IKE SA any more is here all the same (genieparser, iosxe). */
export function showIpsecSa(call: Call): string {
  const pairs = pairsOf(call)
  if (pairs.length === 0) return '\nNo SAs found\n'
  return `${pairs.flatMap((pair) => block(pair, call)).join('\n')}\n`
}
