import { between, type CronLine, nextAfter, type TimesBetween } from './times.ts'

/** Serve sleeps no longer than that before it looks at the clock again; what it comes to within it is on time. */
export const longestSleepMs = 60_000

/** What a look at the clock finds: epoch milliseconds. */
export interface Due {
  /** Nobody was here at these times. */
  readonly missed?: TimesBetween
  /** This one is now. There is never a second: two times of a cron line are a minute apart at least. */
  readonly dueMs?: number
}

/**
 * The times of a schedule since the newest that was begun or counted.
 *
 * @param anchorMs that newest time, or since when the schedule is there
 */
export function dueBy(line: CronLine, anchorMs: number, nowMs: number): Due {
  const onTimeMs = Math.max(anchorMs, nowMs - longestSleepMs)
  const missed = anchorMs < onTimeMs ? between(line, anchorMs, onTimeMs) : undefined
  const dueMs = nextAfter(line, onTimeMs)
  return {
    ...(missed === undefined ? {} : { missed }),
    ...(dueMs === undefined || dueMs > nowMs ? {} : { dueMs }),
  }
}
