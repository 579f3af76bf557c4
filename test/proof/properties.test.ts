import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKey } from '../../src/model/address.ts'
import type { IkeSa, SaReading } from '../../src/model/facts.ts'
import { judge } from '../../src/proof/judge.ts'
import { resumeWatch } from '../../src/proof/resume.ts'
import { endsIn } from '../../src/proof/unreadable.ts'
import { beginWatch, observe } from '../../src/proof/watch.ts'
import { A, B, C, openTarget, outside, target } from './build.ts'

const peers = [A, B, C, outside]
const targets = [
  target('VPN', [A]),
  target('outside_map/10', [B, C], { policyBased: true }),
  openTarget('DMVPN'),
]
const others = [target('SPARE', [C])]

const anySa: fc.Arbitrary<IkeSa> = fc.record(
  {
    version: fc.constantFrom<1 | 2>(1, 2),
    identity: fc.constantFrom('1', '2', '3'),
    peer: fc.constantFrom(...peers),
    state: fc.constant('QM_IDLE'),
    established: fc.boolean(),
    halfOpen: fc.boolean(),
    role: fc.constantFrom<IkeSa['role']>('initiator', 'responder', 'unknown'),
    ageSeconds: fc.nat({ max: 500 }),
    remainingSeconds: fc.nat({ max: 86_400 }),
    evidence: fc.string({ maxLength: 5 }),
  },
  { requiredKeys: ['version', 'state', 'established', 'halfOpen', 'role', 'evidence'] },
)
const anyReading: fc.Arbitrary<SaReading> = fc.record({
  sas: fc.array(anySa, { maxLength: 6 }),
  unreadable: fc.array(fc.oneof(fc.constantFrom(...peers), fc.string({ maxLength: 8 })), { maxLength: 2 }),
  upWithoutIke: fc.subarray(peers, { maxLength: 2 }),
})
const anyPolls = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), anyReading), { maxLength: 6 })
  .map((steps) => {
    let at = 0
    return steps.map(([wait, reading]) => {
      at += wait * 1000
      return { reading, afterPushMs: at }
    })
  })

describe('whatever a device lists', () => {
  it('every peer of a target stands in exactly one count, and a verdict agrees with its counts', () => {
    fc.assert(
      fc.property(anyReading, anyPolls, fc.boolean(), (before, polls, lifeOnly) => {
        const watch = resumeWatch({ readingBefore: before, readingsSince: polls }, targets, others)
        for (const verdict of judge(watch, { lostAfterMs: 90_000, lifeOnly }).targets) {
          const { peers: all, proven, waiting, atRisk, idle, lost, ambiguous = 0 } = verdict.coverage
          expect(proven + waiting + atRisk + idle + lost + ambiguous).toBe(all)
          expect(lost > 0).toBe(verdict.verdict === 'lost')
          expect(
            verdict.contradictedBy === undefined || ['contradicted', 'lost'].includes(verdict.verdict),
          ).toBe(true)
          expect(new Set(verdict.roles.map((row) => row.peer)).size).toBe(all)
          if (verdict.verdict !== 'verified') continue
          expect(lost + verdict.missing.length).toBe(0)
          if (!lifeOnly) expect(proven).toBeGreaterThan(0)
          if (!lifeOnly) expect(atRisk).toBe(0)
        }
      }),
    )
  })

  it('an SA of the reading before the push is never fresh while its lifetime only runs down', () => {
    fc.assert(
      fc.property(fc.array(anySa, { maxLength: 6 }), fc.integer({ min: 0, max: 500 }), (sas, atSeconds) => {
        const known = sas.map((sa) => ({ ...sa, ageSeconds: 1000 }))
        const later = known.map((sa) =>
          sa.remainingSeconds === undefined
            ? sa
            : { ...sa, remainingSeconds: Math.max(0, sa.remainingSeconds - atSeconds) },
        )
        const begun = beginWatch({ before: { sas: known, unreadable: [] }, targets, others })
        const watch = observe(begun, { sas: later, unreadable: [] }, atSeconds * 1000)
        expect(watch.sas.filter((seen) => seen.fresh)).toEqual([])
      }),
    )
  })

  it('a watch does not change when a later reading is taken into it', () => {
    fc.assert(
      fc.property(anyReading, anyReading, (before, reading) => {
        const begun = beginWatch({ before, targets, others })
        const verdict = JSON.stringify(judge(begun, { lostAfterMs: 90_000 }))
        observe(begun, reading, 2000)
        expect(JSON.stringify(judge(begun, { lostAfterMs: 90_000 }))).toBe(verdict)
      }),
    )
  })

  it('remembers no more than the peers and SAs that were listed before and last', () => {
    fc.assert(
      fc.property(anyReading, anyPolls, (before, polls) => {
        const watch = resumeWatch({ readingBefore: before, readingsSince: polls }, targets, others)
        const listed = before.sas.length + (polls[0]?.reading.sas.length ?? 0)
        // What stood in a row that could not be read before the push is remembered when it can be read.
        const hidden = endsIn(before.unreadable)
        const shownSince = polls
          .flatMap(({ reading: { sas } }) => sas)
          .filter(({ peer }) => peer !== undefined && hidden.has(addressKey(peer)))
        expect(watch.old.size).toBeLessThanOrEqual(listed + shownSince.length)
        const up = before.sas.length + (before.upWithoutIke?.length ?? 0)
        expect(watch.before.size).toBeLessThanOrEqual(up)
        expect(watch.sas.length).toBeLessThanOrEqual((polls.at(-1)?.reading ?? before).sas.length)
      }),
    )
  })
})
