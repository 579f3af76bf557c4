import type { DeviceFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import { type DeviceIntent, targetName } from '../../model/intent.ts'
import type { TargetState } from '../../model/plan.ts'

function runsThrough(state: TargetState, name: string): boolean {
  const { target } = state
  if (target.kind === 'ipsec-profile') return state.usedBy.includes(name)
  return `${target.map}/${target.seq}` === name
}

/**
 * MANAGEMENT_THROUGH_TUNNEL: the session that makes a change must not need the tunnel that is changed. Told
 * as info where it cannot be known.
 */
export function checkManagement(
  facts: DeviceFacts,
  targets: readonly TargetState[],
  wanted: DeviceIntent['state'],
): readonly Finding[] {
  const through = facts.managementThrough
  if (targets.length === 0) return []
  if (through === undefined) return [notKnown()]
  if (!through.tunnel) return []
  return targets
    .filter((state) => runsThrough(state, through.name))
    .map((state) => ({
      code: 'MANAGEMENT_THROUGH_TUNNEL',
      severity: wanted === 'responder-only' ? 'block' : 'info',
      target: targetName(state.target),
      message: `this session itself reaches the device through ${through.name}: should the tunnel not come back, neither would the way to take the change back`,
      evidence: through.evidence,
      next: 'reach the device by another way (its public address, or the management network), and write that address in the inventory',
    }))
}

function notKnown(): Finding {
  return {
    code: 'MANAGEMENT_THROUGH_TUNNEL',
    severity: 'info',
    message:
      'it cannot be told whether this session reaches the device through one of the tunnels that it is to change',
    next: 'make sure that the address in the inventory is reached without them; show ssh sessions lists where logins come from',
  }
}
