import type { SeenSa } from './watch.ts'

/** An SA first seen this soon after the push may have been begun before the setting took effect. */
const settledAfterMs = 60_000

/** What a fresh SA that this device started says. Only all of the conditions together contradict. */
export type OwnStart =
  | { readonly kind: 'contradicts' }
  /** A second reading in a row would make it a contradiction. */
  | { readonly kind: 'unconfirmed' }
  | { readonly kind: 'rekeyed' }
  /** Its peer belongs to several tunnels: no later reading will tell which of them started it. */
  | { readonly kind: 'shared' }
  | { readonly kind: 'ambiguous'; readonly why: string }

/**
 * Rules of proof, contradiction: exactly one tunnel has the SA's peer, and it is a changed target where it is
 * one. Undefined for an SA that is old, not started here, or neither up nor coming up.
 */
export function ownStart(seen: SeenSa): OwnStart | undefined {
  if (!seen.fresh || seen.sa.role !== 'initiator') return undefined
  const early = seen.firstSeenMs <= settledAfterMs
  if (seen.sa.halfOpen ? early : !seen.sa.established) return undefined
  if (seen.owner.kind !== 'one') return { kind: 'shared' }
  if (seen.sa.halfOpen) return { kind: 'ambiguous', why: 'this attempt is not an established SA (yet)' }
  if (!seen.noneBefore) return { kind: 'rekeyed' }
  if (early) {
    return { kind: 'ambiguous', why: 'it was there within 60s of the push and may have been begun before it' }
  }
  return seen.polls >= 2 ? { kind: 'contradicts' } : { kind: 'unconfirmed' }
}
