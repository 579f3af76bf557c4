import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import type { OpenTarget } from '../model/run-view.ts'
import type { Hub } from './hub.ts'
import type { ServePorts } from './ports.ts'
import { answered } from './runner.ts'

// Runs whose proof is open are looked at again when their last old SA must have ended: by the record of each run, so
// also those that no schedule began. A run that only a person can settle (`unknown`) is left to that person.

/** Readings and clocks are not exact: an SA may be listed a moment longer. */
const afterEndMs = 30_000
const firstAgainMs = 3_600_000
const longestAgainMs = 86_400_000
const openAgainMs = 300_000

interface Watched {
  readonly nextMs: number
  readonly againMs: number
  /** The end that `nextMs` was made from. */
  readonly completeMs?: number
}

/** Open runs, and when they are looked at. */
export interface ProofWatch {
  /** Reads what is open anew, and goes by it. */
  refresh(): Promise<void>
  /** Begins to verify the run that has waited longest, where one is due. One at a time. */
  tick(nowMs: number): void
  /** When something is to be done; undefined: nothing, or it is being done. */
  nextMs(): number | undefined
  open(): readonly OpenTarget[]
  stop(): Promise<void>
}

/** @param onEnd when a run was verified */
export function createProofWatch(ports: ServePorts, hub: Hub, onEnd: () => void): ProofWatch {
  const abort = new AbortController()
  let open: readonly OpenTarget[] = []
  let watched: ReadonlyMap<string, Watched> = new Map()
  let refreshMs: number | undefined
  let reading: Promise<void> | undefined
  let readingNext: Promise<void> | undefined
  let verifying: Promise<void> | undefined

  const read = async (): Promise<void> => {
    refreshMs = undefined
    try {
      open = await ports.open()
      watched = watchedAfter(watched, open, ports.clock.wall().getTime())
      hub.warn('open', undefined)
    } catch (error) {
      refreshMs = ports.clock.wall().getTime() + openAgainMs
      hub.warn('open', `open changes cannot be read: ${printable(messageOf(error))}`)
    }
  }
  const refresh = (): Promise<void> => {
    if (reading === undefined) {
      reading = read().finally(() => {
        reading = undefined
        onEnd()
      })
      return reading
    }
    readingNext ??= reading.then(() => {
      readingNext = undefined
      return refresh()
    })
    return readingNext
  }
  const verify = async (runId: string): Promise<void> => {
    const answer = await answered(() => ports.verify(runId, abort.signal))
    if (answer.kind === 'ended') {
      const { exitCode, result } = answer
      hub.tell({ kind: 'proof-checked', runId, exitCode, result })
    }
    const trouble = `the proof of run ${runId} cannot be looked at: `
    hub.warn('verify', answer.kind === 'ended' ? undefined : `${trouble}${printable(answer.message)}`)
    watched = later(watched, runId, ports.clock.wall().getTime())
    verifying = undefined
    await refresh()
  }
  return {
    refresh,
    tick: (nowMs) => {
      if (abort.signal.aborted || verifying !== undefined) return
      if (refreshMs !== undefined && refreshMs <= nowMs) void refresh()
      const first = firstOf(watched)
      if (first !== undefined && first[1].nextMs <= nowMs) verifying = verify(first[0])
    },
    nextMs: () => {
      if (verifying !== undefined) return undefined
      const times = [refreshMs, firstOf(watched)?.[1].nextMs].flatMap((ms) => ms ?? [])
      return times.length === 0 ? undefined : Math.min(...times)
    },
    open: () => open,
    stop: async () => {
      abort.abort()
      await verifying
      await (readingNext ?? reading)
    },
  }
}

function firstOf(watched: ReadonlyMap<string, Watched>): readonly [string, Watched] | undefined {
  return [...watched].toSorted(([, a], [, b]) => a.nextMs - b.nextMs)[0]
}

/** After it was looked at: later, and later each time. An end that is told anew counts more than this. */
function later(
  watched: ReadonlyMap<string, Watched>,
  runId: string,
  nowMs: number,
): ReadonlyMap<string, Watched> {
  const one = watched.get(runId)
  if (one === undefined) return watched
  const againMs = Math.min(one.againMs * 2, longestAgainMs)
  return new Map([...watched, [runId, { ...one, nextMs: nowMs + one.againMs, againMs }]])
}

/** What is watched when these are open: for each run its latest end. */
function watchedAfter(
  before: ReadonlyMap<string, Watched>,
  open: readonly OpenTarget[],
  nowMs: number,
): ReadonlyMap<string, Watched> {
  const runs = new Map<string, number | undefined>()
  for (const { runId, status, completeBy } of open) {
    if (status !== 'unproven') continue
    const known = runs.get(runId)
    const ms = completeBy === undefined ? undefined : Date.parse(completeBy)
    runs.set(runId, ms === undefined || !(ms > (known ?? Number.NEGATIVE_INFINITY)) ? known : ms)
  }
  return new Map(
    [...runs].map(([runId, completeMs]) => [runId, watchOf(before.get(runId), completeMs, nowMs)]),
  )
}

function watchOf(before: Watched | undefined, completeMs: number | undefined, nowMs: number): Watched {
  if (completeMs === undefined) {
    // Nothing tells when: peers that are idle may have called by then.
    return before ?? { nextMs: nowMs + firstAgainMs, againMs: firstAgainMs * 2 }
  }
  if (before !== undefined && (before.completeMs === completeMs || completeMs + afterEndMs <= nowMs))
    return before
  return { nextMs: completeMs + afterEndMs, againMs: firstAgainMs, completeMs }
}
