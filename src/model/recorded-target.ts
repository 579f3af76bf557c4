import { isSequence, parseContextName, parseMapName, parseProfileName } from './ids.ts'
import { contextOf, type Target, targetName } from './intent.ts'
import type { TargetValue } from './plan.ts'
import type { PushIntent } from './record.ts'

/** A target as a push recorded it, after every name of it has passed the grammar of what may reach a device. */
export interface KnownTarget {
  readonly name: string
  readonly target: Target
  readonly before: TargetValue
  readonly wanted: TargetValue
}

const values: readonly TargetValue[] = [
  'responder-only',
  'answer-only',
  'bidirectional',
  'originate-only',
  'absent',
]

/**
 * Undefined for a record that holds no target, or one that no run of ikero writes: a journal may have been
 * written by anybody.
 */
export function knownTarget(
  recorded: PushIntent['targets'][number],
  context: string | undefined,
): KnownTarget | undefined {
  const target = parsed(recorded.target)
  const before = values.find((value) => value === recorded.before)
  const wanted = values.find((value) => value === recorded.wanted)
  if (target === undefined || before === undefined || wanted === undefined) return undefined
  if (targetName(target) !== recorded.name || contextOf(target) !== context || before === wanted)
    return undefined
  return { name: recorded.name, target, before, wanted }
}

function parsed(target: Target | undefined): Target | undefined {
  if (target === undefined) return undefined
  if (target.kind === 'ipsec-profile') {
    const profile = parseProfileName(target.profile)
    return profile === undefined ? undefined : { kind: 'ipsec-profile', profile }
  }
  const map = parseMapName(target.map)
  if (map === undefined || !isSequence(target.seq)) return undefined
  if (target.context === undefined) return { kind: 'crypto-map-entry', map, seq: target.seq }
  const context = parseContextName(target.context)
  return context === undefined ? undefined : { kind: 'crypto-map-entry', map, seq: target.seq, context }
}
