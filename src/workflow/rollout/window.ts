import { type LocalTime, localTimeAt, momentOf } from '../../kernel/time-zone.ts'
import type { ChangeWindow, WindowState } from '../../model/rollout.ts'

const clockText = /^(\d{2}):(\d{2})$/

/** `04:30` → minutes since midnight. */
function minutesOf(text: string): number {
  const [, hours, minutes] = clockText.exec(text) ?? []
  return Number(hours) * 60 + Number(minutes)
}

/**
 * Whether changes may begin at a moment (milliseconds since 1970), and until when or when next. Every opening is
 * counted by the clock of the window's place: over midnight where `to` is not later than `from`, and over the
 * nights in which that clock is changed (see {@link momentOf}).
 */
export function windowAt({ from, to, timezone }: ChangeWindow, nowMs: number): WindowState {
  const [begins, ends] = [minutesOf(from), minutesOf(to)]
  const today = localTimeAt(nowMs, timezone)
  const at = (days: number, minutes: number): number => momentOf(onDay(today, days, minutes), timezone)
  // Yesterday's may still be open. A clock that skips all of an opening leaves none that night.
  for (let days = -1; ; days += 1) {
    const opensAtMs = at(days, begins)
    const endsAtMs = at(ends > begins ? days : days + 1, ends)
    if (endsAtMs <= nowMs || endsAtMs <= opensAtMs) continue
    return opensAtMs <= nowMs ? { open: true, endsAtMs } : { open: false, opensAtMs }
  }
}

function onDay({ year, month, day }: LocalTime, days: number, minutes: number): LocalTime {
  return { year, month, day: day + days, hour: Math.floor(minutes / 60), minute: minutes % 60 }
}

/** Where several windows stand together: open while all of them are. */
export type WindowsState =
  /** `window`: the one that ends first; absent where there is none at all. */
  | { readonly open: true; readonly endsAtMs: number; readonly window?: ChangeWindow }
  /** `window`: one that is closed. `opensAtMs`: when all are open; absent where they never are together. */
  | { readonly open: false; readonly window: ChangeWindow; readonly opensAtMs?: number }

/** Whether changes may begin at a moment by every one of some windows. */
export function windowsAt(windows: readonly ChangeWindow[], nowMs: number): WindowsState {
  const states = windows.map((window) => ({ window, state: windowAt(window, nowMs) }))
  const closed = states.find(({ state }) => !state.open)
  if (closed !== undefined) {
    const opensAtMs = openTogether(windows, nowMs)
    return { open: false, window: closed.window, ...(opensAtMs === undefined ? {} : { opensAtMs }) }
  }
  const ends = states.flatMap(({ window, state }) =>
    state.open ? [{ window, endsAtMs: state.endsAtMs }] : [],
  )
  const [first] = ends.toSorted((a, b) => a.endsAtMs - b.endsAtMs)
  return { open: true, ...(first ?? { endsAtMs: Number.POSITIVE_INFINITY }) }
}

/** Windows are daily: what does not meet within so many openings meets by a change of clocks only. */
const openingsTried = 64

function openTogether(windows: readonly ChangeWindow[], nowMs: number): number | undefined {
  let at = nowMs
  for (let tried = 0; tried < openingsTried; tried += 1) {
    const last = Math.max(
      ...windows.map((window) => {
        const state = windowAt(window, at)
        return state.open ? at : state.opensAtMs
      }),
    )
    if (last === at) return at
    at = last
  }
  return undefined
}

/** `22:00 to 04:00 Asia/Tokyo`. */
export function windowText({ from, to, timezone }: ChangeWindow): string {
  return `${from} to ${to} ${timezone}`
}
