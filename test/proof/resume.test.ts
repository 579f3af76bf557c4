import { describe, expect, it } from 'vitest'
import { judge } from '../../src/proof/judge.ts'
import { resumeWatch } from '../../src/proof/resume.ts'
import { observe } from '../../src/proof/watch.ts'
import { A, reading, target, theirs } from './build.ts'

const day = 86_400_000
const record = {
  readingBefore: reading(theirs(A, { id: '1001', remainingSeconds: 4000 })),
  readingsSince: [
    {
      afterPushMs: 2000,
      reading: reading(theirs(A, { id: '1001' }), theirs(A, { id: '1002', halfOpen: true })),
    },
    { afterPushMs: 5000, reading: reading(theirs(A, { id: '1001' })) },
  ],
}

describe('a watch that goes on in a later run', () => {
  it('still compares with the reading before the push', () => {
    const resumed = resumeWatch(record, [target('VPN', [A])], [])
    const verdictAfter = (id: string): string | undefined =>
      judge(observe(resumed, reading(theirs(A, { id })), day), { lostAfterMs: 90_000 }).targets[0]?.verdict
    expect(verdictAfter('1001')).toBe('unproven')
    expect(verdictAfter('1007')).toBe('verified')
  })

  it('still knows which SA was half open just after the push', () => {
    const resumed = observe(
      resumeWatch(record, [target('VPN', [A])], []),
      reading(theirs(A, { id: '1002' })),
      day,
    )
    expect(judge(resumed, { lostAfterMs: 90_000 }).targets[0]?.coverage).toMatchObject({
      proven: 0,
      waiting: 1,
    })
  })

  it('knows no more than the reading before where nothing was recorded since', () => {
    const bare = resumeWatch({ ...record, readingsSince: [] }, [target('VPN', [A])], [])
    expect(judge(bare, { lostAfterMs: 90_000 }).targets[0]?.verdict).toBe('unproven')
  })
})
