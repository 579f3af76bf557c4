import type { Attribution } from './attribute.ts'
import type { SeenSa } from './watch.ts'

/** An SA first seen this soon after the push may have been begun before the setting took effect. */
const settledAfterMs = 60_000

/** What a fresh SA that this device started says. Only all of the conditions together contradict. */
export type OwnStart =
  | { readonly kind: 'contradicts' }
  /** A second reading in a row would make it a contradiction. */
  | { readonly kind: 'unconfirmed' }
  | { readonly kind: 'rekeyed' }
  | { readonly kind: 'ambiguous'; readonly why: string }

/**
 * Rules of proof, contradiction: `owner` is what its peer belongs to, and is a changed target where it is one.
 * Undefined for an SA that is old, not started here, or neither up nor coming up.
 */
export function ownStart(seen: SeenSa, owner: Attribution): OwnStart | undefined {
  if (!seen.fresh || seen.sa.role !== 'initiator') return undefined
  const early = seen.firstSeenMs <= settledAfterMs
  if (seen.sa.halfOpen) {
    return early ? undefined : { kind: 'ambiguous', why: 'this attempt is not an established SA (yet)' }
  }
  if (!seen.sa.established) return undefined
  if (!seen.noneBefore) return { kind: 'rekeyed' }
  if (early) {
    return { kind: 'ambiguous', why: 'it was there within 60s of the push and may have been begun before it' }
  }
  if (owner.kind !== 'one') return { kind: 'ambiguous', why: 'its peer belongs to several tunnels' }
  return seen.polls >= 2 ? { kind: 'contradicts' } : { kind: 'unconfirmed' }
}
