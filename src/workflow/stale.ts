import { printable } from '../kernel/printable.ts'
import { blocks, type Finding } from '../model/finding.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import {
  isSameClear,
  type PlannedDevice,
  type PlannedSpace,
  type PlannedTarget,
  sameLines,
} from '../model/plan-file.ts'
import { maskedPath } from '../platform/config-difference.ts'
import { answeredBy, otherBox } from './identity-changed.ts'
import type { Surveyed } from './survey.ts'

/**
 * What was read, held against a saved plan. Whatever is not as the plan has it is PLAN_STALE on its target,
 * or IDENTITY_CHANGED on the device, and refused; nothing is ever sent that the plan does not have.
 */
export function againstSaved(
  surveyed: readonly Surveyed[],
  saved: readonly PlannedDevice[],
  onBlocked: 'device' | 'target' = 'device',
): readonly Surveyed[] {
  return surveyed.map((one) => {
    const { request, outcome } = one
    if (outcome.kind !== 'planned') return one
    const device = saved.find(({ host }) => host === request.host.name)
    const space = device?.spaces.find(({ context }) => context === request.context)
    const plan = comparedWith(outcome.plan, space, device?.pins.hostKey, onBlocked)
    return { request, outcome: { ...outcome, plan } }
  })
}

function comparedWith(
  plan: DevicePlan,
  saved: PlannedSpace | undefined,
  hostKey: string | undefined,
  onBlocked: 'device' | 'target',
): DevicePlan {
  const stale = saved === undefined ? unplanned(plan) : staleFindings(plan, saved, hostKey)
  const names = new Set(stale.map((finding) => finding.target))
  const whole = names.has(undefined)
  const targets = plan.targets.map((target): TargetPlan => {
    const { kind } = target.decision
    const writes = kind === 'change' || kind === 'save'
    const refused =
      names.has(target.name) || (writes && (whole || (onBlocked === 'device' && names.size > 0)))
    if (refused) return { ...target, decision: { kind: 'blocked' } }
    return withApprovedClears(
      target,
      saved?.targets.find(({ name }) => name === target.name),
    )
  })
  return { ...plan, targets, findings: [...plan.findings, ...stale] }
}

/** Clears go by the SAs of the moment: of those that were approved, the ones that are still called for. */
function withApprovedClears(target: TargetPlan, saved: PlannedTarget | undefined): TargetPlan {
  const { decision } = target
  if (decision.kind !== 'change' || decision.clears === undefined) return target
  const { clears, ...change } = decision
  const peers = clears.peers.filter((one) => saved?.clears.some((other) => isSameClear(one, other)))
  return { ...target, decision: peers.length === 0 ? change : { ...change, clears: { ...clears, peers } } }
}

function unplanned(plan: DevicePlan): readonly Finding[] {
  return plan.targets.flatMap(({ name, decision }) =>
    decision.kind === 'change' || decision.kind === 'save'
      ? [staleOn(name, `${name} is not in the plan`)]
      : [],
  )
}

function staleFindings(
  plan: DevicePlan,
  saved: PlannedSpace,
  hostKey: string | undefined,
): readonly Finding[] {
  const before = { identity: saved.identity, ...(hostKey === undefined ? {} : { hostKey }) }
  const other = otherBox(before, answeredBy(plan), 'the one that was planned for')
  const gone = saved.targets.filter(({ name }) => !plan.targets.some((target) => target.name === name))
  return [
    ...(other === undefined ? [] : [other]),
    ...otherTimer(plan, saved),
    ...gone.map(({ name }) => staleOn(undefined, `${name} of the plan is not on the device any more`)),
    ...plan.targets.flatMap((target) => {
      const planned = saved.targets.find(({ name }) => name === target.name)
      return planned === undefined ? unplanned({ ...plan, targets: [target] }) : moved(target, planned)
    }),
    ...plan.findings.filter((finding) => isNew(finding, saved.findings)).map(newFinding),
  ]
}

