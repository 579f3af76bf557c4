import { savesOf, type TargetPlan } from '../model/plan.ts'
import type { finishDevice } from './finish-device.ts'
import type { FleetRequest, FleetResult } from './fleet-request.ts'
import { type LookedAt, lookAtFleet } from './look.ts'
import type { TargetResult } from './outcome.ts'
import { nobodyStarts, pendingResult, unsavedResult } from './planned.ts'
import type { Ports } from './ports.ts'
import { overdueAtOnce } from './proof-overdue.ts'
import { whoChanged } from './who-changed.ts'

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
  // Nothing is saved here: what is unsaved of somebody else's stops nobody from looking.
  const save = request.save === 'always' ? 'if-clean' : request.save
  return lookAtFleet({ ...request, save }, ports, {
    ...(finish === undefined ? {} : { finish }),
    // What was proven stood on another box: whether this one is the one that is meant, a person must say.
    refusesOtherBox: true,
    notAsAsked,
    asAsked: (space, target, result) => asAsked(space, target, result, request.proof.require === true),
    about: async (plan, results, ask) => ({
      saved: savesOf(plan).length > 0 ? 'no' : 'not-needed',
      findings: await whoChanged(plan, results, ask),
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
  return proofRequired ? overdueAtOnce(target.name, result) : result
}
