import { describe, expect, it } from 'vitest'
import { judge } from '../../src/proof/judge.ts'
import {
  A,
  B,
  firstOf,
  openTarget,
  outside,
  reading,
  target,
  theirs,
  verdictOf,
  watchOf,
  withUnreadable,
} from './build.ts'

const old = theirs(A, { id: '1001' })
const gone = reading()

describe('a peer that had an SA before the push', () => {
  it('is missing, not lost, until it has had none for lostAfter; the target is unproven meanwhile', () => {
    const verdict = verdictOf({
      before: reading(old),
      polls: [
        [2, gone],
        [91, gone],
      ],
    })
    expect(verdict.targets[0]).toMatchObject({ verdict: 'unproven', missing: [A], lost: [], findings: [] })
    expect(verdict.undecided).toBe(true)
  })

  it('is lost when readings showed for lostAfter that it has none', () => {
    const verdict = firstOf({
      before: reading(old),
      polls: [
        [2, gone],
        [92, gone],
      ],
    })
    expect(verdict).toMatchObject({ verdict: 'lost', missing: [], lost: [A], coverage: { lost: 1 } })
    expect(verdict.findings).toMatchObject([
      { code: 'PEER_LOST', severity: 'block', target: 'VPN', evidence: old.evidence },
    ])
    expect(verdict.findings[0]?.message).toContain('for 1m 30s')
    expect(verdict.roles).toMatchObject([{ peer: A, protocol: 'none', reading: 'no-sa', proof: 'lost' }])
  })

  it('is lost by the time since the first reading without one, not since the last one with it', () => {
    const polls = [
      [2, reading(old)],
      [100, reading(old)],
      [130, gone],
      [190, gone],
    ] as const
    expect(firstOf({ before: reading(old), polls }).verdict).toBe('unproven')
    expect(firstOf({ before: reading(old), polls: [...polls, [220, gone]] }).verdict).toBe('lost')
  })

  it('is not lost by time in which the device could not be asked', () => {
    const watch = watchOf({ before: reading(old), polls: [[40, gone]] })
    expect(judge(watch, { lostAfterMs: 90_000 }).targets[0]).toMatchObject({
      lost: [],
      missing: [A],
    })
  })

  it('is not lost while only a half-open attempt hides its absence no longer than lostAfter', () => {
    const half = reading(theirs(A, { id: '1002', halfOpen: true }))
    expect(
      firstOf({
        before: reading(old),
        polls: [
          [2, half],
          [60, half],
        ],
      }).missing,
    ).toEqual([A])
    expect(
      firstOf({
        before: reading(old),
        polls: [
          [2, half],
          [95, half],
        ],
      }).lost,
    ).toEqual([A])
  })

  it('is found again when it comes back, even after it was lost', () => {
    const polls = [
      [2, gone],
      [95, gone],
      [100, reading(theirs(A, { id: '1002' }))],
    ] as const
    expect(firstOf({ before: reading(old), polls })).toMatchObject({ verdict: 'verified', lost: [] })
  })

  it('is lost by lostAfter of seen absence also after a pause in which nobody looked', () => {
    const polls = [
      [10, reading(old)],
      [80_000, gone],
      [80_010, gone],
    ] as const
    const first = verdictOf({ before: reading(old), polls })
    expect(first.targets[0]).toMatchObject({ verdict: 'unproven', missing: [A] })
    expect(first.undecided).toBe(true)
    expect(firstOf({ before: reading(old), polls: [...polls, [80_090, gone]] }).verdict).toBe('lost')
  })

  it('has its absence counted anew where nobody looked for long since it was missed', () => {
    const polls = [
      [10, gone],
      [80_000, gone],
    ] as const
    expect(firstOf({ before: reading(old), polls })).toMatchObject({ lost: [], missing: [A] })
    expect(firstOf({ before: reading(old), polls: [...polls, [80_090, gone]] }).lost).toEqual([A])
  })

  it('is neither absent nor alive while its row cannot be read', () => {
    const torn = withUnreadable([`${A}  203.0.113.1  QM_I`])
    const polls = [
      [2, torn],
      [95, torn],
      [125, torn],
    ] as const
    const verdict = firstOf({ before: reading(old), polls })
    expect(verdict).toMatchObject({ verdict: 'unproven', missing: [], lost: [], coverage: { atRisk: 1 } })
    expect(verdict.roles).toMatchObject([
      { reading: 'unreadable', proof: 'ambiguous', evidence: torn.unreadable[0] },
    ])
  })

  it('has its absence counted from the last row that could not be read', () => {
    const torn = withUnreadable([`${A}  203.0.113.1  QM_I`])
    const polls = [
      [2, gone],
      [95, torn],
      [125, gone],
      [155, gone],
    ] as const
    expect(firstOf({ before: reading(old), polls })).toMatchObject({ lost: [], missing: [A] })
  })

  it('is absent although another row cannot be read', () => {
    const torn = withUnreadable(['203.0.113.250  203.0.113.1  QM_I'])
    expect(
      firstOf({
        before: reading(old),
        polls: [
          [2, torn],
          [95, torn],
        ],
      }).verdict,
    ).toBe('lost')
  })
})

