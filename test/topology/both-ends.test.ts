import { describe, expect, it } from 'vitest'
import type { ContextName } from '../../src/model/ids.ts'
import { deadTunnels } from '../../src/topology/judge.ts'
import { contextName, entryTarget } from '../names.ts'
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
const code = 'BOTH_ENDS_RESPONDER'

describe('both ends responders', () => {
  it('blocks both ends where the run would set both', () => {
    const input = run([router('hub1', hub, far), router('far1', far, hub)])
    expect(brief(found(input, 'hub1', code))).toEqual([`block VPN ${far}`])
    expect(brief(found(input, 'far1', code))).toEqual([`block VPN ${hub}`])
    expect(found(input, 'hub1', code)[0]?.message).toMatch(
      /VPN here becomes .*, and VPN at the peer .* becomes/,
    )
    expect(deadTunnels(input)).toEqual([])
  })

  it('blocks where the other end was only read and answers already, and says which is which', () => {
    const other = onlyRead(router('far1', far, hub, { responderOnly: true }))
    const input = run([router('hub1', hub, far)], { read: [other] })
    const [finding] = found(input, 'hub1', code)
    expect(finding).toMatchObject({ severity: 'block', target: 'VPN', peers: [far] })
    expect(finding?.message).toContain('VPN here becomes responder-only in this run')
    expect(finding?.message).toContain('is responder-only already')
    expect(finding?.evidence).toContain('far1:  responder-only')
    expect(found(input, 'hub1', 'SOLE_INITIATOR')).toEqual([])
  })

  it('still blocks where both answer already, and names the tunnel as dead', () => {
    const input = run([router('hub1', hub, far, { responderOnly: true })], {
      read: [onlyRead(router('far1', far, hub, { responderOnly: true }))],
    })
    expect(brief(found(input, 'hub1', code))).toEqual([`block VPN ${far}`])
    expect(deadTunnels(input)).toEqual([{ host: 'hub1', target: 'VPN', peer: far }])
  })

  it('knows two contexts of one device apart, and calls each by its name', () => {
    const inContext = (name: ContextName, own: string, peer: string) => {
      const state = { target: { ...entryTarget('outside_map', 10), context: name } }
      return asa('fw1', own, [peer], { facts: { context: name }, state })
    }
    const input = run([inContext(contextName('a'), hub, far), inContext(contextName('b'), far, hub)])
    expect(brief(found(input, 'fw1/a', code))).toEqual([`block a:outside_map/10 ${far}`])
    expect(brief(found(input, 'fw1/b', code))).toEqual([`block b:outside_map/10 ${hub}`])
    expect(found(input, 'fw1/a', code)[0]?.message).toContain(`${far} (fw1/b)`)
  })

  it('is silent where the other end starts', () => {
    const input = run([router('hub1', hub, far)], { read: [onlyRead(router('far1', far, hub))] })
    expect(found(input, 'hub1', code)).toEqual([])
  })

  it('is told only where the setting is taken away', () => {
    const input = run([router('hub1', hub, far, { responderOnly: true, wanted: 'bidirectional' })], {
      read: [onlyRead(router('far1', far, hub, { responderOnly: true }))],
    })
    expect(brief(found(input, 'hub1', code))).toEqual([`info VPN ${far}`])
  })

  it('sees an answer-only entry of an ASA that lists this device', () => {
    const input = run([asa('asa1', hub, [far])], {
      read: [onlyRead(asa('asa2', far, [hub], { entry: { connectionType: 'answer-only' } }))],
    })
    expect(brief(found(input, 'asa1', code))).toEqual([`block outside_map/10 ${far}`])
    expect(found(input, 'asa1', code)[0]?.evidence).toContain(
      'asa2: crypto map outside_map 10 set connection-type answer-only',
    )
  })

  it('looks at the tunnel that leads back, not at another one of that device', () => {
    const other = facts(far, {
      ownAddresses: [far, '203.0.113.3'],
      profiles: [profile('VPN'), profile('OTHER', { responderOnly: true })],
      tunnels: [
        tunnel('OTHER', { name: 'Tunnel2', destination: hub, sourceAddresses: ['203.0.113.3'] }),
        tunnel('VPN', { destination: hub, sourceAddresses: [far] }),
      ],
    })
    const input = run([router('hub1', hub, far)], { read: [{ host: 'far1', facts: other }] })
    expect(found(input, 'hub1', code)).toEqual([])
  })

  it('sees the tunnel that leads back answer, although another one of that device starts', () => {
    const other = facts(far, {
      ownAddresses: [far, '203.0.113.3'],
      profiles: [profile('VPN', { responderOnly: true }), profile('OTHER')],
      tunnels: [
        tunnel('OTHER', { name: 'Tunnel2', destination: hub, sourceAddresses: ['203.0.113.3'] }),
        tunnel('VPN', { destination: hub, sourceAddresses: [far] }),
      ],
    })
    const input = run([router('hub1', hub, far)], { read: [{ host: 'far1', facts: other }] })
    expect(brief(found(input, 'hub1', code))).toEqual([`block VPN ${far}`])
  })

  it('looks at the tunnel that calls the own address of this target', () => {
    const of = facts(hub, {
      ownAddresses: [hub, '203.0.113.9'],
      profiles: [profile('VPN')],
      tunnels: [tunnel('VPN', { destination: far, sourceAddresses: [hub] })],
    })
    const other = facts(far, {
      profiles: [profile('VPN', { responderOnly: true }), profile('OTHER')],
      tunnels: [
        tunnel('OTHER', { name: 'Tunnel2', destination: '203.0.113.9', sourceAddresses: [far] }),
        tunnel('VPN', { destination: hub, sourceAddresses: [far] }),
      ],
    })
    const input = run([device('hub1', of, [profileState(of, 'VPN')])], {
      read: [{ host: 'far1', facts: other }],
    })
    expect(brief(found(input, 'hub1', code))).toEqual([`block VPN ${far}`])
  })

  it('does not judge where one of several ways back may start', () => {
    const other = facts(far, {
      profiles: [profile('VPN'), profile('OTHER', { responderOnly: true })],
      tunnels: [tunnel('OTHER', { name: 'Tunnel2', destination: hub }), tunnel('VPN', { destination: hub })],
    })
    const input = run([router('hub1', hub, far)], { read: [{ host: 'far1', facts: other }] })
    expect(found(input, 'hub1', code)).toEqual([])
    expect(brief(found(input, 'hub1', 'SOLE_INITIATOR'))).toEqual([`block VPN ${far}`])
  })

  it('takes no tunnel that is shut down and no map that is bound nowhere for a way back', () => {
    const other = facts(far, {
      profiles: [profile('VPN', { responderOnly: true })],
      tunnels: [tunnel('VPN', { destination: hub, shutdown: true })],
      cryptoMaps: [entry(10, [hub], { interfaces: [] })],
    })
    const input = run([router('hub1', hub, far)], { read: [{ host: 'far1', facts: other }] })
    expect(found(input, 'hub1', code)).toEqual([])
  })

  it('tells private addresses that repeat at every site apart by who names this device', () => {
    const twin = router('site2', far, '198.51.100.9', { responderOnly: true })
    const input = run([router('hub1', hub, far)], {
      read: [onlyRead(twin), onlyRead(router('far1', far, hub, { responderOnly: true }))],
    })
    expect(found(input, 'hub1', code)[0]?.message).toContain('(far1)')
  })

  it('knows nobody at an address that several devices own and of which none names this device', () => {
    const reads = ['site2', 'site3'].map((host) =>
      onlyRead(router(host, far, '198.51.100.9', { responderOnly: true })),
    )
    expect(found(run([router('hub1', hub, far)], { read: reads }), 'hub1', code)).toEqual([])
  })

  it('judges the active unit of a failover pair', () => {
    const unit = (host: string, active: boolean, connectionType: 'answer-only' | 'bidirectional') =>
      onlyRead(
        asa(host, far, [hub], {
          entry: { connectionType },
          facts: { failover: { on: true, active, evidence: 'Failover On' } },
        }),
      )
    const input = run([asa('asa1', hub, [far])], {
      read: [unit('a', true, 'answer-only'), unit('b', false, 'bidirectional')],
    })
    expect(brief(found(input, 'asa1', code))).toEqual([`block outside_map/10 ${far}`])
  })

  it('finds a peer behind an address that only its endpoints state', () => {
    const other = { ...onlyRead(router('far1', '10.0.0.2', hub, { responderOnly: true })), endpoints: [far] }
    expect(brief(found(run([router('hub1', hub, far)], { read: [other] }), 'hub1', code))).toEqual([
      `block VPN ${far}`,
    ])
  })
})

