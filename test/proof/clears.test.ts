import { describe, expect, it } from 'vitest'
import type { IkeSa, SaReading } from '../../src/model/facts.ts'
import { clearedLost } from '../../src/proof/cleared-lost.ts'
import { type ClearScene, chooseClears, notAnyMore, returnOf } from '../../src/proof/clears.ts'
import {
  A,
  B,
  firstOf,
  openTarget,
  ours,
  outside,
  reading,
  target,
  theirs,
  unknownRole,
  watchOf,
  withUnreadable,
} from './build.ts'

const vpn = target('VPN', [A, B])

/** Each choice as `PEER` or `PEER: why not`. */
function choices(seen: SaReading, more: Partial<ClearScene> = {}): readonly string[] {
  const scene = { reading: seen, target: vpn, tunnels: [vpn], starts: () => true, management: false }
  return chooseClears({ ...scene, ...more }).map(({ peer, not }) =>
    not === undefined ? peer : `${peer}: ${not}`,
  )
}

describe('which SAs are cleared', () => {
  const old = ours(A, { id: '1' })
  const { peer: _peer, local: _local, ...nobodys } = theirs(outside, { id: '2' })
  it.each<[string, SaReading, Partial<ClearScene>, readonly string[]]>([
    ['one that this device started, of a peer that certainly starts', reading(old), {}, [A]],
    ['one of each peer, in the order of the configuration', reading(ours(B), old), {}, [A, B]],
    ['IKEv2 as well', reading(ours(A, { version: 2 })), {}, [A]],
    ['none that the peer started', reading(theirs(A)), {}, []],
    ['none whose role is not known', reading(unknownRole(A)), {}, []],
    ['none that is only coming up', reading(ours(A, { halfOpen: true })), {}, []],
    ['none of another tunnel', reading(ours(outside)), {}, []],
    [
      'none without evidence that the peer starts',
      reading(old),
      { starts: () => false },
      [`${A}: no-evidence`],
    ],
    [
      'none of a duplicate beside which the peer’s own SA is up',
      reading(old, theirs(A, { id: '2' })),
      {},
      [`${A}: answered-too`],
    ],
    ['none of an address with two SAs', reading(old, ours(A, { id: '2' })), {}, [`${A}: several-sas`]],
    [
      'none of an address at which another SA is coming up',
      reading(old, theirs(A, { id: '2', halfOpen: true })),
      {},
      [`${A}: several-sas`],
    ],
    [
      'none of an address with an SA whose role is not known',
      reading(old, unknownRole(A, { id: '2' })),
      {},
      [`${A}: several-sas`],
    ],
    [
      'none of an address that another tunnel lists too',
      reading(old),
      { tunnels: [vpn, target('OTHER', [A])] },
      [`${A}: several-tunnels`],
    ],
    [
      'none through which this session reaches the device',
      reading(old),
      { management: true },
      [`${A}: management`],
    ],
    [
      'none of a peer that stands in a row that could not be read',
      withUnreadable([`${A}  203.0.113.1 QM_IDLE ?`], old),
      {},
      [`${A}: unreadable`],
    ],
    [
      'none of an address that is an end of an SA whose peer is not known',
      reading(old, { ...nobodys, evidence: `203.0.113.9     ${A}      QM_IDLE           1002 ACTIVE` }),
      {},
      [`${A}: unreadable`],
    ],
    [
      'one beside an SA of other ends whose peer is not known',
      reading(old, { ...nobodys, evidence: `203.0.113.9     ${outside}      QM_IDLE           1002 ACTIVE` }),
      {},
      [A],
    ],
    [
      'none of an address at which a session of IPsec SAs alone is up too',
      { ...reading(old), upWithoutIke: [A] },
      {},
      [`${A}: several-sas`],
    ],
    [
      'none of an address at which a remote access user has an SA',
      { ...reading(old), users: [A] },
      {},
      [`${A}: several-sas`],
    ],
    [
      'none at all beside a row of which nobody knows whose it is',
      withUnreadable(['garbage'], old),
      {},
      [`${A}: unreadable`],
    ],
    [
      'those of other peers beside one that may not be cleared',
      reading(old, theirs(A, { id: '2' }), ours(B)),
      {},
      [`${A}: answered-too`, B],
    ],
    [
      'one of a multipoint tunnel too, which takes any peer',
      reading(ours(outside)),
      { target: openTarget('ANY'), tunnels: [openTarget('ANY')] },
      [outside],
    ],
    [
      'none of a peer that two such tunnels may have',
      reading(ours(outside)),
      { target: openTarget('ANY'), tunnels: [openTarget('ANY'), openTarget('ALSO')] },
      [`${outside}: several-tunnels`],
    ],
  ])('%s', (_title, seen, more, expected) => {
    expect(choices(seen, more)).toEqual(expected)
  })
})

