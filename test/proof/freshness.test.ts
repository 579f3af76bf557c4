import { describe, expect, it } from 'vitest'
import { A, B, firstOf, ours, reading, target, theirs, watchOf } from './build.ts'

/** Whether each SA of the last poll is fresh, in the order in which it was listed. */
const fresh = (timeline: Parameters<typeof watchOf>[0]): readonly boolean[] =>
  watchOf(timeline).sas.map((seen) => seen.fresh)

describe('with an identity printed, an SA is fresh', () => {
  it('when the reading before the push did not list it', () => {
    const before = reading(theirs(A, { id: '1001' }))
    expect(
      fresh({ before, polls: [[2, reading(theirs(A, { id: '1001' }), theirs(A, { id: '1002' }))]] }),
    ).toEqual([false, true])
  })

  it('never when it was half open just after the push', () => {
    const polls = [
      [2, reading(theirs(A, { id: '1002', halfOpen: true }))],
      [5, reading(theirs(A, { id: '1002', remainingSeconds: 86_399 }))],
      [10, reading(theirs(A, { id: '1002', remainingSeconds: 86_394 }))],
    ] as const
    expect(fresh({ before: reading(), polls })).toEqual([false])
  })

  it('when it was half open only in a later poll', () => {
    const polls = [
      [2, reading()],
      [5, reading(theirs(A, { id: '1002', halfOpen: true }))],
      [10, reading(theirs(A, { id: '1002' }))],
    ] as const
    expect(fresh({ before: reading(), polls })).toEqual([true])
  })

  it('never when it was half open before the push, whatever lifetime it then gets', () => {
    const before = reading(ours(A, { id: '7', halfOpen: true, remainingSeconds: 0 }))
    expect(fresh({ before, polls: [[2, reading(ours(A, { id: '7', remainingSeconds: 86_400 }))]] })).toEqual([
      false,
    ])
  })

  it('when its remaining lifetime went up under a reused tunnel-id, and stays so', () => {
    const before = reading(theirs(A, { id: '1', version: 2, remainingSeconds: 400 }))
    const polls = [
      [2, reading(theirs(A, { id: '1', version: 2, remainingSeconds: 398 }))],
      [5, reading(theirs(A, { id: '1', version: 2, remainingSeconds: 86_399 }))],
      [10, reading(theirs(A, { id: '1', version: 2, remainingSeconds: 86_394 }))],
    ] as const
    expect(fresh({ before, polls: polls.slice(0, 1) })).toEqual([false])
    expect(fresh({ before, polls: polls.slice(0, 2) })).toEqual([true])
    expect(fresh({ before, polls })).toEqual([true])
  })

  it('when it ends long after the old one of that identity must have: a device that booted counts from one again', () => {
    const before = reading(theirs(A, { id: '1001', remainingSeconds: 86_000 }))
    const polls = [
      [60_000, reading(theirs(A, { id: '1001', remainingSeconds: 26_000 }))],
      [70_000, reading(theirs(A, { id: '1001', remainingSeconds: 80_000 }))],
      [72_000, reading(theirs(A, { id: '1001', remainingSeconds: 78_000 }))],
    ] as const
    expect(fresh({ before, polls: polls.slice(0, 1) })).toEqual([false])
    // The lifetime that is left is less than it was before the push: what tells is when it ends.
    expect(fresh({ before, polls: polls.slice(1, 2) })).toEqual([true])
    expect(fresh({ before, polls })).toEqual([true])
  })

  it('never because the clock of the device runs a little slower than ours', () => {
    const before = reading(theirs(A, { id: '1001', remainingSeconds: 86_000 }))
    expect(
      fresh({ before, polls: [[80_000, reading(theirs(A, { id: '1001', remainingSeconds: 6_120 }))]] }),
    ).toEqual([false])
  })

  it('never by the lifetime of an attempt, which has not begun to run', () => {
    const before = reading(theirs(A, { id: '1', version: 2, remainingSeconds: 400 }))
    const attempt = reading(theirs(A, { id: '1', version: 2, halfOpen: true, remainingSeconds: 86_400 }))
    expect(fresh({ before, polls: [[10, attempt]] })).toEqual([false])
  })

  it('when another peer holds a tunnel-id that was in use', () => {
    const before = reading(theirs(A, { id: '1', version: 2 }))
    const targets = [target('VPN', [A, B])]
    expect(fresh({ targets, before, polls: [[2, reading(theirs(B, { id: '1', version: 2 }))]] })).toEqual([
      true,
    ])
  })

  it('never when it was listed before the push, with ends of which nobody knew which one was the peer', () => {
    const nobody = theirs(A, { id: '1001', remainingSeconds: 400 })
    const { peer: _, ...endsUnknown } = { ...nobody, role: 'unknown' as const }
    const polls = [
      [5, reading({ ...nobody, remainingSeconds: 395 })],
      [10, reading({ ...nobody, remainingSeconds: 390 })],
    ] as const
    expect(fresh({ before: reading(endsUnknown), polls })).toEqual([false])
    const anew = [[5, reading(theirs(A, { id: '1002' }))]] as const
    expect(fresh({ before: reading(endsUnknown), polls: anew })).toEqual([true])
  })

  it('by its identity even when its age says otherwise: the device may count from elsewhere', () => {
    const before = reading(theirs(A, { id: '1001' }))
    expect(fresh({ before, polls: [[10, reading(theirs(A, { id: '1002', ageSeconds: 500 }))]] })).toEqual([
      true,
    ])
    expect(fresh({ before, polls: [[10, reading(theirs(A, { id: '1001', ageSeconds: 1 }))]] })).toEqual([
      false,
    ])
  })

  it('never when an old one is listed again after a poll that missed it', () => {
    const before = reading(theirs(A, { id: '1001', remainingSeconds: 500 }))
    const polls = [
      [2, reading()],
      [5, reading(theirs(A, { id: '1001', remainingSeconds: 495 }))],
    ] as const
    expect(fresh({ before, polls })).toEqual([false])
  })
})

