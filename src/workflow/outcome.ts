import { formatMoment } from '../kernel/moment.ts'
import { blocks, type Finding } from '../model/finding.ts'
import { contextOf, type DeviceIntent, type Target, targetName } from '../model/intent.ts'
import {
  type DeviceError,
  type DeviceOutcome,
  type RoleRow,
  type RoundTrips,
  type Status,
  type TargetOutcome,
  worst,
} from '../model/outcome.ts'
import { changesOf, clearsOf, type DevicePlan, savesOf, type TargetPlan } from '../model/plan.ts'
import { coverageText } from '../proof/coverage-text.ts'
import type { TargetVerdict } from '../proof/judge.ts'
import { rolesBefore } from '../proof/roles-before.ts'
import type { ChangeOutcome, TargetChanged } from './change.ts'
import { otherTunnels, proofTarget } from './proof-targets.ts'
import type { ProveOutcome, TargetProof } from './prove.ts'
import { notSaved } from './settle.ts'
import type { NotRead, SurveyOutcome } from './survey.ts'

/** What is known of one target besides its plan, from this run or an earlier one. */
export interface TargetResult {
  readonly status: Status
  readonly pendingKind?: TargetOutcome['pendingKind']
  readonly reason?: string
  readonly after?: string
  readonly sent: boolean
  readonly verdict?: TargetVerdict
  /** The push that the verdict counts from, by the wall clock. */
  readonly pushedAtWallMs?: number
  readonly error?: DeviceError
}

function surveyOnly(survey: number): RoundTrips {
  return { survey, change: 0, secondLogin: 0, proof: 0 }
}

const noChange = { lines: [], revert: [], clears: [] } as const

/** A device that was not read: no session, broken session, or another kind of box. */
export function unreadOutcome(
  intent: DeviceIntent,
  survey: Exclude<SurveyOutcome, { readonly kind: 'planned' }> | NotRead,
): DeviceOutcome {
  if (survey.kind === 'skipped') return skippedUnread(intent, survey.reason)
  const status = survey.kind === 'refused' ? 'blocked' : survey.kind
  const software = survey.kind === 'unreachable' ? undefined : survey.software
  return {
    host: intent.host,
    platform: intent.platform,
    status,
    saved: 'not-needed',
    findings: survey.kind === 'refused' ? survey.findings : [],
    targets: intent.targets.flatMap((target) => unreadTarget(target, status)),
    change: noChange,
    roles: [],
    roundTrips: survey.roundTrips,
    roundTripsBy: surveyOnly(survey.roundTrips),
    ...(software === undefined ? {} : { software }),
    ...(survey.kind === 'refused' ? {} : { error: survey.error }),
  }
}

/** A device that was not contacted; `reason`: why. */
export function skippedUnread(intent: DeviceIntent, reason: string): DeviceOutcome {
  return {
    ...untouched(intent, 'skipped'),
    targets: intent.targets
      .flatMap((target) => unreadTarget(target, 'skipped'))
      .map((target) => ({ ...target, reason })),
    roundTripsBy: surveyOnly(0),
    reason,
  }
}

/** A device that was not contacted, and of which nothing else is to be told. */
export function untouched(
  { host, platform }: Pick<DeviceOutcome, 'host' | 'platform'>,
  status: Status,
): DeviceOutcome {
  return {
    host,
    platform,
    status,
    saved: 'not-needed',
    findings: [],
    targets: [],
    change: noChange,
    roles: [],
    roundTrips: 0,
  }
}

/** A target that nothing was read of; only those that the playbook lists by name can be told. */
export function unreadTarget(
  target: DeviceIntent['targets'][number],
  status: Status,
): readonly TargetOutcome[] {
  if (target.kind !== 'ipsec-profile' && target.kind !== 'crypto-map-entry') return []
  return [
    {
      kind: target.kind,
      name: targetName(target),
      ...contextNamed(target),
      before: 'not-read',
      status,
      sent: false,
      usedBy: [],
    },
  ]
}

function contextNamed(target: Target): Pick<TargetOutcome, 'context'> {
  const context = contextOf(target)
  return context === undefined ? {} : { context }
}

