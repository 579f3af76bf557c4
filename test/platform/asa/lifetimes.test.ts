import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/platform/asa/config.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { mapName } from '../../names.ts'
import { facts, intent } from './device.ts'

const settings = (...lines: readonly string[]) => readConfig(lines).lifetimes

describe('lifetimes of an ASA', () => {
  it('are the entry’s own, then the global ones, and the IKE policies of the versions it speaks', () => {
    const entries = facts({ configuration: 'vti-and-map', cryptoMaps: 'every-type' }).cryptoMaps
    expect(entries.map(({ seq, lifetimes, ikeVersions }) => [seq, lifetimes, ikeVersions])).toEqual([
      [10, { ikeSeconds: 28_800, ipsecSeconds: 7200, ipsecKilobytes: 2_000_000 }, [1]],
      [20, { ikeSeconds: 43_200, ipsecSeconds: 14_400, ipsecKilobytes: 2_000_000 }, [2]],
    ])
  })

  it('stand in the state of a target', () => {
    const device = facts({ configuration: 'vti-and-map' })
    const wish = intent([{ kind: 'crypto-map-entry', map: mapName('outside_map'), seq: 10 }])
    expect(asaDriver.precheck(device, wish).targets[0]).toMatchObject({
      lifetimes: { ipsecSeconds: 7200 },
      ikeVersions: [1],
    })
  })

  it.for([
    [
      'blocks of 8.4 and later',
      ['crypto ikev1 policy 10', ' lifetime 600', 'crypto ikev2 policy 1', ' lifetime seconds 700'],
      { 1: 600, 2: 700 },
    ],
    ['blocks before 8.4', ['crypto isakmp policy 10', ' hash sha', ' lifetime 600'], { 1: 600 }],
    ['lines of PIX 7', ['isakmp policy 10 hash sha', 'isakmp policy 10 lifetime 600'], { 1: 600 }],
    ['a policy without a lifetime', ['crypto ikev2 policy 1', ' group 14'], { 2: 86_400 }],
    [
      'no limit, beside a limit',
      ['crypto ikev1 policy 1', ' lifetime none', 'crypto ikev1 policy 2', ' lifetime 900'],
      { 1: 900 },
    ],
    ['no limit at all', ['crypto ikev1 policy 1', ' lifetime none'], { 1: 0 }],
    ['nothing', ['hostname fw'], {}],
  ] as const)('of IKE are read from %s', ([, lines, expected]) => {
    expect(settings(...lines).ike).toEqual(expected)
  })

  it('of IPsec are read in one line or in two, with no limit as 0', () => {
    const head = 'crypto ipsec security-association lifetime'
    expect(settings(`${head} seconds 100 kilobytes 200`).global).toEqual({
      ipsecSeconds: 100,
      ipsecKilobytes: 200,
    })
    expect(settings(`${head} kilobytes unlimited`, `${head} seconds 100`).global).toEqual({
      ipsecSeconds: 100,
      ipsecKilobytes: 0,
    })
  })
})
