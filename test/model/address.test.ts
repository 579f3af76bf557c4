import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressKey,
  isAddress,
  isNetwork,
  networkContains,
  sameAddress,
  specificity,
} from '../../src/model/address.ts'

describe('an address', () => {
  it.for(['192.0.2.1', '0.0.0.0', '255.255.255.255', '::', '::1', '2001:db8::1', '2001:DB8:0:0:0:0:0:1'])(
    'may be %s',
    (text) => expect(isAddress(text)).toBe(true),
  )

  it.for([
    '',
    'branch',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1/32',
    '192.0.2.1 ',
    '192.0.2.-1',
    '1.2.3.4.5',
    '2001:db8:::1',
    '2001:db8::1::2',
    '2001:db8',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '2001:db8::12345',
    'fe80::1%eth0',
    '[2001:db8::1]',
  ])('may not be %j', (text) => expect(isAddress(text)).toBe(false))
})

describe('two addresses are the same', () => {
  it.for([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.01'],
    ['2001:db8::1', '2001:DB8:0:0:0:0:0:1'],
    ['2001:db8::', '2001:db8:0::0'],
    ['branch', 'branch'],
  ] as const)('%s and %s', ([a, b]) => {
    expect(sameAddress(a, b)).toBe(true)
    expect(addressKey(a)).toBe(addressKey(b))
  })

  it.for([
    ['192.0.2.1', '192.0.2.10'],
    ['0.0.0.1', '::1'],
    ['branch', 'Branch'],
    ['192.0.2.1', 'branch'],
    ['192.0.2.1', '192.0.2.1/32'],
  ] as const)('but not %s and %s', ([a, b]) => {
    expect(sameAddress(a, b)).toBe(false)
    expect(addressKey(a)).not.toBe(addressKey(b))
  })

  it('exactly when their keys are', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('::1', '0:0::1', '1.1.1.1', 'branch'))
    fc.assert(
      fc.property(address, address, (a, b) => {
        expect(sameAddress(a, b)).toBe(addressKey(a) === addressKey(b))
        expect(sameAddress(b, a)).toBe(sameAddress(a, b))
      }),
    )
  })
})

describe('a network contains an address', () => {
  it.for([
    ['198.51.100.0/24', '198.51.100.0'],
    ['198.51.100.0/24', '198.51.100.255'],
    ['198.51.100.77/24', '198.51.100.1'],
    ['0.0.0.0/0', '203.0.113.9'],
    ['198.51.100.7/32', '198.51.100.7'],
    ['198.51.100.7', '198.51.100.7'],
    ['2001:db8::/32', '2001:db8:ffff::1'],
    ['::/0', '2001:db8::1'],
    ['2001:db8::1/128', '2001:db8:0::1'],
  ] as const)('%s contains %s', ([network, address]) => expect(networkContains(network, address)).toBe(true))

  it.for([
    ['198.51.100.0/24', '198.51.101.0'],
    ['198.51.100.0/25', '198.51.100.128'],
    ['198.51.100.7/32', '198.51.100.8'],
    ['198.51.100.7', '198.51.100.70'],
    ['0.0.0.0/0', '2001:db8::1'],
    ['::/0', '192.0.2.1'],
    ['198.51.100.0/33', '198.51.100.0'],
    ['198.51.100.0/-1', '198.51.100.0'],
    ['198.51.100.0/', '198.51.100.0'],
    ['198.51.100.0/2 4', '198.51.100.0'],
    ['hub1/VPN', '198.51.100.1'],
    ['198.51.100.0/24', 'branch'],
    ['', ''],
  ] as const)('%s does not contain %s', ([network, address]) =>
    expect(networkContains(network, address)).toBe(false),
  )

  it('of its own prefix, however long the prefix is', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, length) => {
        expect(networkContains(`${address}/${length}`, address)).toBe(true)
        expect(isNetwork(`${address}/${length}`)).toBe(true)
      }),
    )
  })
})

describe('the more specific of two networks', () => {
  it.for([
    ['198.51.100.0/25', '198.51.100.0/24'],
    ['198.51.100.0/24', '0.0.0.0/0'],
    ['198.51.100.7', '198.51.100.0/31'],
    ['2001:db8::1', '2001:db8::/64'],
  ] as const)('is %s, not %s', ([narrow, wide]) =>
    expect(specificity(narrow)).toBeGreaterThan(specificity(wide)),
  )
})
