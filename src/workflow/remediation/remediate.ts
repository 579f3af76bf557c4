import type { DeviceRequest } from '../../model/device-request.ts'
import type { RunEvent } from '../../model/event.ts'
import type { DeviceOutcome } from '../../model/outcome.ts'
import { type DevicePlan, isToWrite } from '../../model/plan.ts'
import type { HeldDevice, RemediationRules } from '../../model/remediation.ts'
import { driftFleet } from '../drift.ts'
import { finishDevice } from '../finish-device.ts'
import { applyFleet } from '../fleet.ts'
import type { FleetRequest, FleetResult } from '../fleet-request.ts'
import type { Ports } from '../ports.ts'
import { Rollout } from '../rollout/rollout.ts'
import {
  decideRemediation,
  dueTargets,
  type LastChange,
  type RemediationDecision,
  type RemediationFacts,
  remediateAgain,
} from './decide.ts'
import { heldOutcome, isLeft, joinedOutcome } from './join.ts'

/** What a run that puts back what has drifted is asked. Its windows are those of `rollout`. */
export interface RemediateRequest extends FleetRequest {
  readonly remediation: RemediationRules
}

/**
 * Looks as drift does, decides who may be put back, and changes those by the way of apply: with its checks, waves,
 * budgets, journal, leases and proof. What nobody has set yet is told and never set.
 */
export async function remediateFleet(request: RemediateRequest, ports: Ports): Promise<FleetResult> {
  const look = await driftFleet(request, lookingPorts(ports), (outcome, before) =>
    // What became of a device that is due is not known yet, neither to the record nor to whoever watches.
    dueTargets(outcome).length > 0 ? Promise.resolve(outcome) : finishDevice(outcome, before),
  )
  const decision = await decided(request, look, ports)
  const told = new Map<string, DeviceOutcome>()
  const held = new Map(decision.held.map((one) => [one.host, one]))
  for (const device of look.devices) {
    const why = held.get(device.host)
    if (why !== undefined) told.set(device.host, await finishDevice(heldOutcome(device, why), ports))
  }
  const changed =
    decision.begun.length === 0 ? undefined : await putBack(request, look, decision.begun, ports, held)
  for (const device of changed?.devices ?? []) told.set(device.host, device)
  const { due } = decision
  return {
    devices: look.devices.map((device) => told.get(device.host) ?? device),
    plans: look.plans,
    ...(changed?.rollout === undefined ? {} : { rollout: changed.rollout }),
    remediation: {
      due,
      begun: due.filter((host) => !held.has(host)),
      held: due.flatMap((host) => held.get(host) ?? []),
    },
  }
}

/** A plan of the look that would change something is no plan of this run: those that are begun are read again. */
function lookingPorts(ports: Ports): Ports {
  const isSilent = (event: RunEvent): boolean => event.kind === 'planned' && isToWrite(event.plan)
  return { ...ports, emit: (event) => (isSilent(event) ? undefined : ports.emit(event)) }
}

async function decided(
  { remediation: rules, rollout, around, signal }: RemediateRequest,
  { devices, plans }: FleetResult,
  { clock, history }: Ports,
): Promise<RemediationDecision> {
  const nowMs = clock.wall().getTime()
  const none = devices.every((device) => dueTargets(device).length === 0)
  return decideRemediation({
    devices,
    rules,
    windows: rollout?.windows ?? [],
    nowMs,
    history: none ? new Map() : await history.remediations(nowMs - rules.breaker.withinMs),
    lastChanges: await lastChanges(devices, plans, history),
    unreachable: rollout?.settings.stopAfter.unreachable ?? never,
    onBlocked: around?.onBlocked ?? 'device',
    isKnown: rollout?.isKnown ?? ((): boolean => false),
    interrupted: signal.aborted,
  })
}

/** Asked again and not taken from the look: a run of somebody else's may have begun, or ended, while it was at work. */
async function lastChanges(
  devices: readonly DeviceOutcome[],
  plans: readonly DevicePlan[],
  history: Ports['history'],
): Promise<RemediationFacts['lastChanges']> {
  const all = new Map<string, Map<string, LastChange>>()
  for (const device of devices) {
    const { host } = device
    const due = new Set(dueTargets(device).map(({ name }) => name))
    const records = new Map<string, LastChange>()
    for (const { name, state } of plans.flatMap((plan) => (plan.host === host ? plan.targets : []))) {
      const record = due.has(name) ? await history.lastChange(host, name) : undefined
      if (record !== undefined) records.set(name, { ...record, asked: state.wanted })
    }
    all.set(host, records)
  }
  return all
}

