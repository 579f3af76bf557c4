import { Cron } from 'croner'
import type { Schedule } from '../model/schedules.ts'

// croner as pure functions of time: it is never given anything to call, so it never sets a timer.

/** What tells the times of a schedule. */
export type CronLine = Pick<Schedule, 'cron' | 'timezone'>

/**
 * Throws croner's error where the line is no cron line: the rules of the schedules file ask this first.
 *
 * A line that names a fixed time of day is due once a day also where clocks are set: at the first moment after a time
 * that is skipped, at the first of a time that comes twice. A line with a step or a `*` in its hours goes by what the
 * clock shows: nothing in the skipped hour, both in the repeated one.
 */
export function cronOf({ cron, timezone }: CronLine): Cron {
  return new Cron(cron, { timezone, mode: '5-part', paused: true })
}

/** The first time of a schedule after a moment, strictly; undefined where there is none. Epoch milliseconds. */
export function nextAfter(line: CronLine, afterMs: number): number | undefined {
  return cronOf(line).nextRun(new Date(afterMs))?.getTime()
}

/** Times of a schedule in a stretch; epoch milliseconds. */
export interface TimesBetween {
  readonly count: number
  readonly first: number
  readonly last: number
  /** There are more than `count`: it was not counted to the end. */
  readonly more?: true
}

/**
 * The times of a schedule after `fromMs`, up to and including `toMs`; undefined where there are none.
 *
 * @param most counts no further: a line for each minute that nobody looked after for a year takes no seconds
 */
export function between(line: CronLine, fromMs: number, toMs: number, most = 1000): TimesBetween | undefined {
  const cron = cronOf(line)
  const first = cron.nextRun(new Date(fromMs))?.getTime()
  if (first === undefined || first > toMs) return undefined
  let count = 1
  let last = first
  while (count < most) {
    const next = cron.nextRun(new Date(last))?.getTime()
    if (next === undefined || next > toMs) return { count, first, last }
    count += 1
    last = next
  }
  const newest = newestUpTo(cron, last, toMs)
  return newest === last ? { count, first, last } : { count, first, last: newest, more: true }
}

/** The last time up to and including `toMs`, where `known` is one. */
function newestUpTo(cron: Cron, known: number, toMs: number): number {
  // croner looks back from before a moment, and knows seconds only.
  const before = cron.previousRuns(1, new Date(toMs + 1000))[0]?.getTime() ?? known
  return before > toMs
    ? (cron.previousRuns(1, new Date(toMs))[0]?.getTime() ?? known)
    : Math.max(before, known)
}

/**
 * The shortest stretch between two neighbouring times, as far as a year shows it: where a line names days of the month
 * and of the week, another year may bring two of them nearer. Undefined for a line with fewer than two times. In UTC, so
 * that no change of clocks makes it shorter.
 */
export function shortestGapMs(cron: string): number | undefined {
  // A file names few lines many times, and a year of one takes a while.
  if (!gaps.has(cron)) {
    if (gaps.size >= mostGaps) gaps.clear()
    gaps.set(cron, lookForGap(cron))
  }
  return gaps.get(cron)
}

const gaps = new Map<string, number | undefined>()
const mostGaps = 500

function lookForGap(cron: string): number | undefined {
  const line = cronOf({ cron, timezone: 'UTC' })
  const start = Date.UTC(2027, 0, 1)
  let before = line.nextRun(new Date(start))?.getTime()
  let shortest: number | undefined
  for (let seen = 0; before !== undefined && seen < mostLookedAt; seen += 1) {
    const next = line.nextRun(new Date(before))?.getTime()
    if (next === undefined) break
    if (shortest === undefined || next - before < shortest) shortest = next - before
    if (shortest === 60_000 || (next - start > longestLookMs && seen > 2)) break
    before = next
  }
  return shortest
}

// A day and a half of every second minute: the end of a day is among them.
const mostLookedAt = 1000
const longestLookMs = 400 * 86_400_000
