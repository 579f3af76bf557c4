import type { Schedule } from '../model/schedules.ts'
import type { ScheduleState } from '../model/serve-state.ts'
import { type AttendParts, advance, createAttendant, type Entry, startsInMs } from './attend.ts'
import { dueBy, longestSleepMs } from './due.ts'
import { anchorOf, reanchored } from './reduce.ts'
import { nextAfter } from './times.ts'

/** What is due when. The clock is the wall's: a suspended machine and a clock that was set are noticed. */
export interface Scheduler {
  /** Goes by these from now. What waits for its jitter, and has the same times as before, goes on waiting. */
  replace(schedules: readonly Schedule[]): void
  /** Begins what is due, and counts what was missed. */
  tick(nowMs: number): void
  /** Settles the run of a schedule that an earlier serve was killed in; before that, nothing of it is begun. */
  settle(name: string, killed: NonNullable<ScheduleState['running']>): Promise<void>
  /** How long nothing is due. */
  idleMs(nowMs: number): number
  /** When a schedule begins next; epoch milliseconds. */
  nextMs(name: string): number | undefined
}

/** No clock that was right goes back further than that: it was wrong before, and what it showed counts no more. */
const wrongClockMs = 86_400_000

export function createScheduler(parts: AttendParts): Scheduler {
  const { clock, hub, runner, stopping } = parts
  let entries: ReadonlyMap<string, Entry> = new Map()
  const settling = new Set<string>()
  const { attend, start } = createAttendant(parts)
  const look = (entry: Entry, nowMs: number): void => {
    const { schedule, waiting } = entry
    if (settling.has(schedule.name)) return
    if (entry.anchorMs - nowMs > wrongClockMs) {
      advance(entry, nowMs)
      hub.change((state) => reanchored(state, schedule, new Date(nowMs).toISOString()))
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
    settle: async (name, { dueAt, runId, catchUp }) => {
      settling.add(name)
      const settled = await runner.settle(name, runId)
      settling.delete(name)
      const entry = entries.get(name)
      if (entry === undefined || !settled) return
      const nowMs = clock.wall().getTime()
      const { dueMs, ...down } = dueBy(entry.schedule, entry.anchorMs, nowMs)
      // What is due just now is left to the next serve where this one is being stopped.
      attend(entry, stopping() || dueMs === undefined ? down : { ...down, dueMs }, nowMs, {
        ms: Date.parse(dueAt),
        counted: catchUp === true,
      })
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
