import { identityOf } from '../model/identity.ts'
import { contextOfPlan, type DevicePlan } from '../model/plan.ts'
import type { PushIntent } from '../model/record.ts'
import { maskedPath } from '../platform/config-difference.ts'
import type { ChangePlan } from './rollback.ts'

/** What is about to be sent, as the record of the run has it before the first line. */
export function pushIntent(targets: readonly ChangePlan[], now: DevicePlan): PushIntent {
  return {
    kind: 'push-intent',
    host: now.host,
    ...contextOfPlan(now),
    identity: identityOf(now.facts),
    readingBefore: now.facts.reading,
    targets: targets.map(({ name, state, fingerprint, decision }) => ({
      name,
      target: state.target,
      before: state.before,
      wanted: state.wanted,
      lines: decision.change.lines.map((step) => step.line),
      revert: decision.change.revert.map((step) => step.line),
      peers: state.peers.listed,
      basis: maskedPath(state.basis),
      fingerprint,
    })),
  }
}
