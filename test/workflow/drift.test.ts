import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { RunResult } from '../../src/model/outcome.ts'
import { driftFleet } from '../../src/workflow/drift.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest, FleetResult } from '../../src/workflow/fleet-request.ts'
import { end, hub } from './scenarios.ts'
import { createWorld, device, expectNothingSent, profile, recordedIn, type World } from './world.ts'

const hub1 = device('hub1', [profile('VPN')])
const setAlready = (scenario: string): string =>
  scenario.replace('crypto ipsec profile VPN\n', 'crypto ipsec profile VPN\n       responder-only\n')

/** A world in which hub1 has been changed, with the record that the run store would give. */
async function changed(scenario: string): Promise<World> {
  const world = createWorld(scenario)
  const at = world.clock.wall().toISOString()
  await world.clock.settle(applyFleet(world.request([hub1]), world.ports))
  const record = recordedIn(world, at)
  return {
    ...world,
    ports: { ...world.ports, history: { ...world.ports.history, lastChange: async () => record } },
  }
}

async function drift(world: World, more: Partial<FleetRequest> = {}): Promise<FleetResult> {
  const request = world.request([hub1], { save: 'if-clean', ...more })
  return world.clock.settle(driftFleet(request, world.ports))
}

/** The exit code that a run of these devices would end with. */
function exitOf({ devices }: FleetResult): number {
  const result: RunResult = {
    command: 'drift',
    runId: 'r',
    playbook: 'p',
    startedAt: '2026-11-24T00:00:00.000Z',
    finishedAt: '2026-11-24T00:00:01.000Z',
    devices,
    interrupted: false,
  }
  return exitCodeOf(result)
}

describe('drift', () => {
  it('is 0 where all is as asked and nothing is on record', async () => {
    const world = createWorld(setAlready(hub({ renew: '6s' })))
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({ status: 'compliant', saved: 'not-needed' })
    expect(exitOf(found)).toBe(0)
    expectNothingSent(world, 'hub1')
  })

  it('is 2, never-applied, where nobody has set it yet', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({
      status: 'pending',
      targets: [{ status: 'pending', pendingKind: 'never-applied', after: 'bidirectional' }],
    })
    expect(exitOf(found)).toBe(2)
    expectNothingSent(world, 'hub1')
  })

  it('is 2, drifted, where a run had set it and somebody took it away', async () => {
    const world = await changed(hub({ renew: '6s' }))
    world.meddle('hub1', [
      'enable',
      'lab',
      'configure terminal',
      'crypto ipsec profile VPN',
      'no responder-only',
      'end',
    ])
    const sent = world.journal.filter((one) => one.kind === 'line-sending').length
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({
      status: 'pending',
      targets: [{ pendingKind: 'drifted', before: 'bidirectional', sent: false }],
      findings: expect.arrayContaining([
        expect.objectContaining({
          code: 'LAST_CHANGE',
          evidence: expect.stringMatching(/^! Last configuration change at .* by \S+$/),
        }),
      ]),
      change: { lines: ['crypto ipsec profile VPN', 'responder-only'] },
    })
    expect(exitOf(found)).toBe(2)
    expect(world.journal.filter((one) => one.kind === 'line-sending')).toHaveLength(sent)
  })

  it('is drifted also where the profile itself is gone, with the finding that refuses a change', async () => {
    const world = await changed(hub({ renew: '6s' }))
    world.meddle('hub1', [
      'enable',
      'lab',
      'configure terminal',
      'interface Tunnel1',
      'no tunnel protection ipsec profile VPN',
      'interface Tunnel2',
      'no tunnel protection ipsec profile VPN',
      'no crypto ipsec profile VPN',
      'end',
    ])
    const found = await drift(world)
    expect(found.devices[0]?.targets).toMatchObject([
      { status: 'pending', pendingKind: 'drifted', before: 'absent' },
    ])
    expect(found.devices[0]?.findings.map(({ code }) => code)).toContain('PROFILE_MISSING')
    expect(exitOf(found)).toBe(2)
  })

  it('is 2, unsaved, where running is as asked and the next reload would lose it', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    world.meddle('hub1', [
      'enable',
      'lab',
      'configure terminal',
      'crypto ipsec profile VPN',
      'responder-only',
      'end',
    ])
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({
      status: 'pending',
      saved: 'no',
      targets: [{ pendingKind: 'unsaved', before: 'responder-only' }],
    })
    expect(exitOf(found)).toBe(2)
    expect(exitOf(await drift(world, { save: 'never' }))).toBe(0)
  })

  it('is 0 while a change waits for its proof, and 3 at once where proof is required', async () => {
    const world = await changed(hub({ lifetime: '24h' }))
    const waiting = await drift(world)
    expect(waiting.devices[0]).toMatchObject({ status: 'unproven' })
    expect(exitOf(waiting)).toBe(0)
    const { proof } = world.request([hub1])
    const required = await drift(world, { proof: { ...proof, require: true } })
    expect(required.devices[0]?.findings).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ code: 'PROOF_OVERDUE', target: 'VPN' })]),
    )
    expect(exitOf(required)).toBe(3)
  })

  it('is 3 when twice the longest SA lifetime has passed without proof, and 0 before', async () => {
    const silent = [end('203.0.113.11', ', silent: true'), end('203.0.113.12', ', silent: true')]
    const world = await changed(hub({ ends: silent }))
    await world.clock.advance(47 * 3_600_000)
    expect(exitOf(await drift(world))).toBe(0)
    await world.clock.advance(2 * 3_600_000)
    expect(exitOf(await drift(world))).toBe(3)
  })

  it('closes a change whose old SAs have ended, and stays 0', async () => {
    const world = await changed(hub({ lifetime: '24h' }))
    await world.clock.advance(25 * 3_600_000)
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({ status: 'verified' })
    expect(exitOf(found)).toBe(0)
  })

  it('is 1, PEER_LOST, where a peer that had an SA does not come back; nothing is sent', async () => {
    const world = await changed(
      hub({ lifetime: '24h', ends: [end('203.0.113.11'), end('203.0.113.12', ', starts: false')] }),
    )
    const sent = world.journal.filter((one) => one.kind === 'line-sending').length
    await world.clock.advance(25 * 3_600_000)
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({ status: 'failed', error: { code: 'PEER_LOST' } })
    expect(exitOf(found)).toBe(1)
    expect(world.journal.filter((one) => one.kind === 'line-sending')).toHaveLength(sent)
  })

  it('is 1 where a device cannot be reached', async () => {
    const error = {
      code: 'CONNECT_FAILED',
      cause: 'network',
      message: 'connection refused',
      next: 'look',
    } as const
    const world = createWorld(hub({ renew: '6s' }), { refuse: () => error })
    const found = await drift(world)
    expect(found.devices[0]).toMatchObject({ status: 'unreachable' })
    expect(exitOf(found)).toBe(1)
  })
})
