import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance, clearSas, createWorld } from '../../mocks/ike.ts'
import type { IkeWorld } from '../../mocks/ike-types.ts'
import { attemptsOf, flowsOf, sasOf } from '../../mocks/ike-view.ts'
import { addressOf, party, roles } from './ike-parties.ts'

const minute = 60_000
const hour = 60 * minute
const mute = { start: false }

/** The numbers of the SAs that a party lists at each step. */
function history(
  world: IkeWorld,
  name: string,
  stepMs: number,
  steps: number,
): readonly (readonly number[])[] {
  let at = world
  return Array.from({ length: steps }, () => {
    at = advance(at, at.nowMs + stepMs)
    return sasOf(at, name).map((sa) => sa.number)
  })
}

describe('an end that starts for traffic only', () => {
  it('comes back at its next traffic, not at once', () => {
    const parties = [party('a', ['b'], mute), party('b', ['a'], { onTrafficMs: hour })]
    const world = createWorld(parties, { lifetimeMs: 24 * hour })
    expect(roles(world, 'a')).toEqual([false])
    const cleared = clearSas(world, 'a', { peer: addressOf('b') })
    expect(sasOf(advance(cleared, 1_000), 'a')).toEqual([])
    expect(roles(advance(cleared, hour + 1_000), 'a')).toEqual([false])
  })

  it('is not seen trying in vain', () => {
    const parties = [party('a', ['b'], { onTrafficMs: hour }), party('b', ['a'], { answer: false })]
    expect(attemptsOf(createWorld(parties, { lifetimeMs: hour }), 'a')).toEqual([])
  })

  it('loses its session to the idle timeout of a policy-based entry, and brings it up again', () => {
    const parties = [
      party('a', ['b'], { idleMs: 30 * minute }),
      party('b', ['a'], { ...mute, onTrafficMs: 2 * hour }),
    ]
    const counts = history(createWorld(parties, { lifetimeMs: 24 * hour }), 'a', 10 * minute, 36).map(
      (numbers) => numbers.length,
    )
    // Six hours with traffic every two: up for half an hour after each.
    expect(counts.filter((count) => count > 0).length).toBeGreaterThanOrEqual(8)
    expect(counts.filter((count) => count > 0).length).toBeLessThanOrEqual(10)
  })

  it('keeps its session where traffic comes more often than the timeout', () => {
    const parties = [
      party('a', ['b'], { ...mute, idleMs: 30 * minute }),
      party('b', ['a'], { onTrafficMs: 20 * minute }),
    ]
    const all = history(createWorld(parties, { lifetimeMs: 24 * hour }), 'a', 10 * minute, 36)
    expect(new Set(all.map(String)).size).toBe(1)
  })
})

describe('a renewal with a gap', () => {
  it('leaves the tunnel down for so long, and nobody else may fill it', () => {
    const parties = [party('a', ['b']), party('b', ['a'], { renews: true, gapMs: 20_000 })]
    const seen = history(createWorld(parties, { lifetimeMs: hour, renewMs: minute }), 'a', 1_000, 240)
    const down = seen.filter((numbers) => numbers.length === 0).length
    expect(down).toBeGreaterThanOrEqual(60)
    expect(down).toBeLessThanOrEqual(100)
  })
})

describe('a rekey', () => {
  const rekeying = { rekeys: true }

  it('overlaps: the tunnel is never without an SA, and old and new stand side by side', () => {
    const parties = [party('a', ['b'], mute), party('b', ['a'], rekeying)]
    const seen = history(createWorld(parties, { lifetimeMs: 10 * minute }), 'a', 1_000, 3_600)
    expect(Math.min(...seen.map((numbers) => numbers.length))).toBe(1)
    expect(Math.max(...seen.map((numbers) => numbers.length))).toBe(2)
    expect(new Set(seen.flat()).size).toBeGreaterThanOrEqual(6)
  })

  it('makes the end that rekeys the initiator of the new SA', () => {
    const answering = party('a', ['b'], { ...mute, rekey: true, ...rekeying })
    const world = createWorld([answering, party('b', ['a'])], { lifetimeMs: 10 * minute })
    expect(roles(world, 'a')).toEqual([false])
    expect(roles(advance(world, 11 * minute), 'a')).toEqual([true])
  })

  it('never comes from an end that may not', () => {
    const answering = party('a', ['b'], { ...mute, rekey: false, ...rekeying })
    const world = createWorld([answering, party('b', ['a'])], { lifetimeMs: 10 * minute })
    const seen = history(world, 'a', minute, 60)
    expect(roles(advance(world, hour), 'a')).toEqual([false])
    expect(Math.max(...seen.map((numbers) => numbers.length))).toBe(1)
  })

  it('comes too late in IKEv2 from the end with the longer lifetime', () => {
    const times = { lifetimeMs: 24 * hour }
    const ends = (own: number): IkeWorld =>
      createWorld(
        [
          party('a', ['b'], { ...mute, rekey: false, versions: [2], ikeSeconds: own }),
          party('b', ['a'], { ...rekeying, versions: [2], ikeSeconds: 3_600 }),
        ],
        times,
      )
    const most = (world: IkeWorld): number =>
      Math.max(...history(world, 'a', 1_000, 7_200).map((numbers) => numbers.length))
    expect(most(ends(1_800))).toBe(1)
    expect(most(ends(7_200))).toBe(2)
    expect(sasOf(ends(1_800), 'a')[0]?.lifetimeSeconds).toBe(1_800)
    expect(sasOf(ends(1_800), 'b')[0]?.lifetimeSeconds).toBe(3_600)
  })
})

