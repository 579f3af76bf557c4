import type { Call } from '../device-state.ts'
import { hashOf } from '../hash.ts'
import type { SaView } from '../ike-types.ts'

function block(call: Call, sa: SaView): readonly string[] {
  const { ipsecLifetime } = call.around
  const left = ipsecLifetime - (sa.ageSeconds % ipsecLifetime)
  const spi = (way: string): string =>
    hashOf(`${call.device.box.name} ${sa.peer} ${way}`).toString(16).padStart(8, '0').toUpperCase()
  const half = (way: string): readonly string[] => [
    `    ${way} esp sas:`,
    `      spi: 0x${spi(way)}`,
    '         transform: esp-aes-256 esp-sha-256-hmac no compression ',
    '         in use settings ={L2L, Tunnel, }',
    `         sa timing: remaining key lifetime (kB/sec): (4373998/${left})`,
    '         IV size: 16 bytes',
    '         replay detection support: Y',
  ]
  const [map, seq] = sa.origin.split('/')
  return [
    `interface: ${sa.interface}`,
    `    Crypto map tag: ${map}, seq num: ${seq ?? 65_280}, local addr: ${sa.local}`,
    '',
    `      current_peer: ${sa.peer}`,
    '',
    `      local crypto endpt.: ${sa.local}/500, remote crypto endpt.: ${sa.peer}/500`,
    `      current outbound spi: ${spi('outbound')}`,
    `      current inbound spi : ${spi('inbound')}`,
    '',
    ...half('inbound'),
    ...half('outbound'),
    '',
  ]
}

/** `show crypto ipsec sa`: one pair for each peer. */
export function showIpsecSa(call: Call): string {
  const byPeer = new Map(call.around.sas.map((sa) => [sa.peer, sa]))
  if (byPeer.size === 0) return '\nThere are no ipsec sas\n'
  return `${[...byPeer.values()].flatMap((sa) => block(call, sa)).join('\n')}\n`
}
