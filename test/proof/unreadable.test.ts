import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKey } from '../../src/model/address.ts'
import { endsIn, rowsOf } from '../../src/proof/unreadable.ts'
import { A, firstOf, reading, theirs, withUnreadable } from './build.ts'

const own = '203.0.113.1'
const names = (row: string, peer: string = A): boolean => endsIn([row]).has(addressKey(peer))

describe('a row that cannot be read is one of a peer', () => {
  it.each([
    ['IOS, state cut', `${A}     ${own}    QM_ID`],
    ['IOS, cut behind the ends', `${own}     ${A}`],
    ['IOS, the other end cut', `${A}     203.0.1`],
    ['IOS, cut behind the first end', A],
    ['IOS IKEv2', `1         ${own}/500       ${A}/500      none/none  REA\n      Life/Active Time: 86400/`],
    [
      'IOS IKEv2, IPv6',
      `2         none/none            READY\n     Local  2001:DB8::1/500\n     Remote  ${A}/500`,
    ],
    ['IOS, IPv6 block', `dst: ${A}\nsrc: 2001:DB8::1`],
    ['ASA, a block', `1   IKE Peer: ${A}\nType    : L2L             Role    :`],
    ['ASA, the old table', `1   ${A}   L2L   Init`],
    ['ASA IKEv2', ` 120743381 ${own}/500   ${A}/500   REA`],
  ])('%s', (_, row) => {
    expect(names(row)).toBe(true)
  })

  it('by its name where an ASA prints names', () => {
    expect(names('1   IKE Peer: branch-tokyo', 'branch-tokyo')).toBe(true)
    expect(names('7 gw-outside/500   branch-tokyo/500   REA', 'branch-tokyo')).toBe(true)
  })
})

describe('a line that complains of a peer is no row of it', () => {
  it.each([
    [`%CRYPTO-4-IKMP_NO_SA: IKE message from ${A} has no SA and is not an initialization offer`],
    [
      `000123: *Nov 24 15:12:01.123: %CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at ${A}`,
    ],
    [`1w2d: %CRYPTO-5-SESSION_STATUS: Crypto tunnel is DOWN.  Peer ${A}:500  Id: ${A}`],
    [`Nov 24 2026 15:12:01: ISAKMP:(1002):peer ${A} not responding`],
    [`ISAKMP (1002): deleting SA reason "Death by retransmission P1" state (I) MM_NO_STATE (peer ${A})`],
    [`${A} is not responding`],
    [`1 packet from ${A} dropped`],
    [`peer: ${A} unreachable`],
    [`${A} ${own} %CRYPTO-4-RECVD_PKT_INV_SPI: decaps`],
  ])('%s', (row) => {
    expect(names(row)).toBe(false)
  })

  it('and so the peer is lost although such lines name it in every reading', () => {
    const noisy = withUnreadable([`%CRYPTO-4-IKMP_NO_SA: IKE message from ${A} has no SA`])
    const polls = [
      [2, noisy],
      [95, noisy],
    ] as const
    expect(firstOf({ before: reading(theirs(A, { id: '1' })), polls }).verdict).toBe('lost')
  })
})

describe('an SA whose row could not be read before the push', () => {
  const before = withUnreadable([`${own}     ${A}    QM_IDLE           1001 ACT`])
  const old = theirs(A, { id: '1001', remainingSeconds: 500 })

  it('is an old one when it can be read, and proves nothing', () => {
    const verdict = firstOf({ before, polls: [[100, reading(old)]] })
    expect(verdict.verdict).toBe('unproven')
    expect(verdict.roles).toMatchObject([{ proof: 'waiting', fresh: false }])
    expect(verdict.completeByMs).toBe(600_000)
  })

  it('stays an old one, also where readings go on without its row being readable', () => {
    const polls = [
      [2, before],
      [5, reading(old)],
      [10, reading({ ...old, remainingSeconds: 495 })],
    ] as const
    expect(firstOf({ before, polls }).roles).toMatchObject([{ proof: 'waiting', fresh: false }])
  })

  it('does not keep a later one, or one whose age is less than the time since the push, from proving', () => {
    const later = [
      [2, reading(old)],
      [5, reading(old, theirs(A, { id: '1002' }))],
    ] as const
    expect(firstOf({ before, polls: later }).verdict).toBe('verified')
    const young = [[10, reading(theirs(A, { id: '1002', ageSeconds: 3 }))]] as const
    expect(firstOf({ before, polls: young }).verdict).toBe('verified')
    const afterNone = [
      [2, reading()],
      [40, reading(theirs(A, { id: '1002' }))],
    ] as const
    expect(firstOf({ before, polls: afterNone }).verdict).toBe('verified')
  })
})

it('whatever stands in a row, it is the row of no more than the ends it begins with', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      expect(names(`seen ${text} ${A}`)).toBe(/\n/.test(text) ? names(`seen ${text} ${A}`) : false)
      expect(rowsOf([text], A)).toEqual(names(text) ? [text] : [])
    }),
  )
})