describe('without an identity, an SA is fresh', () => {
  it('when its age is less than the time since the push', () => {
    const before = reading(theirs(A, { ageSeconds: 3000 }))
    expect(fresh({ before, polls: [[10, reading(theirs(A, { ageSeconds: 9 }))]] })).toEqual([true])
    expect(fresh({ before, polls: [[10, reading(theirs(A, { ageSeconds: 10 }))]] })).toEqual([false])
    expect(fresh({ before: reading(), polls: [[10, reading(theirs(A, { ageSeconds: 11 }))]] })).toEqual([
      false,
    ])
  })

  it('when its remaining lifetime went up, also beside the old one', () => {
    const before = reading(theirs(A, { remainingSeconds: 400 }))
    const polls = [
      [5, reading(theirs(A, { remainingSeconds: 395 }), theirs(A, { remainingSeconds: 28_799 }))],
      [10, reading(theirs(A, { remainingSeconds: 390 }), theirs(A, { remainingSeconds: 28_794 }))],
      [40, reading(theirs(A, { remainingSeconds: 28_764 }))],
    ] as const
    expect(fresh({ before, polls: polls.slice(0, 1) })).toEqual([false, true])
    expect(fresh({ before, polls: polls.slice(0, 2) })).toEqual([false, true])
    expect(fresh({ before, polls })).toEqual([true])
  })

  it('never by the lifetime of another old SA of the same kind', () => {
    const before = reading(theirs(A, { remainingSeconds: 9000 }), theirs(A, { remainingSeconds: 400 }))
    const now = reading(theirs(A, { remainingSeconds: 8990 }), theirs(A, { remainingSeconds: 390 }))
    expect(fresh({ before, polls: [[10, now]] })).toEqual([false, false])
  })

  it('when no SA of that role stood with that peer: an SA keeps its role', () => {
    const mine = ours(A, { remainingSeconds: 400 })
    const now = reading({ ...mine, remainingSeconds: 398 }, theirs(A, { remainingSeconds: 86_399 }))
    expect(fresh({ before: reading(mine), polls: [[2, now]] })).toEqual([false, true])
  })

  it('never by its role alone: neither age nor lifetime is printed', () => {
    const polls = [
      [2, reading(ours(A), theirs(A))],
      [70, reading(theirs(A))],
    ] as const
    expect(fresh({ before: reading(ours(A)), polls: polls.slice(0, 1) })).toEqual([false, false])
    expect(fresh({ before: reading(ours(A)), polls })).toEqual([false])
    expect(fresh({ before: reading(), polls })).toEqual([false])
  })

  it('never when nothing is printed that tells it from the one before', () => {
    expect(
      fresh({
        before: reading(theirs(A)),
        polls: [
          [2, reading(theirs(A))],
          [400, reading(theirs(A))],
        ],
      }),
    ).toEqual([false])
  })
})

describe('an identity that was not printed before', () => {
  it('makes no SA fresh while one of the same kind stood there without', () => {
    const now = [
      [2, reading(theirs(A, { id: '1007', remainingSeconds: 390 }))],
      [40, reading(theirs(A, { id: '1007', remainingSeconds: 352 }))],
    ] as const
    expect(fresh({ before: reading(theirs(A)), polls: now })).toEqual([false])
    expect(fresh({ before: reading(theirs(A, { remainingSeconds: 392 })), polls: now })).toEqual([false])
  })

  it('leaves it to a lifetime that went up', () => {
    const before = reading(theirs(A, { remainingSeconds: 392 }))
    const polls = [
      [2, reading(theirs(A, { id: '1007', remainingSeconds: 86_399 }))],
      [86_300, reading(theirs(A, { id: '1007', remainingSeconds: 100 }))],
    ] as const
    expect(fresh({ before, polls })).toEqual([true])
  })

  it('says nothing of an attempt, nor of the other role', () => {
    const polls = [[70, reading(theirs(A, { id: '1007' }))]] as const
    expect(fresh({ before: reading(theirs(A, { halfOpen: true })), polls })).toEqual([true])
    expect(fresh({ before: reading(ours(A)), polls })).toEqual([true])
  })
})

describe('the end of the last old SA', () => {
  it('is the longest remaining lifetime of the old SAs that are still listed', () => {
    const before = reading(
      theirs(A, { id: '1', remainingSeconds: 7200 }),
      theirs(B, { id: '2', remainingSeconds: 3600 }),
    )
    const targets = [target('VPN', [A, B])]
    expect(firstOf({ targets, before }).completeByMs).toBe(7_200_000)
    const polls = [[10, reading(theirs(B, { id: '2', remainingSeconds: 3591 }))]] as const
    expect(firstOf({ targets, before, polls }).completeByMs).toBe(3_600_000)
  })

  it('is not known when one old SA prints no lifetime', () => {
    const before = reading(theirs(A, { id: '1', remainingSeconds: 7200 }), theirs(A, { id: '2' }))
    expect(firstOf({ before }).completeByMs).toBeUndefined()
  })

  it('is absent when only fresh SAs are left', () => {
    const before = reading(theirs(A, { id: '1', remainingSeconds: 7200 }))
    const polls = [[10, reading(theirs(A, { id: '2', remainingSeconds: 86_000 }))]] as const
    expect(firstOf({ before, polls }).completeByMs).toBeUndefined()
  })
})
