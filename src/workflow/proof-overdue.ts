import { formatDuration } from '../kernel/duration.ts'
import type { Finding } from '../model/finding.ts'
import { defaultsOfOs } from '../model/lifetime-defaults.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { TargetVerdict } from '../proof/judge.ts'
import type { TargetResult } from './outcome.ts'

/** So many lifetimes after its change a target that is still unproven is told: rules of drift. */
const lifetimes = 2

function overdue(target: string, { coverage }: TargetVerdict, why: string): Finding {
  const { proven, peers } = coverage
  return {
    code: 'PROOF_OVERDUE',
    severity: 'warn',
    target,
    message: `${target} is still unproven (${proven} of ${peers} peers proven): ${why}`,
    next: 'have each open peer start once, or ask its owner whether it can; then run verify',
  }
}

/**
 * PROOF_OVERDUE: every SA of before the change must have ended long ago, and the role is still not proven.
 * Lifetimes are those that this device is configured with, else its platform's; `sinceMs` counts from the push.
 */
export function proofOverdue(
  plan: Pick<DevicePlan, 'software' | 'wanted'>,
  { name, state }: TargetPlan,
  verdict: TargetVerdict,
  sinceMs: number,
): readonly Finding[] {
  const known = { ...defaultsOfOs(plan.software.os), ...state.lifetimes }
  const longestMs = Math.max(known.ikeSeconds ?? 0, known.ipsecSeconds ?? 0) * 1000
  if (plan.wanted === 'bidirectional' || longestMs === 0 || sinceMs <= lifetimes * longestMs) return []
  const why = `it was changed ${formatDuration(sinceMs)} ago, and no SA of it lives longer than ${formatDuration(longestMs)}`
  return [overdue(name, verdict, why)]
}

/** `proof.require` or `--require-proof`: what is unproven is overdue, however young the change is. */
export function overdueAtOnce(target: string, result: TargetResult): TargetResult {
  const { verdict } = result
  if (result.status !== 'unproven' || verdict === undefined) return result
  if (verdict.findings.some(({ code }) => code === 'PROOF_OVERDUE')) return result
  const findings = [...verdict.findings, overdue(target, verdict, 'its proof is required')]
  return { ...result, verdict: { ...verdict, findings } }
}
