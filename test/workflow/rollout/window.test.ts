import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTimeZone, localTimeAt, momentOf } from '../../../src/kernel/time-zone.ts'
import { windowAt } from '../../../src/workflow/rollout/window.ts'

const night = { from: '22:00', to: '04:00', timezone: 'Asia/Tokyo' }

function told(window: typeof night, now: string): string {
  const state = windowAt(window, Date.parse(now))
  const at = new Date(state.open ? state.endsAtMs : state.opensAtMs).toISOString().slice(0, 16)
  return `${state.open ? 'open until' : 'opens'} ${at}Z`
}

describe('a window', () => {
  it.each([
    ['over midnight, in the evening', night, '2026-11-24T12:59:00Z', 'opens 2026-11-24T13:00Z'],
    ['at its first moment', night, '2026-11-24T13:00:00Z', 'open until 2026-11-24T19:00Z'],
    ['after midnight', night, '2026-11-24T18:59:59Z', 'open until 2026-11-24T19:00Z'],
    ['at its end', night, '2026-11-24T19:00:00Z', 'opens 2026-11-25T13:00Z'],
    [
      'by day',
      { ...night, from: '09:00', to: '17:30', timezone: 'UTC' },
      '2026-11-24T17:29:00Z',
      'open until 2026-11-24T17:30Z',
    ],
    [
      'by day, in the evening',
      { ...night, from: '09:00', to: '17:30', timezone: 'UTC' },
      '2026-12-31T20:00:00Z',
      'opens 2027-01-01T09:00Z',
    ],
    // Berlin: 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00.
    [
      'that is an hour shorter in the night of spring',
      { from: '22:00', to: '04:00', timezone: 'Europe/Berlin' },
      '2026-03-28T21:00:00Z',
      'open until 2026-03-29T02:00Z',
    ],
    [
      'that is an hour longer in the night of autumn',
      { from: '22:00', to: '04:00', timezone: 'Europe/Berlin' },
      '2026-10-24T20:00:00Z',
      'open until 2026-10-25T03:00Z',
    ],
    [
      'that begins in the hour that is skipped',
      { from: '02:30', to: '05:00', timezone: 'Europe/Berlin' },
      '2026-03-28T22:00:00Z',
      'opens 2026-03-29T01:00Z',
    ],
    [
      'that ends in the hour that comes twice',
      { from: '01:00', to: '02:30', timezone: 'Europe/Berlin' },
      '2026-10-24T23:30:00Z',
      'open until 2026-10-25T00:30Z',
    ],
    [
      'that lies in the skipped hour: not that night',
      { from: '02:10', to: '02:50', timezone: 'Europe/Berlin' },
      '2026-03-28T22:00:00Z',
      'opens 2026-03-30T00:10Z',
    ],
    [
      'half an hour from UTC',
      { from: '00:00', to: '01:00', timezone: 'Asia/Kolkata' },
      '2026-11-24T18:29:00Z',
      'opens 2026-11-24T18:30Z',
    ],
  ])('%s', (_, window, now, expected) => {
    expect(told(window, now)).toBe(expected)
  })

  const zones = [
    'UTC',
    'Asia/Tokyo',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Asia/Kathmandu',
    'America/St_Johns',
  ]
  const clock = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) })
  const text = ({ hour, minute }: { hour: number; minute: number }): string =>
    `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  const moment = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2035, 0, 1) })

  it('opens and ends later than now, is open right after it opened, and closed when it ends', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), clock, clock, moment, (timezone, one, other, now) => {
        fc.pre(text(one) !== text(other))
        const window = { from: text(one), to: text(other), timezone }
        const state = windowAt(window, now)
        const next = state.open ? state.endsAtMs : state.opensAtMs
        expect(next).toBeGreaterThan(now)
        expect(next - now).toBeLessThanOrEqual(50 * 3_600_000)
        const then = windowAt(window, next)
        expect(then.open).toBe(!state.open)
        expect(windowAt(window, next - 1).open).toBe(state.open)
      }),
      { numRuns: 500 },
    )
  })

  it('a moment is the one at which the clock shows that time, or the end of the skip', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), moment, (zone, now) => {
        const shown = localTimeAt(now, zone)
        const back = momentOf(shown, zone)
        expect(localTimeAt(back, zone)).toEqual(shown)
        // The first of two.
        expect(back).toBeLessThanOrEqual(now)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['Asia/Tokyo', true],
    ['UTC', true],
    ['Asia/Tokio', false],
    ['+09:00', false],
    ['', false],
    ['Asia/Tokyo\n', false],
  ])('%j is a zone: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected)
  })
})
