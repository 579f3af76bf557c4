import { addressKey } from '../model/address.ts'
import type { SaReading } from '../model/facts.ts'
import { type Attribute, type Attribution, type ProofTarget, peerKey } from './attribute.ts'
import type { SeenSa, Shown } from './watch.ts'

/** After a pause this long between two readings nobody knows what was up meanwhile. */
const pauseMs = 300_000
/** Peers that vanish within this time of each other vanish together. */
const togetherMs = 60_000

/** A peer that one reading after the other shows without an IKE SA. */
export interface Absence {
  /** Since the push: the first reading that showed it. */
  readonly fromMs: number
  /** The first of the readings that follow each other without a long pause; `fromMs` where there was none. */
  readonly watchedFromMs: number
}

/** The life of one peer that was up in the reading before the push. */
export interface PeerLife {
  readonly peer: string
  readonly owner: Attribution
  /** The device's own line from the reading before the push. */
  readonly evidence: string
  /** It was up by its IPsec SAs then, without an IKE SA. */
  readonly withoutIke: boolean
  /** Its last established IKE SAs that were listed had one among them that it had started. */
  readonly startedByPeer: boolean
  /** Since the push: the last reading that did not show its absence; 0 when there was none since. */
  readonly lastAliveMs: number
  readonly absence?: Absence
}

/** What stands as evidence for a peer without an IKE SA whose session is up. */
export const upWithoutIkeEvidence =
  'Session status: UP-NO-IKE (up by its IPsec SAs; the IKE SA has lapsed until the next rekey)'

/**
 * Peers that were up before the push, by peer key. One without an IKE SA whose session was up counts where a
 * tunnel lists it: which tunnel of those that take any peer it belongs to, only an SA would tell.
 */
export function livesBefore(
  before: SaReading,
  tunnels: readonly ProofTarget[],
  attribute: Attribute,
): ReadonlyMap<string, PeerLife> {
  const lives = new Map<string, PeerLife>()
  for (const sa of before.sas) {
    if (!sa.established || sa.peer === undefined) continue
    const owner = attribute(sa.peer, sa.local)
    const key = peerKey(sa.peer, owner)
    const known = lives.get(key)
    const startedByPeer = known?.startedByPeer === true || sa.role === 'responder'
    const begun = { peer: sa.peer, owner, evidence: sa.evidence, withoutIke: false, lastAliveMs: 0 }
    lives.set(key, { ...(known ?? begun), startedByPeer })
  }
  const listed = new Set(tunnels.flatMap((tunnel) => tunnel.peers.listed).map(addressKey))
  for (const peer of before.upWithoutIke ?? []) {
    const owner = attribute(peer)
    const key = peerKey(peer, owner)
    if (!listed.has(addressKey(peer)) || lives.has(key)) continue
    const evidence = `${peer}: ${upWithoutIkeEvidence}`
    lives.set(key, { peer, owner, evidence, withoutIke: true, startedByPeer: false, lastAliveMs: 0 })
  }
  return lives
}

/** A life after one more reading, `atMs` after the push; the reading before that was at `previousMs`. */
export function lifeAt(life: PeerLife, key: string, now: Shown, previousMs: number): PeerLife {
  const { absence, ...rest } = life
  const atMs = now.lastMs
  if (now.established.has(key)) {
    return { ...rest, lastAliveMs: atMs, startedByPeer: now.sas.some((seen) => isTheirs(seen, key)) }
  }
  const address = addressKey(life.peer)
  if (now.unreadable.has(address) || now.withoutIke.has(address)) return { ...rest, lastAliveMs: atMs }
  const goesOn = absence !== undefined && atMs - previousMs <= pauseMs
  return {
    ...rest,
    absence: {
      fromMs: absence?.fromMs ?? atMs,
      watchedFromMs: goesOn ? absence.watchedFromMs : atMs,
    },
  }
}

function isTheirs(seen: SeenSa, key: string): boolean {
  return seen.peerKey === key && seen.sa.established && seen.sa.role === 'responder'
}

/**
 * The readings themselves showed for `lostAfterMs` that it has none; the last of them was at `lastMs`. Time
 * in which nobody looked does not count: the tunnel may have been up, and be set up anew right now.
 */
export function isLost(life: PeerLife, lastMs: number, lostAfterMs: number): boolean {
  return life.absence !== undefined && lastMs - life.absence.watchedFromMs >= lostAfterMs
}

/**
 * Whether two peers that are away now went at the same time: first missed within a minute of each other, or
 * within the gap between two readings, where that is longer.
 */
export function wentTogether(one: PeerLife, other: PeerLife): boolean {
  if (one.absence === undefined || other.absence === undefined) return false
  const later = one.absence.fromMs < other.absence.fromMs ? other : one
  const gapMs = later.absence === undefined ? 0 : later.absence.fromMs - later.lastAliveMs
  return Math.abs(one.absence.fromMs - other.absence.fromMs) <= Math.max(togetherMs, gapMs)
}
