import { describe, expect, it } from 'vitest'
import type { FreezePeriod } from '../../../src/model/remediation.ts'
import { freezeAhead, freezeAt, thawsAt } from '../../../src/workflow/rollout/freeze.ts'
import { windowsAt } from '../../../src/workflow/rollout/window.ts'

const ms = (iso: string): number => Date.parse(iso)
const window = (from: string, to: string, timezone = 'UTC') => ({ from, to, timezone })

describe('several windows', () => {
  const [night, shift] = [window('22:00', '04:00'), window('02:00', '03:00')]

  it('are open together until the first of them ends', () => {
    expect(windowsAt([night, shift], ms('2026-11-25T02:10:00Z'))).toEqual({
      open: true,
      window: shift,
      endsAtMs: ms('2026-11-25T03:00:00Z'),
    })
  })

  it('are closed until all of them are open, and name one that is closed', () => {
    expect(windowsAt([night, shift], ms('2026-11-24T23:00:00Z'))).toEqual({
      open: false,
      window: shift,
      opensAtMs: ms('2026-11-25T02:00:00Z'),
    })
  })

  it('may never be open together', () => {
    const state = windowsAt([window('01:00', '02:00'), window('03:00', '04:00')], ms('2026-11-24T01:30:00Z'))
    expect(state).toEqual({ open: false, window: window('03:00', '04:00') })
  })

  it('that are none at all never end', () => {
    expect(windowsAt([], 0)).toEqual({ open: true, endsAtMs: Number.POSITIVE_INFINITY })
  })
})

describe('a freeze', () => {
  const period: FreezePeriod = {
    from: '2026-12-20',
    until: '2027-01-05',
    timezone: 'Asia/Tokyo',
    reason: 'x',
  }

  it.each([
    ['2026-12-19T14:59:59Z', false],
    ['2026-12-19T15:00:00Z', true],
    ['2027-01-05T14:59:59Z', true],
    ['2027-01-05T15:00:00Z', false],
  ])('holds both of its days by the calendar of its place: %s %s', (now, holds) => {
    expect(freezeAt([period], ms(now)) === period).toBe(holds)
  })

  it('ends with its last day', () => {
    expect(thawsAt(period)).toBe(ms('2027-01-05T15:00:00Z'))
  })

  it('is seen coming, the earliest of several, and not when it has begun', () => {
    const later = { ...period, from: '2026-12-21' }
    const from = ms('2026-12-19T14:00:00Z')
    expect(freezeAhead([later, period], from, ms('2026-12-21T00:00:00Z'))).toEqual({
      period,
      beginsAtMs: ms('2026-12-19T15:00:00Z'),
    })
    expect(freezeAhead([period], from, ms('2026-12-19T14:59:00Z'))).toBeUndefined()
    expect(freezeAhead([period], ms('2026-12-19T15:00:00Z'), ms('2026-12-21T00:00:00Z'))).toBeUndefined()
  })
})
