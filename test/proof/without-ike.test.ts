import { describe, expect, it } from 'vitest'
import type { IkeSa, SaReading } from '../../src/model/facts.ts'
import { rolesBefore } from '../../src/proof/roles-before.ts'
import { A, B, firstOf, openTarget, ours, reading, target, theirs } from './build.ts'

const lapsed = (peers: readonly string[], ...sas: readonly IkeSa[]): SaReading => ({
  ...reading(...sas),
  upWithoutIke: peers,
})
const gone = reading()

describe('a peer whose session is up by IPsec SAs while its IKE SA has lapsed', () => {
  it('is neither lost nor missing, however long it lasts', () => {
    const polls = [2, 95, 200, 400].map((at) => [at, lapsed([A])] as const)
    expect(firstOf({ before: reading(theirs(A, { id: '1' })), polls })).toMatchObject({
      verdict: 'unproven',
      lost: [],
      missing: [],
      findings: [],
    })
  })

  it('waits where it had started its last IKE SA, and the row says what is up', () => {
    const polls = [[2, lapsed([A])]] as const
    const verdict = firstOf({ before: reading(theirs(A, { id: '1' })), polls })
    expect(verdict.coverage).toMatchObject({ waiting: 1, atRisk: 0, proven: 0 })
    expect(verdict.roles).toMatchObject([{ peer: A, reading: 'no-sa', proof: 'waiting' }])
    expect(verdict.roles[0]?.evidence).toContain('UP-NO-IKE')
    expect(verdict.completeByMs).toBeUndefined()
  })

  it('is at risk where this device had started it', () => {
    const polls = [[2, lapsed([A])]] as const
    const verdict = firstOf({ before: reading(ours(A, { id: '1' })), polls })
    expect(verdict.coverage).toMatchObject({ waiting: 0, atRisk: 1 })
    expect(verdict.roles).toMatchObject([{ proof: 'at-risk' }])
  })

  it('is not proven any more by a fresh SA that has lapsed', () => {
    const polls = [
      [2, gone],
      [70, reading(theirs(A, { id: '2' }))],
      [100, lapsed([A])],
    ] as const
    expect(firstOf({ before: reading(theirs(A, { id: '1' })), polls })).toMatchObject({
      verdict: 'unproven',
      coverage: { proven: 0, waiting: 1 },
    })
  })

  it('does not keep a target from being verified by another peer when it starts itself', () => {
    const targets = [target('VPN', [A, B])]
    const before = reading(theirs(A, { id: '1' }), theirs(B, { id: '2' }))
    const polls = [[2, lapsed([A], theirs(B, { id: '3' }))]] as const
    expect(firstOf({ targets, before, polls }).verdict).toBe('verified')
  })

  it('has its absence counted from when the session is down as well', () => {
    const polls = [
      [2, lapsed([A])],
      [95, lapsed([A])],
      [125, gone],
      [155, gone],
    ] as const
    const before = reading(theirs(A, { id: '1' }))
    expect(firstOf({ before, polls })).toMatchObject({ lost: [], missing: [A] })
    expect(firstOf({ before, polls: [...polls, [215, gone]] }).lost).toEqual([A])
  })

  it('is rekeyed, not contradicted, when this device then starts an IKE SA', () => {
    const own = reading(ours(A, { id: '9' }))
    const polls = [
      [2, lapsed([A])],
      [70, lapsed([A])],
      [100, own],
      [130, own],
    ] as const
    const verdict = firstOf({ before: reading(theirs(A, { id: '1' })), polls })
    expect(verdict.verdict).toBe('unproven')
    expect(verdict.findings.map((finding) => finding.code)).toEqual(['ROLE_REKEYED_HERE'])
  })

  it('is lost when it was so before the push and then has neither', () => {
    const polls = [
      [2, gone],
      [95, gone],
    ] as const
    const verdict = firstOf({ before: lapsed([A]), polls })
    expect(verdict).toMatchObject({ verdict: 'lost', lost: [A] })
    expect(verdict.findings[0]?.message).toContain('was up by its IPsec SAs before the push')
  })

  it('is at risk where a tunnel that takes any peer has it', () => {
    const targets = [openTarget('DMVPN')]
    expect(firstOf({ targets, before: gone, polls: [[2, lapsed([A])]] }).coverage).toMatchObject({
      peers: 1,
      atRisk: 1,
    })
  })

  it('is alive for the wish bidirectional', () => {
    const polls = [[2, lapsed([A])]] as const
    const rules = { lifeOnly: true }
    expect(firstOf({ before: reading(theirs(A, { id: '1' })), polls, rules }).verdict).toBe('verified')
  })

  it('says so in the roles before any change', () => {
    const [row] = rolesBefore(lapsed([A]), [target('VPN', [A])])
    expect(row).toMatchObject({ reading: 'no-sa', proof: 'not-on-record' })
    expect(row?.evidence).toContain('UP-NO-IKE')
  })
})
