import { describe, expect, it } from 'vitest'
import type { IkeSa } from '../../src/model/facts.ts'
import { blastRadius } from '../../src/report/blast-radius.ts'
import { createStyle } from '../../src/report/style.ts'
import { entryTarget, profileTarget } from '../names.ts'
import { changeOf, plan, targetPlan } from './plans.ts'

const change = changeOf(
  ['crypto ipsec profile VPN', 'responder-only'],
  ['crypto ipsec profile VPN', 'no responder-only'],
)
const sa = (peer: string, more: Partial<IkeSa> = {}): IkeSa => ({
  version: 1,
  peer,
  local: '203.0.113.1',
  state: 'QM_IDLE',
  established: true,
  halfOpen: false,
  role: 'responder',
  evidence: peer,
  ...more,
})
const draw = (plans: Parameters<typeof blastRadius>[0], verbose = false): string =>
  blastRadius(plans, { style: createStyle(false), width: 120, verbose }).join('\n')
const withSas = (sas: readonly IkeSa[]) => ({ facts: { reading: { sas, unreadable: [] } } })

describe('the blast radius of a change', () => {
  it('counts devices, tunnels and peers, and tells whose SAs are up and when the next one ends', () => {
    const vpn = targetPlan(profileTarget('VPN'), change, {
      usedBy: ['Tunnel1', 'Tunnel2'],
      peers: { listed: ['203.0.113.11', '203.0.113.12'], any: false },
    })
    const entry = targetPlan(entryTarget('outside_map', 10), change, {
      usedBy: ['outside'],
      peers: { listed: ['203.0.113.20'], any: false },
    })
    const sas = [
      sa('203.0.113.11', { remainingSeconds: 7300 }),
      sa('203.0.113.12', { remainingSeconds: 200 }),
      sa('203.0.113.99', { remainingSeconds: 5 }),
    ]
    expect(draw([plan('hub1', [vpn], withSas(sas)), plan('asa1', [entry])])).toBe(
      [
        '  reach       2 devices, 3 tunnels, 3 listed peers; 2 peers with an SA now',
        '              hub1: 203.0.113.11, 203.0.113.12; the next SA ends or is rekeyed in 3m 20s (203.0.113.12), the last in 2h',
        '              1m',
        '              no peer has an SA on asa1',
      ].join('\n'),
    )
  })

  it.each([
    ['half open SAs are none', [sa('203.0.113.11', { established: false })], 'no peer has an SA on hub1'],
    [
      'two SAs of one peer are one peer',
      [sa('203.0.113.11'), sa('203.0.113.11')],
      'hub1: 203.0.113.11; when',
    ],
    ['an end that is not shown is not guessed', [sa('203.0.113.11')], 'when their SAs end is not shown'],
    [
      'what a peer is called cannot act on the terminal',
      [sa('203.0.113.11'), sa('\u001b[2J', { remainingSeconds: 5 })],
      'hub1: 203.0.113.11; when',
    ],
  ])('%s', (_, sas, text) => {
    expect(draw([plan('hub1', [targetPlan(profileTarget('VPN'), change)], withSas(sas))])).toContain(text)
  })

  it('counts whoever calls a target that takes any peer, but not the peers of other tunnels', () => {
    const any = targetPlan(profileTarget('VPN'), change, {
      peers: { listed: [], any: true, locals: ['203.0.113.1'] },
    })
    const tunnels = [
      {
        name: 'Tunnel9',
        profile: 'OTHER',
        destination: '198.51.100.9',
        anyPeer: false,
        shared: false,
        evidence: '',
      },
    ]
    const sas = [sa('198.51.100.1'), sa('198.51.100.2', { local: '203.0.113.2' }), sa('198.51.100.9')]
    const text = draw([plan('hub1', [any], { facts: { reading: { sas, unreadable: [] }, tunnels } })])
    expect(text).toContain('1 peer with an SA now')
    expect(text).toContain('hub1: 198.51.100.1;')
  })

  it('flags a device that is reached through a tunnel', () => {
    const facts = { managementThrough: { name: 'Tunnel1', tunnel: true, evidence: 'C 10.1.1.0' } }
    const text = draw([plan('hub1', [targetPlan(profileTarget('VPN'), change)], { facts })])
    expect(text).toContain('  through     hub1 (Tunnel1): reached through a tunnel')
    const direct = { managementThrough: { name: 'Gi0/0', tunnel: false, evidence: 'C 10.1.1.0' } }
    expect(draw([plan('hub1', [targetPlan(profileTarget('VPN'), change)], { facts: direct })])).not.toContain(
      'through a',
    )
  })

  it('is bounded for any number of devices', () => {
    const many = Array.from({ length: 500 }, (_, nth) =>
      plan(`site-${nth}`, [targetPlan(profileTarget('VPN'), change)]),
    )
    expect(draw(many).split('\n').length).toBeLessThan(15)
    expect(draw(many, true)).toContain('site-499')
  })

  it('is empty where nothing is changed', () => {
    expect(draw([])).toBe('')
  })
})
