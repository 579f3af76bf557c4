import { addressKey } from '../model/address.ts'
import type { SaReading } from '../model/facts.ts'
import { type Attribution, attributor, type ProofTarget } from './attribute.ts'
import { duplicatesIn } from './duplicates.ts'
import { type DatedSa, dateSas, type OldSa, rememberOld } from './freshness.ts'
import { addressesIn } from './unreadable.ts'

/** An SA as the last reading listed it, and what earlier readings say of it. */
export interface SeenSa extends DatedSa {
  /** As printed. */
  readonly peer: string
  /** Since the push; in whatever state it was then. */
  readonly firstSeenMs: number
  /** In how many readings in a row it has been established. */
  readonly polls: number
  /** The poll before it was established showed, readably, no established SA with this peer. */
  readonly noneBefore: boolean
}

/** The life of one peer that had an established IKE SA in the reading before the push. */
export interface PeerLife {
  readonly peer: string
  /** The device's own line from the reading before the push. */
  readonly evidence: string
  /** Since the push: the last reading that did not show its absence; 0 when there was none since. */
  readonly lastAliveMs: number
  /** How many readings in a row showed that it has no established SA, and when the first of them was. */
  readonly absences: number
  readonly absentFromMs: number
}

/** What the proof knows of one device. Memory is bounded by peers and listed SAs: readings are not kept. */
export interface Watch {
  readonly targets: readonly ProofTarget[]
  readonly attribute: (peer: string) => Attribution
  /** Peers with an established SA before the push, by address key. */
  readonly before: ReadonlyMap<string, PeerLife>
  readonly duplicatesBefore: number
  readonly old: ReadonlyMap<string, OldSa>
  readonly readings: number
  readonly sas: readonly SeenSa[]
  /** Address keys of peers with an established SA in the last reading. */
  readonly established: ReadonlySet<string>
  /** Addresses and names in rows of the last reading that could not be read: nothing is known of them. */
  readonly unreadable: ReadonlySet<string>
  readonly unreadableRows: readonly string[]
  /** Since the push: when the last reading was taken. */
  readonly lastMs: number
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
  const attribute = attributor([...about.targets, ...about.others])
  const before = new Map<string, PeerLife>()
  for (const sa of about.before.sas) {
    if (!sa.established || sa.peer === undefined || before.has(addressKey(sa.peer))) continue
    const life = { peer: sa.peer, evidence: sa.evidence, lastAliveMs: 0, absences: 0, absentFromMs: 0 }
    before.set(addressKey(sa.peer), life)
  }
  const old = rememberOld(about.before.sas)
  const now = shown(dateSas(old, about.before.sas, 0).dated, about.before, 0, undefined)
  const duplicatesBefore = duplicatesIn(about.targets, attribute, now.sas)
  return { targets: about.targets, attribute, before, duplicatesBefore, old, readings: 0, ...now }
}

/**
 * Takes one more reading, `atMs` after the push, into the watch; readings come in the order of time. The
 * first one is the reading just after the push: SAs that are half open in it were begun before the push
 * could act, and are never fresh.
 */
export function observe(watch: Watch, reading: SaReading, atMs: number): Watch {
  const begun = watch.readings === 0 ? reading.sas.filter((sa) => sa.halfOpen) : []
  const { dated, old } = dateSas(new Map([...rememberOld(begun), ...watch.old]), reading.sas, atMs)
  const now = shown(dated, reading, atMs, watch)
  const before = new Map<string, PeerLife>()
  for (const [key, life] of watch.before) before.set(key, lifeAt(life, key, now, atMs))
  return { ...watch, ...now, before, old, readings: watch.readings + 1 }
}

type Shown = Pick<Watch, 'sas' | 'established' | 'unreadable' | 'unreadableRows' | 'lastMs'>

function shown(
  dated: readonly DatedSa[],
  reading: SaReading,
  atMs: number,
  previous: Watch | undefined,
): Shown {
  const known = new Map(previous?.sas.map((sa) => [trackKey(sa), sa]))
  const sas = dated.flatMap((entry) => {
    const peer = entry.sa.peer
    return peer === undefined ? [] : [followed(entry, peer, atMs, known.get(trackKey(entry)), previous)]
  })
  return {
    sas,
    established: new Set(sas.filter((seen) => seen.sa.established).map((seen) => addressKey(seen.peer))),
    unreadable: addressesIn(reading.unreadable),
    unreadableRows: reading.unreadable,
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
  previous: Watch | undefined,
): SeenSa {
  const key = addressKey(peer)
  const goesOn = known?.sa.established === true && entry.sa.established
  return {
    ...entry,
    peer,
    firstSeenMs: known?.firstSeenMs ?? atMs,
    polls: entry.sa.established ? (goesOn ? known.polls : 0) + 1 : 0,
    noneBefore: goesOn
      ? known.noneBefore
      : previous !== undefined && !previous.established.has(key) && !previous.unreadable.has(key),
  }
}

function lifeAt(life: PeerLife, key: string, now: Shown, atMs: number): PeerLife {
  if (now.established.has(key) || now.unreadable.has(key)) {
    return { ...life, lastAliveMs: atMs, absences: 0, absentFromMs: 0 }
  }
  const absentFromMs = life.absences === 0 ? atMs : life.absentFromMs
  return { ...life, absences: life.absences + 1, absentFromMs }
}
