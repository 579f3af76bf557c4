import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance, clearSas, createWorld, withParties } from '../../mocks/ike.ts'
import { attemptsOf, flowsOf, sasOf } from '../../mocks/ike-view.ts'
import { addressOf, party, roles } from './ike-parties.ts'

const day = { lifetimeMs: 86_400_000 }
const lively = { lifetimeMs: 60_000, renewMs: 6_000 }
describe('two ends of a tunnel', () => {
  it('both may start: an SA in each direction', () => {
    const world = createWorld([party('a', ['b']), party('b', ['a'])], day)
    expect(roles(world, 'a')).toEqual([true, false])
    expect(roles(world, 'b')).toEqual([false, true])
  })

  it('one may start: one SA, started by that end', () => {
    const world = createWorld([party('a', ['b'], { start: false }), party('b', ['a'])], day)
    expect(roles(world, 'a')).toEqual([false])
  })

  it('one lists nobody: it accepts, and never starts', () => {
    const world = createWorld([party('a', [], { any: true }), party('b', ['a'])], day)
    expect(roles(world, 'a')).toEqual([false])
  })

  it('an end that lists somebody else has no tunnel', () => {
    const world = createWorld([party('a', ['c']), party('b', ['a'])], day)
    expect(sasOf(world, 'b')).toEqual([])
  })

  it('different protocols never meet', () => {
    const world = createWorld([party('a', ['b'], { versions: [2] }), party('b', ['a'])], day)
    expect(sasOf(world, 'a')).toEqual([])
  })

  it('a silent end: nothing comes up, and the other tries in vain', () => {
    const world = createWorld([party('a', ['b']), party('b', ['a'], { start: false, answer: false })], day)
    expect(sasOf(world, 'a')).toEqual([])
    expect(attemptsOf(world, 'a').map((attempt) => attempt.peer)).toEqual(['10.0.0.2'])
    expect(attemptsOf(world, 'b')).toEqual([])
  })

  it('an end that may only start is never called', () => {
    const world = createWorld([party('a', ['b'], { answer: false }), party('b', ['a'])], day)
    expect(roles(world, 'a')).toEqual([true])
  })
})

describe('time', () => {
  it('an SA that expires comes back from the end that may still start', () => {
    const before = createWorld([party('a', ['b']), party('b', ['a'])], { lifetimeMs: 60_000 })
    const changed = withParties(before, [party('a', ['b'], { start: false }), party('b', ['a'])])
    expect(roles(changed, 'a')).toEqual([true, false])
    const later = advance(changed, 61_000)
    expect(roles(later, 'a')).toEqual([false])
    expect(sasOf(later, 'a')[0]?.number).toBeGreaterThan(2)
  })

  it('two ends that became responders keep what is up until it ends, and nothing comes after', () => {
    const mute = { start: false }
    const before = createWorld([party('a', ['b']), party('b', ['a'])], { lifetimeMs: 60_000 })
    const changed = withParties(before, [party('a', ['b'], mute), party('b', ['a'], mute)])
    expect(sasOf(changed, 'a')).toHaveLength(2)
    expect(sasOf(advance(changed, 61_000), 'a')).toEqual([])
    expect(sasOf(advance(changed, 86_400_000), 'a')).toEqual([])
  })

  it('an end that renews replaces its SAs at every beat, with hardly a gap', () => {
    let world = createWorld(
      [party('a', ['b'], { start: false }), party('b', ['a'], { renews: true })],
      lively,
    )
    let without = 0
    const numbers = new Set<number>()
    for (let at = 0; at <= 60_000; at += 100) {
      world = advance(world, at)
      const [sa] = sasOf(world, 'a')
      if (sa === undefined) without += 100
      else numbers.add(sa.number)
    }
    expect(numbers.size).toBeGreaterThanOrEqual(10)
    expect(without).toBeLessThanOrEqual(11 * 200)
  })

  it('a clear takes the SAs of one peer at both ends; they come back from who may start', () => {
    const parties = [party('a', ['b', 'c']), party('b', ['a'], { start: false }), party('c', ['a'])]
    const world = advance(createWorld(parties, day), 1_000)
    const cleared = clearSas(world, 'a', { peer: addressOf('b') })
    expect(sasOf(cleared, 'b')).toEqual([])
    expect(sasOf(cleared, 'c')).toHaveLength(2)
    expect(roles(advance(cleared, 2_000), 'b')).toEqual([false])
  })

  it('the SA with a number goes alone', () => {
    const world = createWorld([party('a', ['b']), party('b', ['a'])], day)
    const cleared = clearSas(world, 'a', { number: 1 })
    expect(sasOf(cleared, 'a').map((sa) => sa.number)).toEqual([2])
  })
})

