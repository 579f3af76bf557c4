import { describe, expect, it } from 'vitest'
import type { IkeSa } from '../../src/model/facts.ts'
import { attributor } from '../../src/proof/attribute.ts'
import { coverageText } from '../../src/proof/coverage-text.ts'
import { rolesBefore } from '../../src/proof/roles-before.ts'
import { A, B, firstOf, openTarget, ours, reading, target, theirs, verdictOf } from './build.ts'

const one = '203.0.113.1'
const two = '203.0.113.2'
const cloud = (name: string, locals: readonly string[]) => ({
  ...openTarget(name),
  peers: { listed: [], any: true, locals },
})
const clouds = [cloud('DMVPN1', [one]), cloud('DMVPN2', [two])]
const at = (local: string, sa: IkeSa): IkeSa => ({ ...sa, local })
const none = reading()

describe('two tunnels that take any peer', () => {
  it('are told apart by this device’s own address in the SA', () => {
    const attribute = attributor(clouds)
    expect(attribute(A, one)).toEqual({ kind: 'one', name: 'DMVPN1' })
    expect(attribute(A, two)).toEqual({ kind: 'one', name: 'DMVPN2' })
  })

  it('cannot be told apart where one of the addresses is not known', () => {
    expect(attributor(clouds)(A)).toEqual({ kind: 'several', names: ['DMVPN1', 'DMVPN2'] })
    const [first] = clouds
    const open = [...(first === undefined ? [] : [first]), openTarget('DMVPN3')]
    expect(attributor(open)(A, one)).toEqual({ kind: 'several', names: ['DMVPN1', 'DMVPN3'] })
    expect(attributor(open)(A, two)).toEqual({ kind: 'one', name: 'DMVPN3' })
  })

  it('do not take an SA at an address of neither, nor one that a tunnel lists', () => {
    expect(attributor(clouds)(A, '203.0.113.3')).toEqual({ kind: 'none' })
    expect(attributor([...clouds, target('VPN', [A])])(A, one)).toEqual({ kind: 'one', name: 'VPN' })
  })

  it('are proven each by its own SAs', () => {
    const now = reading(at(one, theirs(A, { id: '3' })), at(two, theirs(B, { id: '4' })))
    const [first, second] = verdictOf({ targets: clouds, before: none, polls: [[2, now]] }).targets
    expect(first).toMatchObject({ verdict: 'verified', coverage: { peers: 1, proven: 1 } })
    expect(first?.roles.map((row) => row.peer)).toEqual([A])
    expect(second?.roles.map((row) => row.peer)).toEqual([B])
  })

  it('lose a peer each by itself: its SA in the other tunnel is no sign of life', () => {
    const before = reading(at(one, theirs(A, { id: '3' })), at(two, theirs(A, { id: '4' })))
    const now = reading(at(two, theirs(A, { id: '4' })))
    const polls = [
      [2, now],
      [95, now],
    ] as const
    const verdict = verdictOf({ targets: clouds, before, polls })
    expect(verdict.targets.map((each) => each.lost)).toEqual([[A], []])
    expect(verdict.duplicates).toEqual({ before: 0, now: 0 })
  })

  it('have the roles before any change by the own address too', () => {
    const rows = rolesBefore(reading(at(two, theirs(A, { id: '3' }))), clouds)
    expect(rows.map((row) => row.target)).toEqual(['DMVPN2'])
  })
})

describe('a peer that belongs to several tunnels', () => {
  const others = [target('SPARE', [A])]

  it('is ambiguous with a fresh SA, not waiting', () => {
    const verdict = firstOf({ others, before: none, polls: [[2, reading(theirs(A, { id: '3' }))]] })
    expect(verdict.coverage).toMatchObject({ peers: 1, ambiguous: 1, waiting: 0, atRisk: 0 })
    expect(verdict.roles).toMatchObject([{ fresh: true, proof: 'ambiguous' }])
  })

  it('has no end of old SAs to wait for, and nothing says that it is unknown', () => {
    const verdict = firstOf({ others, before: reading(theirs(A, { id: '3' })) })
    expect(verdict.completeByMs).toBeUndefined()
    expect(coverageText([verdict], String)).toBe(
      '0 of 1 peers proven, 0 waiting, 0 at risk, 0 idle, 1 ambiguous',
    )
  })

  it.each([
    ['established', reading(ours(A, { id: '9' }))],
    ['half open', reading(ours(A, { id: '9', halfOpen: true }))],
  ])('is told once, without the advice to run verify, when this device starts an SA: %s', (_, own) => {
    const polls = [
      [2, none],
      [70, none],
      [100, own],
    ] as const
    const { findings } = firstOf({ others, before: none, polls })
    expect(findings.map((finding) => finding.code)).toEqual(['ROLE_AMBIGUOUS'])
    expect(findings[0]?.message).toContain('VPN, SPARE')
    expect(findings[0]?.next).not.toContain('run verify')
  })

  it('keeps a target from being verified while all its SAs were started here', () => {
    const targets = [target('VPN', [A, B])]
    const before = reading(ours(A, { id: '1' }), theirs(B, { id: '2' }))
    const own = [[2, reading(ours(A, { id: '1' }), theirs(B, { id: '3' }))]] as const
    const theirOwn = [[2, reading(theirs(A, { id: '4' }), theirs(B, { id: '3' }))]] as const
    expect(firstOf({ targets, others, before, polls: own }).verdict).toBe('unproven')
    expect(firstOf({ targets, others, before, polls: theirOwn }).verdict).toBe('verified')
  })
})
