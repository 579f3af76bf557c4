import { addressKey } from '../model/address.ts'
import type { SaReading } from '../model/facts.ts'
import { type Attribute, type Attribution, attributor, type ProofTarget, peerKey } from './attribute.ts'
import { duplicatesIn } from './duplicates.ts'
import { type DatedSa, dateSas, isYounger, type OldSa, rememberOld } from './freshness.ts'
import { lifeAt, livesBefore, type PeerLife } from './peer-life.ts'
import { endsIn } from './unreadable.ts'

/** An SA as the last reading listed it, and what earlier readings say of it. */
export interface SeenSa extends DatedSa {
  /** As printed. */
  readonly peer: string
  /** The tunnels that it may belong to. */
  readonly owner: Attribution
  /** The peer as those tunnels have it. */
  readonly peerKey: string
  /** Since the push; in whatever state it was then. */
  readonly firstSeenMs: number
  /** In how many readings in a row it has been established. */
  readonly polls: number
  /** The poll before it was established showed, readably, no established SA with this peer. */
  readonly noneBefore: boolean
}

/** What one reading showed. */
export interface Shown {
  readonly sas: readonly SeenSa[]
  /** Peer keys with an established SA. */
  readonly established: ReadonlySet<string>
  /** Address keys of peers with an established SA, whatever tunnel it belongs to. */
  readonly peersUp: ReadonlySet<string>
  /** Address keys of the ends of rows that could not be read: nothing is known of them. */
  readonly unreadable: ReadonlySet<string>
  readonly unreadableRows: readonly string[]
  /** Peers, by address key, whose session is up without an IKE SA; and as printed. */
  readonly withoutIke: ReadonlyMap<string, string>
  /** Since the push: when it was taken. */
  readonly lastMs: number
}

/** What the proof knows of one device. Memory is bounded by peers and listed SAs: readings are not kept. */
export interface Watch extends Shown {
  readonly targets: readonly ProofTarget[]
  /** The device's tunnels that are not changed. */
  readonly others: readonly ProofTarget[]
  readonly attribute: Attribute
  /** Peers that were up before the push, by peer key. */
  readonly before: ReadonlyMap<string, PeerLife>
  readonly duplicatesBefore: number
  readonly old: ReadonlyMap<string, OldSa>
  /** Address keys of peers in whose rows nothing could be read before the push, nor since. */
  readonly unseen: ReadonlySet<string>
  readonly readings: number
}

/**
 * Begins to watch one device. `before` is the last reading before the push (or before a clear); `targets`
 * are what the playbook changes, `others` the device's tunnels that it does not.
 */
export function beginWatch(about: {
  readonly before: SaReading
  readonly targets: readonly ProofTarget[]
  readonly others: readonly ProofTarget[]
}): Watch {
  const { targets, others } = about
  const tunnels = [...targets, ...others]
  const attribute = attributor(tunnels)
  const before = livesBefore(about.before, tunnels, attribute)
  const old = rememberOld(about.before.sas)
  const now = shown(dateSas(old, about.before.sas, 0).dated, about.before, 0, { attribute })
  const duplicatesBefore = duplicatesIn(targets, now.sas)
  return {
    targets,
    others,
    attribute,
    before,
    duplicatesBefore,
    old,
    unseen: now.unreadable,
    readings: 0,
    ...now,
  }
}

/**
 * Takes one more reading, `atMs` after the push, into the watch; readings come in the order of time. The
 * first one is the reading just after the push: SAs that are half open in it, whoever began them, were begun
 * before the push could act, and are never fresh. Nor are those that may have stood in a row which could not
 * be read before the push: they are remembered when they can be read at last, unless their age tells more.
 */
export function observe(watch: Watch, reading: SaReading, atMs: number): Watch {
  const begun = watch.readings === 0 ? reading.sas.filter((sa) => sa.halfOpen) : []
  const hidden = reading.sas.filter(
    (sa) => sa.peer !== undefined && watch.unseen.has(addressKey(sa.peer)) && !isYounger(sa, atMs),
  )
  const known = new Map([...rememberOld([...begun, ...hidden], atMs), ...watch.old])
  const { dated, old } = dateSas(known, reading.sas, atMs)
  const now = shown(dated, reading, atMs, { attribute: watch.attribute, previous: watch })
  const before = new Map<string, PeerLife>()
  for (const [key, life] of watch.before) before.set(key, lifeAt(life, key, now, watch.lastMs))
  const unseen = new Set([...watch.unseen].filter((key) => now.unreadable.has(key)))
  return { ...watch, ...now, before, old, unseen, readings: watch.readings + 1 }
}

interface Known {
  readonly attribute: Attribute
  readonly previous?: Shown
}

function shown(dated: readonly DatedSa[], reading: SaReading, atMs: number, known: Known): Shown {
  const before = new Map(known.previous?.sas.map((sa) => [trackKey(sa), sa]))
  const sas = dated.flatMap((entry) => {
    const peer = entry.sa.peer
    return peer === undefined ? [] : [followed(entry, peer, atMs, before.get(trackKey(entry)), known)]
  })
  const up = sas.filter((seen) => seen.sa.established)
  return {
    sas,
    established: new Set(up.map((seen) => seen.peerKey)),
    peersUp: new Set(up.map((seen) => addressKey(seen.peer))),
    unreadable: endsIn(reading.unreadable),
    unreadableRows: reading.unreadable,
    withoutIke: new Map((reading.upWithoutIke ?? []).map((peer) => [addressKey(peer), peer])),
    lastMs: atMs,
  }
}

function trackKey(entry: DatedSa): string {
  return `${entry.key}|${entry.fresh}`
}

function followed(
  entry: DatedSa,
  peer: string,
  atMs: number,
  known: SeenSa | undefined,
  { attribute, previous }: Known,
): SeenSa {
  const owner = attribute(peer, entry.sa.local)
  const goesOn = known?.sa.established === true && entry.sa.established
  return {
    ...entry,
    peer,
    owner,
    peerKey: peerKey(peer, owner),
    firstSeenMs: known?.firstSeenMs ?? atMs,
    polls: entry.sa.established ? (goesOn ? known.polls : 0) + 1 : 0,
    noneBefore: goesOn ? known.noneBefore : previous !== undefined && showedNone(previous, addressKey(peer)),
  }
}

/** An IKE SA that is made where only IPsec SAs were up renews a living session. */
function showedNone({ peersUp, unreadable, withoutIke }: Shown, address: string): boolean {
  return !peersUp.has(address) && !unreadable.has(address) && !withoutIke.has(address)
}
