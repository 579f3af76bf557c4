import { addressKey } from '../model/address.ts'
import type { IkeSa } from '../model/facts.ts'

/** What is remembered of SAs that are older than the change, by key. */
export interface OldSa {
  /** At the last sighting; absent until an established SA printed one. */
  readonly remainingSeconds?: number
  /** Since the push: when it must have ended. */
  readonly endsByMs?: number
  /** Where no identity is printed: an SA that ends later than this is a younger one of the same kind. */
  readonly youngerFromMs?: number
  /** Established, and no identity was printed: one that is printed later may be this SA's. */
  readonly anonymous?: true
}

export interface DatedSa {
  readonly sa: IkeSa
  readonly key: string
  readonly fresh: boolean
  /** Since the push: when it must have ended; absent where the device prints no remaining lifetime. */
  readonly endsByMs?: number
}

/**
 * What makes an SA the same one in two readings. An identity is reused once its SA has gone (IOS tunnel-ids
 * are small numbers), so the peer is part of the key. Without an identity all that can be told apart is the
 * kind: peer, version and role, because an SA keeps its role while it lives.
 */
export function saKey(sa: IkeSa): string {
  return sa.identity === undefined ? kindKey(sa) : `${sa.version}|${sa.identity}|${addressKey(sa.peer ?? '')}`
}

function kindKey(sa: IkeSa): string {
  return `${sa.version}||${addressKey(sa.peer ?? '')}|${sa.role}`
}

/** SAs that must not count as fresh later: those of the reading before the push, or of one `atMs` after it. */
export function rememberOld(sas: readonly IkeSa[], atMs: number = 0): ReadonlyMap<string, OldSa> {
  const old = new Map<string, OldSa>()
  // Several SAs of one kind count as their longest: only what outlives all of them is younger.
  for (const [key, same] of byKey(sas.map((sa) => ({ key: saKey(sa), sa, ...endOf(sa, atMs) })))) {
    const anonymous = same.some(({ sa }) => sa.identity === undefined && sa.established)
    old.set(key, withSightings(anonymous ? { anonymous } : {}, same))
  }
  return old
}

/**
 * Tells fresh SAs from old ones in one reading, and what to remember for the next. Fresh: the key is not a
 * remembered one, or its remaining lifetime went up (also against the time that has passed); where no identity is printed and an age is, the age
 * decides, and where nothing of all that is printed, no SA is fresh. The device's clock is never used.
 */
export function dateSas(
  old: ReadonlyMap<string, OldSa>,
  sas: readonly IkeSa[],
  atMs: number,
): { readonly dated: readonly DatedSa[]; readonly old: ReadonlyMap<string, OldSa> } {
  const dated = sas.map((sa): DatedSa => {
    const key = saKey(sa)
    const known = old.get(key) ?? peerless(old, sa) ?? anonymousKin(old, sa)
    const end = endOf(sa, atMs)
    return isFresh(sa, known, atMs)
      ? { sa, key, fresh: true, ...end }
      : { sa, key, fresh: false, ...earlierEnd(known, end) }
  })
  const next = new Map(old)
  for (const [key, sightings] of byKey(dated)) {
    const known = old.get(key)
    if (known === undefined) continue
    const aged = sightings.filter((entry) => !entry.fresh)
    // Only younger ones are left under this key: what comes under it from now on is younger still.
    if (aged.length === 0) next.delete(key)
    else next.set(key, { ...withSightings(known, aged), ...boundary(known, aged, sightings) })
  }
  forgetEnded(next, dated)
  return { dated, old: next }
}

/** The old SA of the same identity of which it was not known then which end is the peer. */
function peerless(old: ReadonlyMap<string, OldSa>, { peer: _, ...sa }: IkeSa): OldSa | undefined {
  return sa.identity === undefined ? undefined : old.get(saKey(sa))
}

/** The old SA without an identity that this one may be, although it has one now. */
function anonymousKin(old: ReadonlyMap<string, OldSa>, sa: IkeSa): OldSa | undefined {
  const kin = old.get(kindKey(sa))
  return kin?.anonymous === true && sa.established ? kin : undefined
}

