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

/** The verdict on one target, with the life-only rule where the setting was taken away. */
export function verdictOn(
  watch: Watch,
  nowMs: number,
  plan: DevicePlan,
  lostAfterMs: number,
): TargetVerdict | undefined {
  return judge(watch, nowMs, { lostAfterMs, lifeOnly: plan.wanted === 'bidirectional' }).targets[0]
}
