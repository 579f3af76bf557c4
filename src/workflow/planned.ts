import { formatMoment } from '../kernel/moment.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import { changesOf, type DevicePlan, type TargetPlan } from '../model/plan.ts'
import type { ChangeRecord } from '../model/record.ts'
import { observe } from '../proof/watch.ts'
import { provenSince } from './as-asked.ts'
import { errorOf } from './faults.ts'
import { type OtherSinceLastChange, otherSinceLastChange } from './identity-changed.ts'
import type { SpaceOutcome } from './join-spaces.ts'
import { findingOf } from './judge-run.ts'
import { recordedWatch, sinceChangeMs, standingChange, verdictOn } from './open-proof.ts'
import { type TargetResult, unreadOutcome } from './outcome.ts'
import type { Ports } from './ports.ts'
import type { Surveyed } from './survey.ts'

/** A space of a device that was read, with what is known of its targets before anything is changed. */
export interface Planned {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  readonly roundTrips: number
  /** Results of the targets that are not to change. */
  readonly settled: ReadonlyMap<string, TargetResult>
  /** It is another box than the last change on record was made on. */
  readonly other?: OtherSinceLastChange
  /** What a target that is to change is called while it has not been. */
  readonly pending: (target: string) => TargetResult
}

/** A space of a device after the survey, with what earlier runs say of its targets. Never throws. */
export async function planSpace(
  { request, outcome }: Surveyed,
  lostAfterMs: number,
  allPorts: Ports,
): Promise<Planned | SpaceOutcome> {
  if (outcome.kind !== 'planned') return { request, outcome: unreadOutcome(request.intent, outcome) }
  const { plan, roundTrips } = outcome
  try {
    const other = await otherSinceLastChange(plan, allPorts.history)
    const ports = other === undefined ? allPorts : { ...allPorts, history: other.history }
    const settled = await settledTargets(plan, outcome.deadTargets ?? [], lostAfterMs, ports)
    const kinds = new Map<string, TargetResult>()
    const warnings: Finding[] = other === undefined ? [] : [other.finding]
    for (const target of changesOf(plan)) {
      const record = await ports.history.lastChange(plan.host, target.name)
      kinds.set(target.name, pendingResult(record))
      if (record?.status === 'rolled-back') warnings.push(takenBackBefore(target.name, record))
    }
    const pending = (name: string): TargetResult => kinds.get(name) ?? { status: 'pending', sent: false }
    return {
      request,
      plan: { ...plan, findings: [...plan.findings, ...warnings] },
      roundTrips,
      settled,
      pending,
      ...(other === undefined ? {} : { other }),
    }
  } catch (thrown) {
    const failed = { kind: 'failed', error: errorOf(thrown), software: plan.software, roundTrips } as const
    return { request, outcome: unreadOutcome(request.intent, failed) }
  }
}

/** The targets that need no change: compliant, refused, or changed by an earlier run and still unproven. */
async function settledTargets(
  plan: DevicePlan,
  dead: readonly string[],
  lostAfterMs: number,
  ports: Ports,
): Promise<ReadonlyMap<string, TargetResult>> {
  const results = new Map<string, TargetResult>()
  for (const target of plan.targets) {
    const { name, state } = target
    const nobody = nobodyStarts(plan, target, dead)
    if (nobody !== undefined) results.set(name, nobody)
    else if (target.decision.kind === 'blocked') {
      results.set(name, { status: 'blocked', sent: false, after: state.before })
    } else if (target.decision.kind === 'skipped') {
      const { reason } = target.decision
      results.set(name, { status: 'skipped', sent: false, after: state.before, reason })
    } else if (target.decision.kind === 'no-change' || target.decision.kind === 'save') {
      results.set(name, await asAsked(plan, target, lostAfterMs, ports))
    }
  }
  return results
}

/**
 * As asked in running and lost at the next reload: that is to do, whatever its SAs say; a fault of it stays
 * one.
 */
export function unsavedResult(result: TargetResult | undefined): TargetResult {
  if (result?.status === 'failed' || result?.status === 'unknown') return result
  const { error: _none, ...rest } = result ?? { sent: false }
  return { ...rest, status: 'pending', pendingKind: 'unsaved' }
}

/** Both ends of a target only answer already: as the playbook asks, and no tunnel. Undefined where one may start. */
export function nobodyStarts(
  { findings }: DevicePlan,
  { name, state }: TargetPlan,
  dead: readonly string[],
): TargetResult | undefined {
  if (state.before !== state.wanted || !dead.includes(name)) return undefined
  const finding = findingOf(findings, 'BOTH_ENDS_RESPONDER', name)
  if (finding === undefined) return undefined
  return { status: 'failed', sent: false, after: state.before, error: bothAnswer(finding) }
}

function bothAnswer(finding: Finding): DeviceError {
  const { code, message, next, evidence } = finding
  return { code, message, next, ...(evidence === undefined ? {} : { reply: evidence }) }
}

/** As asked already: compliant, unless an earlier run changed it and proof is open or says otherwise. */
async function asAsked(
  plan: DevicePlan,
  target: TargetPlan,
  lostAfterMs: number,
  ports: Ports,
): Promise<TargetResult> {
  const record = await standingChange(plan, target, ports)
  if (record === undefined) {
    return { status: 'compliant', sent: false, after: target.state.before }
  }
  const sinceMs = sinceChangeMs(record, ports)
  const watch = observe(recordedWatch(plan, target, record), plan.facts.reading, sinceMs)
  const result = provenSince(plan, target, { record, sinceMs }, verdictOn(watch, plan, lostAfterMs))
  const proven =
    result.status === 'verified' || (result.status === 'unproven' && record.status === 'verified')
  return proven ? { ...result, status: 'compliant' } : result
}

/** What a target that does not read as asked is called: drifted, where an earlier run had set it. */
export function pendingResult(record: ChangeRecord | undefined): TargetResult {
  const known = record !== undefined && record.status !== 'rolled-back'
  return { status: 'pending', pendingKind: known ? 'drifted' : 'never-applied', sent: false }
}

function takenBackBefore(target: string, record: ChangeRecord): Finding {
  return {
    code: 'PROOF_UNLIKELY',
    severity: 'warn',
    target,
    message: `run ${record.runId} changed ${target} at ${formatMoment(Date.parse(record.at))}, and it was taken back since`,
    next: `find out why before changing it again: \`ikero show ${record.runId}\` says what was seen`,
  }
}