describe('a peer without an SA before the push', () => {
  it('is idle and never lost', () => {
    const verdict = firstOf({
      before: gone,
      polls: [
        [2, gone],
        [5000, gone],
      ],
    })
    expect(verdict).toMatchObject({
      verdict: 'unproven',
      coverage: { peers: 1, idle: 1, lost: 0 },
      findings: [],
    })
  })

  it('is idle when only half open before the push', () => {
    const before = reading(theirs(A, { id: '1', halfOpen: true }))
    expect(
      firstOf({
        before,
        polls: [
          [2, gone],
          [200, gone],
        ],
      }).coverage.idle,
    ).toBe(1)
  })

  it('counts as proven when it comes up as starter', () => {
    const polls = [
      [2, gone],
      [40, reading(theirs(A, { id: '1001' }))],
    ] as const
    expect(firstOf({ before: gone, polls })).toMatchObject({ verdict: 'verified', coverage: { proven: 1 } })
  })
})

describe('a policy-based ASA entry', () => {
  const targets = [target('outside_map/10', [A], { policyBased: true })]
  const before = reading(old)

  it('warns of a loss later than ten minutes after the push: the idle timeout ends sessions too', () => {
    const polls = [
      [2, reading(old)],
      [601, reading(old)],
      [661, gone],
      [751, gone],
    ] as const
    const verdict = verdictOf({ targets, before, polls })
    expect(verdict.targets[0]).toMatchObject({ verdict: 'unproven', lost: [], missing: [A] })
    expect(verdict.targets[0]?.findings).toMatchObject([{ code: 'PEER_LOST', severity: 'warn' }])
    expect(verdict.undecided).toBe(false)
  })

  it('loses a peer in the first ten minutes like any other', () => {
    const polls = [
      [2, reading(old)],
      [550, reading(old)],
      [610, gone],
      [700, gone],
    ] as const
    expect(firstOf({ targets, before, polls }).verdict).toBe('lost')
  })
})

describe('where a target takes any peer', () => {
  it('every peer that no tunnel lists is its own, and lost like any other', () => {
    const before = reading(old, theirs(outside, { id: '1009' }))
    const polls = [
      [2, gone],
      [95, gone],
    ] as const
    const [dmvpn] = verdictOf({ targets: [openTarget('DMVPN')], before, polls }).targets
    expect(dmvpn).toMatchObject({ lost: [A, outside], outsidersLost: [] })
  })
})

describe('the wish bidirectional', () => {
  const rules = { lifeOnly: true }

  it('is proven by life alone', () => {
    expect(firstOf({ before: reading(old), polls: [[2, reading(old)]], rules }).verdict).toBe('verified')
    expect(firstOf({ before: gone, polls: [[2, gone]], rules }).verdict).toBe('verified')
  })

  it('is not proven before the first reading, nor while a peer is missing', () => {
    expect(firstOf({ before: reading(old), rules }).verdict).toBe('unproven')
    expect(firstOf({ before: reading(old), polls: [[2, gone]], rules }).verdict).toBe('unproven')
  })

  it('loses peers like any other, and blames no role', () => {
    expect(
      firstOf({
        before: reading(old),
        polls: [
          [2, gone],
          [95, gone],
        ],
        rules,
      }).verdict,
    ).toBe('lost')
    const own = reading({ ...old, identity: '1002', role: 'initiator' })
    const polls = [
      [70, gone],
      [100, own],
      [130, own],
    ] as const
    expect(firstOf({ before: gone, polls, rules })).toMatchObject({ verdict: 'verified', findings: [] })
  })
})

describe('several targets of one device', () => {
  it('have verdicts of their own', () => {
    const targets = [target('VPN', [A]), target('BRANCH', [B])]
    const before = reading(old, theirs(B, { id: '1005' }))
    const now = reading(theirs(B, { id: '1006' }))
    expect(
      verdictOf({
        targets,
        before,
        polls: [
          [2, now],
          [95, now],
        ],
      }).targets,
    ).toMatchObject([
      { name: 'VPN', verdict: 'lost' },
      { name: 'BRANCH', verdict: 'verified' },
    ])
  })

  it('are all lost with a peer that belongs to each of them', () => {
    const targets = [target('outside_map/10', [A]), target('outside_map/20', [A])]
    const verdicts = verdictOf({
      targets,
      before: reading(old),
      polls: [
        [2, gone],
        [95, gone],
      ],
    }).targets
    expect(verdicts.map((verdict) => verdict.verdict)).toEqual(['lost', 'lost'])
  })
})
