import type { Finding } from '../model/finding.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { ChangeOutcome } from './change.ts'
import type { TargetResult } from './outcome.ts'
import type { Ports } from './ports.ts'
import type { ProveOutcome } from './prove.ts'
import type { ResumeRequest } from './resume.ts'
import { type Decided, unchanging } from './resume-find.ts'
import type { ChangePlan } from './rollback.ts'
import type { DeviceTurns } from './turns.ts'

/** What the spaces of one resumed device share. */
export interface ResumeRun {
  readonly fleet: ResumeRequest
  readonly ports: Ports
  readonly turns: DeviceTurns
  /** Why nothing is begun any more. */
  readonly skip: () => string | undefined
  /** Nothing that the run had not begun is begun any more. */
  readonly stop: (why: string) => void
}

/** What became of some targets of a space. */
export interface Part {
  readonly results: ReadonlyMap<string, TargetResult>
  readonly findings: readonly Finding[]
  readonly saved: DeviceOutcome['saved']
  readonly foreignUnsaved?: number
  readonly roundTrips: { readonly change: number; readonly secondLogin: number; readonly proof: number }
}

/** A target as the run recorded it: its value before, and the way back from then. */
export function recordedPlan({ now, known, step, name }: Decided): ChangePlan {
  if (known === undefined || (step.kind !== 'settle' && step.kind !== 'take-back' && step.kind !== 'timer'))
    throw new Error(`${name} is not to be finished by its record`)
  return {
    ...now,
    state: { ...now.state, before: known.before, wanted: known.wanted },
    decision: { kind: 'change', change: step.change },
  }
}

/** The plan of a space in which these targets change and no others. */
export function planWith(plan: DevicePlan, changes: readonly ChangePlan[]): DevicePlan {
  const targets = unchanging(plan.targets).map(
    (target): TargetPlan => changes.find((one) => one.name === target.name) ?? target,
  )
  return { ...plan, targets }
}

/** With the moment of the push that its verdict counts from. */
export function at(result: TargetResult, { pushedAtWallMs }: ProveOutcome): TargetResult {
  return pushedAtWallMs === undefined ? result : { ...result, pushedAtWallMs }
}

export function partOf(
  results: ReadonlyMap<string, TargetResult>,
  changed: ChangeOutcome,
  proof: ProveOutcome,
): Part {
  const kept = [...results.values()].some(({ status }) => status === 'verified' || status === 'unproven')
  const saved = proof.saved ?? (kept || changed.saved === 'yes' ? changed.saved : 'not-needed')
  return {
    results,
    findings: [...changed.findings.filter(({ code }) => kept || code !== 'NOT_SAVED'), ...proof.findings],
    saved,
    ...(saved === 'no' && changed.foreignUnsaved !== undefined
      ? { foreignUnsaved: changed.foreignUnsaved }
      : {}),
    roundTrips: {
      change: changed.roundTrips,
      secondLogin: changed.secondLoginRoundTrips ?? 0,
      proof: proof.roundTrips,
    },
  }
}
