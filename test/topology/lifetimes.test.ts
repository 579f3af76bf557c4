import { describe, expect, it } from 'vitest'
import type { Lifetimes } from '../../src/model/facts.ts'
import {
  asa,
  brief,
  device,
  facts,
  found,
  onlyRead,
  profile,
  profileState,
  reading,
  router,
  run,
  sa,
  tunnel,
} from './builders.ts'

const hub = '203.0.113.1'
const far = '203.0.113.2'
const code = 'LIFETIME_SHORTER'

function own(lifetimes: Lifetimes, ikeVersions: readonly (1 | 2)[] = [2]) {
  return router('hub1', hub, far, { state: { lifetimes, ikeVersions } })
}

function theirs(lifetimes: Lifetimes) {
  return {
    read: [onlyRead(router('far1', far, hub, { facts: { profiles: [profile('VPN', { lifetimes })] } }))],
  }
}

describe('an own lifetime shorter than the peer’s', () => {
  const cases: readonly [string, Lifetimes, Lifetimes, readonly string[]][] = [
    ['seconds of IPsec SAs', { ipsecSeconds: 3_599 }, { ipsecSeconds: 3_600 }, [`block VPN ${far}`]],
    ['seconds of IKE SAs', { ikeSeconds: 3_600 }, { ikeSeconds: 28_800 }, [`block VPN ${far}`]],
    ['kilobytes', { ipsecKilobytes: 1_000_000 }, { ipsecKilobytes: 2_000_000 }, [`block VPN ${far}`]],
    [
      'kilobytes against no limit',
      { ipsecKilobytes: 1_000_000 },
      { ipsecKilobytes: 0 },
      [`block VPN ${far}`],
    ],
    ['longer', { ipsecSeconds: 7_200 }, { ipsecSeconds: 3_600 }, []],
    ['no limit here', { ipsecKilobytes: 0 }, { ipsecKilobytes: 4_608_000 }, []],
    ['equal', { ipsecSeconds: 3_600 }, { ipsecSeconds: 3_600 }, [`info VPN ${far}`]],
    ['the default here, longer there', {}, { ipsecSeconds: 28_800 }, [`block VPN ${far}`]],
    ['shorter than the default of the peer’s platform', { ipsecSeconds: 1_800 }, {}, [`warn VPN ${far}`]],
    ['defaults on both ends', {}, {}, []],
  ]
  it.each(cases)('%s', (_, mine, other, expected) => {
    expect(brief(found(run([own(mine)], theirs(other)), 'hub1', code))).toEqual(expected)
  })

  it('names both values and the line that would lengthen ours', () => {
    const [finding] = found(
      run([own({ ipsecSeconds: 3_600 })], theirs({ ipsecSeconds: 28_800 })),
      'hub1',
      code,
    )
    expect(finding?.message).toContain('3600 s here')
    expect(finding?.message).toContain('28800 s at 203.0.113.2')
    expect(finding?.next).toContain(
      'crypto ipsec profile VPN / set security-association lifetime seconds 57600',
    )
  })

  it('is told only with IKEv1, which agrees on the lower value', () => {
    const input = run([own({ ipsecSeconds: 3_600 }, [1])], theirs({ ipsecSeconds: 28_800 }))
    expect(brief(found(input, 'hub1', code))).toEqual([`info VPN ${far}`])
  })

  it('warns where it is not known which version the tunnel speaks, unless its SAs show it', () => {
    const silent = router('hub1', hub, far, { state: { lifetimes: { ipsecSeconds: 600 } } })
    const up = router('hub1', hub, far, {
      state: { lifetimes: { ipsecSeconds: 600 } },
      facts: reading(sa(far, 'responder', { version: 2 })),
    })
    const other = theirs({ ipsecSeconds: 3_600 })
    expect(brief(found(run([silent], other), 'hub1', code))).toEqual([`warn VPN ${far}`])
    expect(brief(found(run([up], other), 'hub1', code))).toEqual([`block VPN ${far}`])
  })

  it('warns of an IOS profile with defaults towards an ASA that declares none', () => {
    const input = run([own({})], { declared: [{ key: far, type: 'asa', initiates: 'always' }] })
    const [finding] = found(input, 'hub1', code)
    expect(finding?.severity).toBe('warn')
    expect(finding?.message).toContain('28800 s (the default)')
  })

  it('compares with the longest where several tunnels of the peer lead back', () => {
    const other = facts(far, {
      profiles: [
        profile('A', { lifetimes: { ipsecSeconds: 1_200 } }),
        profile('B', { lifetimes: { ipsecSeconds: 7_200 } }),
      ],
      tunnels: [tunnel('A', { destination: hub }), tunnel('B', { name: 'Tunnel2', destination: hub })],
    })
    const input = run([own({ ipsecSeconds: 3_600 })], { read: [{ host: 'far1', facts: other }] })
    expect(brief(found(input, 'hub1', code))).toEqual([`block VPN ${far}`])
  })

  it('assumes nothing of a peer of which neither value nor kind is known', () => {
    expect(found(run([own({ ipsecSeconds: 120 })]), 'hub1', code)).toEqual([])
  })

  it('compares with declared lifetimes', () => {
    const input = run([own({ ikeSeconds: 3_600 })], {
      declared: [{ key: far, type: 'azure', lifetimes: { ikeSeconds: 28_800, ipsecSeconds: 3_600 } }],
    })
    expect(brief(found(input, 'hub1', code))).toEqual([`block VPN ${far}`])
    expect(found(input, 'hub1', code)[0]?.next).toContain('crypto ikev2 profile NAME / lifetime 57600')
  })

  it('compares crypto map entries and ASA VTIs, with their own lines', () => {
    const declared = [{ key: far, type: 'asa' as const, lifetimes: { ipsecSeconds: 30_000 } }]
    const map = run([asa('asa1', hub, [far], { state: { ikeVersions: [2] } })], { declared })
    expect(found(map, 'asa1', code)[0]?.next).toContain(
      'crypto map outside_map 10 set security-association lifetime seconds 60000',
    )
    const of = facts(
      hub,
      { profiles: [profile('VTI')], tunnels: [tunnel('VTI', { destination: far, sourceAddresses: [hub] })] },
      'asa',
    )
    const vti = run([device('asa1', of, [profileState(of, 'VTI', { ikeVersions: [2] })])], { declared })
    expect(brief(found(vti, 'asa1', code))).toEqual([`block VTI ${far}`])
  })

  it('lists peers with the same values in one finding', () => {
    const input = run([asa('asa1', hub, [far, '203.0.113.3'], { state: { ikeVersions: [2] } })], {
      declared: [{ key: '203.0.113.0/24', type: 'asa', lifetimes: { ipsecSeconds: 50_000 } }],
    })
    expect(brief(found(input, 'asa1', code))).toEqual([`block outside_map/10 ${far} 203.0.113.3`])
  })

  it('is told only where the setting is taken away', () => {
    const mine = router('hub1', hub, far, {
      responderOnly: true,
      wanted: 'bidirectional',
      state: { lifetimes: { ipsecSeconds: 600 }, ikeVersions: [2] },
    })
    expect(brief(found(run([mine], theirs({ ipsecSeconds: 3_600 })), 'hub1', code))).toEqual([
      `info VPN ${far}`,
    ])
  })
})