/** A device that was planned, with one result for each of its targets. */
export function plannedOutcome(
  plan: DevicePlan,
  results: ReadonlyMap<string, TargetResult>,
  more: {
    readonly findings?: readonly Finding[]
    readonly saved?: DeviceOutcome['saved']
    readonly foreignUnsaved?: number
    readonly roundTrips: number
    /** Absent: all of them are the survey's. */
    readonly roundTripsBy?: RoundTrips
    readonly error?: DeviceError
    /** The lines that cleared SAs; absent: nothing was begun, and what is planned is told. */
    readonly clears?: readonly string[]
  },
): DeviceOutcome {
  const targets = plan.targets.map((target) => targetOutcome(target, results.get(target.name)))
  const deviceRefused = plan.findings.some((finding) => blocks(finding) && finding.target === undefined)
  const verdicts = plan.targets.flatMap((target) => results.get(target.name)?.verdict ?? [])
  const error = more.error ?? firstError(plan, results)
  return {
    host: plan.host,
    platform: plan.platform,
    software: plan.software,
    status: worst([
      ...targets.map((target) => target.status),
      ...(deviceRefused ? (['blocked'] as const) : []),
    ]),
    saved: more.saved ?? 'not-needed',
    ...(more.foreignUnsaved === undefined ? {} : { foreignUnsaved: more.foreignUnsaved }),
    findings: distinct([
      ...plan.findings,
      ...(more.findings ?? []),
      ...verdicts.flatMap((verdict) => verdict.findings),
    ]),
    targets,
    change: linesOf(plan, more.clears),
    roles: rolesOf(plan, verdicts),
    roundTrips: more.roundTrips,
    roundTripsBy: more.roundTripsBy ?? surveyOnly(more.roundTrips),
    ...coverageOf(plan, results),
    ...(error === undefined ? {} : { error }),
  }
}

function firstError(plan: DevicePlan, results: ReadonlyMap<string, TargetResult>): DeviceError | undefined {
  const all = plan.targets.flatMap((target) => results.get(target.name) ?? [])
  const worstStatus = worst(all.map((result) => result.status))
  return (
    all.find((result) => result.status === worstStatus && result.error !== undefined) ??
    all.find((result) => result.error)
  )?.error
}

function targetOutcome(target: TargetPlan, result: TargetResult | undefined): TargetOutcome {
  const status = result?.status ?? 'failed'
  const after = result?.after
  return {
    kind: target.state.target.kind,
    name: target.name,
    ...contextNamed(target.state.target),
    before: target.state.before,
    status,
    sent: result?.sent ?? false,
    usedBy: target.state.usedBy,
    ...(after === undefined ? {} : { after }),
    ...(result?.pendingKind === undefined ? {} : { pendingKind: result.pendingKind }),
    ...(result?.reason === undefined ? {} : { reason: result.reason }),
    ...(result?.verdict === undefined ? {} : { coverage: result.verdict.coverage }),
    ...(target.impact === undefined ? {} : { impact: target.impact }),
  }
}

function linesOf(plan: DevicePlan, cleared: readonly string[] | undefined): DeviceOutcome['change'] {
  const changes = changesOf(plan)
  const planned = cleared === undefined ? clearsOf(plan) : []
  const atMostMs = Math.max(0, ...planned.map((clear) => clear.atMostMs))
  return {
    lines: changes.flatMap((target) => target.decision.change.lines.map((step) => step.line)),
    revert: changes.flatMap((target) => target.decision.change.revert.map((step) => step.line)),
    clears: cleared ?? planned.flatMap((clear) => clear.lines),
    ...(planned.length === 0
      ? {}
      : { interruption: { peers: planned.length, atMostSecondsEach: Math.round(atMostMs / 1000) } }),
    ...(plan.revertTimer === undefined ? {} : { revertTimer: plan.revertTimer }),
  }
}

/** What several steps found is told once. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const same = (a: Finding, b: Finding): boolean =>
    a.code === b.code && a.target === b.target && a.message === b.message
  return findings.filter((one, index) => findings.findIndex((other) => same(one, other)) === index)
}

function coverageOf(
  plan: DevicePlan,
  results: ReadonlyMap<string, TargetResult>,
): { readonly coverageText?: string } {
  const covered = plan.targets.flatMap((target) => {
    const result = results.get(target.name)
    if (result?.verdict === undefined) return []
    const { coverage, completeByMs } = result.verdict
    const complete =
      completeByMs === undefined ? {} : { completeByMs: (result.pushedAtWallMs ?? 0) + completeByMs }
    return [{ coverage, ...complete }]
  })
  return covered.length === 0 ? {} : { coverageText: coverageText(covered, formatMoment) }
}

/** Roles as proof saw them; where nothing was proven, as they stand in the reading. */
function rolesOf(plan: DevicePlan, verdicts: readonly TargetVerdict[]): readonly RoleRow[] {
  const judged = new Set(verdicts.map((verdict) => verdict.name))
  const rest = new Set(plan.targets.map((target) => target.name).filter((name) => !judged.has(name)))
  // A peer that another tunnel of this device lists is not one of a target that takes any peer.
  const tunnels = [...plan.targets.map(proofTarget), ...otherTunnels(plan.facts, plan.targets)]
  const before = rolesBefore(plan.facts.reading, tunnels).filter((row) => rest.has(row.target))
  return [...verdicts.flatMap((verdict) => verdict.roles), ...before]
}

