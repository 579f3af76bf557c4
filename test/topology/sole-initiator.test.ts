import { describe, expect, it } from 'vitest'
import type { Initiates, PeerType } from '../../src/model/intent.ts'
import {
  asa,
  brief,
  device,
  entry,
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
const code = 'SOLE_INITIATOR'

function declare(type: PeerType, initiates?: Initiates, key: string = far) {
  return { declared: [{ key, type, ...(initiates === undefined ? {} : { initiates }) }] }
}

describe('evidence that the peer can start', () => {
  it('an SA that the peer started', () => {
    const input = run([router('hub1', hub, far, { facts: reading(sa(far, 'responder')) })])
    expect(found(input, 'hub1', code)).toEqual([])
  })

  it('a start that the run store remembers, of that peer of that target', () => {
    const seen = (host: string, target: string, peer: string) =>
      host === 'hub1' && target === 'VPN' && peer === far ? '2026-11-20T02:00:00Z' : undefined
    expect(found(run([router('hub1', hub, far)], { seenAsInitiator: seen }), 'hub1', code)).toEqual([])
    expect(brief(found(run([router('hub2', hub, far)], { seenAsInitiator: seen }), 'hub2', code))).toEqual([
      `block VPN ${far}`,
    ])
  })

  it('the configuration of the peer, where it names this device and starts', () => {
    const input = run([asa('asa1', hub, [far])], { read: [onlyRead(asa('asa2', far, [hub]))] })
    expect(found(input, 'asa1', code)).toEqual([])
  })

  it('an originate-only entry at the peer', () => {
    const other = onlyRead(asa('asa2', far, [hub], { entry: { connectionType: 'originate-only' } }))
    expect(found(run([asa('asa1', hub, [far])], { read: [other] }), 'asa1', code)).toEqual([])
  })

  it.each<Initiates>(['always', 'on-traffic'])('a declaration: initiates %s', (initiates) => {
    const input = run([asa('asa1', hub, [far])], declare('asa', initiates))
    expect(found(input, 'asa1', code)).toEqual([])
  })

  it('a declaration of a network, and one by host and target', () => {
    const network = run([asa('asa1', hub, [far])], declare('asa', 'always', '203.0.113.0/24'))
    const named = run([asa('asa1', hub, [far])], declare('asa', 'always', 'asa1/outside_map/10'))
    expect(found(network, 'asa1', code)).toEqual([])
    expect(found(named, 'asa1', code)).toEqual([])
  })

  it('an AWS gateway only with an SA that it started or a declaration', () => {
    const aws = declare('aws')
    const silent = run([router('hub1', hub, far)], aws)
    expect(brief(found(silent, 'hub1', code))).toEqual([`block VPN ${far}`])
    const started = run([router('hub1', hub, far, { facts: reading(sa(far, 'responder')) })], aws)
    expect(found(started, 'hub1', code)).toEqual([])
    expect(found(run([router('hub1', hub, far)], declare('aws', 'always')), 'hub1', code)).toEqual([])
  })
})

describe('evidence that the peer cannot start', () => {
  it('blocks a peer that is declared never to start, also where it has been seen to', () => {
    const input = run(
      [router('hub1', hub, far, { facts: reading(sa(far, 'responder')) })],
      declare('asa', 'never'),
    )
    const [finding] = found(input, 'hub1', code)
    expect(finding).toMatchObject({ severity: 'block', target: 'VPN', peers: [far] })
    expect(finding?.message).toContain('has been seen to start')
  })

  it('blocks one of many peers, beside those of which nothing is known', () => {
    const input = run([asa('asa1', hub, [far, '203.0.113.3', '203.0.113.4'])], declare('asa', 'never'))
    expect(brief(found(input, 'asa1', code))).toEqual([
      `block outside_map/10 ${far}`,
      'warn outside_map/10 203.0.113.3 203.0.113.4',
    ])
  })

  it('blocks an entry that is originate-only, with its line', () => {
    const input = run(
      [asa('asa1', hub, [far], { entry: { connectionType: 'originate-only' } })],
      declare('asa', 'always'),
    )
    const [finding] = found(input, 'asa1', code)
    expect(finding?.severity).toBe('block')
    expect(finding?.evidence).toBe('crypto map outside_map 10 set connection-type originate-only')
  })

  it('blocks a peer that would take the call with a dynamic entry only', () => {
    const other = facts(far, { cryptoMaps: [entry(65_535, [], { dynamic: true })] }, 'asa')
    const input = run([asa('asa1', hub, [far])], { read: [{ host: 'asa2', facts: other }] })
    expect(brief(found(input, 'asa1', code))).toEqual([`block outside_map/10 ${far}`])
  })

  it('blocks a peer that would take the call with a virtual template only', () => {
    const other = facts(far, {
      profiles: [profile('FLEX')],
      tunnels: [tunnel('FLEX', { name: 'Virtual-Template1', sourceAddresses: [far] })],
    })
    const input = run([router('hub1', hub, far)], { read: [{ host: 'flex1', facts: other }] })
    expect(brief(found(input, 'hub1', code))).toEqual([`block VPN ${far}`])
  })
})

describe('nothing known either way', () => {
  it('blocks a target with one peer, names its line and one next step', () => {
    const [finding] = found(run([router('hub1', hub, far)]), 'hub1', code)
    expect(finding).toMatchObject({ severity: 'block', target: 'VPN', peers: [far] })
    expect(finding?.evidence).toContain('tunnel protection ipsec profile VPN')
    expect(finding?.next).toContain('declare initiates')
  })

  it('warns once on a target with many, and lists them', () => {
    const peers = Array.from({ length: 20 }, (_, index) => `203.0.113.${index + 10}`)
    const [finding, ...more] = found(run([asa('asa1', hub, peers)]), 'asa1', code)
    expect(more).toEqual([])
    expect(finding?.severity).toBe('warn')
    expect(finding?.peers).toEqual(peers)
    expect(finding?.message).toContain('and 8 more')
  })

  it('warns where the target is as asked already, because nothing is sent', () => {
    const input = run([router('hub1', hub, far, { responderOnly: true })])
    expect(brief(found(input, 'hub1', code))).toEqual([`warn VPN ${far}`])
  })

  it('says that endpoints would settle it, where an inventory host could be the peer', () => {
    const input = run([router('hub1', hub, far)], { unread: [{ host: 'site7', endpoints: [] }] })
    const [finding] = found(input, 'hub1', code)
    expect(finding?.message).toContain('site7')
    expect(finding?.next).toContain('endpoints')
  })

  it('takes an inventory host that could not be read for no evidence', () => {
    const input = run([router('hub1', hub, far)], { unread: [{ host: 'site7', endpoints: [far] }] })
    const [finding] = found(input, 'hub1', code)
    expect(finding?.severity).toBe('block')
    expect(finding?.message).toContain('site7 has this endpoint and could not be read')
  })

  it('says so where the peer was read and nothing there leads back', () => {
    const input = run([router('hub1', hub, far)], {
      read: [onlyRead(router('far1', far, '198.51.100.77'))],
    })
    expect(found(input, 'hub1', code)[0]?.message).toContain('far1 was read, and nothing')
  })

  it('does not call a peer with contexts read that was read in none of them', () => {
    const software = { os: 'asa', version: '9.16(3)', contextMarker: 'system', evidence: '' } as const
    const far1 = onlyRead(asa('far1', far, [], { facts: { software, cryptoMaps: [] } }))
    const [finding] = found(run([router('hub1', hub, far)], { read: [far1] }), 'hub1', code)
    expect(finding?.message).toContain('far1 has contexts, and only where the login leads was read')
  })

  it('says so where the peer was read and did not show its configuration', () => {
    const hidden = facts(far, { configComplete: false }, 'asa')
    const input = run([asa('asa1', hub, [far])], { read: [{ host: 'asa2', facts: hidden }] })
    expect(found(input, 'asa1', code)[0]?.message).toContain('did not show its configuration')
  })

  it('escapes what a device or a file says', () => {
    const input = run([asa('asa1', hub, ['evil\u001b[2Jname'])])
    expect(found(input, 'asa1', code)[0]?.message).not.toContain('\u001b')
  })
})

describe('callers of a hub', () => {
  const spokes = Array.from({ length: 80 }, (_, index) => `198.51.100.${index + 1}`)
  const sas = spokes.map((spoke, index) => sa(spoke, index < 12 ? 'initiator' : 'responder', { local: hub }))
  const of = facts(hub, {
    profiles: [profile('DMVPN')],
    tunnels: [tunnel('DMVPN', { name: 'Tunnel0', sourceAddresses: [hub] })],
    ...reading(...sas),
  })

  it('tells the 12 of 80 spokes that this end called so far', () => {
    const [finding, ...more] = found(run([device('hub1', of, [profileState(of, 'DMVPN')])]), 'hub1', code)
    expect(more).toEqual([])
    expect(finding?.severity).toBe('info')
    expect(finding?.peers).toEqual(spokes.slice(0, 12))
  })

  it('blocks those that the inventory says never start', () => {
    const input = run([device('hub1', of, [profileState(of, 'DMVPN')])], {
      declared: [{ key: '198.51.100.5', type: 'ios', initiates: 'never' }],
    })
    expect(brief(found(input, 'hub1', code))[0]).toBe('block DMVPN 198.51.100.5')
  })

  it('leaves SAs at another own address, and peers of other tunnels, to those', () => {
    const other = facts(hub, {
      profiles: [profile('DMVPN'), profile('P2P')],
      tunnels: [
        tunnel('DMVPN', { name: 'Tunnel0', sourceAddresses: [hub] }),
        tunnel('P2P', { name: 'Tunnel1', destination: far, sourceAddresses: [hub] }),
      ],
      ...reading(
        sa(far, 'initiator', { local: hub }),
        sa('198.51.100.9', 'initiator', { local: '10.9.9.9' }),
      ),
    })
    expect(found(run([device('hub1', other, [profileState(other, 'DMVPN')])]), 'hub1', code)).toEqual([])
  })
})

describe('a peer with evidence that was called by this end', () => {
  it('is told as info', () => {
    const input = run(
      [router('hub1', hub, far, { facts: reading(sa(far, 'initiator')) })],
      declare('ios', 'always'),
    )
    expect(brief(found(input, 'hub1', code))).toEqual([`info VPN ${far}`])
  })

  it('is not told where one of its SAs was started there', () => {
    const both = reading(sa(far, 'initiator'), sa(far, 'responder'))
    expect(found(run([router('hub1', hub, far, { facts: both })]), 'hub1', code)).toEqual([])
  })
})

describe('where the setting is taken away', () => {
  it('tells what would be refused otherwise, and refuses nothing', () => {
    const input = run([router('hub1', hub, far, { responderOnly: true, wanted: 'bidirectional' })])
    expect(brief(found(input, 'hub1', code))).toEqual([`info VPN ${far}`])
  })
})