/** Where all SAs of a kind are younger, the old one without an identity has ended. */
function forgetEnded(old: Map<string, OldSa>, dated: readonly DatedSa[]): void {
  for (const [key, { anonymous }] of old) {
    if (anonymous === undefined) continue
    const kind = dated.filter(({ sa }) => sa.established && kindKey(sa) === key)
    if (kind.length > 0 && kind.every(({ fresh }) => fresh)) old.delete(key)
  }
}

function byKey<T extends { readonly key: string }>(dated: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const entry of dated) {
    const group = groups.get(entry.key)
    if (group === undefined) groups.set(entry.key, [entry])
    else group.push(entry)
  }
  return groups
}

function isFresh(sa: IkeSa, known: OldSa | undefined, atMs: number): boolean {
  if (known !== undefined && lifetimeWentUp(sa, known, atMs)) return true
  if (sa.identity !== undefined) return known === undefined
  if (sa.ageSeconds !== undefined) return isYounger(sa, atMs)
  return sa.remainingSeconds !== undefined && known === undefined
}

/** Its printed age, which is cut to whole seconds (the started one counts as well), is less than `atMs`. */
export function isYounger({ ageSeconds }: IkeSa, atMs: number): boolean {
  return ageSeconds !== undefined && (ageSeconds + 1) * 1000 <= atMs
}

function lifetimeWentUp(sa: IkeSa, known: OldSa, atMs: number): boolean {
  if (!sa.established || sa.remainingSeconds === undefined) return false
  if (known.youngerFromMs !== undefined && atMs + sa.remainingSeconds * 1000 > known.youngerFromMs)
    return true
  if (known.remainingSeconds !== undefined && sa.remainingSeconds > known.remainingSeconds) return true
  // One that has nothing left and is still listed is the old one, dead.
  return (
    sa.identity !== undefined &&
    sa.remainingSeconds > 0 &&
    endsLater(known, atMs + sa.remainingSeconds * 1000)
  )
}

/** So much may two clocks drift apart, and a device round, while one SA lives. */
const driftMs = 300_000

/**
 * An SA does not outlive the end that it had. Its number comes again: a device that booted counts from one, so that
 * days later the same peer may be listed under the same number with less left than the old SA had before the push.
 */
function endsLater({ endsByMs }: OldSa, seenMs: number): boolean {
  return endsByMs !== undefined && seenMs > endsByMs + driftMs
}

/** A half-open SA's lifetime has not begun: it says nothing. */
function endOf(sa: IkeSa, atMs: number): { readonly endsByMs?: number } {
  if (!sa.established || sa.remainingSeconds === undefined) return {}
  return { endsByMs: atMs + sa.remainingSeconds * 1000 }
}

function earlierEnd(
  known: OldSa | undefined,
  seen: { readonly endsByMs?: number },
): { readonly endsByMs?: number } {
  const ends = [known?.endsByMs, seen.endsByMs].filter((end) => end !== undefined)
  if (ends.length === 0) return {}
  return { endsByMs: Math.min(...ends) }
}

function withSightings(known: OldSa, seen: readonly Omit<DatedSa, 'key' | 'fresh'>[]): OldSa {
  const remaining = seen
    .filter((entry) => entry.sa.established)
    .flatMap((entry) => entry.sa.remainingSeconds ?? [])
  const ends = seen.flatMap((entry) => entry.endsByMs ?? [])
  return {
    ...known,
    ...(remaining.length > 0 ? { remainingSeconds: Math.max(...remaining) } : {}),
    ...(ends.length > 0 ? { endsByMs: Math.max(...ends) } : {}),
  }
}

/** Half way between the last end of the old and the first end of the young ones, both listed side by side. */
function boundary(
  known: OldSa,
  aged: readonly DatedSa[],
  all: readonly DatedSa[],
): { readonly youngerFromMs?: number } {
  const young = all.filter((entry) => entry.fresh).flatMap((entry) => entry.endsByMs ?? [])
  const ends = aged.flatMap((entry) => entry.endsByMs ?? [])
  if (young.length === 0 || ends.length === 0) {
    return known.youngerFromMs === undefined ? {} : { youngerFromMs: known.youngerFromMs }
  }
  return { youngerFromMs: (Math.max(...ends) + Math.min(...young)) / 2 }
}
