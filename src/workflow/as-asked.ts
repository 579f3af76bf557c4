import type { DeviceError } from '../model/outcome.ts'
import type { TargetPlan } from '../model/plan.ts'
import type { ChangeRecord } from '../model/record.ts'
import type { TargetVerdict } from '../proof/judge.ts'
import type { TargetResult } from './outcome.ts'

/**
 * A target that an earlier run changed and that is still as asked: what its SAs say now. Nothing is sent
 * for it, whatever they say: a loss or a contradiction that is found later is told, not reverted.
 */
export function provenSince(
  target: TargetPlan,
  record: ChangeRecord,
  verdict: TargetVerdict | undefined,
): TargetResult {
  const base = {
    sent: false,
    after: target.state.before,
    pushedAtWallMs: Date.parse(record.at),
    ...(verdict === undefined ? {} : { verdict }),
  }
  switch (verdict?.verdict) {
    case 'verified':
      return { ...base, status: 'verified' }
    case 'lost':
      return { ...base, status: 'failed', error: lostError(verdict) }
    case 'contradicted':
      return { ...base, status: 'failed', error: contradictedError(verdict) }
    default:
      return { ...base, status: 'unproven' }
  }
}

function lostError(verdict: TargetVerdict): DeviceError {
  return {
    code: 'PEER_LOST',
    message: `lost ${verdict.lost.join(', ')} of ${verdict.name}: it had an SA before the change and has none since`,
    next: 'take the change back for this target if the peer cannot start the tunnel itself; nothing was sent now',
  }
}

function contradictedError(verdict: TargetVerdict): DeviceError {
  return {
    code: 'ROLE_CONTRADICTED',
    message: `this device started a new SA with ${verdict.contradictedBy?.peer ?? 'a peer'} of ${verdict.name} after the change; nothing was sent now`,
    next: 'find out what on this device still starts negotiations',
    ...(verdict.contradictedBy?.evidence === undefined ? {} : { reply: verdict.contradictedBy.evidence }),
  }
}
