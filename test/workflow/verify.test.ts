import { describe, expect, it } from 'vitest'
import type { ChangeRecord } from '../../src/model/record.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { end, hub } from './scenarios.ts'
import { createWorld, device, expectNothingSent, profile, recordedIn, type World } from './world.ts'

const hub1 = device('hub1', [profile('VPN')])

async function changed(scenario: string): Promise<World> {
  let record: ChangeRecord | undefined
  const world = createWorld(scenario)
  const at = world.clock.wall().toISOString()
  await world.clock.settle(applyFleet(world.request([hub1]), world.ports))
  record = recordedIn(world, at)
  return {
    ...world,
    ports: { ...world.ports, history: { ...world.ports.history, lastChange: async () => record } },
  }
}

describe('verify', () => {
  it('closes a change that was unproven, once the old SAs have been replaced by the peers', async () => {
    const world = await changed(hub({ lifetime: '24h' }))
    await world.clock.advance(25 * 3_600_000)
    const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), world.ports))
    expect(devices[0]).toMatchObject({ status: 'verified', targets: [{ status: 'verified', sent: false }] })
    expect(devices[0]?.coverageText).toMatch(/2 of 2 peers proven/)
  })

  it('stays unproven while the old SAs live, and says until when', async () => {
    const world = await changed(hub({ lifetime: '24h' }))
    const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), world.ports))
    expect(devices[0]).toMatchObject({ status: 'unproven' })
    expect(devices[0]?.coverageText).toMatch(/complete by \d{4}-\d\d-\d\d \d\d:\d\d UTC at the latest/)
  })

  it('says that the proof is overdue when twice the longest SA lifetime has passed, and not before', async () => {
    const silent = [end('203.0.113.11', ', silent: true'), end('203.0.113.12', ', silent: true')]
    const world = await changed(hub({ ends: silent }))
    const told = async (): Promise<readonly unknown[]> => {
      const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), world.ports))
      expect(devices[0]).toMatchObject({ status: 'unproven' })
      return (devices[0]?.findings ?? []).filter((finding) => finding.code === 'PROOF_OVERDUE')
    }
    await world.clock.advance(47 * 3_600_000)
    expect(await told()).toEqual([])
    await world.clock.advance(2 * 3_600_000)
    expect(await told()).toMatchObject([
      {
        severity: 'warn',
        target: 'VPN',
        message: expect.stringMatching(/2d 1h ago, and no SA of it lives longer than 1d/),
      },
    ])
    const planned = async (ports: typeof world.ports): Promise<readonly unknown[]> => {
      const { devices } = await world.clock.settle(planFleet(world.request([hub1]), ports))
      return devices[0]?.findings.map((finding) => finding.code) ?? []
    }
    expect(await planned(world.ports)).toContain('PROOF_OVERDUE')
    const record = await world.ports.history.lastChange('hub1', 'VPN')
    if (record === undefined) throw new Error('no record')
    const lastChange = async (): Promise<ChangeRecord> => ({ ...record, status: 'verified' })
    const history = { ...world.ports.history, lastChange }
    expect(await planned({ ...world.ports, history })).not.toContain('PROOF_OVERDUE')
  })

  it('fails and sends nothing when a peer was lost since', async () => {
    const world = await changed(
      hub({ lifetime: '24h', ends: [end('203.0.113.11'), end('203.0.113.12', ', starts: false')] }),
    )
    const sent = world.journal.filter((one) => one.kind === 'line-sending').length
    await world.clock.advance(25 * 3_600_000)
    const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), world.ports))
    expect(devices[0]).toMatchObject({ status: 'failed', error: { code: 'PEER_LOST' } })
    expect(world.journal.filter((one) => one.kind === 'line-sending')).toHaveLength(sent)
  })

  it('has nothing to prove where no change is on record', async () => {
    const world = createWorld(
      hub({ renew: '6s' }).replace(
        'crypto ipsec profile VPN\n',
        'crypto ipsec profile VPN\n       responder-only\n',
      ),
    )
    const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), world.ports))
    expect(devices[0]).toMatchObject({ status: 'compliant' })
    expect(devices[0]?.roles.every((row) => row.proof === 'not-on-record' || row.proof === 'idle')).toBe(true)
    expectNothingSent(world, 'hub1')
  })

  it('fails where the configuration is not as asked', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), world.ports))
    expect(devices[0]).toMatchObject({ status: 'failed', error: { code: 'READ_BACK_FAILED' } })
    expectNothingSent(world, 'hub1')
  })
})

describe('an unproven target', () => {
  it('stays unproven, not compliant, in a later plan and apply until it is proven', async () => {
    const world = await changed(hub({ lifetime: '24h' }))
    const planned = await world.clock.settle(planFleet(world.request([hub1]), world.ports))
    expect(planned.devices[0]).toMatchObject({ status: 'unproven', targets: [{ sent: false }] })
    await world.clock.advance(25 * 3_600_000)
    const later = await world.clock.settle(applyFleet(world.request([hub1]), world.ports))
    expect(later.devices[0]).toMatchObject({ status: 'compliant' })
  })
})
