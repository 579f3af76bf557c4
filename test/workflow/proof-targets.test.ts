import { describe, expect, it } from 'vitest'
import { applyFleet } from '../../src/workflow/fleet.ts'
import { otherTunnels } from '../../src/workflow/proof-targets.ts'
import { end, hub } from './scenarios.ts'
import { createWorld, device, profile } from './world.ts'

/** The hub with a multipoint tunnel under VPN, and a third tunnel under a profile that it does not define. */
const beside = (name: string): string =>
  hub({ ends: [end('203.0.113.11'), end('203.0.113.13')], renew: '6s' })
    .replace(/tunnel mode ipsec ipv4\n {7}tunnel destination 203.0.113.11/, 'tunnel mode gre multipoint')
    .replace(/ {6}interface Tunnel2\n(?: {7}.*\n)+/, '')
    .replace(/ {6}crypto ipsec profile OTHER\n {7}.*\n/, '')
    .replace('profile OTHER', `profile ${name}`)

describe('a tunnel under a profile that the configuration does not define', () => {
  it.each(['default', 'GONE'])('(%s) is none of an open target', async (name) => {
    const world = createWorld(beside(name))
    const { devices, plans } = await world.clock.settle(
      applyFleet(world.request([device('hub1', [profile('VPN')])]), world.ports),
    )
    const [plan] = plans
    expect(plan && otherTunnels(plan.facts, plan.targets)).toEqual([
      { name, policyBased: false, peers: { listed: ['203.0.113.13'], any: false } },
    ])
    expect(devices[0]?.roles.map(({ target, peer }) => [target, peer])).toEqual([['VPN', '203.0.113.11']])
    expect(devices[0]?.targets[0]).toMatchObject({ coverage: { peers: 1 } })
  })
})
