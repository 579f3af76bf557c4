import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/kernel/nearest.ts'

describe('the nearest word', () => {
  it.each([
    ['nmae', ['version', 'name', 'change'], 'name'],
    ['crypto_maps', ['profiles', 'cryptoMaps'], 'cryptoMaps'],
    ['PROFILES', ['profiles', 'profile'], 'profiles'],
    ['profile', ['profiles', 'hosts'], 'profiles'],
    ['hub11', ['hub1', 'hub2'], 'hub1'],
    ['VNP', ['VPN2', 'VPN', 'MGMT'], 'VPN'],
    ['vpn', ['VPN2', 'VPN'], 'VPN'],
    ['save', ['name', 'state'], undefined],
    ['x', ['profiles'], undefined],
    ['', ['a'], undefined],
  ])('of %j among %j is %j', (word, known, expected) => {
    expect(nearest(word, known)).toBe(expected)
  })

  it('of a known word is that word', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{3,20}$/),
        fc.array(fc.stringMatching(/^[a-z]{3,20}$/)),
        (word, others) => {
          expect(nearest(word, [...others, word])).toBe(word)
        },
      ),
    )
  })
})
