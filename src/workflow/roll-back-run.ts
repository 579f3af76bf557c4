import pLimit from 'p-limit'
import type { DeviceRequest } from '../model/device-request.ts'
import type { DeviceIntent } from '../model/intent.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import { changesOf } from '../model/plan.ts'
import type { RollbackQuestion } from '../model/rollback.ts'
import { errorOf } from './faults.ts'
import { finishDevice } from './finish-device.ts'
import type { FleetRequest, FleetResult } from './fleet-request.ts'
import type { SpaceOutcome } from './join-spaces.ts'
import { laterRuns, rollbackPlan } from './judge-rollback.ts'
import { type LifeAfter, lifeAfter } from './life-after.ts'
import { plannedOutcome, type TargetResult, unreadOutcome } from './outcome.ts'
import type { Ports } from './ports.ts'
import type { RecordedSpace } from './recorded-targets.ts'
import { questionOf } from './rollback-asks.ts'
import type { ReadRecord, ReadSpace, RecordedDevice } from './rollback-devices.ts'
import { joined } from './rolled-back.ts'
import { type Surveyed, survey } from './survey.ts'
import { recorded } from './survey-all.ts'
import { takeBack } from './take-back.ts'
import { type DeviceTurns, deviceTurns } from './turns.ts'

/** A run that is to be taken back. */
export interface RunToTakeBack {
  readonly runId: string
  /** Its id and those of the runs that resumed it: what one of them did last is not somebody else's newer change. */
  readonly runs: ReadonlySet<string>
  readonly spaces: readonly RecordedSpace[]
  /** Asked once, when all devices were read, before the first line is sent. */
  readonly approve: (question: RollbackQuestion) => Promise<boolean>
}

/**
 * Takes back what one run changed: reads all devices at once, asks once, writes to all at once, and watches the
 * peers for a minute. Windows, waves and budgets of the playbook do not count. Devices come back with those that
 * could not be reached first.
 */
export async function rollBackRun(
  run: RunToTakeBack,
  request: FleetRequest,
  ports: Ports,
): Promise<FleetResult> {
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  const all = devicesOf(run, request)
  const read = await Promise.all(
    all.map((device) => limit(() => readRecorded(device, run.runs, request, ports))),
  )
  const plans = read.flatMap(({ spaces }) => spaces.flatMap((one) => ('plan' in one ? [one.plan] : [])))
  const refusal = await askFor(run, read, request.signal)
  const devices = await Promise.all(
    read.map(async (one) => {
      const turns = deviceTurns()
      const begun = await limit(() => takeBackDevice(one, { refusal, request, ports, turns }))
      const spaces = await Promise.all(begun.map((end) => end()))
      const outcome = await finishDevice(joined(one.device, spaces), ports)
      await settleChanges(one, outcome, run.runId, ports)
      return outcome
    }),
  )
  const away = (device: DeviceOutcome): number => (device.status === 'unreachable' ? 0 : 1)
  return { devices: devices.toSorted((a, b) => away(a) - away(b)), plans }
}

function devicesOf({ spaces }: RunToTakeBack, { devices }: FleetRequest): readonly RecordedDevice[] {
  return [...new Set(spaces.map(({ host }) => host))].map((host) => {
    const request = devices.find((device) => device.host.name === host)
    const records = spaces.filter((space) => space.host === host)
    return { host, records, ...(request === undefined ? {} : { request }) }
  })
}

async function readRecorded(
  device: RecordedDevice,
  runs: ReadonlySet<string>,
  { signal }: FleetRequest,
  ports: Ports,
): Promise<ReadRecord> {
  const { request, records } = device
  // Nothing of the record can be used: there is no need to log in.
  if (request === undefined || request.intent.targets.length === 0) return { device, spaces: [] }
  const surveyed = await survey({ ...request, looksForTimer: true }, ports, signal, 'if-clean')
  const spaces = await Promise.all(
    surveyed.map(async (one) => judged(await recorded(one, ports), records, runs, ports)),
  )
  for (const one of spaces)
    if ('plan' in one && one.record !== undefined) ports.emit({ kind: 'planned', plan: one.plan })
  return { device, spaces }
}

async function judged(
  { request, outcome }: Surveyed,
  records: readonly RecordedSpace[],
  runs: ReadonlySet<string>,
  ports: Ports,
): Promise<ReadSpace | SpaceOutcome> {
  if (outcome.kind !== 'planned') return { request, outcome: unreadOutcome(request.intent, outcome) }
  const record = records.find((one) => one.context === request.context)
  const { roundTrips } = outcome
  try {
    const later =
      record === undefined
        ? { own: new Set<string>(), newer: new Map() }
        : await laterRuns(record, runs, ports.history)
    const plan = rollbackPlan(outcome.input, record, later)
    return { request, plan, later, roundTrips, ...(record === undefined ? {} : { record }) }
  } catch (thrown) {
    const { software } = outcome.plan
    const failed = { kind: 'failed', error: errorOf(thrown), software, roundTrips } as const
    return { request, outcome: unreadOutcome(request.intent, failed) }
  }
}

