import { describe, expect, it } from 'vitest'
import type { FindingCode } from '../../src/model/codes.ts'
import type { Finding } from '../../src/model/finding.ts'
import { declarationFor } from '../../src/model/intent.ts'
import { declarationsFromDevices, peerTypeFrom } from '../../src/topology/peer-types.ts'
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

function blockOf(code: FindingCode): Finding {
  return { code, severity: 'block', target: 'outside_map/10', message: 'm', next: 'n' }
}

describe('several peers', () => {
  it('blocks an entry with several peers, with its line', () => {
    const [finding] = found(run([asa('asa1', hub, [far, '203.0.113.3'])]), 'asa1', 'MULTI_PEER')
    expect(finding).toMatchObject({
      severity: 'block',
      target: 'outside_map/10',
      peers: [far, '203.0.113.3'],
    })
    expect(finding?.evidence).toContain('set peer 203.0.113.2 203.0.113.3')
  })

  it('takes one peer that is listed twice for one', () => {
    expect(found(run([asa('asa1', hub, [far, far])]), 'asa1', 'MULTI_PEER')).toEqual([])
  })

  it('leaves it to the checks of the platform where they have said it', () => {
    const input = run([
      asa('asa1', hub, [far, '203.0.113.3'], { state: { findings: [blockOf('MULTI_PEER')] } }),
    ])
    expect(found(input, 'asa1', 'MULTI_PEER')).toEqual([])
  })

  it('says nothing of a profile whose tunnels have many peers', () => {
    const of = facts(hub, {
      profiles: [profile('VPN')],
      tunnels: [
        tunnel('VPN', { destination: far }),
        tunnel('VPN', { name: 'Tunnel2', destination: '203.0.113.3' }),
      ],
    })
    expect(found(run([device('hub1', of, [profileState(of, 'VPN')])]), 'hub1', 'MULTI_PEER')).toEqual([])
  })
})

describe('the type of a peer that was read', () => {
  it('refuses a router by its own show version', () => {
    const input = run([asa('asa1', hub, [far])], { read: [onlyRead(router('r2', far, hub))] })
    const [finding] = found(input, 'asa1', 'PEER_TYPE_UNSUPPORTED')
    expect(finding).toMatchObject({ severity: 'block', peers: [far], evidence: 'r2: version of ios-xe' })
  })

  it('refuses FTD although it contains an ASA', () => {
    const ftd = facts(far, { platform: 'asa' }, 'ftd')
    const input = run([asa('asa1', hub, [far])], { read: [{ host: 'ftd1', facts: ftd }] })
    expect(brief(found(input, 'asa1', 'PEER_TYPE_UNSUPPORTED'))).toEqual([`block outside_map/10 ${far}`])
  })

  it.each([
    ['6.3(5)', [`block outside_map/10 ${far}`]],
    ['7.0(1)', []],
    ['8.0(4)', []],
  ])('judges a PIX with %s', (version, expected) => {
    const pix = facts(far, { software: { os: 'pix', version, evidence: `PIX ${version}` } }, 'pix')
    const input = run([asa('asa1', hub, [far])], { read: [{ host: 'pix1', facts: pix }] })
    expect(brief(found(input, 'asa1', 'PEER_VERSION_TOO_OLD'))).toEqual(expected)
  })

  it('says nothing where the checks of the platform have judged the peers', () => {
    const own = asa('asa1', hub, [far], { state: { findings: [blockOf('PEER_TYPE_UNSUPPORTED')] } })
    const input = run([own], { read: [onlyRead(router('r2', far, hub))] })
    expect(found(input, 'asa1', 'PEER_TYPE_UNSUPPORTED')).toEqual([])
  })

  it('says nothing of a profile: the rule is about crypto map entries', () => {
    const input = run([router('hub1', hub, far)], { read: [onlyRead(router('r2', far, hub))] })
    expect(found(input, 'hub1', 'PEER_TYPE_UNSUPPORTED')).toEqual([])
  })

  it('becomes a declaration for every address, which keeps what the inventory says besides', () => {
    const declared = [
      {
        key: '203.0.113.0/24',
        type: 'unknown' as const,
        version: '1',
        initiates: 'on-traffic' as const,
        by: 'noc',
      },
    ]
    const made = declarationsFromDevices([onlyRead(asa('asa2', far, [hub]))], declared)
    expect(made).toEqual([{ key: far, type: 'asa', version: '9.16(3)', initiates: 'on-traffic', by: 'noc' }])
    expect(declarationFor([...made, ...declared], 'asa1', 'outside_map/10', far)?.type).toBe('asa')
  })

  it('is not known where devices of two kinds own one address, unless one states it as its endpoint', () => {
    const router2 = onlyRead(router('r2', far, hub))
    const asa2 = onlyRead(asa('asa2', far, [hub]))
    expect(peerTypeFrom([router2, asa2], far)).toBeUndefined()
    expect(peerTypeFrom([router2, { ...asa2, endpoints: [far] }], far)).toMatchObject({
      type: 'asa',
      host: 'asa2',
    })
    expect(declarationsFromDevices([router2, asa2])).toEqual([])
  })

  it('declares nothing of a box that ikero does not know', () => {
    expect(declarationsFromDevices([{ host: 'x', facts: facts(far, {}, 'other') }])).toEqual([])
  })
})

