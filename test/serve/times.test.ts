import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localTimeAt } from '../../src/kernel/time-zone.ts'
import { between, nextAfter, shortestGapMs } from '../../src/serve/times.ts'

const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16)

/** The next `count` times after a moment. */
function next(cron: string, timezone: string, from: string, count: number): readonly (string | undefined)[] {
  const times: number[] = []
  let at: number | undefined = Date.parse(from)
  while (times.length < count && at !== undefined) {
    at = nextAfter({ cron, timezone }, at)
    if (at !== undefined) times.push(at)
  }
  return times.map(iso)
}

describe('the times of a cron line', () => {
  it('are those of the clock of its place', () => {
    expect(next('15 2 * * *', 'UTC', '2026-11-29T00:00Z', 1)).toEqual(['2026-11-29T02:15'])
    expect(next('15 2 * * *', 'Asia/Tokyo', '2026-11-29T00:00Z', 1)).toEqual(['2026-11-29T17:15'])
    expect(next('15 2 * * *', 'America/New_York', '2026-11-29T00:00Z', 1)).toEqual(['2026-11-29T07:15'])
    expect(next('0 * * * *', 'Asia/Kathmandu', '2026-11-29T00:00Z', 2)).toEqual([
      '2026-11-29T00:15',
      '2026-11-29T01:15',
    ])
  })

  it('come once a day where clocks go forward: at the end of the gap', () => {
    expect(next('30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00Z', 2)).toEqual([
      '2027-03-28T01:00',
      '2027-03-29T00:30',
    ])
  })

  it('come once a day where clocks go back: the first time that the clock shows them', () => {
    expect(next('30 2 * * *', 'Europe/Berlin', '2027-10-30T12:00Z', 2)).toEqual([
      '2027-10-31T00:30',
      '2027-11-01T01:30',
    ])
  })

  it('come each hour that passes, whatever the clock is set to', () => {
    expect(next('0 * * * *', 'Europe/Berlin', '2027-03-28T00:30Z', 2)).toEqual([
      '2027-03-28T01:00',
      '2027-03-28T02:00',
    ])
    expect(next('0 * * * *', 'Europe/Berlin', '2027-10-30T23:30Z', 3)).toEqual([
      '2027-10-31T00:00',
      '2027-10-31T01:00',
      '2027-10-31T02:00',
    ])
  })

  it('know leap days and the ends of months', () => {
    expect(next('0 0 29 2 *', 'UTC', '2026-11-29T00:00Z', 2)).toEqual([
      '2028-02-29T00:00',
      '2032-02-29T00:00',
    ])
    expect(next('0 0 31 * *', 'UTC', '2026-12-31T00:00Z', 3)).toEqual([
      '2027-01-31T00:00',
      '2027-03-31T00:00',
      '2027-05-31T00:00',
    ])
  })

  it('are on either day where a line names a day of the month and a day of the week, as cron has it', () => {
    expect(next('0 0 13 * 5', 'UTC', '2027-04-05T00:00Z', 3)).toEqual([
      '2027-04-09T00:00',
      '2027-04-13T00:00',
      '2027-04-16T00:00',
    ])
  })

  it('end where no day is left', () => {
    expect(nextAfter({ cron: '0 0 31 2 *', timezone: 'UTC' }, 0)).toBeUndefined()
  })
})

describe('what lies between two moments', () => {
  const hourly = { cron: '0 * * * *', timezone: 'UTC' }
  const at = (text: string): number => Date.parse(text)

  it('is without the first and with the last', () => {
    expect(between(hourly, at('2027-01-01T00:00Z'), at('2027-01-01T03:00Z'))).toEqual({
      count: 3,
      first: at('2027-01-01T01:00Z'),
      last: at('2027-01-01T03:00Z'),
    })
    expect(between(hourly, at('2027-01-01T00:00Z'), at('2027-01-01T00:59:59.999Z'))).toBeUndefined()
    expect(between(hourly, at('2027-01-01T03:00Z'), at('2027-01-01T00:00Z'))).toBeUndefined()
  })

  it('is counted so far and no further, in no time, and its last is told all the same', () => {
    const minutes = { cron: '* * * * *', timezone: 'Europe/Berlin' }
    const from = at('2026-01-01T00:00Z')
    const began = performance.now()
    expect(between(minutes, from, at('2027-01-01T00:00:30Z'), 100)).toEqual({
      count: 100,
      first: from + 60_000,
      last: at('2027-01-01T00:00Z'),
      more: true,
    })
    expect(performance.now() - began).toBeLessThan(500)
    expect(between(minutes, from, from + 100 * 60_000, 100)).toEqual({
      count: 100,
      first: from + 60_000,
      last: from + 100 * 60_000,
    })
  })
})

