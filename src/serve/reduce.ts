import type { Schedule } from '../model/schedules.ts'
import type { ServeEvent, ServeEventAt } from '../model/serve-event.ts'
import type { EndedRun, ScheduleState, ServeState } from '../model/serve-state.ts'
import { devicesAfterProof, devicesAfterRun } from './reduce-devices.ts'

// What serve remembers, as a pure function of what happened. Told notices and the queue are others' to change.

const fresh: ScheduleState = { runs: 0, missed: 0 }

/** One schedule's state; names such as `constructor` are names like all others. */
export function scheduleState(state: ServeState, name: string): ScheduleState {
  return (Object.hasOwn(state.schedules, name) ? state.schedules[name] : undefined) ?? fresh
}

/** The state after an event; the same object where it changes nothing. */
export function reduceServe(state: ServeState, { at, event }: ServeEventAt): ServeState {
  switch (event.kind) {
    case 'run-begun':
      return changed(state, event.schedule, (one) => ({
        ...later(one, event.dueAt),
        running: { dueAt: event.dueAt, since: at, ...(event.catchUp === true ? { catchUp: true } : {}) },
      }))
    case 'run-recorded':
      return changed(state, event.schedule, (one) =>
        one.running === undefined ? one : { ...one, running: { ...one.running, runId: event.runId } },
      )
    case 'run-ended':
      return ended(state, event, at)
    case 'run-broken': {
      const { code, message, next } = event
      return changed(state, event.schedule, (one) => ({
        ...idle(one),
        runs: one.runs + 1,
        broken: { at, code, message, next },
      }))
    }
    case 'missed':
      return changed(state, event.schedule, (one) => ({
        ...later(one, event.last),
        missed: one.missed + event.count,
        lastMissedAt: event.last,
      }))
    case 'interrupted-run':
      return changed(state, event.schedule, idle)
    case 'proof-checked':
      return { ...state, devices: devicesAfterProof(state.devices, event.result, at) }
    default:
      return state
  }
}

function changed(state: ServeState, name: string, how: (one: ScheduleState) => ScheduleState): ServeState {
  const before = scheduleState(state, name)
  const after = how(before)
  return after === before ? state : { ...state, schedules: { ...state.schedules, [name]: after } }
}

/** Times of one form sort as they follow each other. */
function later(one: ScheduleState, dueAt: string): ScheduleState {
  return one.lastDueAt !== undefined && one.lastDueAt >= dueAt ? one : { ...one, lastDueAt: dueAt }
}

function idle({ running: _running, ...rest }: ScheduleState): ScheduleState {
  return rest
}

function ended(
  state: ServeState,
  { schedule, dueAt, durationMs, exitCode, result }: Extract<ServeEvent, { readonly kind: 'run-ended' }>,
  at: string,
): ServeState {
  const run: EndedRun = { runId: result.runId, dueAt, finishedAt: at, durationMs, exitCode }
  const after = changed(state, schedule, (one) => {
    const { broken: _broken, ...rest } = idle(one)
    return { ...rest, runs: one.runs + 1, lastRun: run, ...(exitCode === 0 ? { lastGood: run } : {}) }
  })
  return { ...after, devices: devicesAfterRun(after.devices, schedule, result, at) }
}

/** How long the history of a schedule that stands in the file no more is kept, should it come back. */
const keepGoneMs: number = 30 * 86_400_000

/**
 * The state under another file. A schedule that is new, comes back, or has another cron line has missed nothing before
 * `at`; one that is gone keeps its history for 30 days.
 */
export function adoptSchedules(state: ServeState, schedules: readonly Schedule[], at: string): ServeState {
  const present = new Map(schedules.map((schedule) => [schedule.name, schedule]))
  const names = [...new Set([...Object.keys(state.schedules), ...present.keys()])]
  const adopted = names.flatMap((name): (readonly [string, ScheduleState])[] => {
    const one = scheduleState(state, name)
    const schedule = present.get(name)
    if (schedule !== undefined) return [[name, under(one, schedule, at)]]
    const goneSince = one.goneSince ?? at
    const over = Date.parse(at) - Date.parse(goneSince) > keepGoneMs
    return over ? [] : [[name, { ...one, goneSince }]]
  })
  const kept = new Set(adopted.map(([name]) => name))
  return {
    ...state,
    schedules: Object.fromEntries(adopted),
    devices: state.devices.filter(({ schedule }) => kept.has(schedule)),
  }
}

function under(
  { goneSince, ...one }: ScheduleState,
  { cron, timezone }: Schedule,
  at: string,
): ScheduleState {
  const { line } = one
  const same = goneSince === undefined && line?.cron === cron && line.timezone === timezone
  return same ? one : { ...one, line: { cron, timezone, since: at } }
}

/** The moment that times of a schedule are looked for from, exclusively; epoch milliseconds. */
export function anchorOf(state: ServeState, name: string): number | undefined {
  const { lastDueAt, line } = scheduleState(state, name)
  const known = [lastDueAt, line?.since].flatMap((at) => (at === undefined ? [] : [Date.parse(at)]))
  return known.length === 0 ? undefined : Math.max(...known)
}

/** A schedule whose newest time lies in a future that a wrong clock showed: it goes by the clock as it is now. */
export function reanchored(state: ServeState, { name, cron, timezone }: Schedule, at: string): ServeState {
  return changed(state, name, ({ lastDueAt: _lastDueAt, ...one }) => ({
    ...one,
    line: { cron, timezone, since: at },
  }))
}
