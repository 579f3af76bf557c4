import pLimit, { type LimitFunction } from 'p-limit'
import { untilAborted } from '../kernel/run-signal.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import { isToWrite } from '../model/plan.ts'
import type { Canary, RolloutReport } from '../model/rollout.ts'
import { type ChangeRun, changeInTurn, unchanged, type WavePlace } from './change-device.ts'
import type { ClearTurns } from './clear-turns.ts'
import { finishDevice } from './finish-device.ts'
import type { FleetRequest } from './fleet-request.ts'
import { byDevice, joinSpaces, type SpaceOutcome } from './join-spaces.ts'
import type { Planned } from './planned.ts'
import type { Ports } from './ports.ts'
import { canaryFault } from './rollout/canary.ts'
import { rolloutReport } from './rollout/report.ts'
import type { Rollout } from './rollout/rollout.ts'
import { waveDevice } from './rollout/wave-devices.ts'
import { type Wave, wavesOf } from './rollout/waves.ts'

/** What decides whether anything may be begun. */
export interface ChangeControl {
  /** Why no device is changed at all. */
  readonly refusal: string | undefined
  readonly clears: ClearTurns
  readonly rollout: Rollout
  /** Who goes first, earlier runs taken into account. */
  readonly canary: Canary
}

export interface ChangedAll {
  readonly devices: readonly DeviceOutcome[]
  readonly rollout?: RolloutReport
}

type Spaces = readonly [Planned | SpaceOutcome, ...(Planned | SpaceOutcome)[]]

/** A device that was begun, or skipped. */
interface Started {
  readonly host: string
  /** Resolves with true when it is alive or verified; with false when it ended before. */
  readonly alive: Promise<boolean>
  readonly end: Promise<DeviceOutcome>
  /** The same as it was put on record and told. */
  readonly told: Promise<DeviceOutcome>
}

/**
 * Changes and proves every device that is to be changed, wave by wave; the proof of one wave goes on beside the
 * next. What is only to be saved waits for no wave.
 */
export async function changeAll(
  request: FleetRequest,
  spacesOfAll: readonly (Planned | SpaceOutcome)[],
  control: ChangeControl,
  ports: Ports,
): Promise<ChangedAll> {
  const { rollout } = control
  const limit = pLimit({ concurrency: request.concurrency, rejectOnClear: true })
  const run = changeRun(request, control, ports)
  const devices = byDevice(spacesOfAll)
  const { settings } = rollout.rules
  const changing = devices.flatMap((spaces) => waveDevice(spaces, settings.apart) ?? [])
  rollout.begin(changing.length)
  const waves = wavesOf(changing, { canary: control.canary, wave: settings.wave })
  const started = new Map<string, Started>()
  const inWave = new Set(changing.map(({ host }) => host))
  const start = (spaces: Spaces, place: WavePlace): Started => {
    const one = startDevice(spaces, place, { run, rollout, limit })
    started.set(one.host, one)
    return one
  }
  const spacesOf = new Map<string, Spaces>(devices.map((spaces) => [spaces[0].request.host.name, spaces]))
  for (const spaces of devices)
    if (!inWave.has(spaces[0].request.host.name)) start(spaces, { canary: false, awaited: false })
  await inWaves(waves, control, {
    request,
    ports,
    start: (host, place) => {
      const spaces = spacesOf.get(host)
      if (spaces === undefined) throw new Error('a wave with a device that is not in the run')
      return start(spaces, place)
    },
  })
  const all = devices.map((spaces) => {
    const one = started.get(spaces[0].request.host.name)
    if (one === undefined) throw new Error('a device in no wave')
    return one
  })
  const outcomes = await Promise.all(all.map(({ end }) => end))
  const told = await Promise.all(all.map((one) => one.told))
  const report =
    control.refusal === undefined || rollout.stopped !== undefined
      ? rolloutReport(waves, changing, outcomes, rollout.stopped)
      : undefined
  return { devices: told, ...(report === undefined ? {} : { rollout: report }) }
}

