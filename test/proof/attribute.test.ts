import { describe, expect, it } from 'vitest'
import { attributor } from '../../src/proof/attribute.ts'
import { A, openTarget, outside, target } from './build.ts'

describe('which tunnel a peer belongs to', () => {
  it('is the one that lists it', () => {
    const attribute = attributor([target('VPN', [A]), target('SPARE', ['203.0.113.19'])])
    expect(attribute(A)).toEqual({ kind: 'one', name: 'VPN' })
  })

  it('compares addresses, not texts', () => {
    const attribute = attributor([target('VPN', ['2001:DB8::1'])])
    expect(attribute('2001:db8:0:0:0:0:0:1')).toEqual({ kind: 'one', name: 'VPN' })
  })

  it('compares ASA names by exact text', () => {
    const attribute = attributor([target('outside_map/10', ['branch-tokyo'])])
    expect(attribute('branch-tokyo')).toEqual({ kind: 'one', name: 'outside_map/10' })
    expect(attribute('Branch-Tokyo')).toEqual({ kind: 'none' })
  })

  it('is a tunnel that takes any peer only when none lists it', () => {
    const attribute = attributor([openTarget('DMVPN'), target('VPN', [A])])
    expect(attribute(A)).toEqual({ kind: 'one', name: 'VPN' })
    expect(attribute(outside)).toEqual({ kind: 'one', name: 'DMVPN' })
  })

  it('is open between several that list it, or that take any peer', () => {
    const listed = attributor([target('outside_map/10', [A]), target('outside_map/20', [A])])
    expect(listed(A)).toEqual({ kind: 'several', names: ['outside_map/10', 'outside_map/20'] })
    const open = attributor([openTarget('DMVPN1'), openTarget('DMVPN2')])
    expect(open(outside)).toEqual({ kind: 'several', names: ['DMVPN1', 'DMVPN2'] })
  })

  it('stays one tunnel where that lists an address twice', () => {
    expect(attributor([target('VPN', [A, A])])(A)).toEqual({ kind: 'one', name: 'VPN' })
  })
})