describe('a planned clear', () => {
  const planned = { target: 'VPN', peer: A }
  const before = reading(ours(A, { id: '1' }))
  const now = (...sas: readonly IkeSa[]): string => {
    const seen = reading(...sas)
    const watch = watchOf({ targets: [vpn], before, polls: [[5, seen]] })
    return notAnyMore(watch, seen, planned) ?? 'holds'
  }

  it.each<[string, readonly IkeSa[], string]>([
    ['holds while the same SA is up alone', [ours(A, { id: '1' })], 'holds'],
    ['is off when the SA has gone', [], 'gone'],
    ['is off when the peer has called', [theirs(A, { id: '2' })], 'gone'],
    [
      'is off when the peer’s own SA is up beside it',
      [ours(A, { id: '1' }), theirs(A, { id: '2' })],
      'answered-too',
    ],
    ['is off when this device has a new one', [ours(A, { id: '2' })], 'renewed'],
  ])('%s', (_title, sas, expected) => {
    expect(now(...sas)).toBe(expected)
  })
})

describe('a peer that was cleared', () => {
  it.each<[string, SaReading, string]>([
    ['is back when it has started an SA', reading(theirs(A, { id: '2' })), 'back'],
    ['is back also when both ends have', reading(theirs(A, { id: '2' }), ours(A, { id: '3' })), 'back'],
    ['was called when this device has started a new one', reading(ours(A, { id: '2' })), 'called'],
    ['was not cleared when the old SA is up', reading(ours(A, { id: '1' })), 'kept'],
    ['is away when it has none', reading(), 'away'],
    ['is away while only an attempt is listed', reading(theirs(A, { id: '2', halfOpen: true })), 'away'],
    ['is not told by an SA without a role', reading(unknownRole(A, { id: '2' })), 'not-told'],
    ['is not told by a row that cannot be read', withUnreadable([`${A}  203.0.113.1 ?`]), 'not-told'],
    ['is not told by IPsec SAs alone', { ...reading(), upWithoutIke: [A] }, 'not-told'],
  ])('%s', (_title, seen, expected) => {
    const watch = watchOf({ targets: [vpn], before: reading(ours(A, { id: '1' })), polls: [[5, seen]] })
    expect(returnOf(watch, A)).toBe(expected)
  })

  it('is lost when it stays away, whatever else would explain it, and is told once', () => {
    const verdict = firstOf({
      targets: [{ ...vpn, policyBased: true }],
      before: reading(ours(A, { id: '1' }), theirs(B, { id: '2' })),
      polls: [[700, reading(theirs(B, { id: '3' }))]],
    })
    expect(verdict.coverage).toMatchObject({ lost: 0, atRisk: 1, proven: 1 })
    const lost = clearedLost(verdict, A, 90_000)
    expect(lost).toMatchObject({
      verdict: 'lost',
      lost: [A],
      missing: [],
      outsidersLost: [],
      coverage: { lost: 1, atRisk: 0, proven: 1 },
    })
    expect(lost.roles.find((row) => row.peer === A)?.proof).toBe('lost')
    expect(lost.findings.filter((one) => one.code === 'PEER_LOST')).toHaveLength(1)
  })
})
