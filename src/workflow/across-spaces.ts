import { blocks, type Finding } from '../model/finding.ts'
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
    const plans = spaces.flatMap(({ outcome }) => (outcome.kind === 'planned' ? [outcome.plan] : []))
    const refused = onBlocked === 'device' && plans.some((plan) => plan.findings.some(blocks))
    const all = plans.length === spaces.length
    return spaces.map(({ request, outcome }) => {
      if (outcome.kind !== 'planned') return { request, outcome }
      const plan = withoutNeeded(outcome.plan, all ? plans : [])
      return { request, outcome: { ...outcome, plan: refused ? refusedWhole(plan) : plan } }
    })
  })
}

/** One refused target refuses its device, in whatever space of it. */
function refusedWhole(plan: DevicePlan): DevicePlan {
  const targets = plan.targets.map((target) =>
    target.decision.kind === 'change' ? { ...target, decision: { kind: 'blocked' as const } } : target,
  )
  return { ...plan, targets }
}

/** What one space needs to be accepted is no leftover because another one does not. */
function withoutNeeded(plan: DevicePlan, all: readonly DevicePlan[]): DevicePlan {
  const leftover = ({ message }: Finding): boolean =>
    all.length > 0 &&
    all.every(({ findings }) =>
      findings.some((other) => other.code === 'ACCEPT_UNUSED' && other.message === message),
    )
  const findings = plan.findings.filter((one) => one.code !== 'ACCEPT_UNUSED' || leftover(one))
  return { ...plan, findings }
}
