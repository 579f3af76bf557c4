import type { DeviceRequest } from '../model/device-request.ts'
import type { Finding } from '../model/finding.ts'
import { contextOf } from '../model/intent.ts'
import {
  type DeviceError,
  type DeviceOutcome,
  type RoundTrips,
  type TargetOutcome,
  worst,
} from '../model/outcome.ts'
import { unreadTarget } from './outcome.ts'

/** What became of one space of a device. */
export interface SpaceOutcome {
  readonly request: DeviceRequest
  readonly outcome: DeviceOutcome
}

type Spaces<T> = readonly [T, ...T[]]

/** The spaces of each device together, in the order of the run; that where the login leads comes first. */
export function byDevice<T extends { readonly request: DeviceRequest }>(
  spaces: readonly T[],
): readonly Spaces<T>[] {
  const devices = new Map<string, [T, ...T[]]>()
  for (const space of spaces) {
    const { name } = space.request.host
    const device = devices.get(name)
    if (device === undefined) devices.set(name, [space])
    else device.push(space)
  }
  return [...devices.values()]
}

/** One outcome for a device: its worst status, and everything of all its spaces. */
export function joinSpaces(spaces: Spaces<SpaceOutcome>): DeviceOutcome {
  const [home, ...contexts] = spaces
  const targets = [...spaces.flatMap(({ outcome }) => outcome.targets), ...leftOut(home)]
  if (contexts.length === 0) return { ...home.outcome, targets }
  const outcomes = spaces.map(({ outcome }) => outcome)
  const { host, platform, software } = home.outcome
  const error = errorIn(spaces)
  const covered = coverageIn(spaces)
  return {
    host,
    platform,
    ...(software === undefined ? {} : { software }),
    status: worst(outcomes.map(({ status }) => status)),
    saved:
      (['no', 'yes'] as const).find((one) => outcomes.some(({ saved }) => saved === one)) ?? 'not-needed',
    ...foreignIn(outcomes),
    findings: findingsIn(spaces),
    targets,
    change: {
      lines: outcomes.flatMap(({ change }) => change.lines),
      revert: outcomes.flatMap(({ change }) => change.revert),
      clears: outcomes.flatMap(({ change }) => change.clears),
      ...interruptionIn(outcomes),
    },
    spaces: spaces.map(({ request: { context }, outcome: { change } }) => ({
      lines: change.lines,
      revert: change.revert,
      clears: change.clears,
      ...(context === undefined ? {} : { context }),
    })),
    roles: outcomes.flatMap(({ roles }) => roles),
    ...(covered === '' ? {} : { coverageText: covered }),
    roundTrips: outcomes.reduce((total, { roundTrips }) => total + roundTrips, 0),
    roundTripsBy: roundTripsIn(outcomes),
    ...(error === undefined ? {} : { error }),
  }
}

function roundTripsIn(outcomes: readonly DeviceOutcome[]): RoundTrips {
  const sum = (step: keyof RoundTrips): number =>
    outcomes.reduce((total, { roundTripsBy }) => total + (roundTripsBy?.[step] ?? 0), 0)
  return {
    survey: sum('survey'),
    change: sum('change'),
    secondLogin: sum('secondLogin'),
    proof: sum('proof'),
  }
}

function foreignIn(outcomes: readonly DeviceOutcome[]): Pick<DeviceOutcome, 'foreignUnsaved'> {
  const counts = outcomes.flatMap(({ foreignUnsaved }) => foreignUnsaved ?? [])
  return counts.length === 0 ? {} : { foreignUnsaved: counts.reduce((total, one) => total + one, 0) }
}

function interruptionIn(outcomes: readonly DeviceOutcome[]): Pick<DeviceOutcome['change'], 'interruption'> {
  const planned = outcomes.flatMap(({ change }) => change.interruption ?? [])
  if (planned.length === 0) return {}
  const peers = planned.reduce((total, one) => total + one.peers, 0)
  const atMostSecondsEach = Math.max(...planned.map((one) => one.atMostSecondsEach))
  return { interruption: { peers, atMostSecondsEach } }
}

/** Targets of contexts that were not entered: the device's finding refuses them, and they are told by name. */
function leftOut({ request, outcome }: SpaceOutcome): readonly TargetOutcome[] {
  const told = new Set(outcome.targets.map(({ name }) => name))
  return request.intent.targets
    .filter((target) => contextOf(target) !== undefined)
    .flatMap((target) => unreadTarget(target, 'blocked'))
    .filter(({ name }) => !told.has(name))
}

/** Findings about the device are told once; those of a context are told as such. */
function findingsIn(spaces: Spaces<SpaceOutcome>): readonly Finding[] {
  const keyOf = ({ code, message, target }: Finding): string => JSON.stringify([code, message, target])
  const everywhere = new Map<string, number>()
  for (const { outcome } of spaces)
    for (const key of new Set(outcome.findings.map(keyOf)))
      everywhere.set(key, (everywhere.get(key) ?? 0) + 1)
  const told = new Map<string, Finding>()
  for (const { request, outcome } of spaces) {
    for (const finding of outcome.findings) {
      const all = everywhere.get(keyOf(finding)) === spaces.length
      const named = all || finding.target !== undefined ? finding : inContext(finding, request)
      told.set(keyOf(named), told.get(keyOf(named)) ?? named)
    }
  }
  return [...told.values()]
}

function inContext<T extends { readonly message: string }>(about: T, { context }: DeviceRequest): T {
  if (context === undefined) return about
  const named = [`context ${context}`, `${context}:`].some((text) => about.message.includes(text))
  if (named) return about
  return { ...about, message: `context ${context}: ${about.message}` }
}

/** That of the worst space, with its name. */
function errorIn(spaces: Spaces<SpaceOutcome>): DeviceError | undefined {
  const failed = spaces.filter(({ outcome }) => outcome.error !== undefined)
  const status = worst(failed.map(({ outcome }) => outcome.status))
  const first = failed.find(({ outcome }) => outcome.status === status) ?? failed[0]
  return first?.outcome.error === undefined ? undefined : inContext(first.outcome.error, first.request)
}

function coverageIn(spaces: Spaces<SpaceOutcome>): string {
  return spaces
    .flatMap(({ request: { context }, outcome: { coverageText } }) => {
      if (coverageText === undefined) return []
      return [context === undefined ? coverageText : `${context}: ${coverageText}`]
    })
    .join('; ')
}
