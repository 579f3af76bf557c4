import pLimit from 'p-limit'
import type { DeviceRequest } from '../model/device-request.ts'
import type { Finding } from '../model/finding.ts'
import type { DeviceError, DeviceOutcome } from '../model/outcome.ts'
import { changesOf, type DevicePlan, type TargetPlan } from '../model/plan.ts'
import type { ProofSettings } from '../model/playbook.ts'
import type { ChangeRecord } from '../model/record.ts'
import { observe } from '../proof/watch.ts'
import { provenSince } from './as-asked.ts'
import { type ChangeOutcome, change } from './change.ts'
import { askForClears, type ClearTurns } from './clear-turns.ts'
import { errorOf } from './faults.ts'
import { findingOf, judgeRun, type RunSurroundings, type Surveyed } from './judge-run.ts'
import { recordedWatch, sinceChangeMs, standingChange, verdictOn } from './open-proof.ts'
import { appliedOutcome, plannedOutcome, type TargetResult, unreadOutcome } from './outcome.ts'
import type { Ports } from './ports.ts'
import { type ProveOutcome, prove } from './prove.ts'
import { type SurveyOutcome, survey } from './survey.ts'

/** What a run does with the devices that were chosen. */
export interface FleetRequest {
  readonly devices: readonly DeviceRequest[]
  readonly concurrency: number
  readonly proof: ProofSettings
  readonly save: 'always' | 'never'
  readonly signal: AbortSignal
  /** Absent: each device is judged by itself. */
  readonly around?: RunSurroundings
}

interface Planned {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  readonly roundTrips: number
  /** Results of the targets that are not to change. */
  readonly settled: ReadonlyMap<string, TargetResult>
  /** What a target that is to change is called while it has not been. */
  readonly pending: (target: string) => TargetResult
}

/** Reads and judges every device and changes nothing: plan and dry run. */
export async function planFleet(request: FleetRequest, ports: Ports): Promise<FleetResult> {
  const surveyed = await surveyAll(request, ports)
  const devices = await Promise.all(
    surveyed.map(async (one) => {
      const planned = await planOne(one, request, ports)
      if ('outcome' in planned) return finish(planned.outcome, ports)
      const { plan, roundTrips } = planned
      const results = new Map(planned.settled)
      for (const target of changesOf(plan)) results.set(target.name, planned.pending(target.name))
      return finish(plannedOutcome(plan, results, { roundTrips }), ports)
    }),
  )
  return { devices, plans: plansOf(surveyed) }
}

export interface FleetResult {
  readonly devices: readonly DeviceOutcome[]
  /** Plans of the devices that could be read. */
  readonly plans: readonly DevicePlan[]
}

/** Reads all devices, asks once for all, changes those that are to change, and proves them. */
export async function applyFleet(request: FleetRequest, ports: Ports): Promise<FleetResult> {
  const surveyed = await surveyAll(request, ports)
  const all = await Promise.all(surveyed.map((one) => planOne(one, request, ports)))
  const changing = all.flatMap((one) => ('plan' in one && changesOf(one.plan).length > 0 ? [one.plan] : []))
  const refusal = await askFor(changing, request.signal, ports)
  const turns = await askForClears(changing, refusal, ports)
  const devices = await changeAll(request, all, refusal, turns, ports)
  return { devices, plans: plansOf(surveyed) }
}

function plansOf(surveyed: readonly Surveyed[]): readonly DevicePlan[] {
  return surveyed.flatMap(({ outcome }) => (outcome.kind === 'planned' ? [outcome.plan] : []))
}

/** Undefined when the lines may be sent; otherwise why not. */
async function askFor(
  plans: readonly DevicePlan[],
  signal: AbortSignal,
  ports: Ports,
): Promise<string | undefined> {
  if (signal.aborted) return interrupted
  if (plans.length === 0 || (await ports.approve(plans))) return undefined
  return signal.aborted ? interrupted : 'the change was not approved'
}

const interrupted = 'the run was interrupted before this device was begun'

/** A device after the survey, with what earlier runs say of its targets. Never throws. */
async function planOne(
  { request, outcome }: Surveyed,
  fleet: FleetRequest,
  ports: Ports,
): Promise<Planned | { readonly outcome: DeviceOutcome }> {
  if (outcome.kind !== 'planned') return { outcome: unreadOutcome(request.intent, outcome) }
  const { plan, roundTrips } = outcome
  try {
    const settled = await settledTargets(plan, outcome.deadTargets ?? [], fleet.proof.lostAfterMs, ports)
    const kinds = new Map<string, TargetResult>()
    const warnings: Finding[] = []
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
    }
  } catch (thrown) {
    const failed = { kind: 'failed', error: errorOf(thrown), software: plan.software, roundTrips } as const
    return { outcome: unreadOutcome(request.intent, failed) }
  }
}

async function surveyAll(request: FleetRequest, ports: Ports): Promise<readonly Surveyed[]> {
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  const alone = await Promise.all(
    request.devices.map((device) =>
      limit(async () => {
        const outcome = await survey(device, ports, request.signal)
        return { request: device, outcome: await recorded(device, outcome, ports) }
      }),
    ),
  )
  const judged =
    request.around === undefined
      ? alone
      : await judgeRun(alone, { ...request, around: request.around }, ports)
  for (const plan of plansOf(judged)) ports.emit({ kind: 'planned', plan })
  return judged
}

