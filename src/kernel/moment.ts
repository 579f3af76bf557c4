/** The last moment that a Date can hold (ECMA-262). */
const lastMs = 8_640_000_000_000_000

/**
 * A moment for people, unambiguous in a report that is read elsewhere: `2026-11-25 03:41 UTC`. Lifetimes come from
 * devices and records, which may say anything: what no calendar has is said to be that.
 */
export function formatMoment(epochMs: number): string {
  if (!(Math.abs(epochMs) <= lastMs)) return 'a time that no calendar has'
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/**
 * A moment to the second, `2026-11-25 03:41:07`, for a page that says once that its times are in UTC: in a run of
 * twelve seconds the minute tells no order.
 */
export function formatSecond(epochMs: number): string {
  if (!(Math.abs(epochMs) <= lastMs)) return 'a time that no calendar has'
  return new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')
}

/** The same as an ISO time; undefined where no calendar has it. */
export function isoMoment(epochMs: number): string | undefined {
  return Math.abs(epochMs) <= lastMs ? new Date(epochMs).toISOString() : undefined
}

/** An ISO time with a date and a time of day as milliseconds; NaN for all else, which Date.parse would guess at. */
export function isoMs(text: string): number {
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
}
