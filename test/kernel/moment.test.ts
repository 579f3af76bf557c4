import { describe, expect, it } from 'vitest'
import { formatMoment, isoMoment } from '../../src/kernel/moment.ts'

describe('a moment for people', () => {
  it.each([
    [0, '1970-01-01 00:00 UTC'],
    [8.64e15, '+275760-09-13 00'],
    [8.64e15 + 1, 'a time that no calendar has'],
    [1e300, 'a time that no calendar has'],
    [Number.NaN, 'a time that no calendar has'],
    [Number.NEGATIVE_INFINITY, 'a time that no calendar has'],
  ])('%d is told whatever a device or a record says: %s', (ms, text) => {
    expect(formatMoment(ms).startsWith(text)).toBe(true)
    expect(isoMoment(ms) === undefined).toBe(text.startsWith('a time'))
  })
})
