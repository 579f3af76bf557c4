import type { DeviceRequest } from '../model/device-request.ts'
import type { Status } from '../model/outcome.ts'
import { changesOf, clearsOf, isToWrite, savesOf } from '../model/plan.ts'
import { type ChangeOutcome, change } from './change.ts'
import type { ClearTurns } from './clear-turns.ts'
import type { FleetRequest } from './fleet-request.ts'
import type { SpaceOutcome } from './join-spaces.ts'
import { appliedOutcome, changedResult, plannedOutcome } from './outcome.ts'
import type { Planned } from './planned.ts'
import type { Ports } from './ports.ts'
import { type Look, type ProveOutcome, prove } from './prove.ts'
import { DropWatch } from './rollout/drops.ts'
import { saveProven } from './save-proven.ts'
import { saveStanding } from './save-standing.ts'
import { type DeviceTurns, deviceTurns } from './turns.ts'

/** What the devices of a run share while they are changed and proven. */
export interface ChangeRun {
  readonly fleet: FleetRequest
  readonly ports: Ports
  readonly clears: ClearTurns
  /** Why nothing is begun in a space any more. */
  readonly skipReason: (space: Planned) => string | undefined
  /** No further space of any device is begun. */
  readonly stop: (why: string) => void
  /** What became of a device's targets by the change step alone. */
  readonly count: (host: string, status: Status) => void
}

/** How a device goes into its wave. */
export interface WavePlace {
  readonly canary: boolean
  /** Others wait until it is alive: proof goes on until that can be told. */
  readonly awaited: boolean
}

/** What the spaces of one device share. */
interface DeviceRun extends ChangeRun {
  readonly turns: DeviceTurns
  readonly place: WavePlace
}

/** A space whose change is over, and what is still to come. */
export interface Begun {
  /** Resolves with true when it is alive or verified; with false when its proof ended before. */
  readonly alive: Promise<boolean>
  readonly end: Promise<SpaceOutcome>
}

/** Every peer is there, and has been for so long after the push: the next wave may begin. */
const aliveAfterMs = 60_000

/** Changes the spaces of one device one after the other; each is being proven while the next is changed. */
export async function changeInTurn(
  spaces: readonly (Planned | SpaceOutcome)[],
  run: ChangeRun,
  place: WavePlace,
): Promise<readonly Begun[]> {
  const device: DeviceRun = { ...run, place, turns: deviceTurns() }
  const begun: Begun[] = []
  for (const space of spaces) {
    const asked = 'plan' in space && isToWrite(space.plan)
    begun.push(asked ? await changeSpace(space, device) : unchanged(space))
  }
  return begun
}

async function changeSpace(space: Planned, run: DeviceRun): Promise<Begun> {
  const { request, plan } = space
  const skipped = (): string | undefined => run.skipReason(space)
  const reason = skipped()
  if (reason !== undefined) return unchanged(space, reason)
  if (changesOf(plan).length === 0) return saveSpace(space, run)
  const { save, proof } = run.fleet
  // With proof required, startup gets nothing before the proof.
  const saveNow = proof.require === true ? 'never' : save
  const changed = await run.turns.writing(() => change(request, plan, saveNow, skipped, run.ports))
  for (const target of changed.targets.values())
    if (target.kind !== 'changed') run.count(request.host.name, changedResult(target, undefined).status)
  const { proof: proven, alive } = proveSpace(space, changed, run)
  const end = proven.then(async (outcome) => {
    const kept = proof.require === true ? await saveProven(space, changed, outcome, run) : changed
    return {
      request,
      outcome: appliedOutcome(plan, kept, outcome, space.settled, space.roundTrips),
    }
  })
  return { alive, end }
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
  return over({ request, outcome })
}

function proveSpace(
  { request, plan }: Planned,
  changed: ChangeOutcome,
  run: DeviceRun,
): { readonly proof: Promise<ProveOutcome>; readonly alive: Promise<boolean> } {
  const targets = changesOf(plan).filter((target) => changed.targets.get(target.name)?.kind === 'changed')
  const drops = run.place.canary ? dropWatch(request, plan, changed, run) : undefined
  let tellAlive: (alive: boolean) => void = () => undefined
  const seenAlive = new Promise<boolean>((resolve) => {
    tellAlive = resolve
  })
  const proof = prove({
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
    onLook: (look) => {
      drops?.look(look)
      if (isAlive(look)) tellAlive(true)
    },
    ...(run.place.awaited ? { atLeastMs: aliveAfterMs } : {}),
  }).then((outcome) => ({ ...outcome, findings: [...outcome.findings, ...(drops?.findings ?? [])] }))
  return { proof, alive: Promise.race([seenAlive, proof.then(() => false)]) }
}

function dropWatch(
  { host }: DeviceRequest,
  plan: Planned['plan'],
  { readingBefore }: ChangeOutcome,
  run: DeviceRun,
): DropWatch | undefined {
  if (readingBefore === undefined) return undefined
  const cleared = run.clears.stopped === undefined ? clearsOf(plan).map(({ peer }) => peer) : []
  return new DropWatch({ plan, before: readingBefore, cleared }, (what) => run.stop(`${host.name}: ${what}`))
}

function isAlive({ verdict, readAtMs, failed, wrong }: Look): boolean {
  if (failed || wrong) return false
  if (verdict.targets.every((target) => target.verdict === 'verified')) return true
  return readAtMs >= aliveAfterMs && verdict.targets.every(({ missing }) => missing.length === 0)
}

/** A space in which nothing is begun; `reason`: although something was to be. */
export function unchanged(space: Planned | SpaceOutcome, reason?: string): Begun {
  if ('outcome' in space) return over(space)
  const { request, plan, roundTrips } = space
  const results = new Map(space.settled)
  for (const target of [...changesOf(plan), ...savesOf(plan)]) {
    const why = reason === undefined ? {} : { reason }
    results.set(target.name, { status: 'skipped', sent: false, after: target.state.before, ...why })
  }
  return over({ request, outcome: plannedOutcome(plan, results, { roundTrips }) })
}

function over(outcome: SpaceOutcome): Begun {
  return { alive: Promise.resolve(true), end: Promise.resolve(outcome) }
}
