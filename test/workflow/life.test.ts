import { describe, expect, it } from 'vitest'
import { configLine } from '../../src/model/ids.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { ChangeRecord } from '../../src/model/record.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { end, hub, threeHubs } from './scenarios.ts'
import { configLines, createWorld, device, expectNothingSent, profile, type World } from './world.ts'

const hub1 = device('hub1', [profile('VPN')])
const sole = [end('203.0.113.11'), end('203.0.113.12', ', starts: false')]
const proof = { withinMs: 300_000, lostAfterMs: 90_000 }
const empty = { sas: [], unreadable: [] }

async function first(world: World, ports: Ports, more = {}): Promise<DeviceOutcome> {
  const { devices } = await world.clock.settle(applyFleet(world.request([hub1], { proof, ...more }), ports))
  const [outcome] = devices
  if (outcome === undefined) throw new Error('no device')
  return outcome
}

/** Types configuration lines as somebody else would, in a session of its own. */
async function meddle(world: World, lines: readonly string[]): Promise<void> {
  const other = await world.ports.sessions.write(hub1)
  if (other.kind === 'err') throw new Error('no session')
  await other.value.enterConfig()
  for (const line of lines) await other.value.send({ line: configLine(line), subMode: /./, opens: false })
  await other.value.leaveConfig()
  await other.value.close()
}

function record(more: Partial<ChangeRecord>): ChangeRecord {
  return {
    runId: '20261124T100000-abcdef',
    host: 'hub1',
    target: 'VPN',
    at: '2026-11-24T10:00:00.000Z',
    readingBefore: empty,
    readingsSince: [],
    status: 'verified',
    ...more,
  }
}

describe('a lost peer', () => {
  it('is told with the setting that was read back, and no advice about SAs of the revert', async () => {
    const world = createWorld(hub({ ends: sole }))
    const outcome = await first(world, world.ports)
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      targets: [{ before: 'bidirectional', after: 'bidirectional' }],
    })
    const codes = outcome.findings.map((finding) => finding.code)
    expect(codes.filter((code) => code === 'PEER_LOST')).toHaveLength(1)
    expect(codes).not.toContain('ROLE_REKEYED_HERE')
    expect(codes).not.toContain('ROLE_AMBIGUOUS')
    expect(outcome.error?.message).toMatch(/^lost 203\.0\.113\.12 of VPN: .*; it was taken back$/)
  })

  it('has its target taken back as soon as a session can be had again', async () => {
    const world = createWorld(hub({ ends: sole }))
    let refusals = 0
    const write: Sessions['write'] = async (space) => {
      const late = world.clock.monotonicMs() > 60_000
      if (late && refusals < 3) {
        refusals += 1
        return {
          kind: 'err',
          error: { code: 'SESSION_LIMIT', cause: 'session-limit', message: 'no vty free', next: 'wait' },
        }
      }
      return world.ports.sessions.write(space)
    }
    const outcome = await first(world, { ...world.ports, sessions: { ...world.ports.sessions, write } })
    expect(refusals).toBe(3)
    expect(outcome).toMatchObject({ status: 'rolled-back', saved: 'yes' })
  })

  it('leaves the device unknown, with what startup holds told truly, when no session can be had', async () => {
    const world = createWorld(hub({ ends: sole }))
    const write: Sessions['write'] = async (space) =>
      world.clock.monotonicMs() > 60_000
        ? {
            kind: 'err',
            error: { code: 'CONNECT_FAILED', cause: 'network', message: 'refused', next: 'look' },
          }
        : world.ports.sessions.write(space)
    const outcome = await first(world, { ...world.ports, sessions: { ...world.ports.sessions, write } })
    expect(outcome).toMatchObject({ status: 'unknown', saved: 'yes', error: { code: 'REVERT_FAILED' } })
    expect(outcome.error?.next).toContain('no responder-only')
  })

  it('changes nothing that somebody else changed meanwhile', async () => {
    const world = createWorld(hub({ ends: sole }))
    let meddled = false
    const read: Sessions['read'] = async (space, signal) => {
      if (!meddled && world.clock.monotonicMs() > 100_000) {
        meddled = true
        await meddle(world, ['crypto ipsec profile VPN', 'no responder-only'])
      }
      return world.ports.sessions.read(space, signal)
    }
    const outcome = await first(world, { ...world.ports, sessions: { ...world.ports.sessions, read } })
    expect(outcome.targets[0]?.after).toBe('bidirectional')
    expect(world.journal.filter((one) => one.kind === 'line-sending' && one.purpose === 'revert')).toEqual([])
  })

  it('in a run that takes the setting away has nothing sent: this end may start again', async () => {
    const scenario = hub({ ends: [end('203.0.113.11'), end('203.0.113.12')], lifetime: '60s' })
    const world = createWorld(
      scenario.replace('profile VPN\n       set', 'profile VPN\n       responder-only\n       set'),
    )
    const shut = async (): Promise<boolean> => {
      await meddle(world, ['interface Tunnel2', 'shutdown'])
      return true
    }
    const request = world.request([device('hub1', [profile('VPN')], { state: 'bidirectional' })], { proof })
    const { devices } = await world.clock.settle(applyFleet(request, { ...world.ports, approve: shut }))
    expect(configLines(world, 'hub1').filter((line) => line === 'responder-only')).toEqual([])
    expect(devices[0]?.status).not.toBe('rolled-back')
  })

  it('stops a device that is being read again for its own push', async () => {
    const world = createWorld(threeHubs({ ends: sole }))
    const read = world.ports.sessions.write
    // hub2 answers its second reading so slowly that hub1 has lost a peer by then.
    const write: Sessions['write'] = async (space) => {
      const opened = await read(space)
      if (space.host.name !== 'hub2' || opened.kind === 'err' || world.clock.monotonicMs() > 0) return opened
      const run = opened.value.run.bind(opened.value)
      opened.value.run = async (line) => {
        await world.clock.sleep(200_000)
        return run(line)
      }
      return opened
    }
    const ports = { ...world.ports, sessions: { ...world.ports.sessions, write } }
    const hubs = ['hub1', 'hub2'].map((name) => device(name, [profile('VPN')]))
    const { devices } = await world.clock.settle(applyFleet(world.request(hubs, { proof }), ports))
    expect(devices[1]).toMatchObject({ host: 'hub2', status: 'skipped' })
    expectNothingSent(world, 'hub2')
  })
})

