import type { Coverage, RoleRow } from '../model/outcome.ts'
import type { Attribution, ProofTarget } from './attribute.ts'
import { type OwnStart, ownStart } from './own-start.ts'
import { bareRow, proofOf, saRow } from './rows.ts'
import { rowsNaming } from './unreadable.ts'
import type { PeerLife, SeenSa, Watch } from './watch.ts'

/** After this, a session that an ASA crypto map lost may have ended by its idle timeout, without harm. */
const idleTimeoutFromMs = 600_000

export type Life =
  | { readonly kind: 'alive' }
  /** Stands in a row that could not be read. */
  | { readonly kind: 'unreadable' }
  /** None now and none before the push: never lost. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'missing'; readonly life: PeerLife; readonly harmless: boolean }
  | { readonly kind: 'lost'; readonly life: PeerLife }

/** One peer of one target, at the moment of the last reading. */
export interface PeerVerdict {
  /** As the configuration, else as the device's output writes it. */
  readonly peer: string
  readonly owner: Attribution
  readonly life: Life
  readonly rows: readonly RoleRow[]
  /** Fresh SAs, and attempts, of this device's own. */
  readonly starts: readonly { readonly start: OwnStart; readonly row: RoleRow }[]
  readonly bucket: Exclude<keyof Coverage, 'peers'>
  /** Old SAs that are still listed: when each must have ended. */
  readonly oldEndsMs: readonly (number | undefined)[]
}

export interface PeerView {
  readonly key: string
  readonly peer: string
  readonly sas: readonly SeenSa[]
}

/** Judges one peer of `target`; `nowMs` counts from the push. */
export function judgePeer(
  watch: Watch,
  target: ProofTarget,
  view: PeerView,
  nowMs: number,
  lostAfterMs: number,
): PeerVerdict {
  const owner = watch.attribute(view.peer)
  const life = lifeOf(watch, target, view, nowMs, lostAfterMs)
  const up = view.sas.filter((seen) => seen.sa.established)
  const rows = up.map((seen) => {
    const proof = proofOf(seen.sa, seen.fresh, ownStart(seen, owner), owner.kind === 'one')
    return saRow(target.name, view.peer, seen.sa, seen.fresh, proof)
  })
  const starts = view.sas.flatMap((seen) => {
    const start = ownStart(seen, owner)
    const row = rows[up.indexOf(seen)] ?? saRow(target.name, view.peer, seen.sa, seen.fresh, 'ambiguous')
    return start === undefined ? [] : [{ start, row }]
  })
  return {
    peer: view.peer,
    owner,
    life,
    rows: rows.length > 0 ? rows : [rowWithoutSa(watch, target, view, life)],
    starts,
    bucket: bucketOf(life, rows, watch.before.has(view.key)),
    oldEndsMs: up.filter((seen) => !seen.fresh).map((seen) => seen.endsByMs),
  }
}

function lifeOf(watch: Watch, target: ProofTarget, view: PeerView, nowMs: number, lostAfterMs: number): Life {
  if (watch.established.has(view.key)) return { kind: 'alive' }
  if (watch.unreadable.has(view.key)) return { kind: 'unreadable' }
  const life = watch.before.get(view.key)
  if (life === undefined) return { kind: 'idle' }
  if (!isLost(life, nowMs, lostAfterMs)) return { kind: 'missing', life, harmless: false }
  return target.policyBased && life.lastAliveMs > idleTimeoutFromMs
    ? { kind: 'missing', life, harmless: true }
    : { kind: 'lost', life }
}

/**
 * None for `lostAfterMs`, counted from the last reading that showed one, or from the push. Where nobody
 * looked for so long (a new session, days later) one absence may be a tunnel that is just being set up
 * anew: a second reading has to agree.
 */
export function isLost(life: PeerLife, nowMs: number, lostAfterMs: number): boolean {
  if (life.absences === 0 || nowMs - life.lastAliveMs < lostAfterMs) return false
  return life.absences >= 2 || life.absentFromMs - life.lastAliveMs < lostAfterMs
}

function rowWithoutSa(watch: Watch, target: ProofTarget, view: PeerView, life: Life): RoleRow {
  if (life.kind === 'unreadable') {
    const rows = rowsNaming(watch.unreadableRows, view.peer)
    return bareRow(target.name, view.peer, 'unreadable', 'ambiguous', rows.join('\n'))
  }
  const proof = life.kind === 'lost' || life.kind === 'missing' ? life.kind : 'idle'
  return bareRow(target.name, view.peer, 'no-sa', proof, view.sas[0]?.sa.evidence)
}

/**
 * Every peer stands in one bucket, so that they add up. At risk is a peer of which no SA is known to have
 * been started by it: also one whose SA has gone and that is not lost yet, or that could not be read.
 */
function bucketOf(life: Life, rows: readonly RoleRow[], before: boolean): PeerVerdict['bucket'] {
  if (life.kind === 'lost') return 'lost'
  if (life.kind === 'idle' || (life.kind === 'unreadable' && !before)) return 'idle'
  if (rows.some((row) => row.proof === 'proven')) return 'proven'
  return rows.some((row) => row.reading === 'responder') ? 'waiting' : 'atRisk'
}