/** Puts a device that was not reached on record; a journal that cannot be written stops this device. */
async function recorded(device: DeviceRequest, outcome: SurveyOutcome, ports: Ports): Promise<SurveyOutcome> {
  if (outcome.kind !== 'unreachable') return outcome
  const { code, message } = outcome.error
  try {
    await ports.journal.append({ kind: 'device-unreachable', host: device.host.name, code, message })
    return outcome
  } catch (thrown) {
    return { kind: 'failed', error: errorOf(thrown), roundTrips: outcome.roundTrips }
  }
}

async function changeAll(
  request: FleetRequest,
  all: readonly (Planned | { readonly outcome: DeviceOutcome })[],
  refusal: string | undefined,
  turns: ClearTurns,
  ports: Ports,
): Promise<readonly DeviceOutcome[]> {
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  let stopped: string | undefined
  const skipReason = (): string | undefined =>
    refusal ?? stopped ?? (request.signal.aborted ? interrupted : undefined)
  const stop = (why: string | undefined): void => {
    if (why === undefined) return
    stopped ??= `the run was stopped before this device was begun: ${why}`
    turns.stop(`the run was stopped: ${why}`)
  }
  return Promise.all(
    all.map(async (one) => {
      if ('outcome' in one) return finish(one.outcome, ports)
      if (changesOf(one.plan).length === 0) return finish(unchangedOutcome(one, undefined), ports)
      const begun = await limit(async () => {
        const reason = skipReason()
        return reason ?? change(one.request, one.plan, request.save, skipReason, ports)
      })
      if (typeof begun === 'string') return finish(unchangedOutcome(one, begun), ports)
      const proof = await proveOne(one, begun, request, { stop, turns }, ports)
      return finish(appliedOutcome(one.plan, begun, proof, one.settled, one.roundTrips), ports)
    }),
  )
}

function proveOne(
  { request, plan }: Planned,
  changed: ChangeOutcome,
  fleet: FleetRequest,
  run: { readonly stop: (why: string) => void; readonly turns: ClearTurns },
  ports: Ports,
): Promise<ProveOutcome> {
  const targets = changesOf(plan).filter((target) => changed.targets.get(target.name)?.kind === 'changed')
  return prove({
    request,
    plan,
    targets,
    changed,
    settings: fleet.proof,
    ports,
    signal: fleet.signal,
    onStop: run.stop,
    turns: run.turns,
  })
}

function unchangedOutcome(device: Planned, reason: string | undefined): DeviceOutcome {
  const results = new Map(device.settled)
  for (const target of changesOf(device.plan)) {
    const why = reason === undefined ? {} : { reason }
    results.set(target.name, { status: 'skipped', sent: false, after: target.state.before, ...why })
  }
  return plannedOutcome(device.plan, results, { roundTrips: device.roundTrips })
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
    const nobody = dead.includes(name) ? findingOf(plan.findings, 'BOTH_ENDS_RESPONDER', name) : undefined
    if (nobody !== undefined && state.before === state.wanted) {
      results.set(name, { status: 'failed', sent: false, after: state.before, error: bothAnswer(nobody) })
    } else if (target.decision.kind === 'blocked') {
      results.set(name, { status: 'blocked', sent: false, after: state.before })
    } else if (target.decision.kind === 'no-change') {
      results.set(name, await asAsked(plan, target, lostAfterMs, ports))
    }
  }
  return results
}

/** Both ends only answer already: as the playbook asks, and no tunnel. */
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
  const nowMs = sinceChangeMs(record, ports)
  const watch = observe(recordedWatch(plan, target, record), plan.facts.reading, nowMs)
  const result = provenSince(target, record, verdictOn(watch, plan, lostAfterMs))
  const proven =
    result.status === 'verified' || (result.status === 'unproven' && record.status === 'verified')
  return proven ? { ...result, status: 'compliant' } : result
}

function pendingResult(record: ChangeRecord | undefined): TargetResult {
  const known = record !== undefined && record.status !== 'rolled-back'
  return { status: 'pending', pendingKind: known ? 'drifted' : 'never-applied', sent: false }
}

function takenBackBefore(target: string, record: ChangeRecord): Finding {
  return {
    code: 'PROOF_UNLIKELY',
    severity: 'warn',
    target,
    message: `run ${record.runId} changed ${target} at ${record.at} and took it back again`,
    next: 'find out why before changing it again: the journal of that run says what was seen',
  }
}

/** Puts a device's end on record and tells it; a journal that fails here is told by the outcome. */
async function finish(outcome: DeviceOutcome, ports: Ports): Promise<DeviceOutcome> {
  let told = outcome
  try {
    for (const target of outcome.targets) {
      const { name, status, reason } = target
      const why = reason === undefined ? {} : { reason }
      await ports.journal.append({ kind: 'outcome', host: outcome.host, target: name, status, ...why })
    }
    await ports.journal.append({
      kind: 'device-outcome',
      host: outcome.host,
      status: outcome.status,
      ...(outcome.error === undefined ? {} : { error: `${outcome.error.code}: ${outcome.error.message}` }),
    })
  } catch (thrown) {
    const status = outcome.status === 'compliant' || outcome.status === 'verified' ? 'failed' : outcome.status
    told = { ...outcome, status, error: outcome.error ?? errorOf(thrown) }
  }
  ports.emit({ kind: 'step', host: outcome.host, step: 'finished' })
  ports.emit({ kind: 'device-finished', outcome: told })
  return told
}

export { finish as finishDevice, surveyAll }
