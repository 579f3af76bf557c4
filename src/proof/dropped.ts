import { addressKey } from '../model/address.ts'
import type { IkeSa, SaReading } from '../model/facts.ts'
import { saKey } from './freshness.ts'
import { endsIn } from './unreadable.ts'

/** SAs that vanish so soon after a push were ended by it, or by something that happened with it. */
const soonMs = 60_000
/** With less left, an SA may have been renewed or have ended by itself. */
const leastLeftS = 120

/**
 * The established SAs of the reading before a push that a reading `sinceMs` after it does not list any more,
 * although each had more than two minutes left: what the device itself dropped, or its peer. Only where identity
 * and remaining lifetime are printed, and only within the first minute; later, and elsewhere, nothing is said.
 *
 * @param cleared peers whose SAs this run ends on purpose
 */
export function droppedSas(
  before: SaReading,
  now: SaReading,
  sinceMs: number,
  cleared: readonly string[],
): readonly IkeSa[] {
  if (sinceMs > soonMs) return []
  const listed = new Set(now.sas.map(saKey))
  const unreadable = endsIn(now.unreadable)
  const meant = new Set(cleared.map(addressKey))
  return before.sas.filter((sa) => {
    if (!sa.established || sa.identity === undefined || sa.peer === undefined) return false
    const left = (sa.remainingSeconds ?? 0) - sinceMs / 1000
    const peer = addressKey(sa.peer)
    return left > leastLeftS && !listed.has(saKey(sa)) && !unreadable.has(peer) && !meant.has(peer)
  })
}