function changeRun(
  fleet: FleetRequest,
  { refusal, clears, rollout }: ChangeControl,
  ports: Ports,
): ChangeRun {
  return {
    fleet,
    ports,
    clears,
    count: (host, status) => rollout.count(host, status),
    stop: (why) => {
      rollout.stop(why)
      clears.stop(`the run was stopped: ${why}`)
    },
    skipReason: (space) => {
      const what = space.request.context === undefined ? 'device' : 'context'
      if (refusal !== undefined) return refusal
      const { stopped } = rollout
      if (stopped !== undefined) return `the run was stopped before this ${what} was begun: ${stopped.reason}`
      return fleet.signal.aborted ? `the run was interrupted before this ${what} was begun` : undefined
    },
  }
}

function startDevice(
  spaces: Spaces,
  place: WavePlace,
  {
    run,
    rollout,
    limit,
  }: { readonly run: ChangeRun; readonly rollout: Rollout; readonly limit: LimitFunction },
): Started {
  const host = spaces[0].request.host.name
  const toWrite = spaces.some((one) => 'plan' in one && isToWrite(one.plan))
  const begun = toWrite
    ? limit(() => {
        const writing = spaces.flatMap((one) => ('plan' in one && isToWrite(one.plan) ? [one.request] : []))
        rollout.stopIfLate(writing)
        return changeInTurn(spaces, run, place)
      })
    : Promise.resolve(spaces.map((one) => unchanged(one)))
  const end = begun.then(async (all) => {
    const [home, ...contexts] = await Promise.all(all.map((one) => one.end))
    if (home === undefined) throw new Error('a device without a space')
    const outcome = joinSpaces([home, ...contexts])
    if (toWrite) rollout.count(host, outcome.status)
    return outcome
  })
  const { asTold = (outcome: DeviceOutcome) => outcome } = run.fleet
  const told = end.then((outcome) => finishDevice(asTold(outcome), run.ports))
  const alive = begun.then(async (all) =>
    (await Promise.all(all.map((one) => one.alive))).every((one) => one),
  )
  return { host, alive, end, told }
}

interface WaveRun {
  readonly request: FleetRequest
  readonly ports: Ports
  readonly start: (host: string, place: WavePlace) => Started
}

/** Begins one wave after the other; after a stop the rest is begun at once, and each device is skipped. */
async function inWaves(
  waves: readonly Wave[],
  { refusal, rollout }: ChangeControl,
  { request, ports, start }: WaveRun,
): Promise<void> {
  const canaries: Started[] = []
  const interrupted = untilAborted(request.signal)
  const over = (): boolean => refusal !== undefined || rollout.stopped !== undefined || request.signal.aborted
  for (const [nth, { canary, hosts }] of waves.entries()) {
    const last = nth === waves.length - 1
    const needs = canary ? rollout.rules.settings.canaryNeeds : 'alive'
    const awaits = last ? {} : { awaits: needs }
    if (!over())
      ports.emit({ kind: 'wave-started', wave: nth + 1, of: waves.length, canary, hosts, ...awaits })
    const wave = hosts.map((host) => start(host, { canary, awaited: !last }))
    if (canary) canaries.push(...wave)
    if (last || over()) continue
    await Promise.race([ready(wave, needs), rollout.whenStopped, interrupted])
    if (!canary || over() || waves[nth + 1]?.canary === true) continue
    const alive = new Set<string>()
    for (const one of canaries) if (await settledAlive(one)) alive.add(one.host)
    const ended = needs === 'alive' ? canaries.filter(({ host }) => !alive.has(host)) : canaries
    const fault = canaryFault(await Promise.all(ended.map(({ end }) => end)), alive, needs, rollout.again)
    if (fault !== undefined) rollout.stop(fault.reason, fault.next)
  }
}

async function ready(wave: readonly Started[], needs: 'alive' | 'verified'): Promise<void> {
  await Promise.all(wave.map((one): Promise<unknown> => (needs === 'verified' ? one.end : aliveOrOver(one))))
}

/** A device that is not alive is waited for to its end: only then it is known what became of it. */
async function aliveOrOver({ alive, end }: Started): Promise<void> {
  if (!(await alive)) await end
}

async function settledAlive({ alive }: Started): Promise<boolean> {
  return alive
}
