import pLimit from 'p-limit'
import type { DeviceRequest } from '../model/device-request.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import { changesOf, type DevicePlan, isToWrite, savesOf } from '../model/plan.ts'
import type { ProofSettings, SavePolicy } from '../model/playbook.ts'
import { acrossSpaces } from './across-spaces.ts'
import { type ChangeOutcome, change } from './change.ts'
import { askForClears, type ClearTurns } from './clear-turns.ts'
import { errorOf } from './faults.ts'
import { byDevice, joinSpaces, type SpaceOutcome } from './join-spaces.ts'
import { judgeRun, type RunSurroundings } from './judge-run.ts'
import { appliedOutcome, plannedOutcome } from './outcome.ts'
import { type Planned, planSpace, unsavedResult } from './planned.ts'
import type { Ports } from './ports.ts'
import { type ProveOutcome, prove } from './prove.ts'
import { saveStanding } from './save-standing.ts'
import { type Surveyed, survey } from './survey.ts'
import { type DeviceTurns, deviceTurns } from './turns.ts'

/** What a run does with the devices that were chosen. */
export interface FleetRequest {
  readonly devices: readonly DeviceRequest[]
  readonly concurrency: number
  readonly proof: ProofSettings
  readonly save: SavePolicy
  readonly signal: AbortSignal
  /** Absent: each device is judged by itself. */
  readonly around?: RunSurroundings
}

/** Reads and judges every device and changes nothing: plan and dry run. */
export async function planFleet(request: FleetRequest, ports: Ports): Promise<FleetResult> {
  const surveyed = await surveyAll(request, ports)
  const devices = await eachDevice(surveyed, ports, async (one) => {
    const planned = await planSpace(one, request.proof.lostAfterMs, ports)
    if ('outcome' in planned) return planned.outcome
    const { plan, roundTrips } = planned
    const results = new Map(planned.settled)
    for (const target of changesOf(plan)) results.set(target.name, planned.pending(target.name))
    for (const { name } of savesOf(plan)) results.set(name, unsavedResult(results.get(name)))
    const saved = savesOf(plan).length > 0 ? ({ saved: 'no' } as const) : {}
    return plannedOutcome(plan, results, { roundTrips, ...saved })
  })
  return { devices, plans: plansOf(surveyed) }
}

/** The spaces of all devices as `settle` makes an end of each, joined and told by device. */
async function eachDevice(
  surveyed: readonly Surveyed[],
  ports: Ports,
  settle: (space: Surveyed, turns: DeviceTurns) => Promise<DeviceOutcome>,
): Promise<readonly DeviceOutcome[]> {
  return Promise.all(
    byDevice(surveyed).map(async ([home, ...contexts]) => {
      const turns = deviceTurns()
      const end = async (space: Surveyed): Promise<SpaceOutcome> => ({
        request: space.request,
        outcome: await settle(space, turns),
      })
      const [first, ...more] = await Promise.all([end(home), ...contexts.map(end)])
      return finish(joinSpaces([first, ...more]), ports)
    }),
  )
}

export interface FleetResult {
  readonly devices: readonly DeviceOutcome[]
  /** Plans of the devices that could be read. */
  readonly plans: readonly DevicePlan[]
}

/** Reads all devices, asks once for all, changes those that are to change, and proves them. */
export async function applyFleet(request: FleetRequest, ports: Ports): Promise<FleetResult> {
  const surveyed = await surveyAll(request, ports)
  const all = await Promise.all(surveyed.map((one) => planSpace(one, request.proof.lostAfterMs, ports)))
  const changing = all.flatMap((one) => ('plan' in one && isToWrite(one.plan) ? [one.plan] : []))
  const refusal = await askFor(changing, request.signal, ports)
  const clears = await askForClears(changing, refusal, ports)
  const devices = await changeAll(request, all, refusal, clears, ports)
  return { devices, plans: plansOf(surveyed) }
}

