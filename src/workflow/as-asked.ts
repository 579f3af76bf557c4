import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { ChangeRecord } from '../model/record.ts'
import type { TargetVerdict } from '../proof/judge.ts'
import type { TargetResult } from './outcome.ts'
import { contradictedError, lostError } from './proof-errors.ts'
import { proofOverdue } from './proof-overdue.ts'

/**
 * A target that an earlier run changed and that is still as asked: what its SAs say now. Nothing is sent
 * for it, whatever they say: a loss or a contradiction that is found later is told, not reverted.
 */
export function provenSince(
  plan: DevicePlan,
  target: TargetPlan,
  change: { readonly record: ChangeRecord; readonly sinceMs: number },
  verdict: TargetVerdict | undefined,
): TargetResult {
  const base = {
    sent: false,
    after: target.state.before,
    pushedAtWallMs: Date.parse(change.record.at),
    ...(verdict === undefined ? {} : { verdict }),
  }
  switch (verdict?.verdict) {
    case 'verified':
      return { ...base, status: 'verified' }
    case 'lost':
      return {
        ...base,
        status: 'failed',
        error: lostError(
          verdict,
          'nothing was sent now',
          'take the change back for this target if the peer cannot start the tunnel itself',
        ),
      }
    case 'contradicted':
      return { ...base, status: 'failed', error: contradictedError(verdict, 'nothing was sent now') }
    case 'unproven': {
      // What an earlier run proved is not outstanding, whatever this reading shows.
      const proven = change.record.status === 'verified'
      const overdue = proven ? [] : proofOverdue(plan, target, verdict, change.sinceMs)
      const findings = [...verdict.findings, ...overdue]
      return { ...base, status: 'unproven', verdict: { ...verdict, findings } }
    }
    case undefined:
      return { ...base, status: 'unproven' }
  }
}
