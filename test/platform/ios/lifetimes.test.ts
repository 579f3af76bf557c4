import { describe, expect, it } from 'vitest'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { factsOf, hubConfig, intent, profileTarget } from './builders.ts'

function stateOf(top: string, inProfile: string = '', inTunnel: string = '') {
  const config = hubConfig
    .replace('crypto ipsec profile SPARE\n', `${top}crypto ipsec profile SPARE\n`)
    .replace('crypto ipsec profile VPN\n', `crypto ipsec profile VPN\n${inProfile}`)
    .replace(
      '203.0.113.11\n tunnel protection ipsec profile VPN',
      `203.0.113.11\n tunnel protection ipsec profile VPN${inTunnel}`,
    )
  const facts = factsOf({ [lines.config]: config })
  const [state] = iosDriver.precheck(facts, intent([profileTarget('VPN')])).targets
  return { lifetimes: state?.lifetimes, versions: state?.ikeVersions, basis: state?.basis ?? [], facts }
}

const own = (text: string): string => ` set security-association lifetime ${text}\n`
const global = (text: string): string => `crypto ipsec security-association lifetime ${text}\n`

describe('the lifetimes of an IPsec profile', () => {
  it.for([
    ['nothing is set', '', '', undefined],
    ['seconds', '', own('seconds 7200'), { ipsecSeconds: 7200 }],
    ['days', '', own('days 2'), { ipsecSeconds: 172_800 }],
    ['kilobytes', '', own('kilobytes 102400'), { ipsecKilobytes: 102_400 }],
    ['no volume at all', '', own('kilobytes disable'), { ipsecKilobytes: 0 }],
    [
      'global ones',
      `${global('seconds 900')}${global('kilobytes 2560')}`,
      '',
      { ipsecSeconds: 900, ipsecKilobytes: 2560 },
    ],
    ['its own before global ones', global('seconds 900'), own('seconds 7200'), { ipsecSeconds: 7200 }],
    ['a policy', 'crypto isakmp policy 10\n lifetime 600\n', '', { ikeSeconds: 600 }],
    [
      'the lowest of two policies, one of which has the default',
      'crypto isakmp policy 10\n lifetime 90000\ncrypto isakmp policy 20\n group 14\n',
      '',
      { ikeSeconds: 86_400 },
    ],
    ['words that are no lifetime', '', own('idle-time forever'), undefined],
  ] as const)('are read where they are: %s', ([, top, inProfile, lifetimes]) => {
    expect(stateOf(top, inProfile).lifetimes).toEqual(lifetimes)
  })

  it('of IKEv2 are those of its IKEv2 profile, and a policy of IKEv1 has no part in them', () => {
    const top = 'crypto isakmp policy 10\n lifetime 600\ncrypto ikev2 profile P2\n lifetime 43200\n'
    expect(stateOf(top, ' set ikev2-profile P2\n')).toMatchObject({
      lifetimes: { ikeSeconds: 43_200 },
      versions: [2],
    })
    expect(stateOf(top, ' set ikev2-profile OTHER\n').lifetimes).toBeUndefined()
  })

  it('follow the IKEv2 profile that a tunnel’s protection names', () => {
    const top = 'crypto ikev2 profile P2\n lifetime 43200\n'
    expect(stateOf(top, '', ' ikev2-profile P2')).toMatchObject({
      lifetimes: { ikeSeconds: 43_200 },
      versions: [1, 2],
    })
  })

  it('are part of what a plan rests on', () => {
    const { basis } = stateOf(`${global('seconds 900')}crypto isakmp policy 10\n lifetime 600\n`)
    expect(basis).toEqual(
      expect.arrayContaining(['crypto ipsec security-association lifetime seconds 900', ' lifetime 600']),
    )
  })

  it('of crypto map entries and their versions are read too', () => {
    const config = hubConfig.replace(
      ' match address VPN-31\n',
      `${own('seconds 1200')} set ikev2-profile P2\n match address VPN-31\n`,
    )
    expect(factsOf({ [lines.config]: config }).cryptoMaps).toMatchObject([
      { lifetimes: { ipsecSeconds: 1200 }, ikeVersions: [2] },
    ])
    expect(factsOf().cryptoMaps[0]).toMatchObject({ ikeVersions: [1] })
    expect(factsOf().cryptoMaps[0]).not.toHaveProperty('lifetimes')
  })
})
