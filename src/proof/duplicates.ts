import { addressKey } from '../model/address.ts'
import type { IkeSa } from '../model/facts.ts'
import { type Attribution, namesOf, type ProofTarget } from './attribute.ts'

/**
 * How many peers of the targets hold more than one established IKE SA, or SAs in both directions: normal
 * before the change, where both ends start; the figure that falls when it works.
 */
export function duplicatesIn(
  targets: readonly ProofTarget[],
  attribute: (peer: string) => Attribution,
  seen: readonly { readonly sa: IkeSa; readonly peer: string }[],
): number {
  const inScope = new Set(targets.map((target) => target.name))
  const byPeer = new Map<string, IkeSa[]>()
  for (const { sa, peer } of seen) {
    if (!sa.established && !sa.halfOpen) continue
    const sas = byPeer.get(addressKey(peer))
    if (sas !== undefined) sas.push(sa)
    else if (namesOf(attribute(peer)).some((name) => inScope.has(name))) byPeer.set(addressKey(peer), [sa])
  }
  return [...byPeer.values()].filter(isDuplicate).length
}

function isDuplicate(sas: readonly IkeSa[]): boolean {
  const roles = new Set(sas.map((sa) => sa.role))
  return sas.filter((sa) => sa.established).length > 1 || (roles.has('initiator') && roles.has('responder'))
}
