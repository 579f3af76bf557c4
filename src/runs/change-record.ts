import type { RunId } from '../model/ids.ts'
import type { Status } from '../model/outcome.ts'
import type { ChangeRecord } from '../model/record.ts'
import type { ReadFile } from './files.ts'
import { entryAt, type PushSpots } from './run-scan.ts'

/** Reads one change back from its run's journal; undefined when its push can no longer be read. */
export async function readChange(
  file: ReadFile,
  about: {
    readonly runId: RunId
    readonly host: string
    readonly target: string
    readonly push: PushSpots
    readonly status: Status
    readonly undone?: true
  },
): Promise<ChangeRecord | undefined> {
  const { runId, host, target, push, status, undone } = about
  const intent = await entryAt(file, push.intent)
  if (intent?.entry.kind !== 'push-intent') return undefined
  const readingsSince: ChangeRecord['readingsSince'][number][] = []
  for (const spot of push.first === undefined ? [] : [push.first, ...push.last]) {
    const entry = (await entryAt(file, spot))?.entry
    if (entry?.kind !== 'sa-reading') continue
    readingsSince.push({ afterPushMs: entry.afterPushMs, reading: entry.reading })
  }
  const { readingBefore, targets } = intent.entry
  const wanted = targets.find((one) => one.name === target)?.wanted
  return {
    runId,
    host,
    target,
    at: intent.at,
    readingBefore,
    readingsSince,
    status,
    ...(wanted === undefined ? {} : { wanted }),
    ...(undone === undefined ? {} : { undone }),
  }
}

/**
 * What a run's outcome of a target says of its last change. The run that made the change knows how it
 * ended; a later one may prove it, find its proof still outstanding, or take it back. That a later run
 * could not reach or judge the target changes nothing: an open proof stays open.
 */
export function statusOf(outcome: Status | undefined, madeHere: boolean): Status | undefined {
  switch (outcome) {
    case 'verified':
    case 'unproven':
    case 'rolled-back':
      return outcome
    case 'failed':
    case 'unknown':
      return madeHere ? outcome : undefined
    default:
      return madeHere ? 'unknown' : undefined
  }
}
