import { printable } from '../../kernel/printable.ts'
import type { DeviceFacts } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import { targetName, type WantedState } from '../../model/intent.ts'
import type { TargetState } from '../../model/plan.ts'

function isChanged(state: TargetState): boolean {
  return state.before !== state.wanted && state.before !== 'absent'
}

/**
 * MANAGEMENT_THROUGH_TUNNEL of a target: this session reaches the device through one of its tunnels, and
 * would be cut off with it.
 */
export function managementThroughTarget(
  facts: DeviceFacts,
  state: TargetState,
  wanted: WantedState,
): readonly Finding[] {
  const through = facts.managementThrough
  if (through?.tunnel !== true || !isChanged(state) || !state.usedBy.includes(through.name)) return []
  return [
    {
      code: 'MANAGEMENT_THROUGH_TUNNEL',
      severity: wanted === 'bidirectional' ? 'info' : 'block',
      target: targetName(state.target),
      message: `this session reaches the device through ${printable(through.name)}, which the change concerns: were the tunnel lost, so were the way to take it back`,
      evidence: through.evidence,
      next: 'run ikero from a place that reaches the device outside of the tunnel, or change it from there',
    },
  ]
}

/** The same code, once for a device, where the way of this session cannot be told: nothing is guessed. */
export function managementNotTold(
  facts: DeviceFacts,
  targets: readonly TargetState[],
  wanted: WantedState,
): readonly Finding[] {
  if (facts.managementThrough !== undefined || wanted === 'bidirectional' || !targets.some(isChanged))
    return []
  return [
    {
      code: 'MANAGEMENT_THROUGH_TUNNEL',
      severity: 'info',
      message:
        'the configuration does not tell whether this session reaches the device through one of the tunnels',
      next: 'check it with show users and show ip route for the address that it prints',
    },
  ]
}
