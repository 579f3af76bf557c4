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