/** The lines are sent under the way back that was approved with them, or not at all. */
function otherTimer({ targets, revertTimer }: DevicePlan, saved: PlannedSpace): readonly Finding[] {
  const changes = targets.some(({ decision }) => decision.kind === 'change')
  if (!changes || revertTimer?.minutes === saved.revertTimer?.minutes) return []
  const was =
    saved.revertTimer === undefined ? 'no revert timer' : `a revert timer of ${saved.revertTimer.minutes} min`
  const is = revertTimer === undefined ? 'none' : `one of ${revertTimer.minutes} min`
  return [staleOn(undefined, `the lines were planned under ${was}, and would be sent under ${is}`)]
}

/**
 * Warnings about the SAs of the moment, which come and go, and about who else is in the run, which `--limit`
 * decides: they do not make a plan stale.
 */
export const ofTheMoment: ReadonlySet<Finding['code']> = new Set([
  'DUPLICATE_SAS',
  'ROLE_AMBIGUOUS',
  'ROLE_REKEYED_HERE',
  'PROOF_UNLIKELY',
  'PROOF_OVERDUE',
  'NOT_RENEGOTIATED',
  'HA_PARTNER_MISSING',
  'ACCEPT_UNUSED',
])

function isNew(finding: Finding, known: readonly Finding[]): boolean {
  if (finding.severity === 'info' || (finding.severity === 'warn' && ofTheMoment.has(finding.code)))
    return false
  const same = known.filter(({ code, target }) => code === finding.code && target === finding.target)
  // One that was accepted or only warned of then, and refuses now, was never agreed to.
  return !same.some(
    (one) =>
      (one.severity === finding.severity || one.severity === 'block') && (blocks(one) || !blocks(finding)),
  )
}

function newFinding({ code, severity, target, message, evidence }: Finding): Finding {
  return {
    ...staleOn(target, `${code} (${severity}) is not in the plan: ${message}`),
    ...(evidence === undefined ? {} : { evidence }),
  }
}

function moved(now: TargetPlan, saved: PlannedTarget): readonly Finding[] {
  const { name, decision, state } = now
  if (now.fingerprint !== saved.fingerprint) {
    const value = state.before === saved.before ? '' : `: it was ${saved.before}, and is ${state.before}`
    const evidence = differenceOf(saved.basis, maskedPath(state.basis))
    return [{ ...staleOn(name, `the configuration of ${name} changed since the plan${value}`), evidence }]
  }
  // Refused by a finding that is told, or with the rest of its device.
  if (decision.kind === 'blocked') return []
  if (decision.kind !== saved.decision) {
    return [staleOn(name, `${name} was planned as ${saved.decision}, and is ${decision.kind} now`)]
  }
  if (decision.kind !== 'change') return []
  const { lines, revert } = decision.change
  const asked = [lines, revert].map((steps) => steps.map((step) => step.line))
  const planned = [saved.lines, saved.revert]
  if (asked.every((some, index) => sameLines(some, planned[index] ?? []))) return []
  const evidence = differenceOf(planned.flat(), asked.flat())
  return [{ ...staleOn(name, `other lines would be sent for ${name} than were planned`), evidence }]
}

function staleOn(target: string | undefined, message: string): Finding {
  return {
    code: 'PLAN_STALE',
    severity: 'block',
    ...(target === undefined ? {} : { target }),
    message,
    next: 'look at what is different and who is at work there, then plan anew and have it approved',
  }
}

const shownLines = 20

/** `- old` and `+ new` lines, the old ones first, both in their order; bounded. */
export function differenceOf(before: readonly string[], now: readonly string[]): string {
  const lines = [
    ...without(before, now).map((line) => `- ${printable(line)}`),
    ...without(now, before).map((line) => `+ ${printable(line)}`),
  ]
  if (lines.length === 0) {
    return sameLines(before, now)
      ? 'the lines differ in what is masked or not shown'
      : 'the same lines stand in another order'
  }
  const rest = lines.length - shownLines
  return [...lines.slice(0, shownLines), ...(rest > 0 ? [`… and ${rest} more lines`] : [])].join('\n')
}

/** The lines of one list that the other has not, or has not so often. */
function without(some: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1)
  return some.filter((line) => {
    const left = counts.get(line) ?? 0
    counts.set(line, left - 1)
    return left <= 0
  })
}
