import type { TargetPlan } from '../model/plan.ts'
import type { FleetRequest, FleetResult } from './fleet-request.ts'
import { type LookedAt, lookAtFleet } from './look.ts'
import type { TargetResult } from './outcome.ts'
import type { Ports } from './ports.ts'

/** Proves life and roles of the playbook's targets against the recorded change; writes to no device. */
export function verifyFleet(request: FleetRequest, ports: Ports): Promise<FleetResult> {
  const { save: _saves, ...readOnly } = request
  return lookAtFleet(readOnly, ports, { notAsAsked: nothingToProve })
}

async function nothingToProve(_space: LookedAt, target: TargetPlan): Promise<TargetResult> {
  return {
    status: 'failed',
    sent: false,
    after: target.state.before,
    error: {
      code: 'READ_BACK_FAILED',
      message: `${target.name} reads ${target.state.before}, not ${target.state.wanted}: there is nothing to prove`,
      next: 'run plan to see what apply would send',
    },
  }
}
