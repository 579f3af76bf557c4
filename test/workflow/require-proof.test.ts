import { describe, expect, it } from 'vitest'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest } from '../../src/workflow/fleet-request.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import { asa, end, hub } from './scenarios.ts'
import { configLines, createWorld, device, entry, profile, type World } from './world.ts'

const proof = { withinMs: 60_000, lostAfterMs: 90_000, require: true } as const
const peers = [
  { key: '203.0.113.20', type: 'asa' },
  { key: '203.0.113.21', type: 'asa' },
] as const
const hub1 = device('hub1', [profile('VPN')])

async function applied(
  world: World,
  more: Partial<FleetRequest> = {},
  ports: Ports = world.ports,
  target = hub1,
): Promise<DeviceOutcome> {
  const request = world.request([target], { proof, ...more })
  const { devices } = await world.clock.settle(applyFleet(request, ports))
  const [outcome] = devices
  if (outcome === undefined) throw new Error('no device')
  return outcome
}

const typed = (world: World, host = 'hub1'): readonly string[] =>
  world
    .received(host)
    .filter((line) => /^(?:responder-only|no responder-only|write|show crypto isakmp sa$)/.test(line))

describe('proof that is required', () => {
  it('takes back what is unproven at its end, and saves nothing', async () => {
    const world = createWorld(hub({ lifetime: '1h' }))
    const outcome = await applied(world)
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      saved: 'not-needed',
      targets: [{ status: 'rolled-back', before: 'bidirectional', after: 'bidirectional', sent: true }],
      error: { code: 'PROOF_REQUIRED' },
    })
    expect(outcome.error?.message).toMatch(/^VPN was not proven within 1m \(0 of 2 peers\)/)
    expect(configLines(world, 'hub1').slice(-3)).toEqual([
      'crypto ipsec profile VPN',
      'no responder-only',
      'end',
    ])
    expect(world.received('hub1')).not.toContain('write memory')
  })

  it('saves after the proof, not before it', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const outcome = await applied(world)
    expect(outcome).toMatchObject({ status: 'verified', saved: 'yes' })
    expect(outcome.findings.map(({ code }) => code)).not.toContain('NOT_SAVED')
    const lines = typed(world)
    const push = lines.indexOf('responder-only')
    const save = lines.findIndex((line) => line.startsWith('write'))
    expect(push).toBeGreaterThan(-1)
    expect(lines.slice(push, save).filter((line) => line.startsWith('show'))).not.toEqual([])
    expect(lines.slice(save).filter((line) => line === 'responder-only')).toEqual([])
  })

  it('saves nothing with save: never', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    expect(await applied(world, { save: 'never' })).toMatchObject({ status: 'verified', saved: 'no' })
    expect(world.received('hub1')).not.toContain('write memory')
  })

  it('looks again for foreign work before the late save, and leaves it alone', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    // Somebody begins to work there while the role is being proven.
    const read: Sessions['read'] = async (space, signal) => {
      const pushed = world.journal.some((one) => one.kind === 'second-login')
      if (pushed)
        world.meddle('hub1', [
          'enable',
          'lab',
          'configure terminal',
          'crypto ipsec profile OTHER',
          'set pfs group14',
          'end',
        ])
      return world.ports.sessions.read(space, signal)
    }
    const ports = { ...world.ports, sessions: { ...world.ports.sessions, read } }
    const outcome = await applied(world, { save: 'if-clean' }, ports)
    expect(outcome).toMatchObject({ status: 'verified', saved: 'no', foreignUnsaved: expect.any(Number) })
    expect(outcome.findings.map(({ code }) => code)).toContain('NOT_SAVED')
    expect(world.received('hub1')).not.toContain('write memory')
  })

  it('refuses before the push what if-clean and always refuse', async () => {
    const world = createWorld(hub({ renew: '6s', knobs: '    unsaved: "ip name-server 10.0.0.9"' }))
    expect(await applied(world, { save: 'always' })).toMatchObject({ status: 'blocked' })
    expect(configLines(world, 'hub1')).toEqual([])
  })

  it('judges each target by itself: the proven entry stays and is saved', async () => {
    const quiet = asa().replace(
      'address: 203.0.113.21, protocol: ikev1, type: asa, to: asa1',
      'address: 203.0.113.21, protocol: ikev1, type: asa, to: asa1, silent: true',
    )
    const world = createWorld(quiet)
    const both = device('asa1', [entry('outside_map', 10), entry('outside_map', 20)], {
      platform: 'asa',
      peers,
    })
    const outcome = await applied(world, {}, world.ports, both)
    expect(outcome.targets.map(({ name, status, after }) => [name, status, after])).toEqual([
      ['outside_map/10', 'verified', 'answer-only'],
      ['outside_map/20', 'rolled-back', 'bidirectional'],
    ])
    expect(outcome).toMatchObject({ status: 'rolled-back', saved: 'yes', error: { code: 'PROOF_REQUIRED' } })
  })

  it('takes back too when the run is interrupted: nothing unproven stays', async () => {
    const world = createWorld(hub({ lifetime: '1h' }))
    const stop = new AbortController()
    world.clock.timer(20_000, () => stop.abort())
    const outcome = await applied(world, { signal: stop.signal })
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'PROOF_REQUIRED' } })
    expect(world.clock.monotonicMs()).toBeLessThan(60_000)
  })

  it('is unknown when the device cannot be reached to take it back', async () => {
    const world = createWorld(hub({ lifetime: '1h' }))
    const write: Sessions['write'] = async (space) =>
      world.clock.monotonicMs() > 30_000
        ? {
            kind: 'err',
            error: { code: 'CONNECT_FAILED', cause: 'network', message: 'refused', next: 'look' },
          }
        : world.ports.sessions.write(space)
    const ports = { ...world.ports, sessions: { ...world.ports.sessions, write } }
    expect(await applied(world, {}, ports)).toMatchObject({
      status: 'unknown',
      error: { code: 'REVERT_FAILED' },
    })
  })

  it('still takes back a lost peer at once, with its own code', async () => {
    const world = createWorld(hub({ ends: [end('203.0.113.11'), end('203.0.113.12', ', starts: false')] }))
    const outcome = await applied(world, { proof: { ...proof, withinMs: 300_000 } })
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      error: { code: 'PEER_LOST' },
      saved: 'not-needed',
    })
  })
})

describe('the time of one device', () => {
  it('covers its second login: one that takes longer takes the change back', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const quick = { ...hub1, host: { ...hub1.host, timeouts: { ...hub1.host.timeouts, totalMs: 60_000 } } }
    let hung = false
    const read: Sessions['read'] = async (space, signal) => {
      if (!hung && world.journal.some((one) => one.kind === 'read-back')) {
        hung = true
        await world.clock.sleep(600_000, signal)
        if (signal?.aborted === true)
          return {
            kind: 'err',
            error: { code: 'TIMED_OUT', cause: 'network', message: 'its time was over', next: 'look' },
          }
      }
      return world.ports.sessions.read(space, signal)
    }
    const ports = { ...world.ports, sessions: { ...world.ports.sessions, read } }
    const outcome = await applied(world, { proof: { withinMs: 60_000, lostAfterMs: 90_000 } }, ports, quick)
    expect(hung).toBe(true)
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'SECOND_LOGIN_FAILED' } })
    expect(world.clock.monotonicMs()).toBeLessThan(120_000)
  })
})
