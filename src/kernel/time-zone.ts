/** The minutes of a day and of a calendar date, as the clock of a place shows them. */
export interface LocalTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

const dayMs = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, format)
  return format
}

/** Whether the IANA time zone database of this machine has the name; offsets such as `+09:00` are no names. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** What the clocks of a zone show at a moment, read as if it were UTC: to the second. */
function shownMs(epochMs: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, value]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

function offsetMs(epochMs: number, zone: string): number {
  return shownMs(epochMs, zone) - Math.floor(epochMs / 1000) * 1000
}

/** The clock of a place at a moment. */
export function localTimeAt(epochMs: number, zone: string): LocalTime {
  const shown = new Date(shownMs(epochMs, zone))
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
  }
}

/**
 * The moment at which the clock of a place shows a time; `day` may lie outside its month. A time that the clock
 * shows twice means the first; one that it skips means the moment of the skip.
 */
export function momentOf({ year, month, day, hour, minute }: LocalTime, zone: string): number {
  const wanted = Date.UTC(year, month - 1, day, hour, minute)
  const before = offsetMs(wanted - dayMs, zone)
  const after = offsetMs(wanted + dayMs, zone)
  const [first, second] = [wanted - before, wanted - after].toSorted((a, b) => a - b)
  if (first === undefined || second === undefined) throw new Error('two candidates are always there')
  if (shownMs(first, zone) === wanted) return first
  if (shownMs(second, zone) === wanted) return second
  return skipBetween(first, second, wanted, zone)
}

/** The first moment at which the clock is past a time that it never showed. */
function skipBetween(first: number, second: number, wanted: number, zone: string): number {
  let early = first - dayMs
  let late = second + dayMs
  while (late - early > 1000) {
    const middle = Math.floor((early + late) / 2000) * 1000
    if (shownMs(middle, zone) < wanted) early = middle
    else late = middle
  }
  return late
}

/** Years that a `time` element of HTML and every reader of ISO times take without more signs. */
const [firstMs, lastMs] = [Date.UTC(1000, 0, 1), Date.UTC(9999, 11, 30)]

/**
 * A moment as the clock of a place shows it, with its distance from UTC: `2026-11-25T02:15:07+09:00`. Undefined for
 * what no calendar has, and for years of other than four digits.
 */
export function zonedIso(epochMs: number, zone: string): string | undefined {
  if (!(epochMs >= firstMs && epochMs <= lastMs)) return undefined
  const minutes = Math.round(offsetMs(epochMs, zone) / 60_000)
  const shown = new Date(Math.floor(epochMs / 1000) * 1000 + minutes * 60_000).toISOString().slice(0, 19)
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const digits = (count: number): string => String(count).padStart(2, '0')
  return `${shown}${minutes < 0 ? '-' : '+'}${digits(hours)}:${digits(rest)}`
}
