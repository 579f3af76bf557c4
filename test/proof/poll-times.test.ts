import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPollMs } from '../../src/proof/poll-times.ts'

function schedule(untilMs: number): readonly number[] {
  const moments: number[] = []
  for (let at = nextPollMs(0); at <= untilMs; at = nextPollMs(at)) moments.push(at / 1000)
  return moments
}

describe('the poll clock', () => {
  it('asks at 2, 5 and 10 seconds, then every 30, then every 60', () => {
    expect(schedule(460_000)).toEqual([2, 5, 10, 40, 70, 100, 130, 160, 190, 220, 250, 280, 310, 370, 430])
  })

  it('skips the moments that a slow poll has used up', () => {
    expect(nextPollMs(7_300)).toBe(10_000)
    expect(nextPollMs(95_000)).toBe(100_000)
    expect(nextPollMs(311_000)).toBe(370_000)
  })

  it('always names a later moment, at most a minute away', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 9 }), (since) => {
        const wait = nextPollMs(since) - since
        expect(wait).toBeGreaterThan(0)
        expect(wait).toBeLessThanOrEqual(60_000)
      }),
    )
  })
})
