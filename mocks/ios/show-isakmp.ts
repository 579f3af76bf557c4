import { clockSpan } from '../clock-text.ts'
import type { Call } from '../device-state.ts'
import { hashOf } from '../hash.ts'
import type { SaView } from '../ike-types.ts'
import { iosRelease } from './release.ts'

/** The connection id of an IKEv1 SA; IOS counts from 1001. */
export function connId(sa: SaView): number {
  return 1000 + sa.number
}

/** True for what stands in the IPv6 half of a show. */
export function isSix(view: { readonly local: string }): boolean {
  return view.local.includes(':')
}

interface Row {
  readonly dst: string
  readonly src: string
  readonly state: string
  readonly id: number
}

function rowsOf(call: Call): readonly Row[] {
  const up = call.around.sas
    .filter((sa) => sa.version === 1)
    .map((sa): Row => {
      const [dst, src] = sa.initiator ? [sa.peer, sa.local] : [sa.local, sa.peer]
      return { dst, src, state: 'QM_IDLE', id: connId(sa) }
    })
  const tried = call.around.attempts
    .filter((attempt) => attempt.version === 1)
    .map((attempt): Row => ({ dst: attempt.peer, src: attempt.local, state: 'MM_NO_STATE', id: 0 }))
  return [...up.toReversed(), ...tried]
}

/** `show crypto isakmp sa`: dst is who answered, src who started. Layout: genieparser, AWS guide (slot column). */
export function showIsakmpSa(call: Call): string {
  const slot = iosRelease(call.device.box.version)?.slotColumn === true
  const rows = rowsOf(call)
  const table = rows
    .filter((row) => !row.dst.includes(':'))
    .map(
      ({ dst, src, state, id }) =>
        `${dst.padEnd(15)} ${src.padEnd(15)} ${state.padEnd(14)} ${String(id).padStart(7)}${
          slot ? ` ${'0'.padStart(4)}` : ''
        } ACTIVE`,
    )
  const blocks = rows
    .filter((row) => row.dst.includes(':'))
    .flatMap(({ dst, src, state, id }) => [
      ` dst: ${dst}`,
      ` src: ${src}`,
      ` state: ${state.padEnd(15)} conn-id: ${String(id).padStart(6)} ${slot ? 'slot: 0 ' : ''}status: ACTIVE`,
      '',
    ])
  const lines = [
    'IPv4 Crypto ISAKMP SA',
    `dst             src             state          conn-id${slot ? ' slot' : ''} status`,
    ...table,
    '',
    'IPv6 Crypto ISAKMP SA',
    '',
    ...blocks,
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
  const sas = call.around.sas.filter((sa) => sa.version === 1).toReversed()
  const rows = (six: boolean): readonly string[] =>
    sas
      .filter((sa) => isSix(sa) === six)
      .flatMap((sa) => [
        `${String(connId(sa)).padEnd(5)} ${sa.local.padEnd(15)} ${sa.peer.padEnd(15)} ${(sa.ivrf ?? '').padEnd(6)} ACTIVE aes  sha    psk  14 ${clockSpan(sa.remainingSeconds)} D`,
        `       Engine-id:Conn-id =  SW:${sa.number}`,
        '',
      ])
  const columns = 'C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.'
  const six = rows(true)
  const lines = [
    codes,
    'IPv4 Crypto ISAKMP SA',
    '',
    columns,
    '',
    ...rows(false),
    'IPv6 Crypto ISAKMP SA',
    '',
    ...(six.length === 0 ? [] : [columns, '', ...six]),
  ]
  return `${lines.join('\n')}\n`
}

/** Sixteen hexadecimal digits that belong to one end of one SA: numbers come again after a boot, these do not. */
export function ikeSpi(party: string, number: number, { startedMs }: SaView): string {
  const half = (which: string): string =>
    hashOf(`${party} ${number} ${startedMs} ${which}`).toString(16).padStart(8, '0').toUpperCase()
  return half('high') + half('low')
}
