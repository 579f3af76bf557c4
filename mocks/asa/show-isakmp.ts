import type { Call } from '../device-state.ts'
import { hashOf } from '../hash.ts'
import type { SaView } from '../ike-types.ts'
import { nameOf } from './ike-ends.ts'
import { asaRelease } from './release.ts'

interface Row {
  readonly peer: string
  readonly role: 'initiator' | 'responder'
  readonly state: string
  readonly lifetime?: { readonly whole: number; readonly left: number }
}

function rowsOf(call: Call): readonly Row[] {
  const up = call.around.sas
    .filter((sa) => sa.version === 1)
    .map(
      (sa): Row => ({
        peer: nameOf(call.device.running, sa.peer),
        role: sa.initiator ? 'initiator' : 'responder',
        state: 'MM_ACTIVE',
        lifetime: { whole: sa.lifetimeSeconds, left: sa.remainingSeconds },
      }),
    )
  const tried = call.around.attempts
    .filter((attempt) => attempt.version === 1)
    .map(
      (attempt): Row => ({
        peer: nameOf(call.device.running, attempt.peer),
        role: 'initiator',
        state: 'MM_WAIT_MSG2',
      }),
    )
  return [...up, ...tried]
}

function rowLines(row: Row, index: number, detail: boolean): readonly string[] {
  return [
    `${String(index + 1).padEnd(3)} IKE Peer: ${row.peer}`,
    `    Type    : ${row.lifetime === undefined ? 'user' : 'L2L '}            Role    : ${row.role} `,
    `    Rekey   : no              State   : ${row.state} `,
    ...(detail && row.lifetime !== undefined
      ? [
          '    Encrypt : aes-256         Hash    : SHA       ',
          `    Auth    : preshared       Lifetime: ${row.lifetime.whole}`,
          `    Lifetime Remaining: ${row.lifetime.left}`,
        ]
      : []),
  ]
}

const tableHead = 'IKE Peer      Type  Dir   Rky  State      Encrypt Hash  Auth    Lifetime'

/** The table of 7.x and 8.0: its heading stands before every row (tech note, ntc-templates). */
function tableLines(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row, index) => {
    const type = row.lifetime === undefined ? 'User' : 'L2L '
    const state = row.state.replace('ACTIVE', 'Active')
    return [
      tableHead,
      `${index + 1} ${row.peer} ${type}  ${row.role === 'initiator' ? 'Init' : 'Resp'}  No   ${state.padEnd(10)} 3des    SHA   preshrd ${row.lifetime?.whole ?? 86_400}`,
    ]
  })
}

/** `show crypto ikev1 sa [detail]`. The number in front is the row's, not the SA's. */
export function showIkev1Sa(call: Call, detail: boolean): string {
  const rows = rowsOf(call)
  const { ikev2, oldTable } = asaRelease(call.device.box)
  if (rows.length === 0) return ikev2 ? '\nThere are no IKEv1 SAs\n' : '\nThere are no isakmp sas\n'
  if (detail && oldTable) return `${tableLines(rows).join('\n')}\n`
  const lines = [
    '',
    ...(ikev2 ? ['IKEv1 SAs:', ''] : []),
    `   Active SA: ${rows.length}`,
    '    Rekey SA: 0 (A tunnel will report 1 Active and 1 Rekey SA during rekey)',
    `Total IKE SA: ${rows.length}`,
    '',
    ...rows.flatMap((row, index) => rowLines(row, index, detail)),
  ]
  return `${lines.join('\n')}\n`
}

/** The tunnel id of an IKEv2 SA: large on ASA, rising here so that an id never comes twice. */
export function tunnelId(call: Call, sa: SaView): number {
  const { boot } = call.around
  return (
    (hashOf(`${call.device.box.name} ikev2${boot === undefined ? '' : ` ${boot.atMs}`}`) % 40_000_000) +
    sa.number * 4_099
  )
}

const header =
  'Tunnel-id Local                                               Remote                                                  Status         Role'

function sessionLines(call: Call, sas: readonly SaView[], detail: boolean): readonly string[] {
  const first = sas[0]
  if (first === undefined) return []
  const spi = (side: string): string => hashOf(`${side} ${first.number}`).toString(16).padStart(8, '0')
  return [
    `Session-id:${first.number}, Status:UP-ACTIVE, IKE count:${sas.length}, CHILD count:1`,
    '',
    header,
    ...sas.flatMap((sa) => [
      `${String(tunnelId(call, sa)).padStart(9)} ${`${sa.local}/500`.padEnd(51)} ${`${nameOf(call.device.running, sa.peer)}/500`.padEnd(55)}  READY    ${sa.initiator ? 'INITIATOR' : 'RESPONDER'}`,
      '      Encr: AES-CBC, keysize: 256, Hash: SHA256, DH Grp:14, Auth sign: PSK, Auth verify: PSK',
      `      Life/Active Time: ${sa.lifetimeSeconds}/${sa.ageSeconds} sec`,
      ...(detail ? [`      Session-id: ${first.number}`, '      Status Description: Negotiation done'] : []),
    ]),
    'Child sa: local selector  0.0.0.0/0 - 255.255.255.255/65535',
    '          remote selector 0.0.0.0/0 - 255.255.255.255/65535',
    `          ESP spi in/out: 0x${spi(call.device.box.name)}/0x${spi(first.peerName)}  `,
    '',
  ]
}

/** `show crypto ikev2 sa [detail]`. */
export function showIkev2Sa(call: Call, detail: boolean): string {
  const byPeer = new Map<string, SaView[]>()
  for (const sa of call.around.sas.filter((known) => known.version === 2)) {
    byPeer.set(sa.peer, [...(byPeer.get(sa.peer) ?? []), sa])
  }
  if (byPeer.size === 0) return '\nThere are no IKEv2 SAs\n'
  const sessions = [...byPeer.values()].flatMap((sas) => sessionLines(call, sas, detail))
  return `${['', 'IKEv2 SAs:', '', ...sessions].join('\n')}\n`
}

/** `show crypto isakmp sa [detail]`: both versions, one after the other, since 8.4. */
export function showIsakmpSa(call: Call, detail: boolean): string {
  const first = showIkev1Sa(call, detail)
  return asaRelease(call.device.box).ikev2 ? first + showIkev2Sa(call, detail) : first
}
