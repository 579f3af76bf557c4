import { blocks } from '../model/finding.ts'
import type { DevicePlan } from '../model/plan.ts'
import { byDevice } from './join-spaces.ts'
import type { Surveyed } from './survey.ts'

/** What the spaces of one device mean to each other, once each has been judged by itself. */
export function acrossSpaces(
  surveyed: readonly Surveyed[],
  onBlocked: 'device' | 'target' = 'device',
): readonly Surveyed[] {
  const devices = byDevice(surveyed)
  // One space of each device, as almost all devices are: nothing to compare.
  if (devices.length === surveyed.length) return surveyed
  return devices.flatMap((spaces) => {
    // A space that could not be judged may hold a refused target.
    const refused = spaces.some(
      ({ outcome }) => outcome.kind !== 'planned' || outcome.plan.findings.some(blocks),
    )
    if (!refused || onBlocked === 'target') return spaces
    return spaces.map(({ request, outcome }) =>
      outcome.kind === 'planned'
        ? { request, outcome: { ...outcome, plan: refusedWhole(outcome.plan) } }
        : { request, outcome },
    )
  })
}

/** One refused target refuses its device, in whatever space of it. */
function refusedWhole(plan: DevicePlan): DevicePlan {
  const targets = plan.targets.map((target) =>
    target.decision.kind === 'change' || target.decision.kind === 'save'
      ? { ...target, decision: { kind: 'blocked' as const } }
      : target,
  )
  return { ...plan, targets }
}
