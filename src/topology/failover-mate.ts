import type { FailoverFacts, FailoverUnitFacts } from '../model/facts.ts'
import type { ReadDevice } from './input.ts'

/**
 * The active unit of a standby unit's pair, among devices that were read. Two units are a pair when each
 * prints the other as its mate: by serial number where both print them, else by the addresses of all
 * monitored interfaces, crosswise, under one hostname, each context with its own. Where two devices fit, nobody is the mate.
 */
export function activeMateOf(standby: ReadDevice, devices: readonly ReadDevice[]): ReadDevice | undefined {
  const own = standby.facts.failover
  if (own === undefined || !own.on || own.active) return undefined
  const mates = devices.filter(({ host, facts }) => {
    const other = facts.failover
    if (host === standby.host || facts.context !== standby.facts.context) return false
    if (other === undefined || !other.on || !other.active) return false
    return facts.hostname === standby.facts.hostname && isPair(own, other)
  })
  return mates.length === 1 ? mates[0] : undefined
}

function isPair({ units: one }: FailoverFacts, { units: other }: FailoverFacts): boolean {
  if (one === undefined || other === undefined) return false
  return sameUnit(one.own, other.mate) && sameUnit(one.mate, other.own)
}

function sameUnit(a: FailoverUnitFacts, b: FailoverUnitFacts): boolean {
  if (a.serial !== undefined && b.serial !== undefined) return a.serial === b.serial
  return a.addresses.length > 0 && a.addresses.join() === b.addresses.join()
}
