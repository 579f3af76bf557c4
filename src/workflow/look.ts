import type { Capture } from '../model/capture.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { Finding } from '../model/finding.ts'
import type { ReadOnlyLine } from '../model/ids.ts'
import type { DeviceError, DeviceOutcome } from '../model/outcome.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { ChangeRecord } from '../model/record.ts'
import { observe, type Watch } from '../proof/watch.ts'
import { provenSince } from './as-asked.ts'
import { besideMate, mateOf } from './beside-mate.ts'
import { errorOf } from './faults.ts'
import { eachDevice, type finishDevice } from './finish-device.ts'
import type { FleetRequest, FleetResult } from './fleet-request.ts'
import { type OtherSinceLastChange, otherSinceLastChange } from './identity-changed.ts'
import { recordedWatch, sinceChangeMs, standingChange, verdictOn } from './open-proof.ts'
import { openToRead } from './open-session.ts'
import { plannedOutcome, type TargetResult, unreadOutcome } from './outcome.ts'
import { pollSas } from './poll.ts'
import type { Ports } from './ports.ts'
import type { Surveyed } from './survey.ts'
import { plansOf, surveyAll } from './survey-all.ts'
import type { DeviceTurns } from './turns.ts'
import type { Ask } from './who-changed.ts'

/** A poll that follows another quickly: two readings must agree before a role contradicts. */
const secondLookMs = 2_000
/** How often a device is asked again while one of its peers is away. */
const missingPollMs = 10_000

/** What a command that only looks makes of what it sees. */
export interface Looking {
  /** Another box than that of the last change refuses the device, instead of a warning. */
  readonly refusesOtherBox?: true
  /** The result of a target that does not read as asked. */
  readonly notAsAsked: (space: LookedAt, target: TargetPlan) => Promise<TargetResult>
  /** The result of a target that does, with what its SAs say since the recorded change; nobody asked: as it is. */
  readonly asAsked?: (space: LookedAt, target: TargetPlan, result: TargetResult) => TargetResult
  /** What else is to be told of a device; it may be asked for it. */
  readonly about?: (
    plan: DevicePlan,
    results: ReadonlyMap<string, TargetResult>,
    ask: Ask,
  ) => Promise<Pick<DeviceOutcome, 'saved' | 'findings'>>
  /** Puts the end of a device on record and tells it; absent: at once. */
  readonly finish?: typeof finishDevice
}

/** A space of a device as it was read, with what earlier runs say of the box that it is now. */
export interface LookedAt {
  readonly plan: DevicePlan
  readonly history: Ports['history']
  /** Targets of which no end would start a tunnel. */
  readonly dead: readonly string[]
}

/** Reads all devices and judges their targets against the recorded changes; writes to no device. */
export async function lookAtFleet(
  request: LookRequest,
  ports: Ports,
  looking: Looking,
): Promise<FleetResult> {
  const surveyed = await surveyAll(request, ports)
  const look = async ({ request: space, outcome }: Surveyed, turns: DeviceTurns): Promise<DeviceOutcome> => {
    if (outcome.kind !== 'planned') return unreadOutcome(space.intent, outcome)
    const { plan, roundTrips } = outcome
    try {
      const dead = outcome.deadTargets ?? []
      const where = { request: space, plan, turns, dead, surveyed }
      return await lookAtSpace(where, roundTrips, { request, ports, looking })
    } catch (thrown) {
      const failed = { kind: 'failed', error: errorOf(thrown), software: plan.software, roundTrips } as const
      return unreadOutcome(space.intent, failed)
    }
  }
  const devices = await eachDevice(surveyed, ports, look, looking.finish)
  return { devices, plans: plansOf(surveyed) }
}

/** A space of a device whose recorded changes are looked after. */
interface WatchedSpace {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  readonly turns: DeviceTurns
}

interface LookedAtSpace extends WatchedSpace, Pick<LookedAt, 'dead'> {
  /** All spaces of the run: its active mate is one of them, where it stands by. */
  readonly surveyed: readonly Surveyed[]
}

/** A command that saves nothing has no use for startup, and does not ask for it. */
export type LookRequest = Omit<FleetRequest, 'save'> & Partial<Pick<FleetRequest, 'save'>>

interface Run {
  readonly request: LookRequest
  readonly ports: Ports
  readonly looking: Looking
}

interface Watched {
  readonly target: TargetPlan
  readonly record: ChangeRecord
  watch: Watch
}

