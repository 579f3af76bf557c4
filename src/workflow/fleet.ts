import { changesOf, type DevicePlan, isToWrite, savesOf } from '../model/plan.ts'
import { changeAll } from './change-all.ts'
import { askForClears } from './clear-turns.ts'
import { eachDevice, finishDevice } from './finish-device.ts'
import type { FleetRequest, FleetResult } from './fleet-request.ts'
import { isToTake, takeBoxes } from './identity-changed.ts'
import { byDevice, type SpaceOutcome } from './join-spaces.ts'
import { plannedOutcome, skippedUnread, unreadOutcome } from './outcome.ts'
import { type Planned, planSpace, unsavedResult } from './planned.ts'
import type { Ports } from './ports.ts'
import { chooseCanary } from './rollout/canary.ts'
import { Rollout, type Stop } from './rollout/rollout.ts'
import { plansOf, surveyAll } from './survey-all.ts'

/** Reads and judges every device and changes nothing: plan and dry run. */
export async function planFleet(request: FleetRequest, ports: Ports): Promise<FleetResult> {
  const surveyed = await surveyAll(request, ports)
  const spaces: DevicePlan[] = []
  const devices = await eachDevice(surveyed, ports, async (one) => {
    const planned = await planSpace(one, request.proof.lostAfterMs, ports)
    if ('outcome' in planned) return planned.outcome
    const { plan, roundTrips } = planned
    spaces.push(plan)
    const results = new Map(planned.settled)
    for (const target of changesOf(plan)) results.set(target.name, planned.pending(target.name))
    for (const { name } of savesOf(plan)) results.set(name, unsavedResult(results.get(name)))
    const saved = savesOf(plan).length > 0 ? ({ saved: 'no' } as const) : {}
    return plannedOutcome(plan, results, { roundTrips, ...saved })
  })
  return { devices, plans: plansOf(surveyed), spaces }
}

/**
 * Reads all devices, asks once for all, changes those that are to change, and proves them.
 *
 * @param rollout absent: a new one by the rules of the request
 */
export async function applyFleet(
  request: FleetRequest,
  ports: Ports,
  rollout: Rollout = rolloutOf(request, ports),
): Promise<FleetResult> {
  const { closed } = rollout
  if (closed !== undefined) return notBegun(request, closed, ports)
  const surveyed = await surveyAll(request, ports, rollout)
  const planned = await Promise.all(surveyed.map((one) => planSpace(one, request.proof.lostAfterMs, ports)))
  const all = request.refusesOtherBox === true ? planned.map(refusedOther) : planned
  const boxes = all.flatMap((one) => ('plan' in one && isToTake(one) ? [one] : []))
  const asked = all.flatMap((one) =>
    'plan' in one && (isToWrite(one.plan) || boxes.includes(one)) ? [one.plan] : [],
  )
  const { canary, stop } = await chooseCanary(byDevice(all), rollout, ports)
  if (stop !== undefined && asked.some(isToWrite)) rollout.stop(stop.reason, stop.next)
  const { stopped } = rollout
  const refusal =
    stopped === undefined ? await askFor(asked, request.signal, ports) : `nothing was sent: ${stopped.reason}`
  // A journal that cannot be written stays broken: whatever is appended next tells it, and nothing is sent.
  if (refusal === undefined) await takeBoxes(boxes, ports).catch(() => undefined)
  const clears = await askForClears(asked, refusal, ports)
  const changed = await changeAll(request, all, { refusal, clears, rollout, canary }, ports)
  return { ...changed, plans: plansOf(surveyed) }
}

/** Nothing is set by itself on a box that nobody has said to be the one that is meant. */
function refusedOther(space: Planned | SpaceOutcome): Planned | SpaceOutcome {
  if (!('plan' in space) || space.other === undefined) return space
  const { request, plan, other, roundTrips } = space
  const findings = [{ ...other.finding, severity: 'block' as const }]
  const refused = { kind: 'refused', findings, software: plan.software, roundTrips } as const
  return { request, outcome: unreadOutcome(request.intent, refused) }
}

/** The rollout of one run, by the rules of its playbook. */
export function rolloutOf({ rollout, devices, proof }: FleetRequest, { clock, emit }: Ports): Rollout {
  return new Rollout({ rules: rollout, devices: devices.length, lostAfterMs: proof.lostAfterMs, clock, emit })
}

/** The window is closed: no device is contacted. */
async function notBegun(
  { devices, asTold = (outcome) => outcome }: FleetRequest,
  closed: Stop,
  ports: Ports,
): Promise<FleetResult> {
  const { reason, next } = closed
  const outcomes = await Promise.all(
    devices.map(({ intent }) => finishDevice(asTold(skippedUnread(intent, reason)), ports)),
  )
  const stopped = { reason, changed: 0, notBegun: devices.length, split: [], next }
  return { devices: outcomes, plans: [], rollout: { waves: [], stopped } }
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
