import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../src/kernel/duration.ts'

describe('a written duration', () => {
  it.for([
    ['1s', 1000],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['9999999s', 9_999_999_000],
  ] as const)('%s is %d ms', ([text, ms]) => expect(parseDuration(text)).toBe(ms))

  it.for([
    '',
    '0s',
    '05m',
    '5',
    'm',
    '5 m',
    ' 5m',
    '5m ',
    '5M',
    '1.5h',
    '-5m',
    '5m30s',
    '5ms',
    '10000000s',
    '٥m',
  ])('is not %j', (text) => expect(parseDuration(text)).toBeUndefined())
})

describe('a duration for people', () => {
  it.for([
    [0, '0s'],
    [-5000, '0s'],
    [499, '0s'],
    [500, '1s'],
    [6000, '6s'],
    [59_999, '1m'],
    [250_000, '4m 10s'],
    [3_600_000, '1h'],
    [3_605_000, '1h'],
    [83_100_000, '23h 5m'],
    [86_400_000, '1d'],
    [90_061_000, '1d 1h'],
    [7 * 86_400_000, '7d'],
  ] as const)('of %d ms is %s', ([ms, text]) => expect(formatDuration(ms)).toBe(text))

  it('of one unit reads back as what it was written as', () => {
    const written = fc.oneof(
      fc.integer({ min: 1, max: 59 }).map((count) => `${count}s`),
      fc.integer({ min: 1, max: 59 }).map((count) => `${count}m`),
      fc.integer({ min: 1, max: 23 }).map((count) => `${count}h`),
      fc.integer({ min: 1, max: 9999 }).map((count) => `${count}d`),
    )
    fc.assert(
      fc.property(written, (text) => {
        expect(formatDuration(parseDuration(text) ?? 0)).toBe(text)
      }),
    )
  })
})
