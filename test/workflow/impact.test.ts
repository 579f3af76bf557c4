import { describe, expect, it } from 'vitest'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest } from '../../src/workflow/fleet-request.ts'
import { asa } from './scenarios.ts'
import { createWorld, device, entry } from './world.ts'

const declared = [
  { key: '203.0.113.20', type: 'asa', by: 'partner NOC', initiates: 'on-traffic' },
  { key: '203.0.113.21', type: 'asa', lifetimes: { ikeSeconds: 28_800 } },
] as const
const asa1 = device('asa1', [entry('outside_map', 10), entry('outside_map', 20)], {
  platform: 'asa',
  peers: declared,
})
const around: Pick<FleetRequest, 'around'> = {
  around: { hosts: [asa1.host], declared, accept: [], onBlocked: 'target', readPeers: true },
}
/** The far end of the second entry never starts. */
const oneSilent = asa({ lifetime: '24h' }).replace(
  'name: b21, address: 203.0.113.21, protocol: ikev1, type: asa, to: asa1',
  'name: b21, address: 203.0.113.21, protocol: ikev1, type: asa, to: asa1, starts: false',
)

const impactOf = (outcome: DeviceOutcome | undefined, name: string) =>
  outcome?.targets.find((target) => target.name === name)?.impact

describe('what a change of a target means', () => {
  it('stands beside each target of a plan: peers, why they can start, lines and the configuration after', async () => {
    const world = createWorld(oneSilent)
    const { devices } = await world.clock.settle(planFleet(world.request([asa1], around), world.ports))
    const impact = impactOf(devices[0], 'outside_map/10')
    expect(impact).toMatchObject({
      wanted: 'answer-only',
      anyPeer: false,
      morePeers: 0,
      lines: ['crypto map outside_map 10 set connection-type answer-only'],
      revert: ['crypto map outside_map 10 set connection-type bidirectional'],
      peers: [
        {
          address: '203.0.113.20',
          type: 'asa',
          typeBasis: 'declared',
          typeSource: 'inventory, peers 203.0.113.20; partner NOC',
          canStart: { answer: 'yes' },
        },
      ],
    })
    expect(impact?.config?.after).toContain('crypto map outside_map 10 set connection-type answer-only')
    expect(impact?.config?.before).not.toContain('crypto map outside_map 10 set connection-type answer-only')
    expect(Date.parse(impact?.readAt ?? '')).not.toBeNaN()
  })

  it('says of a refused target that nothing shows its peer to start, and sends no lines for it', async () => {
    const world = createWorld(oneSilent)
    const { devices } = await world.clock.settle(planFleet(world.request([asa1], around), world.ports))
    const impact = impactOf(devices[0], 'outside_map/20')
    expect(impact).toMatchObject({ lines: [], revert: [] })
    expect(impact?.peers[0]).toMatchObject({
      canStart: { answer: 'not-known' },
      lifetimes: { ikeSeconds: 28_800 },
    })
  })

  it('keeps what was read before the lines in the outcome of an apply', async () => {
    const world = createWorld(asa({ lifetime: '24h' }))
    const { devices } = await world.clock.settle(applyFleet(world.request([asa1], around), world.ports))
    const target = devices[0]?.targets.find(({ name }) => name === 'outside_map/10')
    expect(target).toMatchObject({ sent: true, after: 'answer-only' })
    const [peer] = target?.impact?.peers ?? []
    expect(peer?.startedBy).toMatch(/peer|this-device|both/)
    expect(peer?.evidence.length).toBeGreaterThan(0)
  })
})
