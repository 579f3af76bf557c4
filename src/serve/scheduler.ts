import type { Clock } from '../kernel/clock.ts'
import type { Schedule } from '../model/schedules.ts'
import { type Due, dueBy, longestSleepMs, withLost } from './due.ts'
import type { Hub } from './hub.ts'
import { anchorOf, reanchored } from './reduce.ts'
import type { Runner } from './runner.ts'
import { nextAfter, type TimesBetween } from './times.ts'

/** What is due when. The clock is the wall's: a suspended machine and a clock that was set are noticed. */
export interface Scheduler {
  /** Goes by these from now. What waits for its jitter, and has the same times as before, goes on waiting. */
  replace(schedules: readonly Schedule[]): void
  /** Begins what is due, and counts what was missed. */
  tick(nowMs: number): void
  /** Settles the run of a schedule that an earlier serve was killed in; before that, nothing of it is begun. */
  settle(name: string, lostMs: number, runId: string | undefined): Promise<void>
  /** How long nothing is due. */
  idleMs(nowMs: number): number
  /** When a schedule begins next; epoch milliseconds. */
  nextMs(name: string): number | undefined
}

interface Entry {
  readonly schedule: Schedule
  /** The newest time that was begun, waits, or was counted; before the first: since when the schedule is there. */
  anchorMs: number
  /** The first time after it. */
  nextMs: number | undefined
  /** Waits for its jitter, by whichever clock is there first: one that is set back must not make it wait for hours. */
  waiting?: { readonly dueMs: number; readonly startsMs: number; readonly startsMonotonicMs: number }
}

/** No clock that was right goes back further than that: it was wrong before, and what it showed counts no more. */
const wrongClockMs = 86_400_000

interface Parts {
  readonly clock: Clock
  readonly random: () => number
  readonly hub: Hub
  readonly runner: Runner
  /** Nothing is begun any more. */
  readonly stopping: () => boolean
}

export function createScheduler({ clock, random, hub, runner, stopping }: Parts): Scheduler {
  let entries: ReadonlyMap<string, Entry> = new Map()
  const settling = new Set<string>()
  const iso = (ms: number): string => new Date(ms).toISOString()

  const missed = (name: string, why: 'down' | 'busy', times: TimesBetween): void => {
    const { count, more } = times
    hub.tell({
      kind: 'missed',
      schedule: name,
      why,
      count,
      ...(more === undefined ? {} : { more }),
      first: iso(times.first),
      last: iso(times.last),
    })
  }
  const start = (entry: Entry, dueMs: number, catchUp = false): void => {
    delete entry.waiting
    runner.begin(entry.schedule, dueMs, catchUp)
  }
  const wait = (entry: Entry, dueMs: number, nowMs: number): void => {
    const { name, jitterMs } = entry.schedule
    const startsMs = dueMs + Math.floor(random() * jitterMs)
    if (startsMs <= nowMs) {
      start(entry, dueMs)
      return
    }
    entry.waiting = { dueMs, startsMs, startsMonotonicMs: clock.monotonicMs() + startsMs - nowMs }
    hub.tell({ kind: 'run-due', schedule: name, dueAt: iso(dueMs), startsAt: iso(startsMs) })
  }
  const attend = (entry: Entry, { missed: down, dueMs }: Due, nowMs: number): void => {
    const { name } = entry.schedule
    const newestMs = dueMs ?? down?.last
    if (newestMs === undefined) return
    // The next is due before the one that waits has begun: it waits no longer.
    if (entry.waiting !== undefined) start(entry, entry.waiting.dueMs)
    advance(entry, Math.max(entry.anchorMs, newestMs))
    if (down !== undefined) missed(name, 'down', down)
    if (stopping()) return
    if (runner.isAtWork(name)) {
      if (dueMs !== undefined) missed(name, 'busy', { count: 1, first: dueMs, last: dueMs })
    } else if (dueMs !== undefined) wait(entry, dueMs, nowMs)
    else if (down !== undefined) start(entry, down.last, true)
  }
  const look = (entry: Entry, nowMs: number): void => {
    const { schedule, waiting } = entry
    if (settling.has(schedule.name)) return
    if (entry.anchorMs - nowMs > wrongClockMs) {
      advance(entry, nowMs)
      hub.change((state) => reanchored(state, schedule, iso(nowMs)))
    }
    if (entry.nextMs !== undefined && entry.nextMs <= nowMs)
      attend(entry, dueBy(schedule, entry.anchorMs, nowMs), nowMs)
    else if (waiting !== undefined && startsInMs(waiting, nowMs, clock) <= 0) start(entry, waiting.dueMs)
  }
  return {
    replace: (schedules) => {
      const nowMs = clock.wall().getTime()
      entries = new Map(
        schedules.map((schedule) => [
          schedule.name,
          entryAfter(entries.get(schedule.name), schedule, anchorOf(hub.state(), schedule.name) ?? nowMs),
        ]),
      )
    },
    tick: (nowMs) => {
      if (!stopping()) for (const entry of entries.values()) look(entry, nowMs)
    },
    settle: async (name, lostMs, runId) => {
      settling.add(name)
      const settled = await runner.settle(name, runId)
      settling.delete(name)
      const entry = entries.get(name)
      if (entry === undefined || !settled) return
      const nowMs = clock.wall().getTime()
      const { missed: down, dueMs } = dueBy(entry.schedule, entry.anchorMs, nowMs)
      const lost = withLost(down, lostMs)
      // What is due just now is left to the next serve where this one is being stopped.
      attend(entry, stopping() || dueMs === undefined ? { missed: lost } : { missed: lost, dueMs }, nowMs)
    },
    idleMs: (nowMs) => {
      const waits = [...entries.values()]
        .filter(({ schedule }) => !settling.has(schedule.name))
        .flatMap(({ nextMs, waiting }) => [
          ...(nextMs === undefined ? [] : [nextMs - nowMs]),
          ...(waiting === undefined ? [] : [startsInMs(waiting, nowMs, clock)]),
        ])
      return Math.max(1, Math.min(longestSleepMs, ...waits))
    },
    nextMs: (name) => {
      const entry = entries.get(name)
      return entry?.waiting?.startsMs ?? entry?.nextMs
    },
  }
}

function advance(entry: Entry, anchorMs: number): void {
  entry.anchorMs = anchorMs
  entry.nextMs = nextAfter(entry.schedule, anchorMs)
}

function startsInMs(
  { startsMs, startsMonotonicMs }: NonNullable<Entry['waiting']>,
  nowMs: number,
  clock: Clock,
): number {
  return Math.min(startsMs - nowMs, startsMonotonicMs - clock.monotonicMs())
}

/** @param anchorMs where its times are not those of before */
function entryAfter(before: Entry | undefined, schedule: Schedule, anchorMs: number): Entry {
  const same = before?.schedule.cron === schedule.cron && before.schedule.timezone === schedule.timezone
  if (same) return { ...before, schedule }
  const { waiting } = before ?? {}
  return {
    schedule,
    anchorMs,
    nextMs: nextAfter(schedule, anchorMs),
    ...(waiting === undefined ? {} : { waiting }),
  }
}
