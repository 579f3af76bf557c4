import { clockSpan } from '../clock-text.ts'
import type { Call } from '../device-state.ts'
import { hashOf } from '../ike.ts'
import type { SaView } from '../ike-types.ts'
import { iosRelease } from './release.ts'

/** The connection id of an IKEv1 SA; IOS counts from 1001. */
export function connId(sa: SaView): number {
  return 1000 + sa.number
}

const ofVersion1 = (call: Call): readonly SaView[] => call.around.sas.filter((sa) => sa.version === 1)

/** `show crypto isakmp sa`: dst is who answered, src who started. Layout: genieparser, AWS guide (slot column). */
export function showIsakmpSa(call: Call): string {
  const slot = iosRelease(call.device.box.version)?.slotColumn === true
  const row = (dst: string, src: string, state: string, id: number, status: string): string =>
    `${dst.padEnd(15)} ${src.padEnd(15)} ${state.padEnd(14)} ${String(id).padStart(7)}${
      slot ? ` ${'0'.padStart(4)}` : ''
    } ${status}`
  const up = ofVersion1(call).map((sa) => {
    const [dst, src] = sa.initiator ? [sa.peer, sa.local] : [sa.local, sa.peer]
    return row(dst, src, 'QM_IDLE', connId(sa), 'ACTIVE')
  })
  const tried = call.around.attempts
    .filter((attempt) => attempt.version === 1)
    .map((attempt) => row(attempt.peer, attempt.local, 'MM_NO_STATE', 0, 'ACTIVE'))
  const lines = [
    'IPv4 Crypto ISAKMP SA',
    `dst             src             state          conn-id${slot ? ' slot' : ''} status`,
    ...up.toReversed(),
    ...tried,
    '',
    'IPv6 Crypto ISAKMP SA',
    '',
  ]
  return `${lines.join('\n')}\n`
}

const codes = `Codes: C - IKE configuration mode, D - Dead Peer Detection
       K - Keepalives, N - NAT-traversal
       T - cTCP encapsulation, X - IKE Extended Authentication
       psk - Preshared key, rsig - RSA signature
       renc - RSA encryption
`

/** `show crypto isakmp sa detail`: no role here; the C-id is the conn-id of the short form. */
export function showIsakmpSaDetail(call: Call): string {
  const rows = ofVersion1(call)
    .toReversed()
    .flatMap((sa) => [
      `${String(connId(sa)).padEnd(5)} ${sa.local.padEnd(15)} ${sa.peer.padEnd(15)} ${''.padEnd(6)} ACTIVE aes  sha    psk  14 ${clockSpan(sa.remainingSeconds)} D`,
      `       Engine-id:Conn-id =  SW:${sa.number}`,
      '',
    ])
  const lines = [
    codes,
    'IPv4 Crypto ISAKMP SA',
    '',
    'C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.',
    '',
    ...rows,
    'IPv6 Crypto ISAKMP SA',
    '',
  ]
  return `${lines.join('\n')}\n`
}

/** Sixteen hexadecimal digits that belong to one end of one SA. */
export function ikeSpi(party: string, number: number): string {
  const half = (which: string): string =>
    hashOf(`${party} ${number} ${which}`).toString(16).padStart(8, '0').toUpperCase()
  return half('high') + half('low')
}
