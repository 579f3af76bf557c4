import { contextOf, type TargetIntent, targetName } from '../model/intent.ts'
import type { Status } from '../model/outcome.ts'
import { pushesOf, type RecordedPush, type RecordedTarget } from '../model/recorded-push.ts'
import { type KnownTarget, knownTarget } from '../model/recorded-target.ts'
import type { RunStep } from '../model/run-view.ts'
import { standbyReason } from './decide.ts'

/** A target of a push of which the run's journal does not say how it ended. */
export interface UnfinishedTarget {
  readonly name: string
  readonly recorded: RecordedTarget
  readonly known: KnownTarget
}

/** One push of one space of a device, with what of it is unfinished. */
export interface UnfinishedPush {
  readonly host: string
  readonly context?: string
  readonly push: RecordedPush
  readonly targets: readonly UnfinishedTarget[]
  /** Names of further ones whose record holds no target that a run of this version writes. */
  readonly unusable: readonly string[]
}

/**
 * What a resumed run and the runs that resumed it did, as one story. `later`: what only tells that a resume
 * could not go on, or what it read before it did anything, says nothing of how the push ended.
 */
export function storyOf(
  first: readonly RunStep[],
  later: readonly (readonly RunStep[])[],
): readonly RunStep[] {
  return [...first, ...later.flatMap(ofResume)]
}

const endings: readonly Status[] = ['verified', 'unproven', 'rolled-back', 'failed', 'compliant', 'unknown']

function ofResume(steps: readonly RunStep[]): readonly RunStep[] {
  const pushed = new Set<string>()
  return steps.filter(({ entry }) => {
    if (entry.kind === 'push-intent')
      for (const { name } of entry.targets) pushed.add(JSON.stringify([entry.host, name]))
    if (entry.kind === 'outcome' || entry.kind === 'device-outcome') return endings.includes(entry.status)
    return entry.kind !== 'read-back' || pushed.has(JSON.stringify([entry.host, entry.target]))
  })
}

/** The pushes with a target that has no end on record, or one that nobody knew. */
export function unfinishedPushes(story: readonly RunStep[]): readonly UnfinishedPush[] {
  const pushes = pushesOf(story)
  const last = new Map(
    pushes.flatMap((push) =>
      push.targets.map(({ intent }) => [JSON.stringify([push.host, intent.name]), push] as const),
    ),
  )
  return pushes.flatMap((push) => {
    const targets = push.targets.filter(
      ({ intent, outcome }) => isOpen(outcome) && last.get(JSON.stringify([push.host, intent.name])) === push,
    )
    if (targets.length === 0) return []
    const { host, context } = push
    return [
      {
        host,
        push,
        ...(context === undefined ? {} : { context }),
        targets: targets.flatMap((recorded) => {
          const known = knownTarget(recorded.intent, context)
          return known === undefined ? [] : [{ name: known.name, recorded, known }]
        }),
        unusable: targets
          .filter(({ intent }) => knownTarget(intent, context) === undefined)
          .map(({ intent }) => intent.name),
      },
    ]
  })
}

function isOpen(outcome: Status | undefined): boolean {
  return outcome === undefined || outcome === 'unknown' || outcome === 'skipped'
}

/** Hosts of a run on which nothing was begun: no push, and no end, or one that says so. */
export function neverBegun(hosts: readonly string[], story: readonly RunStep[]): readonly string[] {
  const byHost = new Map<string, RunStep[]>()
  for (const step of story) {
    if (!('host' in step.entry)) continue
    const { host } = step.entry
    const about = byHost.get(host)
    if (about === undefined) byHost.set(host, [step])
    else about.push(step)
  }
  return hosts.filter((host) => {
    const about = byHost.get(host) ?? []
    if (about.some(({ entry }) => entry.kind === 'push-intent' || entry.kind === 'line-sending')) return false
    const end = about.findLast(({ entry }) => entry.kind === 'device-outcome')?.entry
    if (end?.kind !== 'device-outcome') return true
    const leftToMate = about.some(
      ({ entry }) => entry.kind === 'outcome' && entry.reason?.startsWith(standbyReason) === true,
    )
    return (end.status === 'skipped' || end.status === 'unreachable') && !leftToMate
  })
}

/** What a playbook asks of a device in spaces that were not begun, while others of it were. */
export function besides(
  targets: readonly TargetIntent[],
  host: string,
  story: readonly RunStep[],
): readonly TargetIntent[] {
  const about = story.filter(({ entry }) => 'host' in entry && entry.host === host)
  const pushed = about.flatMap(({ entry }) => (entry.kind === 'push-intent' ? [entry.context] : []))
  const ended = about.some(({ entry }) => entry.kind === 'device-outcome')
  const skipped = (target: TargetIntent): boolean =>
    'seq' in target &&
    about.some(
      ({ entry }) =>
        entry.kind === 'outcome' && entry.target === targetName(target) && entry.status === 'skipped',
    )
  return targets.filter((target) => !pushed.includes(contextOf(target)) && (!ended || skipped(target)))
}

/** Hosts that lines were sent to under no record of a push that can be read. */
export function withoutIntent(story: readonly RunStep[]): readonly string[] {
  const known = new Set(
    pushesOf(story).flatMap(({ host, targets }) =>
      targets.map(({ intent }) => JSON.stringify([host, intent.name])),
    ),
  )
  const sent = story.flatMap(({ entry }) =>
    entry.kind === 'line-sending' && !known.has(JSON.stringify([entry.host, entry.target]))
      ? [entry.host]
      : [],
  )
  return [...new Set(sent)]
}