/** Undefined when the lines may be sent; otherwise why not. */
async function askFor(
  { runId, approve }: RunToTakeBack,
  read: readonly ReadRecord[],
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted) return interrupted
  const question = questionOf(runId, read)
  if (question.plans.length === 0 || (await approve(question))) return undefined
  return signal.aborted ? interrupted : 'the rollback was not approved'
}

const interrupted = 'the run was interrupted before this device was begun'

interface DeviceRun {
  readonly refusal: string | undefined
  readonly request: FleetRequest
  readonly ports: Ports
  readonly turns: DeviceTurns
}

/** Writes to the spaces of one device one after the other; their peers are watched outside the slots of writing. */
async function takeBackDevice(
  { spaces }: ReadRecord,
  run: DeviceRun,
): Promise<readonly (() => Promise<SpaceOutcome>)[]> {
  const ends: (() => Promise<SpaceOutcome>)[] = []
  for (const space of spaces)
    ends.push('outcome' in space ? async () => space : await takeBackSpace(space, run))
  return ends
}

async function takeBackSpace(space: ReadSpace, run: DeviceRun): Promise<() => Promise<SpaceOutcome>> {
  const { request, plan, record, later } = space
  const settled = new Map<string, TargetResult>()
  for (const { name, state, decision } of plan.targets) {
    const status = decision.kind === 'no-change' ? 'compliant' : 'blocked'
    settled.set(name, { status, sent: false, after: state.before })
  }
  const changes = changesOf(plan)
  const reason = run.refusal ?? (run.request.signal.aborted ? interrupted : undefined)
  if (record === undefined || changes.length === 0 || reason !== undefined) {
    const why = reason === undefined ? {} : { reason }
    for (const { name, state } of changes)
      settled.set(name, { status: 'skipped', sent: false, after: state.before, ...why })
    return async () => ({ request, outcome: spaceOutcome(space, settled) })
  }
  const taken = await run.turns.writing(() => takeBack({ request, plan, record, later }, run.ports))
  for (const [name, result] of taken.results) settled.set(name, result)
  const back = changes.filter(({ name }) => settled.get(name)?.status === 'rolled-back')
  const { sent } = taken
  const { ports, turns } = run
  const about = { request, plan, targets: back, ports, turns, signal: run.request.signal }
  const watched =
    sent === undefined
      ? Promise.resolve(undefined)
      : lifeAfter({ ...about, ...sent, sentAtMs: sent.atMs, beforeRun: record.readingBefore })
  return async () => ({ request, outcome: spaceOutcome(space, settled, { taken, life: await watched }) })
}

function spaceOutcome(
  { plan, roundTrips }: ReadSpace,
  results: ReadonlyMap<string, TargetResult>,
  after?: { readonly taken: Awaited<ReturnType<typeof takeBack>>; readonly life: LifeAfter | undefined },
): DeviceOutcome {
  const { taken, life } = after ?? {}
  const by = {
    survey: roundTrips,
    change: taken?.roundTrips ?? 0,
    secondLogin: 0,
    proof: life?.roundTrips ?? 0,
  }
  const outcome = plannedOutcome(plan, results, {
    findings: [...(taken?.findings ?? []), ...(life?.findings ?? [])],
    saved: taken?.saved ?? 'not-needed',
    roundTrips: by.survey + by.change + by.proof,
    roundTripsBy: by,
    clears: [],
  })
  // Roles prove nothing where the setting is taken away: life is the whole proof.
  return { ...outcome, roles: [], ...(life?.text === undefined ? {} : { coverageText: life.text }) }
}

/**
 * A change that reads as it was before the run is over, whoever undid it: later commands must not wait for its
 * proof. Only where no newer run has changed it.
 */
async function settleChanges(
  { spaces }: ReadRecord,
  { host, targets }: DeviceOutcome,
  runId: string,
  ports: Ports,
): Promise<void> {
  const own = new Set(spaces.flatMap((one) => ('later' in one ? [...one.later.own] : [])))
  for (const { name, status } of targets) {
    if (status !== 'compliant' || !own.has(name)) continue
    const reason = `reads as it was before run ${runId}`
    await ports.journal
      .append({ kind: 'outcome', host, target: name, status: 'rolled-back', reason })
      .catch(() => undefined)
  }
}

/** What is asked of one device when its recorded changes are taken back. */
export function rollbackIntent(
  { name, platform, endpoints }: DeviceRequest['host'],
  records: readonly RecordedSpace[],
): DeviceIntent {
  return {
    host: name,
    platform,
    state: 'bidirectional',
    targets: records.flatMap(({ targets }) =>
      targets.flatMap((one) => (one.kind === 'change' ? [one.target] : [])),
    ),
    peers: [],
    endpoints,
  }
}