const field = (least: number, most: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    { weight: 2, arbitrary: fc.integer({ min: least, max: most }).map(String) },
    fc.integer({ min: 2, max: 7 }).map((step) => `*/${step}`),
    fc
      .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc
      .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 3 })
      .map((all) => all.join(',')),
  )
/** Days that every month has. */
const lineText = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '))
const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Sao_Paulo',
)
const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) })

/** Whether a field of a cron line has a number: the meaning of the text, worked out without croner. */
function has(text: string, value: number, least: number): boolean {
  return text.split(',').some((part) => {
    if (part === '*') return true
    if (part.startsWith('*/')) return (value - least) % Number(part.slice(2)) === 0
    const [low = 0, high = low] = part.split('-').map(Number)
    return value >= low && value <= high
  })
}

function matches(cron: string, timezone: string, ms: number): boolean {
  const { year, month, day, hour, minute } = localTimeAt(ms, timezone)
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = cron.split(' ')
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  const onDay = has(days, day, 1)
  const onWeekday = has(weekdays, weekday, 0)
  // A field that is `*` names no day; where both name some, either will do.
  const dayFits = days === '*' || weekdays === '*' ? onDay && onWeekday : onDay || onWeekday
  return (
    ms % 60_000 === 0 && has(minutes, minute, 0) && has(hours, hour, 0) && has(months, month, 1) && dayFits
  )
}

describe('for any line, zone and moment', () => {
  it('the next time is later, and is one that the line names, or the end of a gap of the clock', () => {
    fc.assert(
      fc.property(lineText, zone, moment, (cron, timezone, from) => {
        const ms = nextAfter({ cron, timezone }, from)
        if (ms === undefined) throw new Error('every such line is due some day')
        expect(ms).toBeGreaterThan(from)
        const afterGap = minutesOf(ms, timezone) - minutesOf(ms - 60_000, timezone) !== 1
        expect(matches(cron, timezone, ms) || afterGap, `${cron} ${timezone} ${iso(ms)}`).toBe(true)
      }),
    )
  })

  it('none that the line names is left out in a day without a change of clocks', () => {
    fc.assert(
      fc.property(lineText, moment, (cron, from) => {
        const to = from + 3 * 3_600_000
        const named: number[] = []
        for (let ms = Math.floor(from / 60_000 + 1) * 60_000; ms <= to; ms += 60_000)
          if (matches(cron, 'UTC', ms)) named.push(ms)
        const told = between({ cron, timezone: 'UTC' }, from, to)
        expect(told).toEqual(
          named.length === 0 ? undefined : { count: named.length, first: named[0], last: named.at(-1) },
        )
      }),
    )
  })

  it('no two times are nearer than the shortest gap, where no calendar brings days of month and week together', () => {
    fc.assert(
      fc.property(lineText, fc.boolean(), moment, (text, byWeek, from) => {
        const cron = text.replace(byWeek ? /^(\S+ \S+) \S+/ : /\S+$/, byWeek ? '$1 *' : '*')
        const gap = shortestGapMs(cron) ?? 0
        const first = nextAfter({ cron, timezone: 'UTC' }, from) ?? 0
        const second = nextAfter({ cron, timezone: 'UTC' }, first) ?? Number.POSITIVE_INFINITY
        expect(second - first).toBeGreaterThanOrEqual(gap)
      }),
    )
  })
})

/** Minutes of the calendar that the clock of a place shows. */
function minutesOf(ms: number, timezone: string): number {
  const { year, month, day, hour, minute } = localTimeAt(ms, timezone)
  return Date.UTC(year, month - 1, day, hour, minute) / 60_000
}