describe('what earlier runs left', () => {
  it('is no proof where the change was taken back', async () => {
    const scenario = hub({ renew: '6s' }).replace(
      'profile VPN\n       set',
      'profile VPN\n       responder-only\n       set',
    )
    const world = createWorld(scenario, { record: record({ status: 'rolled-back' }) })
    const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), world.ports))
    expect(devices[0]?.status).toBe('compliant')
  })

  it('is no proof where the change set another value', async () => {
    const scenario = hub({ renew: '6s' }).replace(
      'profile VPN\n       set',
      'profile VPN\n       responder-only\n       set',
    )
    const world = createWorld(scenario, { record: record({ wanted: 'bidirectional' }) })
    const { devices } = await world.clock.settle(verifyFleet(world.request([hub1]), world.ports))
    expect(devices[0]?.status).toBe('compliant')
  })

  it('warns before a target is changed again that a run took back', async () => {
    const world = createWorld(hub({ renew: '6s' }), { record: record({ status: 'rolled-back' }) })
    const { devices } = await world.clock.settle(planFleet(world.request([hub1]), world.ports))
    expect(devices[0]).toMatchObject({ status: 'pending', targets: [{ pendingKind: 'never-applied' }] })
    expect(devices[0]?.findings).toContainEqual(
      expect.objectContaining({ code: 'PROOF_UNLIKELY', severity: 'warn', target: 'VPN' }),
    )
  })

  it('is called drift where the change stood', async () => {
    const world = createWorld(hub({ renew: '6s' }), { record: record({ status: 'verified' }) })
    const { devices } = await world.clock.settle(planFleet(world.request([hub1]), world.ports))
    expect(devices[0]).toMatchObject({ status: 'pending', targets: [{ pendingKind: 'drifted' }] })
  })

  it('keeps the reading just after the push, so that later proofs know what was half open then', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    await first(world, world.ports)
    expect(world.journal.find((one) => one.kind === 'sa-reading')).toMatchObject({ afterPushMs: 0 })
  })
})
