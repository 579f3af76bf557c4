import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts, FailoverFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'

/**
 * A line that a standby unit takes is not sent to the active one, and is lost at the next synchronisation
 * (source: the device's own starred warning). Judged for the unit, or for the group of the context.
 */
export function checkFailover(facts: DeviceFacts): readonly Finding[] {
  const { failover } = facts
  if (failover === undefined || !failover.on) return []
  // The system space shows all groups of an active/active pair; which one counts, a context itself says.
  if (facts.software.contextMarker === 'system' && failover.group !== undefined) return []
  if (!failover.active) return [standby(failover)]
  return failover.synced === false ? [unsynced(failover)] : []
}

function where({ group }: FailoverFacts): string {
  return group === undefined ? 'this unit' : `failover group ${group} of this unit`
}

function standby(failover: FailoverFacts): Finding {
  const state =
    failover.state === undefined ? 'is in a state that it does not show' : `is ${printable(failover.state)}`
  const { activeAddress } = failover
  return {
    code: 'FAILOVER_STANDBY',
    severity: 'block',
    message: `${where(failover)} ${state}, not Active: what is set here is not replicated, and is lost at the next synchronisation${activeAddress === undefined ? '' : `; the active unit has the address ${activeAddress}`}`,
    evidence: failover.evidence,
    next: `give this host the address of the active unit in the inventory${activeAddress === undefined ? '' : ` (${activeAddress})`}, or wait until the pair has changed over`,
  }
}

function unsynced(failover: FailoverFacts): Finding {
  return {
    code: 'FAILOVER_UNSYNCED',
    severity: 'warn',
    message: `${where(failover)} is active, and its mate does not have all of its configuration: after a failover the setting would be gone`,
    evidence: failover.evidence,
    next: 'bring the mate back and let the pair synchronise (show failover state), then look at both units',
  }
}
