import pLimit from 'p-limit'
import type { DeviceOutcome } from '../model/outcome.ts'
import { changesOf, type DevicePlan, type TargetPlan } from '../model/plan.ts'
import type { ProofSettings } from '../model/playbook.ts'
import { observe } from '../proof/watch.ts'
import { provenSince } from './as-asked.ts'
import { change } from './change.ts'
import { errorOf } from './faults.ts'
import { recordedWatch, sinceChangeMs, verdictOn } from './open-proof.ts'
import { appliedOutcome, plannedOutcome, type TargetResult, unreadOutcome } from './outcome.ts'
import type { DeviceRequest, Ports } from './ports.ts'
import { prove } from './prove.ts'
import { type SurveyOutcome, survey } from './survey.ts'

/** What a run does with the devices that were chosen. */
export interface FleetRequest {
  readonly devices: readonly DeviceRequest[]
  readonly concurrency: number
  readonly proof: ProofSettings
  readonly save: 'always' | 'never'
  readonly signal: AbortSignal
}

interface Surveyed {
  readonly request: DeviceRequest
  readonly outcome: SurveyOutcome
}

interface Planned {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  readonly roundTrips: number
  /** Results of the targets that are not to change. */
  readonly settled: ReadonlyMap<string, TargetResult>
}

/** Reads and judges every device and changes nothing: plan and dry run. */
export async function planFleet(request: FleetRequest, ports: Ports): Promise<FleetResult> {
  const surveyed = await surveyAll(request, ports)
  const plans: DevicePlan[] = []
  const devices = await Promise.all(
    surveyed.map(async ({ request: device, outcome }) => {
      if (outcome.kind !== 'planned') return finish(unreadOutcome(device.intent, outcome), ports)
      plans.push(outcome.plan)
      const results = new Map(await settledTargets(outcome.plan, request.proof.lostAfterMs, ports))
      for (const target of changesOf(outcome.plan))
        results.set(target.name, await pendingResult(outcome.plan, target.name, ports))
      return finish(plannedOutcome(outcome.plan, results, { roundTrips: outcome.roundTrips }), ports)
    }),
  )
  return { devices, plans }
}

export interface FleetResult {
  readonly devices: readonly DeviceOutcome[]
  /** Plans of the devices that could be read. */
  readonly plans: readonly DevicePlan[]
}

/** Reads all devices, asks once for all, changes those that are to change, and proves them. */
export async function applyFleet(request: FleetRequest, ports: Ports): Promise<FleetResult> {
  const surveyed = await surveyAll(request, ports)
  const planned: Planned[] = []
  const devices: DeviceOutcome[] = []
  for (const { request: device, outcome } of surveyed) {
    if (outcome.kind !== 'planned') {
      devices.push(await finish(unreadOutcome(device.intent, outcome), ports))
      continue
    }
    const { plan, roundTrips } = outcome
    planned.push({
      request: device,
      plan,
      roundTrips,
      settled: await settledTargets(plan, request.proof.lostAfterMs, ports),
    })
  }
  const toChange = planned.filter(({ plan }) => changesOf(plan).length > 0)
  const approved =
    toChange.length === 0 || request.signal.aborted
      ? false
      : await ports.approve(toChange.map(({ plan }) => plan))
  const changed = await changeAll(request, planned, approved, ports)
  const all = [...devices, ...changed]
  const order = new Map(request.devices.map((device, index) => [String(device.host.name), index]))
  all.sort((a, b) => (order.get(a.host) ?? 0) - (order.get(b.host) ?? 0))
  return { devices: all, plans: planned.map(({ plan }) => plan) }
}

async function surveyAll(request: FleetRequest, ports: Ports): Promise<readonly Surveyed[]> {
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  return Promise.all(
    request.devices.map((device) =>
      limit(async () => {
        const outcome = await survey(device, ports, request.signal)
        if (outcome.kind === 'planned') ports.emit({ kind: 'planned', plan: outcome.plan })
        return { request: device, outcome: await recorded(device, outcome, ports) }
      }),
    ),
  )
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
  planned: readonly Planned[],
  approved: boolean,
  ports: Ports,
): Promise<readonly DeviceOutcome[]> {
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  let stop: string | undefined
  return Promise.all(
    planned.map(async (device) => {
      if (changesOf(device.plan).length === 0) return finish(unchangedOutcome(device), ports)
      const changed = await limit(async () =>
        !approved || stop !== undefined || request.signal.aborted
          ? undefined
          : change(device.request, device.plan, request.save, ports),
      )
      if (changed === undefined) return finish(unchangedOutcome(device), ports)
      const targets = changesOf(device.plan).filter(
        (target) => changed.targets.get(target.name)?.kind === 'changed',
      )
      const proof = await prove({
        request: device.request,
        plan: device.plan,
        targets,
        changed,
        settings: request.proof,
        ports,
        signal: request.signal,
      })
      stop ??= proof.stop
      return finish(appliedOutcome(device.plan, changed, proof, device.settled, device.roundTrips), ports)
    }),
  )
}

function unchangedOutcome(device: Planned): DeviceOutcome {
  const results = new Map(device.settled)
  for (const target of changesOf(device.plan))
    results.set(target.name, { status: 'skipped', sent: false, after: target.state.before })
  return plannedOutcome(device.plan, results, { roundTrips: device.roundTrips })
}

/** The targets that need no change: compliant, refused, or changed by an earlier run and still unproven. */
async function settledTargets(
  plan: DevicePlan,
  lostAfterMs: number,
  ports: Ports,
): Promise<ReadonlyMap<string, TargetResult>> {
  const results = new Map<string, TargetResult>()
  for (const target of plan.targets) {
    if (target.decision.kind === 'blocked') {
      results.set(target.name, { status: 'blocked', sent: false, after: target.state.before })
    }
    if (target.decision.kind === 'no-change')
      results.set(target.name, await asAsked(plan, target, lostAfterMs, ports))
  }
  return results
}

/** As asked already: compliant, unless an earlier run changed it and proof is open or says otherwise. */
async function asAsked(
  plan: DevicePlan,
  target: TargetPlan,
  lostAfterMs: number,
  ports: Ports,
): Promise<TargetResult> {
  const record = await ports.history.lastChange(plan.host, target.name)
  if (record === undefined || record.status === 'rolled-back') {
    return { status: 'compliant', sent: false, after: target.state.before }
  }
  const nowMs = sinceChangeMs(record, ports)
  const watch = observe(recordedWatch(plan, target, record), plan.facts.reading, nowMs)
  const result = provenSince(target, record, verdictOn(watch, nowMs, plan, lostAfterMs))
  const proven =
    result.status === 'verified' || (result.status === 'unproven' && record.status === 'verified')
  return proven ? { ...result, status: 'compliant' } : result
}

async function pendingResult(plan: DevicePlan, target: string, ports: Ports): Promise<TargetResult> {
  const record = await ports.history.lastChange(plan.host, target)
  const drifted = record !== undefined && record.status !== 'rolled-back'
  return { status: 'pending', pendingKind: drifted ? 'drifted' : 'never-applied', sent: false }
}

/** Puts a device's end on record and tells it; a journal that fails here is told by the outcome. */
async function finish(outcome: DeviceOutcome, ports: Ports): Promise<DeviceOutcome> {
  let told = outcome
  try {
    for (const target of outcome.targets) {
      await ports.journal.append({
        kind: 'outcome',
        host: outcome.host,
        target: target.name,
        status: target.status,
      })
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
