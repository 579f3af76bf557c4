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
const other = theirs(outside, { id: '1009' })
const gone = reading()
const others = [target('SPARE', [outside])]
const before = reading(old, other)

describe('a peer of another tunnel counts as lost with a target’s peer', () => {
  it.each([
    ['when both are first missed in one poll', [2, 2]],
    ['when it is first missed one poll later', [40, 70]],
    ['when it was first missed one poll earlier', [70, 40]],
  ] as const)('%s', (_, [targetFrom, outsideFrom]) => {
    const polls = [2, 10, 40, 70, 100, 130, 160].map((at) => {
      const alive = [...(at < targetFrom ? [old] : []), ...(at < outsideFrom ? [other] : [])]
      return [at, reading(...alive)] as const
    })
    const first = polls.find(([at]) => at - targetFrom >= 90)
    const verdict = firstOf({ others, before, polls: polls.filter(([at]) => at <= (first?.[0] ?? 0)) })
    expect(verdict).toMatchObject({ verdict: 'lost', lost: [A], outsidersLost: [outside] })
    expect(verdict.findings[0]?.next).toContain(`not only this change: outside the targets ${outside}`)
  })

  it('when one long gap between two polls hid which of them went first', () => {
    const polls = [
      [300, before],
      [600, reading(other)],
      [900, gone],
    ] as const
    expect(firstOf({ others, before, polls }).outsidersLost).toEqual([outside])
  })
})

describe('a peer outside the targets does not excuse a loss', () => {
  const lostAt200 = (outsiders: (at: number) => boolean): Parameters<typeof verdictOf>[0] => ({
    others,
    before,
    polls: [2, 40, 70, 100, 130, 160, 200, 230, 260, 290].map((at) => {
      const alive = [...(at < 200 ? [old] : []), ...(outsiders(at) ? [other] : [])]
      return [at, reading(...alive)] as const
    }),
  })

  it.each([
    ['that ended long before it', (at: number) => at < 40],
    ['that ended long after it', (at: number) => at < 290],
    ['that is back', (at: number) => at !== 200],
    ['that never went', () => true],
  ] as const)('%s', (_, alive) => {
    const verdict = firstOf(lostAt200(alive))
    expect(verdict).toMatchObject({ verdict: 'lost', outsidersLost: [] })
    expect(verdict.findings[0]?.next).not.toContain('not only this change')
  })

  it('that belongs to no tunnel: a remote access user who logged off', () => {
    const polls = [
      [2, gone],
      [95, gone],
    ] as const
    expect(firstOf({ before, polls })).toMatchObject({ verdict: 'lost', outsidersLost: [] })
  })

  it('that a dynamic map entry took: it may be a remote access user as well', () => {
    const dynamic = { ...openTarget('outside_map/65535'), policyBased: true }
    const polls = [
      [2, gone],
      [95, gone],
    ] as const
    expect(firstOf({ others: [dynamic], before, polls }).outsidersLost).toEqual([])
    expect(firstOf({ others: [openTarget('DMVPN2')], before, polls }).outsidersLost).toEqual([outside])
  })

  it('that stands in a row which could not be read', () => {
    const torn = withUnreadable([`${outside}  203.0.113.1  QM_I`])
    const polls = [
      [2, torn],
      [95, torn],
    ] as const
    expect(firstOf({ others, before, polls }).outsidersLost).toEqual([])
  })
})

describe('the peers that were lost with a target’s', () => {
  it('are told per target, by the time of its own loss', () => {
    const targets = [target('VPN', [A]), target('BRANCH', [B])]
    const start = reading(old, theirs(B, { id: '1002' }), other)
    const polls = [
      [2, reading(theirs(B, { id: '1002' }), other)],
      [92, reading(theirs(B, { id: '1002' }), other)],
      [200, gone],
      [290, gone],
    ] as const
    const [vpn, branch] = verdictOf({ targets, others, before: start, polls }).targets
    expect(vpn).toMatchObject({ verdict: 'lost', outsidersLost: [] })
    expect(branch).toMatchObject({ verdict: 'lost', outsidersLost: [outside] })
  })

  it('are none as soon as one of the target’s peers was lost alone', () => {
    const targets = [target('VPN', [A, B])]
    const start = reading(old, theirs(B, { id: '1002' }), other)
    const both = reading(old, other)
    const polls = [
      [2, both],
      [92, both],
      [200, gone],
      [290, gone],
    ] as const
    expect(firstOf({ targets, others, before: start, polls })).toMatchObject({
      lost: [A, B],
      outsidersLost: [],
    })
  })
})

describe('the finding on a lost peer', () => {
  it('is the same at every judgement, so that it is told once', () => {
    const polls = [40, 70, 130, 160, 400].map((at) => [at, gone] as const)
    const told = [3, 4, 5].map((count) => {
      const watch = watchOf({ before, others, polls: polls.slice(0, count) })
      const { targets } = judge(watch, { lostAfterMs: 90_000 })
      return targets.flatMap((each) => each.findings)
    })
    expect(told.map((findings) => findings.length)).toEqual([1, 1, 1])
    expect(new Set(told.flat().map((finding) => finding.message)).size).toBe(1)
    expect(told[0]?.[0]?.message).toContain('has had none for 1m 30s or longer')
  })

  it('stays the same when the peers that were lost with it are back', () => {
    const polls = [
      [2, gone],
      [95, gone],
    ] as const
    const first = firstOf({ before, others, polls }).findings
    const later = firstOf({ before, others, polls: [...polls, [125, reading(other)]] }).findings
    expect(first[0]?.next).toContain('not only this change')
    expect(later[0]?.next).not.toContain('not only this change')
    expect(later[0]?.message).toBe(first[0]?.message)
  })
})