/** One target after the change step and proof. */
export function changedResult(
  changed: TargetChanged | undefined,
  proof: TargetProof | undefined,
): TargetResult {
  if (changed === undefined) return { status: 'skipped', sent: false }
  switch (changed.kind) {
    case 'stale':
      return { status: 'blocked', sent: false }
    case 'skipped':
      return { status: 'skipped', sent: false, reason: changed.reason }
    case 'not-changed':
      return {
        status: changed.error.code === 'CONFIG_LOCKED' ? 'blocked' : notChangedStatus(changed.error),
        sent: changed.sent,
        error: changed.error,
        ...(changed.value === undefined ? {} : { after: changed.value }),
      }
    case 'reverted':
      return { status: 'rolled-back', sent: true, after: changed.value, error: changed.error }
    case 'unknown':
      return { status: 'unknown', sent: true, error: changed.error }
    case 'changed':
      return provenResult(changed.value, proof)
  }
}

function notChangedStatus(error: DeviceError): Status {
  return error.cause === undefined ? 'failed' : 'unreachable'
}

function provenResult(value: string, proof: TargetProof | undefined): TargetResult {
  if (proof === undefined) return { status: 'unproven', sent: true, after: value }
  const base = { sent: true, verdict: proof.verdict }
  switch (proof.kind) {
    case 'verified':
    case 'unproven':
      return { ...base, status: proof.kind, after: value }
    case 'rolled-back':
      return { ...base, status: 'rolled-back', after: proof.value, error: proof.error }
    case 'unknown':
      return {
        ...base,
        status: 'unknown',
        error: proof.error,
        ...(proof.value === undefined ? {} : { after: proof.value }),
      }
  }
}

/** Joins the change step and proof of one device. */
export function appliedOutcome(
  plan: DevicePlan,
  changed: ChangeOutcome,
  proof: ProveOutcome | undefined,
  unchanged: ReadonlyMap<string, TargetResult>,
  surveyRoundTrips: number,
): DeviceOutcome {
  const results = new Map(unchanged)
  for (const target of changesOf(plan)) {
    const result = changedResult(changed.targets.get(target.name), proof?.targets.get(target.name))
    const at = proof?.pushedAtWallMs
    results.set(target.name, at === undefined ? result : { ...result, pushedAtWallMs: at })
  }
  // A change that was taken back before anybody saved it leaves nothing to save.
  const kept = [...changed.targets].some(
    ([name, target]) =>
      target.kind === 'changed' && (changed.saved === 'yes' || results.get(name)?.status !== 'rolled-back'),
  )
  // What stood unsaved before the change is still to be saved, whatever became of the change beside it.
  const standing = savesOf(plan).length > 0
  const unsaved = standing && changed.saved === 'not-needed' ? 'no' : changed.saved
  const saved = proof?.saved ?? (kept || standing ? unsaved : 'not-needed')
  const findings = [
    ...changed.findings.filter((finding) => kept || standing || finding.code !== 'NOT_SAVED'),
    ...(unsaved === changed.saved ? [] : [notSaved('setting', 'the change beside it was not kept')]),
    ...(proof?.findings ?? []),
  ]
  // What is counted anew after the change replaces the count before it.
  const counted = findings.some((finding) => finding.code === 'DUPLICATE_SAS')
  const told = counted
    ? { ...plan, findings: plan.findings.filter((finding) => finding.code !== 'DUPLICATE_SAS') }
    : plan
  const roundTripsBy: RoundTrips = {
    survey: surveyRoundTrips,
    change: changed.roundTrips,
    secondLogin: changed.secondLoginRoundTrips ?? 0,
    proof: proof?.roundTrips ?? 0,
  }
  return plannedOutcome(told, results, {
    findings,
    saved,
    ...(saved === 'no' && changed.foreignUnsaved !== undefined
      ? { foreignUnsaved: changed.foreignUnsaved }
      : {}),
    roundTrips: Object.values(roundTripsBy).reduce((sum, count) => sum + count, 0),
    roundTripsBy,
    clears: proof?.clears ?? [],
  })
}

export type { Target }