describe('partners of a pair', () => {
  const labels = { 'ha-pair': 'tyo' }
  const member = (host: string, inPlaybook: boolean) => ({ host, labels, inPlaybook })

  it('warns where the partner is not in the playbook', () => {
    const own = { ...router('hub1', hub, far), labels }
    const input = run([own], { inventoryHosts: [member('hub1', true), member('hub2', false)] })
    const [finding] = found(input, 'hub1', 'HA_PARTNER_MISSING')
    expect(finding?.severity).toBe('warn')
    expect(finding?.target).toBeUndefined()
    expect(finding?.message).toContain('hub2')
  })

  it('is silent where both are, and for other pairs and labels', () => {
    const own = { ...router('hub1', hub, far), labels }
    const input = run([own], {
      inventoryHosts: [
        member('hub1', true),
        member('hub2', true),
        { host: 'x', labels: { 'ha-pair': 'osa' }, inPlaybook: false },
        { host: 'y', labels: { site: 'tyo' }, inPlaybook: false },
        { host: 'z', inPlaybook: false },
      ],
    })
    expect(found(input, 'hub1', 'HA_PARTNER_MISSING')).toEqual([])
  })
})

describe('a proof that may not come', () => {
  const code = 'PROOF_UNLIKELY'

  it('warns where no peer has an SA', () => {
    expect(brief(found(run([router('hub1', hub, far)]), 'hub1', code))).toEqual([`warn VPN ${far}`])
  })

  it('warns where the peers start on traffic only', () => {
    const own = router('hub1', hub, far, { facts: reading(sa(far, 'initiator')) })
    const input = run([own], { declared: [{ key: far, type: 'ios', initiates: 'on-traffic' }] })
    expect(found(input, 'hub1', code)[0]?.message).toContain('only when they have traffic')
  })

  it.each([
    ['a peer has started', reading(sa(far, 'responder'))],
    ['a session is up without an IKE SA', { reading: { sas: [], unreadable: [], upWithoutIke: [far] } }],
    ['a row could not be read', { reading: { sas: [], unreadable: ['?'] } }],
  ])('is silent where %s', (_, known) => {
    expect(found(run([router('hub1', hub, far, { facts: known })]), 'hub1', code)).toEqual([])
  })

  it('is silent where nothing is changed and where the setting is taken away', () => {
    expect(found(run([router('hub1', hub, far, { responderOnly: true })]), 'hub1', code)).toEqual([])
    const away = router('hub1', hub, far, { responderOnly: true, wanted: 'bidirectional' })
    expect(found(run([away]), 'hub1', code)).toEqual([])
  })
})

describe('a target that does not exist', () => {
  it('is left to the checks of its platform', () => {
    const input = run([router('hub1', hub, far, { state: { before: 'absent' } })])
    expect(found(input, 'hub1', 'SOLE_INITIATOR')).toEqual([])
  })
})
