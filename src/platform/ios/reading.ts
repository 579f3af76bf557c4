import { printable } from '../../kernel/printable.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { type Capture, captureOf } from '../../model/capture.ts'
import type { IkeSa, SaReading } from '../../model/facts.ts'
import type { ParseFault } from '../driver.ts'
import { parseFault } from '../parse-fault.ts'
import { peersUpWithoutIke } from './crypto-session.ts'
import { type Ikev2Row, parseIkev2Table } from './ikev2-table.ts'
import { type IsakmpDetailRow, parseIsakmpDetail } from './isakmp-detail.ts'
import { type IsakmpRow, isEstablished, parseIsakmpTable, type Table } from './isakmp-table.ts'
import { lines } from './probes.ts'
import { type KnownAddresses, partOf } from './role.ts'

const nothing: Table<never> = { rows: [], unreadable: [] }

function isDeleted(row: IsakmpRow): boolean {
  return /\(deleted\)/i.test(row.status ?? '')
}

/** Ids that name one row only: 0 stands for every attempt that has none yet. */
function uniqueIds(rows: readonly { readonly connId: number }[]): ReadonlySet<number> {
  const count = new Map<number, number>()
  for (const { connId } of rows) count.set(connId, (count.get(connId) ?? 0) + 1)
  return new Set([...count].filter(([id, times]) => id !== 0 && times === 1).map(([id]) => id))
}

function isakmpSas(
  rows: readonly IsakmpRow[],
  details: readonly IsakmpDetailRow[],
  addresses: KnownAddresses,
): readonly IkeSa[] {
  const ids = uniqueIds(rows)
  const detailIds = uniqueIds(details)
  return rows.map((row) => {
    const known = ids.has(row.connId)
    const joinable = known && detailIds.has(row.connId)
    const detail = joinable ? details.find((each) => each.connId === row.connId) : undefined
    const part = partOf(row, detail, addresses)
    const established = isEstablished(row)
    return {
      version: 1,
      ...(known ? { identity: String(row.connId) } : {}),
      ...(part.peer === undefined ? {} : { peer: part.peer }),
      ...(part.local === undefined ? {} : { local: part.local }),
      state: isDeleted(row) ? `${row.state} (deleted)` : row.state,
      established,
      // A finished exchange that is not `ACTIVE` (a standby's copy) is no attempt.
      halfOpen: !established && !isDeleted(row) && row.state !== 'QM_IDLE',
      role: part.role,
      ...(detail?.remainingSeconds === undefined ? {} : { remainingSeconds: detail.remainingSeconds }),
      evidence: detail === undefined ? row.evidence : `${row.evidence}\n${detail.evidence}`,
    }
  })
}

// Tunnel-ids are used again. The SPI of this end tells a new SA from the one before it, and stays the same
// from the first message on; the other end's is 0 until it has answered (RFC 7296, 3.1).
function ikev2Identity({ tunnelId, localSpi }: Ikev2Row): string {
  return localSpi === undefined || /^0+$/.test(localSpi) ? String(tunnelId) : localSpi
}

function ikev2Sas(rows: readonly Ikev2Row[]): readonly IkeSa[] {
  const identities = rows.map(ikev2Identity)
  // Tunnel-id 0 stands for an attempt that has none yet.
  const named = (identity: string): boolean =>
    identity !== '0' && identities.indexOf(identity) === identities.lastIndexOf(identity)
  return rows.map((row) => ikev2Sa(row, named(ikev2Identity(row))))
}

function ikev2Sa(row: Ikev2Row, named: boolean): IkeSa {
  const established = row.status === 'READY'
  const role = row.initiator === undefined ? 'unknown' : row.initiator ? 'initiator' : 'responder'
  const { lifeSeconds: life, activeSeconds: active } = row
  return {
    version: 2,
    ...(named ? { identity: ikev2Identity(row) } : {}),
    peer: row.remote,
    local: row.local,
    state: row.status,
    established,
    halfOpen: !established && !/^DELETE/.test(row.status),
    role,
    ...(active === undefined ? {} : { ageSeconds: active }),
    ...(life === undefined || active === undefined ? {} : { remainingSeconds: Math.max(0, life - active) }),
    evidence: row.evidence,
  }
}

/** Output of an optional line: what a device refuses, it does not have. */
function optional<Facts>(
  capture: Capture | undefined,
  parse: (text: string) => Facts | undefined,
  none: Facts,
  blankIsEmpty: boolean,
): Result<Facts, ParseFault> {
  if (capture === undefined || capture.refusal !== undefined) return ok(none)
  if (blankIsEmpty && capture.text.trim() === '') return ok(none)
  const facts = parse(capture.text)
  return facts === undefined ? err(parseFault(capture, `this is not what ${capture.line} prints`)) : ok(facts)
}

/**
 * Only a line that the release does not know shows that there are no such SAs; one that was denied shows
 * nothing, and SAs that are hidden today and listed tomorrow would look as if they were new.
 */
function deniedLine(capture: Capture | undefined): ParseFault | undefined {
  const refusal = capture?.refusal
  if (capture === undefined || refusal === undefined) return undefined
  if (
    /invalid input|incomplete command|unknown command|unrecognized command|ambiguous command/i.test(refusal)
  )
    return undefined
  return parseFault(capture, `the device did not show its IKEv2 SAs: ${printable(refusal)}`)
}

/**
 * All IKE SAs that the device lists. The role of an IKEv1 SA comes from its direction (src started) and
 * from which end is this device, the role of an IKEv2 SA from the device's own word. Peers that are up
 * without an IKE SA stand beside them.
 */
export function readSas(
  captures: readonly Capture[],
  ownAddresses: readonly string[],
  configuredPeers: readonly string[] = [],
): Result<SaReading, ParseFault> {
  const short = captureOf(captures, lines.isakmp) ?? { line: lines.isakmp, text: '' }
  const table = short.refusal === undefined ? parseIsakmpTable(short.text) : undefined
  if (table === undefined) return err(parseFault(short, `this is not what ${short.line} prints`))
  const detail = optional(captureOf(captures, lines.isakmpDetail), parseIsakmpDetail, nothing, false)
  if (detail.kind === 'err') return detail
  // Releases without an IKEv2 SA print the headings or nothing at all.
  const denied = deniedLine(captureOf(captures, lines.ikev2))
  if (denied !== undefined) return err(denied)
  const ikev2 = optional(captureOf(captures, lines.ikev2), parseIkev2Table, nothing, true)
  if (ikev2.kind === 'err') return ikev2
  const upWithoutIke = optional(captureOf(captures, lines.session), peersUpWithoutIke, [], true)
  if (upWithoutIke.kind === 'err') return upWithoutIke
  const known = { own: ownAddresses, peers: configuredPeers }
  return ok({
    sas: [...isakmpSas(table.rows, detail.value.rows, known), ...ikev2Sas(ikev2.value.rows)],
    // A row of the detailed table that cannot be read takes nothing away from the short one.
    unreadable: [...table.unreadable, ...ikev2.value.unreadable],
    ...(upWithoutIke.value.length === 0 ? {} : { upWithoutIke: upWithoutIke.value }),
  })
}
