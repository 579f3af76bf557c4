import type { Finding } from '../model/finding.ts'
import { type DevicePlan, savesOf, type TargetPlan } from '../model/plan.ts'
import type { finishDevice } from './finish-device.ts'
import type { FleetRequest, FleetResult } from './fleet-request.ts'
import { type LookedAt, lookAtFleet } from './look.ts'
import type { TargetResult } from './outcome.ts'
import { nobodyStarts, pendingResult, unsavedResult } from './planned.ts'
import type { Ports } from './ports.ts'

/**
 * Compares what the devices have with what the playbook asks for and the run store says was proven; writes
 * to no device. A target that waits for its proof, or whose peers are idle, is told and is no drift.
 *
 * @param finish how the end of each device is put on record and told; absent: at once
 */
export function driftFleet(
  request: FleetRequest,
  ports: Ports,
  finish?: typeof finishDevice,
): Promise<FleetResult> {
  return lookAtFleet(request, ports, {
    ...(finish === undefined ? {} : { finish }),
    notAsAsked,
    asAsked: (space, target, result) => asAsked(space, target, result, request.proof.require === true),
    about: (plan, results) => ({
      saved: savesOf(plan).length > 0 ? 'no' : 'not-needed',
      findings: whoChanged(plan, results),
    }),
  })
}

/**
 * What an earlier run had set has drifted, also where a check would now refuse to set it again: somebody must
 * hear of it. What nobody has set yet, and is refused, is refused as in a plan.
 */
async function notAsAsked({ plan, history }: LookedAt, target: TargetPlan): Promise<TargetResult> {
  const result = pendingResult(await history.lastChange(plan.host, target.name))
  const { before } = target.state
  if (result.pendingKind === 'never-applied' && target.decision.kind === 'blocked')
    return { status: 'blocked', sent: false, after: before }
  return { ...result, after: before }
}

function asAsked(
  { plan, dead }: LookedAt,
  target: TargetPlan,
  result: TargetResult,
  proofRequired: boolean,
): TargetResult {
  const nobody = nobodyStarts(plan, target, dead)
  if (nobody !== undefined) return nobody
  if (target.decision.kind === 'save') return unsavedResult(result)
  return proofRequired && result.status === 'unproven' ? overdueAtOnce(target.name, result) : result
}

/** By the device's own words; it may have been for another line of the configuration. */
function whoChanged(
  { host, facts: { lastChange } }: DevicePlan,
  results: ReadonlyMap<string, TargetResult>,
): readonly Finding[] {
  const drifted = [...results].filter(([, { pendingKind }]) => pendingKind === 'drifted')
  if (lastChange === undefined || drifted.length === 0) return []
  const { what, at, by, evidence } = lastChange
  return [
    {
      code: 'LAST_CHANGE',
      severity: 'info',
      message: `the configuration of ${host} was last ${what} at ${at}${by === undefined ? '' : ` by ${by}`}, by its own clock`,
      evidence,
      next:
        what === 'changed'
          ? 'ask whoever that was; the line may be of another change than that of the target'
          : 'whoever changed the target did so before or after that save: ask them',
    },
  ]
}

/** `proof.require` or `--require-proof`: what is unproven is overdue, however young the change is. */
function overdueAtOnce(target: string, result: TargetResult): TargetResult {
  const { verdict } = result
  if (verdict === undefined || verdict.findings.some(({ code }) => code === 'PROOF_OVERDUE')) return result
  const { proven, peers } = verdict.coverage
  const overdue: Finding = {
    code: 'PROOF_OVERDUE',
    severity: 'warn',
    target,
    message: `${target} is still unproven (${proven} of ${peers} peers proven), and proof is required`,
    next: 'have each open peer start once, or ask its owner whether it can; then run drift again',
  }
  return { ...result, verdict: { ...verdict, findings: [...verdict.findings, overdue] } }
}
