import { printable } from '../kernel/printable.ts'
import type { SaReading } from '../model/facts.ts'
import type { DeviceIdentity } from '../model/identity.ts'
import {
  type ContextName,
  type DeviceName,
  isSequence,
  type PlatformId,
  parseContextName,
  parseDeviceName,
  parseMapName,
  parseProfileName,
  platformIds,
} from '../model/ids.ts'
import { contextOf, type Target, targetName } from '../model/intent.ts'
import type { TargetChange, TargetValue } from '../model/plan.ts'
import { pushesOf, type RecordedPush, type RecordedTarget } from '../model/recorded-push.ts'
import type { RunStep } from '../model/run-view.ts'
import { driverFor } from '../platform/registry.ts'

/** One target that a run changed, with names and values that were checked and lines that were not yet. */
export interface RecordedChange {
  readonly kind: 'change'
  readonly name: string
  readonly target: Target
  readonly before: TargetValue
  /** The value that the run gave it. */
  readonly set: TargetValue
  /** What the run sent, and its way back, as recorded. */
  readonly lines: readonly string[]
  readonly revert: readonly string[]
}

/** A target of which the record cannot be believed: nothing is sent for it. */
export interface RefusedRecord {
  readonly kind: 'refused'
  /** As recorded: foreign text. */
  readonly name: string
  readonly why: string
}

/** What a run changed on one device, or in one context of it. */
export interface RecordedSpace {
  readonly host: DeviceName
  readonly context?: ContextName
  readonly identity?: DeviceIdentity
  readonly saved: RecordedPush['saved']
  /** The SAs before the run's first line. */
  readonly readingBefore: SaReading
  readonly targets: readonly (RecordedChange | RefusedRecord)[]
}

/**
 * What a run changed and has not itself taken back, by its journal's steps, cut off or not. A journal may have
 * come from anywhere: names pass the grammars of names that reach a device, and what does not is refused by name.
 *
 * @returns the spaces in the order of the run; `odd`: devices and contexts that no record of ikero's can name
 */
export function recordedSpaces(steps: readonly RunStep[]): {
  readonly spaces: readonly RecordedSpace[]
  readonly odd: readonly string[]
} {
  const spaces = new Map<string, RecordedSpace>()
  const odd: string[] = []
  for (const push of pushesOf(steps)) {
    const targets = push.targets.filter(isToTakeBack)
    if (targets.length === 0) continue
    const space = spaceOf(push, targets)
    if (space === undefined) {
      odd.push(push.context === undefined ? push.host : `${push.host}/${push.context}`)
      continue
    }
    const key = JSON.stringify([space.host, space.context])
    const earlier = spaces.get(key)
    spaces.set(key, earlier === undefined ? space : together(earlier, space))
  }
  return { spaces: [...spaces.values()], odd }
}

/** Something was sent for it, and the run did not see it back as it was before. */
function isToTakeBack({ intent, lines, outcome, readBack }: RecordedTarget): boolean {
  if (!lines.some((line) => line.purpose === 'change')) return false
  return !(outcome === 'rolled-back' && readBack === intent.before)
}

function spaceOf(push: RecordedPush, targets: readonly RecordedTarget[]): RecordedSpace | undefined {
  const host = parseDeviceName(push.host)
  const context = push.context === undefined ? undefined : parseContextName(push.context)
  if (host === undefined || (push.context !== undefined && context === undefined)) return undefined
  const { identity, readingBefore } = push.intent
  return {
    host,
    saved: push.saved,
    readingBefore,
    targets: targets.map((target) => checked(target.intent, context)),
    ...(context === undefined ? {} : { context }),
    ...(identity === undefined ? {} : { identity }),
  }
}

/** A run pushes to a space once; of a record that says otherwise, the last word on each target counts. */
function together(earlier: RecordedSpace, later: RecordedSpace): RecordedSpace {
  const names = new Set(later.targets.map((target) => target.name))
  const saved = (['yes', 'maybe', 'no'] as const).find((one) => [earlier.saved, later.saved].includes(one))
  return {
    ...later,
    saved: saved ?? 'no',
    readingBefore: earlier.readingBefore,
    targets: [...earlier.targets.filter((target) => !names.has(target.name)), ...later.targets],
  }
}

const values: readonly TargetValue[] = ['responder-only', 'answer-only', 'bidirectional', 'originate-only']

/** A value that a run can have set, or found: what is absent cannot be set, and is never changed. */
function settable(text: string): TargetValue | undefined {
  return values.find((value) => value === text)
}

function checked(
  intent: RecordedTarget['intent'],
  context: ContextName | undefined,
): RecordedChange | RefusedRecord {
  const { name, lines, revert } = intent
  const refused = (why: string): RefusedRecord => ({ kind: 'refused', name, why })
  if (intent.target === undefined || intent.wanted === undefined)
    return refused('its record is of an older version, and does not say what the target is')
  const target = targetOf(intent.target)
  if (target === undefined || targetName(target) !== name || contextOf(target) !== context)
    return refused('the recorded target is none that its name stands for')
  const before = settable(intent.before)
  const set = settable(intent.wanted)
  if (before === undefined || set === undefined || before === set)
    return refused(`no run changes ${printable(intent.before)} to ${printable(intent.wanted)}`)
  const change = { kind: 'change', name, target, before, set, lines, revert } as const
  if (platformIds.some((platform) => stepsOf(change, platform) !== undefined)) return change
  return refused('its recorded lines are not those that ikero writes for this target and value')
}

/** The same target, every name of it through its grammar. */
function targetOf(recorded: NonNullable<RecordedTarget['intent']['target']>): Target | undefined {
  if (recorded.kind === 'ipsec-profile') {
    const profile = parseProfileName(recorded.profile)
    return profile === undefined ? undefined : { kind: 'ipsec-profile', profile }
  }
  const map = parseMapName(recorded.map)
  if (map === undefined || !isSequence(recorded.seq)) return undefined
  const { seq } = recorded
  if (recorded.context === undefined) return { kind: 'crypto-map-entry', map, seq }
  const context = parseContextName(recorded.context)
  return context === undefined ? undefined : { kind: 'crypto-map-entry', map, seq, context }
}

/**
 * The run's lines and its way back as steps that may be sent; undefined where the recorded texts are not
 * exactly what this platform writes for the target and the two values.
 */
export function stepsOf(change: RecordedChange, platform: PlatformId): TargetChange | undefined {
  const driver = driverFor(platform)
  if (driver.access === 'read-only') return undefined
  const { target, before, set } = change
  const lines = driver.recorded(target, set, change.lines)
  const revert = driver.recorded(target, before, change.revert)
  return lines === undefined || revert === undefined ? undefined : { lines, revert }
}

/** The way back of a change, for a console; which platform it is does not show in the lines. */
export function revertLines(change: RecordedChange): readonly string[] {
  return platformIds.some((platform) => stepsOf(change, platform) !== undefined) ? change.revert : []
}