const never = { kind: 'count', count: Number.MAX_SAFE_INTEGER } as const

/**
 * Changes the devices that are begun. One that is not begun after all (nobody said yes, the window ends, a canary
 * failed) is added to `held`.
 */
async function putBack(
  request: RemediateRequest,
  look: FleetResult,
  begun: RemediationDecision['begun'],
  ports: Ports,
  held: Map<string, HeldDevice>,
): Promise<FleetResult> {
  const rollout = goingOn(request, look, ports)
  const looked = new Map(look.devices.map((device) => [device.host, device]))
  let answer: boolean | undefined
  const approve: Ports['approve'] = async (plans) => {
    answer = await ports.approve(plans)
    return answer
  }
  const asTold = (change: DeviceOutcome): DeviceOutcome => {
    const before = looked.get(change.host)
    if (before === undefined) return change
    const why = whyLeft({ declined: answer === false, aborted: request.signal.aborted, rollout }, change)
    if (!isLeft(change)) return joinedOutcome(before, change, why)
    const one = { host: change.host, ...why }
    held.set(change.host, one)
    return heldOutcome(withTrips(before, change), one)
  }
  const devices = begun.map((one) => narrowed(request.devices, look.plans, one))
  return applyFleet({ ...request, devices, asTold, refusesOtherBox: true }, { ...ports, approve }, rollout)
}

/** The rollout of the change; the devices that the look could not reach use its budget up. */
function goingOn(
  { rollout: rules, remediation, devices, proof }: RemediateRequest,
  look: FleetResult,
  { clock, emit }: Ports,
): Rollout {
  const rollout = new Rollout({
    ...(rules === undefined ? {} : { rules: { ...rules, freeze: remediation.freeze } }),
    devices: devices.length,
    lostAfterMs: proof.lostAfterMs,
    command: 'drift --remediate',
    clock,
    emit,
  })
  for (const { host, status } of look.devices) if (status === 'unreachable') rollout.count(host, status)
  return rollout
}

/** The device with exactly the targets that are put back, by name: in each context that one of them stands in. */
function narrowed(
  devices: readonly DeviceRequest[],
  plans: readonly DevicePlan[],
  { host, targets }: RemediationDecision['begun'][number],
): DeviceRequest {
  const device = devices.find((one) => one.host.name === host)
  if (device === undefined) throw new Error('a device that is not in the run')
  const exact = plans
    .filter((plan) => plan.host === host)
    .flatMap((plan) => plan.targets.filter(({ name }) => targets.includes(name)))
    .map(({ state }) => state.target)
  return { ...device, intent: { ...device.intent, targets: exact } }
}

function whyLeft(
  {
    declined,
    aborted,
    rollout,
  }: { readonly declined: boolean; readonly aborted: boolean; readonly rollout: Rollout },
  { host, targets, reason: ofAll }: DeviceOutcome,
): Omit<HeldDevice, 'host'> {
  const reason = targets.find((target) => target.reason !== undefined)?.reason ?? ofAll ?? 'it was not begun'
  if (aborted) return { why: 'interrupted', reason, next: remediateAgain }
  if (declined)
    return {
      why: 'declined',
      reason: `${host} is not put back: nobody said yes`,
      next: `${remediateAgain}, or ikero apply, and say yes`,
    }
  const stop = rollout.stopped ?? rollout.closed
  if (stop === undefined) return { why: 'otherwise', reason, next: remediateAgain }
  return { why: stop.why ?? 'stopped', reason, next: stop.next }
}

/** Reading it once more cost something, even where nothing was begun. */
function withTrips(look: DeviceOutcome, { roundTrips }: DeviceOutcome): DeviceOutcome {
  const { roundTripsBy, ...rest } = look
  const by =
    roundTripsBy === undefined
      ? {}
      : { roundTripsBy: { ...roundTripsBy, survey: roundTripsBy.survey + roundTrips } }
  return { ...rest, ...by, roundTrips: look.roundTrips + roundTrips }
}
