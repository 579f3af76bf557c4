import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { declarationFor, type PeerDeclaration } from '../../src/model/intent.ts'

const peers: readonly PeerDeclaration[] = [
  { key: '0.0.0.0/0', type: 'other' },
  { key: '198.51.100.0/24', type: 'fortinet' },
  { key: '198.51.100.0/28', type: 'pix' },
  { key: '198.51.100.7', type: 'vpn3000' },
  { key: 'fw1/outside_map/20', type: 'asa' },
  { key: '2001:db8::/32', type: 'ios' },
  { key: '2001:db8:0:0:0:0:0:9', type: 'aws' },
]
const typeOf = (target: string, address: string): string | undefined =>
  declarationFor(peers, 'fw1', target, address)?.type

describe('the declaration of a peer', () => {
  it('is that of the target before that of the address', () =>
    expect(typeOf('outside_map/20', '198.51.100.7')).toBe('asa'))

  it('is that of the address before that of a network', () =>
    expect(typeOf('outside_map/10', '198.51.100.7')).toBe('vpn3000'))

  it('is that of the narrowest network', () => {
    expect(typeOf('outside_map/10', '198.51.100.8')).toBe('pix')
    expect(typeOf('outside_map/10', '198.51.100.16')).toBe('fortinet')
    expect(typeOf('outside_map/10', '203.0.113.9')).toBe('other')
  })

  it('is found however an address is written', () => {
    expect(typeOf('outside_map/10', '2001:DB8::9')).toBe('aws')
    expect(typeOf('outside_map/10', '2001:db8::10')).toBe('ios')
  })

  it('is not that of another host, or of a number that begins alike', () => {
    expect(declarationFor(peers, 'fw2', 'outside_map/20', 'branch')).toBeUndefined()
    expect(typeOf('outside_map/200', 'branch')).toBeUndefined()
  })

  it('of an ASA name is that of its target only: no network holds a name', () => {
    expect(typeOf('outside_map/10', 'branch')).toBeUndefined()
    expect(typeOf('outside_map/20', 'branch')).toBe('asa')
  })

  it('does not depend on the order of the file', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...peers], { minLength: peers.length }),
        fc.constantFrom('198.51.100.7', '198.51.100.8', '203.0.113.1', '2001:db8::9', 'branch'),
        (shuffled, address) => {
          expect(declarationFor(shuffled, 'fw1', 'outside_map/10', address)).toEqual(
            declarationFor(peers, 'fw1', 'outside_map/10', address),
          )
        },
      ),
    )
  })
})
