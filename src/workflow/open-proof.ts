import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { ChangeRecord } from '../model/record.ts'
import { judge, type TargetVerdict } from '../proof/judge.ts'
import { resumeWatch } from '../proof/resume.ts'
import type { Watch } from '../proof/watch.ts'
import type { Ports } from './ports.ts'
import { otherTunnels, proofTarget } from './proof-targets.ts'

/** Time since a recorded change by the wall clock: what a new process has; never negative. */
export function sinceChangeMs(record: ChangeRecord, ports: Pick<Ports, 'clock'>): number {
  return Math.max(0, ports.clock.wall().getTime() - Date.parse(record.at))
}

/** The watch of one recorded change, up to its last recorded reading. */
export function recordedWatch(plan: DevicePlan, target: TargetPlan, record: ChangeRecord): Watch {
  return resumeWatch(record, [proofTarget(target)], otherTunnels(plan.facts, [target]))
}

/** The last change of a target, where it stands: not one that was taken back, or that set another value. */
export async function standingChange(
  plan: DevicePlan,
  target: TargetPlan,
  ports: Pick<Ports, 'history'>,
): Promise<ChangeRecord | undefined> {
  const record = await ports.history.lastChange(plan.host, target.name)
  if (record === undefined || record.status === 'rolled-back') return undefined
  return record.wanted === undefined || record.wanted === target.state.wanted ? record : undefined
}

/** The verdict on one target, with the life-only rule where the setting was taken away. */
export function verdictOn(watch: Watch, plan: DevicePlan, lostAfterMs: number): TargetVerdict | undefined {
  return judge(watch, { lostAfterMs, lifeOnly: plan.wanted === 'bidirectional' }).targets[0]
}
