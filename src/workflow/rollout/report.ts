import type { DeviceOutcome } from '../../model/outcome.ts'
import type { RolloutReport, RolloutStop, WaveReport } from '../../model/rollout.ts'
import type { Stop } from './rollout.ts'
import type { Wave, WaveDevice } from './waves.ts'

/** What a rollout came to, from the outcomes of its devices; undefined where nothing was to be changed. */
export function rolloutReport(
  waves: readonly Wave[],
  devices: readonly WaveDevice[],
  outcomes: readonly DeviceOutcome[],
  stop: Stop | undefined,
): RolloutReport | undefined {
  // Reading itself was stopped: these devices are in no wave, and were not begun either.
  const inWave = new Set(devices.map(({ host }) => host))
  const unread = outcomes.filter(({ host, reason }) => reason !== undefined && !inWave.has(host)).length
  if (waves.length === 0 && (stop === undefined || unread === 0)) return undefined
  const byHost = new Map(outcomes.map((outcome) => [outcome.host, outcome]))
  const left = (host: string): boolean => isLeft(byHost.get(host))
  const told = waves.map(
    ({ canary, hosts }): WaveReport => ({ canary, hosts, begun: hosts.some((host) => !left(host)) }),
  )
  const notBegun = unread + devices.filter(({ host }) => left(host)).length
  if (stop === undefined || notBegun === 0) return { waves: told }
  return { waves: told, stopped: { ...stopped(stop, devices, outcomes, left), notBegun } }
}

/** Nothing was begun on the whole device. */
function isLeft(outcome: DeviceOutcome | undefined): boolean {
  if (outcome === undefined) return true
  return outcome.targets.some(({ status }) => status === 'skipped') && !isChanged(outcome)
}

function isChanged({ targets }: DeviceOutcome): boolean {
  return targets.some(({ sent }) => sent)
}

function stopped(
  { reason, next }: Stop,
  devices: readonly WaveDevice[],
  outcomes: readonly DeviceOutcome[],
  left: (host: string) => boolean,
): Omit<RolloutStop, 'notBegun'> {
  const changed = new Set(outcomes.filter(isChanged).map(({ host }) => host))
  return {
    reason,
    changed: changed.size,
    split: splitGroups(devices, changed, left),
    next,
  }
}

/** Groups of `apart` of which some members were changed and others were not begun: that is told first. */
function splitGroups(
  devices: readonly WaveDevice[],
  changed: ReadonlySet<string>,
  left: (host: string) => boolean,
): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const { host, apart } of devices)
    for (const group of apart) groups.set(group, [...(groups.get(group) ?? []), host])
  return [...groups].flatMap(([group, hosts]) => {
    const done = hosts.filter((host) => changed.has(host))
    const open = hosts.filter(left)
    if (done.length === 0 || open.length === 0) return []
    return [`${group}: ${done.join(', ')} begun, ${open.join(', ')} not`]
  })
}