describe('an IKE SA that lapses', () => {
  it('leaves IPsec SAs behind until they are rekeyed, and then comes back', () => {
    const parties = [party('a', ['b'], { ...mute, lapses: true }), party('b', ['a'])]
    let world = createWorld(parties, { lifetimeMs: 100_000, childMs: 60_000 })
    const states: string[] = []
    for (let at = 0; at < 600; at += 1) {
      world = advance(world, at * 1_000)
      const [sas, flows] = [sasOf(world, 'a').length, flowsOf(world, 'a').length]
      states.push(sas > 0 ? 'ike' : flows > 0 ? 'no-ike' : 'down')
    }
    // 100 s with an IKE SA, 20 s without one, and the tunnel is up all the time.
    expect(states).not.toContain('down')
    expect(states.filter((state) => state === 'no-ike').length).toBeGreaterThanOrEqual(80)
    expect(states.filter((state) => state === 'no-ike').length).toBeLessThanOrEqual(120)
    expect(attemptsOf(world, 'b')).toEqual([])
  })

  it('is gone for good where nobody may start', () => {
    const parties = [party('a', ['b'], { ...mute, lapses: true }), party('b', ['a'])]
    const world = createWorld(parties, { lifetimeMs: 100_000, childMs: 60_000 })
    const dead = party('b', ['a'], { diesMs: 1 })
    const later = advance({ ...createWorld([party('a', ['b'], mute), dead], world.times) }, 10 * minute)
    expect([...sasOf(later, 'a'), ...flowsOf(later, 'a')]).toEqual([])
  })
})

describe('an end that dies', () => {
  it('stays listed at the other end until its SA expires, and never comes back', () => {
    const parties = [party('a', ['b'], mute), party('b', ['a'], { diesMs: minute, renews: true })]
    const world = createWorld(parties, { lifetimeMs: 10 * minute, renewMs: 30_000 })
    const [first] = sasOf(advance(world, minute), 'a')
    expect(sasOf(advance(world, 5 * minute), 'a').map((sa) => sa.number)).toEqual([first?.number])
    expect(sasOf(advance(world, 12 * minute), 'a')).toEqual([])
    expect(sasOf(advance(world, 24 * hour), 'a')).toEqual([])
  })

  it('is called in vain by one that may start', () => {
    const parties = [party('a', ['b']), party('b', ['a'], { diesMs: minute })]
    const world = advance(createWorld(parties, { lifetimeMs: 10 * minute }), hour)
    expect(attemptsOf(world, 'a').map((attempt) => attempt.peer)).toEqual([addressOf('b')])
  })
})

describe('an entry with backup peers', () => {
  const backup = (rest: Parameters<typeof party>[2] = {}): IkeWorld =>
    createWorld(
      [
        party('a', ['b', 'c'], { onePeer: true }),
        party('b', ['a'], mute),
        party('c', ['a'], { ...mute, ...rest }),
      ],
      { lifetimeMs: 10 * minute },
    )

  it('has an SA with the first peer that answers, and with no other', () => {
    const world = backup()
    expect(sasOf(advance(world, hour), 'a').map((sa) => sa.peer)).toEqual([addressOf('b')])
    expect(attemptsOf(world, 'a')).toEqual([])
  })

  it('takes the next peer where the first does not answer', () => {
    const parties = [
      party('a', ['b', 'c'], { onePeer: true }),
      party('b', ['a'], { ...mute, answer: false }),
      party('c', ['a'], mute),
    ]
    const world = createWorld(parties, { lifetimeMs: 10 * minute })
    expect(sasOf(world, 'a').map((sa) => sa.peer)).toEqual([addressOf('c')])
    expect(attemptsOf(world, 'a')).toEqual([])
  })

  it('goes over to the next peer when the SA of a dead one has ended', () => {
    const parties = [
      party('a', ['b', 'c'], { onePeer: true }),
      party('b', ['a'], { ...mute, diesMs: minute }),
      party('c', ['a'], mute),
    ]
    const world = createWorld(parties, { lifetimeMs: 10 * minute })
    expect(sasOf(advance(world, 2 * minute), 'a').map((sa) => sa.peer)).toEqual([addressOf('b')])
    expect(sasOf(advance(world, 11 * minute), 'a').map((sa) => sa.peer)).toEqual([addressOf('c')])
  })

  it('never has SAs with two peers, whoever starts', () => {
    const will = fc.record({ start: fc.boolean(), answer: fc.boolean(), renews: fc.boolean() })
    fc.assert(
      fc.property(will, will, fc.integer({ min: 0, max: 200_000 }), (b, c, at) => {
        const parties = [
          party('a', ['b', 'c'], { onePeer: true }),
          party('b', ['a'], b),
          party('c', ['a'], c),
        ]
        const world = advance(createWorld(parties, { lifetimeMs: minute, renewMs: 7_000 }), at)
        expect(new Set(sasOf(world, 'a').map((sa) => sa.peer)).size).toBeLessThanOrEqual(1)
      }),
    )
  })
})
