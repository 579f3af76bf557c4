import { localTimeAt, momentOf } from '../../kernel/time-zone.ts'
import type { FreezePeriod } from '../../model/remediation.ts'

const dateText = /^(\d{4})-(\d{2})-(\d{2})$/

/** The moment at which a day (`2026-12-20`) begins where the period is, and so many days later. */
function beginOf(date: string, timezone: string, days = 0): number {
  const [, year, month, day] = dateText.exec(date) ?? []
  const local = { year: Number(year), month: Number(month), day: Number(day) + days, hour: 0, minute: 0 }
  return momentOf(local, timezone)
}

/** When a period is over: with the end of its last day. Milliseconds since 1970, as all moments here. */
export function thawsAt({ until, timezone }: FreezePeriod): number {
  return beginOf(until, timezone, 1)
}

/** The period that a moment lies in, by the calendar of its place; undefined where there is none. */
export function freezeAt(periods: readonly FreezePeriod[], nowMs: number): FreezePeriod | undefined {
  return periods.find(({ from, until, timezone }) => {
    const { year, month, day } = localTimeAt(nowMs, timezone)
    const today = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
    return from <= today && today <= until
  })
}

function two(count: number): string {
  return String(count).padStart(2, '0')
}

/** The period that begins after `nowMs` and not later than `untilMs`, the earliest of several. */
export function freezeAhead(
  periods: readonly FreezePeriod[],
  nowMs: number,
  untilMs: number,
): { readonly period: FreezePeriod; readonly beginsAtMs: number } | undefined {
  return periods
    .map((period) => ({ period, beginsAtMs: beginOf(period.from, period.timezone) }))
    .filter(({ beginsAtMs }) => beginsAtMs > nowMs && beginsAtMs <= untilMs)
    .toSorted((a, b) => a.beginsAtMs - b.beginsAtMs)[0]
}

/** `2026-12-20 to 2027-01-05 Asia/Tokyo: year-end freeze`. The reason is foreign text. */
export function freezeText({ from, until, timezone, reason }: FreezePeriod): string {
  return `${from} to ${until} ${timezone}: ${reason}`
}
