import { describe, expect, it } from 'vitest'
import { rolesBefore } from '../../src/proof/roles-before.ts'
import { A, B, C, openTarget, ours, outside, reading, target, theirs, withUnreadable } from './build.ts'

describe('the roles before any change', () => {
  it('prove nothing: each SA is old and not on record', () => {
    const rows = rolesBefore(reading(theirs(A, { id: '1', ageSeconds: 40 }), ours(A, { id: '2' })), [
      target('VPN', [A, B]),
    ])
    expect(rows).toMatchObject([
      { target: 'VPN', peer: A, reading: 'responder', fresh: false, proof: 'not-on-record', ageSeconds: 40 },
      { target: 'VPN', peer: A, reading: 'initiator', fresh: false, proof: 'not-on-record' },
      { target: 'VPN', peer: B, protocol: 'none', reading: 'no-sa', proof: 'idle' },
    ])
  })

  it('stand with the target that takes any peer, and leave others out', () => {
    const sas = reading(theirs(outside), theirs(C, { halfOpen: true }))
    expect(rolesBefore(sas, [openTarget('DMVPN')]).map((row) => row.peer)).toEqual([outside])
    expect(rolesBefore(sas, [target('VPN', [A])]).map((row) => row.peer)).toEqual([A])
  })

  it('say when a peer’s row could not be read', () => {
    const rows = rolesBefore(withUnreadable([`1 ${A}/500 203.0.113.1/5`]), [target('VPN', [A])])
    expect(rows).toMatchObject([{ peer: A, reading: 'unreadable', evidence: `1 ${A}/500 203.0.113.1/5` }])
  })
})