describe('a clear of an IKEv1 SA alone', () => {
  const times = { lifetimeMs: 86_400_000, childMs: 3_600_000 }
  const begun = advance(createWorld([party('a', ['b']), party('b', ['a'], { start: false })], times), 1_000)
  const quiet = withParties(begun, [party('a', ['b'], { start: false }), party('b', ['a'])])
  const ike = clearSas(quiet, 'a', { peer: addressOf('b'), version: 1, only: 'ike' })

  it('leaves the IPsec SAs, so that nobody has a reason to call', () => {
    expect(sasOf(advance(ike, 60_000), 'a')).toEqual([])
    expect(flowsOf(advance(ike, 60_000), 'a')).toHaveLength(1)
  })

  it('is complete with one of the IPsec SAs: the peer calls at once', () => {
    const both = clearSas(ike, 'a', { peer: addressOf('b'), only: 'ipsec' })
    expect(flowsOf(both, 'a')).toEqual([])
    expect(roles(advance(both, 2_000), 'a')).toEqual([false])
  })

  it('takes the IPsec SAs with it in IKEv2', () => {
    const two = { versions: [2] } as const
    const up = advance(createWorld([party('a', ['b'], two), party('b', ['a'], two)], times), 1_000)
    const cleared = clearSas(up, 'a', { peer: addressOf('b'), version: 2, only: 'ike' })
    expect(flowsOf(cleared, 'a')).toEqual([])
  })

  it('of the IPsec SAs alone changes nothing while the IKE SA is up', () => {
    expect(clearSas(quiet, 'a', { peer: addressOf('b'), only: 'ipsec' })).toEqual(quiet)
  })
})

/** Three parties with random wills, and who may start from which moment on. */
const will = fc.record(
  {
    start: fc.boolean(),
    answer: fc.boolean(),
    renews: fc.boolean(),
    rekeys: fc.boolean(),
    rekey: fc.boolean(),
    lapses: fc.boolean(),
    onePeer: fc.boolean(),
    onTrafficMs: fc.integer({ min: 500, max: 30_000 }),
    gapMs: fc.integer({ min: 1, max: 5_000 }),
    diesMs: fc.integer({ min: 1, max: 60_000 }),
    idleMs: fc.integer({ min: 500, max: 20_000 }),
    ikeSeconds: fc.integer({ min: 2, max: 90 }),
    versions: fc.constantFrom([1] as const, [2] as const, [1, 2] as const),
  },
  { requiredKeys: ['start', 'answer', 'renews'] },
)
const names = ['a', 'b', 'c'] as const
const parties = fc.tuple(will, will, will).map((wills) =>
  names.map((name, index) =>
    party(
      name,
      names.filter((other) => other !== name),
      wills[index],
    ),
  ),
)
const times = fc.record({
  lifetimeMs: fc.integer({ min: 1_000, max: 90_000 }),
  renewMs: fc.integer({ min: 500, max: 20_000 }),
  childMs: fc.integer({ min: 700, max: 30_000 }),
})

describe('the IKE world, whatever the wills', () => {
  it('is the same in one step and in many', () => {
    fc.assert(
      fc.property(
        parties,
        times,
        fc.array(fc.integer({ min: 1, max: 9_000 }), { maxLength: 20 }),
        (all, when, steps) => {
          const start = createWorld(all, when)
          const total = steps.reduce((sum, step) => sum + step, 0)
          const walked = steps.reduce((world, step) => advance(world, world.nowMs + step), start)
          expect(walked).toEqual(advance(start, total))
        },
      ),
    )
  })

  it('every SA has one initiator, which was allowed to start and was answered', () => {
    fc.assert(
      fc.property(parties, times, fc.integer({ min: 0, max: 200_000 }), (all, when, at) => {
        const world = advance(createWorld(all, when), at)
        const may = new Map(all.map((one) => [one.name, one.endpoints[0]]))
        for (const { link, sas } of world.links.values()) {
          for (const sa of sas) {
            const other = sa.initiator === 'a' ? 'b' : 'a'
            const [own, answering] = [may.get(link[sa.initiator].party), may.get(link[other].party)]
            const started = own?.mayStart === true && answering?.mayAnswer === true
            // A rekey runs within an SA that is up: both ends take part in it, whoever may start.
            const rekeyed = link[sa.initiator].habits.rekeys === true && link[sa.initiator].mayRekey
            expect(started || rekeyed).toBe(true)
          }
        }
      }),
    )
  })

  it('numbers of one party never come twice', () => {
    fc.assert(
      fc.property(parties, times, (all, when) => {
        let world = createWorld(all, when)
        const born = new Map<string, number>()
        for (let at = 0; at < 60_000; at += 250) {
          world = advance(world, at)
          for (const name of names) {
            const sas = sasOf(world, name)
            expect(new Set(sas.map((sa) => sa.number)).size).toBe(sas.length)
            for (const sa of sas) {
              const key = `${name} ${sa.number}`
              expect(born.get(key) ?? sa.startedMs).toBe(sa.startedMs)
              born.set(key, sa.startedMs)
            }
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  it('without anybody who may start nothing is ever up', () => {
    fc.assert(
      fc.property(parties, times, fc.integer({ min: 0, max: 500_000 }), (all, when, at) => {
        const mute = all.map((one) => ({
          ...one,
          endpoints: one.endpoints.map((endpoint) => ({ ...endpoint, mayStart: false })),
        }))
        const world = advance(createWorld(mute, when), at)
        expect([...world.links.values()].flatMap((state) => state.sas)).toEqual([])
      }),
    )
  })
})
