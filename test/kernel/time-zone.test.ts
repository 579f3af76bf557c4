import { describe, expect, it } from 'vitest'
import { isoMs } from '../../src/kernel/moment.ts'
import { zonedIso } from '../../src/kernel/time-zone.ts'

describe('a moment by the clock of a place', () => {
  it.each([
    ['2026-11-24T17:15:07.900Z', 'Asia/Tokyo', '2026-11-25T02:15:07+09:00'],
    ['2026-11-24T17:15:07Z', 'UTC', '2026-11-24T17:15:07+00:00'],
    ['2026-11-24T02:15:07Z', 'America/St_Johns', '2026-11-23T22:45:07-03:30'],
    ['2026-11-24T02:15:07Z', 'Asia/Kathmandu', '2026-11-24T08:00:07+05:45'],
    // The same hour twice, before and after the clock goes back.
    ['2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25T02:30:00+02:00'],
    ['2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25T02:30:00+01:00'],
  ])('%s in %s', (iso, zone, shown) => {
    expect(zonedIso(Date.parse(iso), zone)).toBe(shown)
    expect(Date.parse(shown)).toBe(Math.floor(Date.parse(iso) / 1000) * 1000)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -8.64e15, 8.64e15, Date.UTC(10_000, 0, 1)])(
    'is none where a calendar of four digits has none: %d',
    (ms) => {
      expect(zonedIso(ms, 'UTC')).toBeUndefined()
    },
  )
})

describe('a time that stands in a file', () => {
  it('is an ISO time or none: nothing is guessed', () => {
    expect(isoMs('2026-11-24T17:15:07Z')).toBe(Date.UTC(2026, 10, 24, 17, 15, 7))
    expect(isoMs('2026-11-25T02:15:07+09:00')).toBe(Date.UTC(2026, 10, 24, 17, 15, 7))
    for (const text of ['', 'hub 3', '1', '2026', '24 Nov 2026', '2026-11-24Tx'])
      expect(isoMs(text)).toBeNaN()
  })
})
