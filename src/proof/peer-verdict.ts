import { addressKey } from '../model/address.ts'
import type { Coverage, RoleRow } from '../model/outcome.ts'
import type { Attribution, ProofTarget } from './attribute.ts'
import { type OwnStart, ownStart } from './own-start.ts'
import { isLost, type PeerLife, upWithoutIkeEvidence } from './peer-life.ts'
import { bareRow, proofOf, saRow } from './rows.ts'
import { rowsOf } from './unreadable.ts'
import type { SeenSa, Watch } from './watch.ts'

/** After this, a session that an ASA crypto map lost may have ended by its idle timeout, without harm. */
const idleTimeoutFromMs = 600_000

export type Life =
  | { readonly kind: 'alive' }
  /** Stands in a row that could not be read. */
  | { readonly kind: 'unreadable' }
  /** Up by its IPsec SAs, without an IKE SA: neither absent nor proven. */
  | { readonly kind: 'without-ike'; readonly startedByPeer: boolean }
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
  /** Up, and no SA of it is known to have been started by the peer. */
  readonly startedHere: boolean
  /** Old SAs that are waited for: when each must have ended, where that is known. */
  readonly oldEndsMs: readonly (number | undefined)[]
}

export interface PeerView {
  readonly key: string
  readonly peer: string
  readonly owner: Attribution
  readonly sas: readonly SeenSa[]
}

/** Judges one peer of `target` by the readings up to the last one. */
export function judgePeer(
  watch: Watch,
  target: ProofTarget,
  view: PeerView,
  lostAfterMs: number,
): PeerVerdict {
  const life = lifeOf(watch, target, view, lostAfterMs)
  const up = view.sas.filter((seen) => seen.sa.established)
  const rows = up.map((seen) => {
    const proof = proofOf(seen.sa, seen.fresh, ownStart(seen), view.owner.kind === 'one')
    return saRow(target.name, view.peer, seen.sa, seen.fresh, proof)
  })
  const starts = view.sas.flatMap((seen) => {
    const start = ownStart(seen)
    const row = rows[up.indexOf(seen)] ?? saRow(target.name, view.peer, seen.sa, seen.fresh, 'ambiguous')
    return start === undefined ? [] : [{ start, row }]
  })
  const bucket = bucketOf(life, rows, view.owner, watch.before.has(view.key))
  const startedByPeer = rows.some((row) => row.reading === 'responder')
  return {
    peer: view.peer,
    owner: view.owner,
    life,
    rows: rows.length > 0 ? rows : [rowWithoutSa(watch, target, view, life)],
    starts,
    bucket,
    startedHere: bucket === 'atRisk' || (bucket === 'ambiguous' && rows.length > 0 && !startedByPeer),
    oldEndsMs: bucket === 'ambiguous' ? [] : oldEnds(life, up),
  }
}

function oldEnds(life: Life, up: readonly SeenSa[]): readonly (number | undefined)[] {
  if (life.kind === 'without-ike') return [undefined]
  return up.filter((seen) => !seen.fresh).map((seen) => seen.endsByMs)
}

function lifeOf(watch: Watch, target: ProofTarget, view: PeerView, lostAfterMs: number): Life {
  const address = addressKey(view.peer)
  const life = watch.before.get(view.key)
  if (watch.established.has(view.key)) return { kind: 'alive' }
  if (watch.unreadable.has(address)) return { kind: 'unreadable' }
  if (watch.withoutIke.has(address)) {
    return { kind: 'without-ike', startedByPeer: life?.startedByPeer === true }
  }
  if (life === undefined) return { kind: 'idle' }
  if (!isLost(life, watch.lastMs, lostAfterMs)) return { kind: 'missing', life, harmless: false }
  return target.policyBased && life.lastAliveMs > idleTimeoutFromMs
    ? { kind: 'missing', life, harmless: true }
    : { kind: 'lost', life }
}

function rowWithoutSa(watch: Watch, target: ProofTarget, view: PeerView, life: Life): RoleRow {
  if (life.kind === 'unreadable') {
    const rows = rowsOf(watch.unreadableRows, view.peer)
    return bareRow(target.name, view.peer, 'unreadable', 'ambiguous', rows.join('\n'))
  }
  if (life.kind === 'without-ike') {
    const proof = view.owner.kind === 'several' ? 'ambiguous' : life.startedByPeer ? 'waiting' : 'at-risk'
    return bareRow(target.name, view.peer, 'no-sa', proof, upWithoutIkeEvidence)
  }
  const proof = life.kind === 'lost' || life.kind === 'missing' ? life.kind : 'idle'
  return bareRow(target.name, view.peer, 'no-sa', proof, view.sas[0]?.sa.evidence)
}

/**
 * Every peer stands in one bucket, so that they add up. At risk is a peer of which no SA is known to have
 * been started by it: also one whose SA has gone and that is not lost yet, or that could not be read.
 */
function bucketOf(
  life: Life,
  rows: readonly RoleRow[],
  owner: Attribution,
  before: boolean,
): PeerVerdict['bucket'] {
  if (life.kind === 'lost') return 'lost'
  if (life.kind === 'idle' || (life.kind === 'unreadable' && !before)) return 'idle'
  const up = life.kind === 'alive' || life.kind === 'without-ike'
  if (up && owner.kind === 'several') return 'ambiguous'
  if (life.kind === 'without-ike') return life.startedByPeer ? 'waiting' : 'atRisk'
  if (rows.some((row) => row.proof === 'proven')) return 'proven'
  return rows.some((row) => row.reading === 'responder') ? 'waiting' : 'atRisk'
}
