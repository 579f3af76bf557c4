import { namesOf, type ProofTarget } from './attribute.ts'
import type { SeenSa } from './watch.ts'

/**
 * How many peers of the targets hold more than one established IKE SA, or SAs in both directions: normal
 * before the change, where both ends start; the figure that falls when it works.
 */
export function duplicatesIn(targets: readonly ProofTarget[], sas: readonly SeenSa[]): number {
  const inScope = new Set(targets.map((target) => target.name))
  const byPeer = new Map<string, SeenSa[]>()
  for (const seen of sas) {
    if (!seen.sa.established && !seen.sa.halfOpen) continue
    const known = byPeer.get(seen.peerKey)
    if (known !== undefined) known.push(seen)
    else if (namesOf(seen.owner).some((name) => inScope.has(name))) byPeer.set(seen.peerKey, [seen])
  }
  return [...byPeer.values()].filter(isDuplicate).length
}

function isDuplicate(sas: readonly SeenSa[]): boolean {
  const roles = new Set(sas.map(({ sa }) => sa.role))
  return (
    sas.filter(({ sa }) => sa.established).length > 1 || (roles.has('initiator') && roles.has('responder'))
  )
}