describe('both ends of a DMVPN', () => {
  const hubFacts = (own: string, servers: readonly string[], responderOnly = false) =>
    facts(own, {
      profiles: [profile('DMVPN', { responderOnly })],
      tunnels: [tunnel('DMVPN', { name: 'Tunnel0', sourceAddresses: [own] })],
      nhrp:
        servers.length === 0
          ? []
          : [{ tunnel: 'Tunnel0', nextHopServers: ['10.0.0.1'], serverAddresses: servers }],
    })
  const hubDevice = (host: string, own: string, servers: readonly string[]) => {
    const of = hubFacts(own, servers)
    return device(host, of, [profileState(of, 'DMVPN')])
  }

  it('blocks two hubs that are next-hop servers of each other', () => {
    const input = run([hubDevice('hub1', hub, [far]), hubDevice('hub2', far, [hub])])
    expect(brief(found(input, 'hub1', code))).toEqual([`block DMVPN ${far}`])
    expect(brief(found(input, 'hub2', code))).toEqual([`block DMVPN ${hub}`])
  })

  it('blocks a hub and a spoke that registers with it, in one run', () => {
    const input = run([hubDevice('hub1', hub, []), hubDevice('spoke1', far, [hub])])
    expect(brief(found(input, 'hub1', code))).toEqual([`block DMVPN ${far}`])
    expect(brief(found(input, 'spoke1', code))).toEqual([`block DMVPN ${hub}`])
  })

  const mapping = (host: string, own: string, mapped: string, over: Parameters<typeof facts>[1] = {}) => {
    const of = facts(own, {
      ...hubFacts(own, []),
      nhrp: [{ tunnel: 'Tunnel0', nextHopServers: [], serverAddresses: [], mappedAddresses: [mapped] }],
      ...over,
    })
    return device(host, of, [profileState(of, 'DMVPN')])
  }

  it('blocks two hubs that only map each other’s addresses, without a next-hop server', () => {
    const input = run([mapping('hub1', hub, far), mapping('hub2', far, hub)])
    expect(brief(found(input, 'hub1', code))).toEqual([`block DMVPN ${far}`])
    expect(brief(found(input, 'hub2', code))).toEqual([`block DMVPN ${hub}`])
  })

  it('warns of a mapped hub of which nothing is known, and lets one that was read and starts', () => {
    expect(brief(found(run([mapping('hub1', hub, far)]), 'hub1', 'SOLE_INITIATOR'))).toEqual([
      `warn DMVPN ${far}`,
    ])
    const other = onlyRead(mapping('hub2', far, hub))
    expect(found(run([mapping('hub1', hub, far)], { read: [other] }), 'hub1', 'SOLE_INITIATOR')).toEqual([])
  })

  it('does not take a mapped hub that was called here for a client', () => {
    const called = mapping('hub1', hub, far, reading(sa(far, 'initiator', { local: hub })))
    expect(brief(found(run([called]), 'hub1', 'SOLE_INITIATOR'))).toEqual([`warn DMVPN ${far}`])
  })

  it('lets a hub answer whose spokes start', () => {
    const input = run([hubDevice('hub1', hub, [])], {
      read: [{ host: 'spoke1', facts: hubFacts(far, [hub]) }],
    })
    expect(found(input, 'hub1', code)).toEqual([])
    expect(found(input, 'hub1', 'SOLE_INITIATOR')).toEqual([])
  })

  it('leaves a router that another tunnel of the hub names to that tunnel', () => {
    const of = facts(hub, {
      profiles: [profile('DMVPN'), profile('P2P')],
      tunnels: [
        tunnel('DMVPN', { name: 'Tunnel0', sourceAddresses: [hub] }),
        tunnel('P2P', { name: 'Tunnel1', destination: far, sourceAddresses: [hub] }),
      ],
    })
    const input = run([device('hub1', of, [profileState(of, 'DMVPN')])], {
      read: [onlyRead(router('far1', far, hub, { responderOnly: true }))],
    })
    expect(found(input, 'hub1', code)).toEqual([])
  })

  it('warns of a next-hop server that does not register here itself', () => {
    const input = run([hubDevice('hub1', hub, [far])], { read: [{ host: 'hub2', facts: hubFacts(far, []) }] })
    expect(brief(found(input, 'hub1', 'SOLE_INITIATOR'))).toEqual([`warn DMVPN ${far}`])
  })
})
