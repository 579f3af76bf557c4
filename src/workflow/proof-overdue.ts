import { formatDuration } from '../kernel/duration.ts'
import type { Finding } from '../model/finding.ts'
import { defaultsOfOs } from '../model/lifetime-defaults.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { TargetVerdict } from '../proof/judge.ts'

/** So many lifetimes after its change a target that is still unproven is told: rules of drift. */
const lifetimes = 2

/**
 * PROOF_OVERDUE: every SA of before the change must have ended long ago, and the role is still not proven.
 * Lifetimes are those that this device is configured with, else its platform's; `sinceMs` counts from the push.
 */
export function proofOverdue(
  plan: Pick<DevicePlan, 'software' | 'wanted'>,
  { name, state }: TargetPlan,
  { coverage }: TargetVerdict,
  sinceMs: number,
): readonly Finding[] {
  const known = { ...defaultsOfOs(plan.software.os), ...state.lifetimes }
  const longestMs = Math.max(known.ikeSeconds ?? 0, known.ipsecSeconds ?? 0) * 1000
  if (plan.wanted === 'bidirectional' || longestMs === 0 || sinceMs <= lifetimes * longestMs) return []
  return [
    {
      code: 'PROOF_OVERDUE',
      severity: 'warn',
      target: name,
      message: `${name} was changed ${formatDuration(sinceMs)} ago and is still unproven (${coverage.proven} of ${coverage.peers} peers proven), and no SA of it lives longer than ${formatDuration(longestMs)}`,
      next: 'have each open peer start once, or ask its owner whether it can; then run verify',
    },
  ]
}
