import pLimit from 'p-limit'
import type { DeviceOutcome } from '../model/outcome.ts'
import { changesOf, isToWrite, savesOf } from '../model/plan.ts'
import { type ChangeOutcome, change } from './change.ts'
import type { ClearTurns } from './clear-turns.ts'
import { finishDevice } from './finish-device.ts'
import type { FleetRequest } from './fleet-request.ts'
import { byDevice, joinSpaces, type SpaceOutcome } from './join-spaces.ts'
import { appliedOutcome, plannedOutcome } from './outcome.ts'
import type { Planned } from './planned.ts'
import type { Ports } from './ports.ts'
import { type ProveOutcome, prove } from './prove.ts'
import { saveStanding } from './save-standing.ts'
import { type DeviceTurns, deviceTurns } from './turns.ts'

/** Changes and proves every device that is to be changed; `refusal`: why none of them is. */
export async function changeAll(
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
      return finishDevice(joinSpaces([home, ...contexts]), ports)
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