/** One for each space in which something is asked. */
function plansOf(surveyed: readonly Surveyed[]): readonly DevicePlan[] {
  return surveyed.flatMap(({ request, outcome }) =>
    outcome.kind === 'planned' && request.intent.targets.length > 0 ? [outcome.plan] : [],
  )
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

/** `save`: startup is read too; verify saves nothing, and does not ask. */
async function surveyAll(
  request: Omit<FleetRequest, 'save'> & Partial<Pick<FleetRequest, 'save'>>,
  ports: Ports,
): Promise<readonly Surveyed[]> {
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  const devices = await Promise.all(
    request.devices.map((device) =>
      limit(async () => {
        const spaces = await survey(device, ports, request.signal, request.save)
        return Promise.all(spaces.map((one) => recorded(one, ports)))
      }),
    ),
  )
  const { around } = request
  const alone = devices.flat()
  const judged = around === undefined ? alone : await judgeRun(alone, { ...request, around }, ports)
  const settled = acrossSpaces(judged, around?.onBlocked)
  for (const plan of plansOf(settled)) ports.emit({ kind: 'planned', plan })
  return settled
}

/** Puts a device that was not reached on record; a journal that cannot be written stops this device. */
async function recorded(surveyed: Surveyed, ports: Ports): Promise<Surveyed> {
  const { request, outcome } = surveyed
  if (outcome.kind !== 'unreachable') return surveyed
  const { code, message } = outcome.error
  try {
    await ports.journal.append({ kind: 'device-unreachable', host: request.host.name, code, message })
    return surveyed
  } catch (thrown) {
    const { roundTrips } = outcome
    return { request, outcome: { kind: 'failed', error: errorOf(thrown), roundTrips } }
  }
}

async function changeAll(
  request: FleetRequest,
  all: readonly (Planned | SpaceOutcome)[],
  refusal: string | undefined,
  clears: ClearTurns,
  ports: Ports,
): Promise<readonly DeviceOutcome[]> {
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  let stopped: string | undefined
  const stop = (why: string): void => {
    stopped ??= why
    clears.stop(`the run was stopped: ${why}`)
  }
  const skipReason = (space: Planned): string | undefined => {
    const what = space.request.context === undefined ? 'device' : 'context'
    if (refusal !== undefined) return refusal
    if (stopped !== undefined) return `the run was stopped before this ${what} was begun: ${stopped}`
    return request.signal.aborted ? `the run was interrupted before this ${what} was begun` : undefined
  }
  return Promise.all(
    byDevice(all).map(async (spaces) => {
      const run: DeviceRun = {
        fleet: request,
        ports,
        turns: deviceTurns(),
        clears,
        skipReason,
        stop,
      }
      const changes = spaces.some((one) => 'plan' in one && isToWrite(one.plan))
      const begun = changes
        ? await limit(() => changeInTurn(spaces, run))
        : spaces.map((one) => unchanged(one))
      const [home, ...contexts] = await Promise.all(begun.map(({ end }) => end))
      if (home === undefined) throw new Error('a device without a space')
      return finish(joinSpaces([home, ...contexts]), ports)
    }),
  )
}

/** What the spaces of one device share while they are changed and proven. */
interface DeviceRun {
  readonly fleet: FleetRequest
  readonly ports: Ports
  readonly turns: DeviceTurns
  readonly clears: ClearTurns
  readonly skipReason: (space: Planned) => string | undefined
  /** No further space of any device is begun. */
  readonly stop: (why: string) => void
}

/** A space whose change is over, and the end of its proof. */
interface Begun {
  readonly end: Promise<SpaceOutcome>
}

/** Changes the spaces of one device one after the other; each is being proven while the next is changed. */
async function changeInTurn(
  spaces: readonly (Planned | SpaceOutcome)[],
  run: DeviceRun,
): Promise<readonly Begun[]> {
  const begun: Begun[] = []
  for (const space of spaces) {
    const asked = 'plan' in space && isToWrite(space.plan)
    begun.push(asked ? await changeSpace(space, run) : unchanged(space))
  }
  return begun
}

async function changeSpace(space: Planned, run: DeviceRun): Promise<Begun> {
  const { request, plan } = space
  const skipped = (): string | undefined => run.skipReason(space)
  const reason = skipped()
  if (reason !== undefined) return unchanged(space, reason)
  if (changesOf(plan).length === 0) return saveSpace(space, run)
  const changed = await run.turns.writing(() => change(request, plan, run.fleet.save, skipped, run.ports))
  const end = proveSpace(space, changed, run).then((proof) => ({
    request,
    outcome: appliedOutcome(plan, changed, proof, space.settled, space.roundTrips),
  }))
  return { end }
}

/** A space of which every target is as asked already, and not all of it is saved. */
async function saveSpace({ request, plan, settled, roundTrips }: Planned, run: DeviceRun): Promise<Begun> {
  const saved = await run.turns.writing(() => saveStanding(request, plan, run.fleet.save, run.ports))
  const roundTripsBy = { survey: roundTrips, change: saved.roundTrips, secondLogin: 0, proof: 0 }
  const outcome = plannedOutcome(plan, settled, {
    ...saved,
    roundTrips: roundTrips + saved.roundTrips,
    roundTripsBy,
  })
  return { end: Promise.resolve({ request, outcome }) }
}

function proveSpace(
  { request, plan }: Planned,
  changed: ChangeOutcome,
  run: DeviceRun,
): Promise<ProveOutcome> {
  const targets = changesOf(plan).filter((target) => changed.targets.get(target.name)?.kind === 'changed')
  return prove({
    request,
    plan,
    targets,
    changed,
    settings: run.fleet.proof,
    ports: run.ports,
    turns: run.clears,
    spaceTurns: run.turns,
    signal: run.fleet.signal,
    onStop: run.stop,
  })
}

function unchanged(space: Planned | SpaceOutcome, reason?: string): Begun {
  if ('outcome' in space) return { end: Promise.resolve(space) }
  const { request, plan, roundTrips } = space
  const results = new Map(space.settled)
  for (const target of [...changesOf(plan), ...savesOf(plan)]) {
    const why = reason === undefined ? {} : { reason }
    results.set(target.name, { status: 'skipped', sent: false, after: target.state.before, ...why })
  }
  return { end: Promise.resolve({ request, outcome: plannedOutcome(plan, results, { roundTrips }) }) }
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

export { eachDevice, plansOf, surveyAll }
