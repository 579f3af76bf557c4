import type { Clock } from '../kernel/clock.ts'
import type { Schedule } from '../model/schedules.ts'
import type { Due } from './due.ts'
import type { Hub } from './hub.ts'
import type { Runner } from './runner.ts'
import { nextAfter, type TimesBetween } from './times.ts'

/** A schedule with where it stands in time; epoch milliseconds. */
export interface Entry {
  readonly schedule: Schedule
  /** The newest time that was begun, waits, or was counted; before the first: since when the schedule is there. */
  anchorMs: number
  /** The first time after it. */
  nextMs: number | undefined
  /** Waits for its jitter, by whichever clock is there first: one that is set back must not make it wait for hours. */
  waiting?: { readonly dueMs: number; readonly startsMs: number; readonly startsMonotonicMs: number }
}

/** A run that an earlier serve was killed in. */
export interface Killed {
  readonly ms: number
  /** It stood in place of missed times, which are counted already. */
  readonly counted: boolean
}

/** What attending takes. */
export interface AttendParts {
  readonly clock: Clock
  readonly random: () => number
  readonly hub: Hub
  readonly runner: Runner
  /** Nothing is begun any more. */
  readonly stopping: () => boolean
}

/** What is done about what a look at the clock found. */
export interface Attendant {
  /** Tells what was missed, and begins what is due: one run at most. */
  attend(entry: Entry, due: Due, nowMs: number, killed?: Killed): void
  /** Begins a run of it now. */
  start(entry: Entry, dueMs: number): void
}

export function createAttendant({ clock, random, hub, runner, stopping }: AttendParts): Attendant {
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
  const attend = (entry: Entry, { missed: down, dueMs }: Due, nowMs: number, killed?: Killed): void => {
    const { name } = entry.schedule
    const newestMs = dueMs ?? down?.last ?? killed?.ms
    if (newestMs === undefined) return
    // The next is due before the one that waits has begun: it waits no longer.
    if (entry.waiting !== undefined) start(entry, entry.waiting.dueMs)
    advance(entry, Math.max(entry.anchorMs, newestMs))
    if (killed?.counted === false) missed(name, 'down', only(killed.ms))
    if (down !== undefined) missed(name, 'down', down)
    if (stopping()) return
    if (runner.isAtWork(name)) {
      if (dueMs !== undefined) missed(name, 'busy', only(dueMs))
    } else if (dueMs !== undefined) wait(entry, dueMs, nowMs)
    else start(entry, newestMs, true)
  }
  return { attend, start }
}

function only(ms: number): TimesBetween {
  return { count: 1, first: ms, last: ms }
}

/** Its times are looked for from there on. */
export function advance(entry: Entry, anchorMs: number): void {
  entry.anchorMs = anchorMs
  entry.nextMs = nextAfter(entry.schedule, anchorMs)
}

/** How long it waits for its jitter still. */
export function startsInMs(
  { startsMs, startsMonotonicMs }: NonNullable<Entry['waiting']>,
  nowMs: number,
  clock: Clock,
): number {
  return Math.min(startsMs - nowMs, startsMonotonicMs - clock.monotonicMs())
}