async function lookAtSpace(
  { plan: read, dead, ...where }: LookedAtSpace,
  roundTrips: number,
  { request, ports: allPorts, looking }: Run,
): Promise<DeviceOutcome> {
  const other = await otherSinceLastChange(read, allPorts.history)
  const plan = other === undefined ? read : { ...read, findings: [...read.findings, toldOf(other, looking)] }
  const ports = other === undefined ? allPorts : { ...allPorts, history: other.history }
  const space = { ...where, plan }
  const seen: LookedAt = { plan, history: ports.history, dead }
  const asAsked = looking.asAsked ?? ((_space, _target, result): TargetResult => result)
  const results = new Map<string, TargetResult>()
  const watched: Watched[] = []
  const found: Finding[] = []
  for (const target of plan.targets) {
    if (target.decision.kind === 'skipped') {
      const { reason, mate } = target.decision
      const beside = besideMate(target, mateOf(where.request, mate, where.surveyed))
      if (beside.kind === 'as-asked')
        results.set(target.name, { status: 'compliant', sent: false, after: target.state.before, reason })
      if (beside.kind !== 'differs') continue
      found.push(beside.finding)
      // The run store has the change on record where it was made: at the mate.
      results.set(target.name, await looking.notAsAsked({ ...seen, plan: beside.mate }, target))
      continue
    }
    if (target.state.before !== target.state.wanted) {
      results.set(target.name, await looking.notAsAsked(seen, target))
      continue
    }
    const record = await standingChange(plan, target, ports)
    if (record === undefined) {
      const untouched = { status: 'compliant', sent: false, after: target.state.before } as const
      results.set(target.name, asAsked(seen, target, untouched))
    } else {
      const watch = observe(
        recordedWatch(plan, target, record),
        plan.facts.reading,
        sinceChangeMs(record, ports),
      )
      watched.push({ target, record, watch })
    }
  }
  const polls = await settleWatches(space, watched, request, ports)
  for (const one of watched) {
    const verdict = verdictOn(one.watch, plan, request.proof.lostAfterMs)
    const sinceMs = sinceChangeMs(one.record, ports)
    const result = provenSince(plan, one.target, { record: one.record, sinceMs }, verdict)
    const error = result.status === 'unproven' ? polls.error : undefined
    results.set(
      one.target.name,
      asAsked(seen, one.target, error === undefined ? result : { ...result, error }),
    )
  }
  let asked = 0
  const about = await looking.about?.(plan, results, async (line) => {
    const answer = await askOne(space, line, request.signal, ports)
    asked += answer.roundTrips
    return answer.capture
  })
  const survey = roundTrips + asked
  const roundTripsBy = { survey, change: 0, secondLogin: 0, proof: polls.roundTrips }
  const judged = { ...plan, targets: plan.targets.filter(({ name }) => results.has(name)) }
  return plannedOutcome(judged, results, {
    roundTrips: survey + polls.roundTrips,
    roundTripsBy,
    ...about,
    findings: [...found, ...(about?.findings ?? [])],
  })
}

function toldOf({ finding }: OtherSinceLastChange, { refusesOtherBox }: Looking): Finding {
  return refusesOtherBox === true ? { ...finding, severity: 'block' } : finding
}

/** One more line in a short session; what a device or the way to it refuses here is told by nobody. */
async function askOne(
  { request, turns }: WatchedSpace,
  line: ReadOnlyLine,
  signal: AbortSignal,
  ports: Ports,
): Promise<{ readonly capture?: Capture; readonly roundTrips: number }> {
  if (signal.aborted) return { roundTrips: 0 }
  return turns.polling(async () => {
    const opened = await openToRead(request, ports, signal)
    if (opened.kind === 'err') return { roundTrips: 0 }
    const shell = opened.value
    try {
      const capture = await shell.run(line)
      const { roundTrips } = shell
      return capture.refusal === undefined ? { capture, roundTrips } : { roundTrips }
    } catch {
      return { roundTrips: shell.roundTrips }
    } finally {
      await shell.close()
    }
  })
}

/** Asks again while a peer is away (it comes back or is lost) and once where a role looks wrong. */
async function settleWatches(
  { request: space, plan, turns }: WatchedSpace,
  watched: readonly Watched[],
  request: LookRequest,
  ports: Ports,
): Promise<{ readonly roundTrips: number; readonly error?: DeviceError }> {
  const startedMs = ports.clock.monotonicMs()
  let roundTrips = 0
  let looks = 0
  let error: DeviceError | undefined
  for (;;) {
    const verdicts = watched.flatMap((one) => verdictOn(one.watch, plan, request.proof.lostAfterMs) ?? [])
    const away = verdicts.some((verdict) => verdict.missing.length > 0)
    const odd =
      looks < 2 &&
      verdicts.some((verdict) => verdict.roles.some((row) => row.fresh && row.reading === 'initiator'))
    const overdue = ports.clock.monotonicMs() - startedMs > request.proof.lostAfterMs + missingPollMs
    if (request.signal.aborted || overdue || !(away || odd)) break
    await ports.clock.sleep(odd ? secondLookMs : missingPollMs, request.signal)
    looks += 1
    const poll = await turns.polling(() => pollSas(space, plan, ports, request.signal))
    roundTrips += poll.roundTrips
    error = poll.kind === 'failed' ? poll.error : undefined
    if (poll.kind === 'failed') continue
    for (const one of watched) one.watch = observe(one.watch, poll.reading, sinceChangeMs(one.record, ports))
  }
  return { roundTrips, ...(error === undefined ? {} : { error }) }
}
