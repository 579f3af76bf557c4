import { describe, expect, it } from 'vitest'
import { configLine, readOnlyLine } from '../../src/model/ids.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { Sessions } from '../../src/workflow/ports.ts'
import { asa, end, hub, threeHubs } from './scenarios.ts'
import { configLines, createWorld, device, entry, expectNothingSent, profile, type World } from './world.ts'

const hub1 = device('hub1', [profile('VPN')])
const peers = [
  { key: '203.0.113.20', type: 'asa' },
  { key: '203.0.113.21', type: 'asa' },
] as const
const asa1 = device('asa1', [entry('outside_map', 10), entry('outside_map', 20)], { platform: 'asa', peers })

async function apply(world: World, ...args: Parameters<World['request']>): Promise<DeviceOutcome> {
  const { devices } = await world.clock.settle(applyFleet(world.request(...args), world.ports))
  const [first] = devices
  if (first === undefined) throw new Error('no device')
  return first
}

const statusOf = (outcome: DeviceOutcome, target: string): string | undefined =>
  outcome.targets.find((one) => one.name === target)?.status

describe('plan', () => {
  it('names the exact lines and never enters configuration mode', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { devices } = await world.clock.settle(planFleet(world.request([hub1]), world.ports))
    expect(devices[0]).toMatchObject({
      status: 'pending',
      change: {
        lines: ['crypto ipsec profile VPN', 'responder-only'],
        revert: ['crypto ipsec profile VPN', 'no responder-only'],
      },
      targets: [
        {
          name: 'VPN',
          before: 'bidirectional',
          status: 'pending',
          pendingKind: 'never-applied',
          sent: false,
        },
      ],
    })
    expectNothingSent(world, 'hub1')
    expect(
      world.received('hub1').every((line) => /^(?:show |terminal |enable$|\*+$|exit$|$)/.test(line)),
    ).toBe(true)
  })

  it('tells a device that calls itself something else than the inventory does', async () => {
    const world = createWorld(
      hub({ renew: '6s', knobs: '    hostname: core-7' }).replace('hostname hub1\n', 'hostname core-7\n'),
    )
    const { devices } = await world.clock.settle(planFleet(world.request([hub1]), world.ports))
    expect(devices[0]?.findings).toContainEqual(
      expect.objectContaining({ code: 'HOSTNAME_MISMATCH', severity: 'info' }),
    )
  })
})

describe('apply', () => {
  it('changes, reads back, saves and proves a hub whose peers start their tunnels', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({
      status: 'verified',
      saved: 'yes',
      targets: [{ before: 'bidirectional', after: 'responder-only', status: 'verified', sent: true }],
    })
    expect(configLines(world, 'hub1')).toEqual([
      'configure terminal',
      'crypto ipsec profile VPN',
      'responder-only',
      'end',
      'write memory',
    ])
  })

  it('changes and proves the entries of an ASA', async () => {
    const world = createWorld(asa())
    const outcome = await apply(world, [asa1])
    expect(outcome).toMatchObject({ status: 'verified', saved: 'yes' })
    expect(outcome.targets.map((target) => [target.name, target.after])).toEqual([
      ['outside_map/10', 'answer-only'],
      ['outside_map/20', 'answer-only'],
    ])
  })

  it('sends nothing to a device that is as asked, and says compliant', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    await apply(world, [hub1])
    const sent = configLines(world, 'hub1').length
    const again = await apply(world, [hub1])
    expect(again).toMatchObject({
      status: 'compliant',
      saved: 'not-needed',
      targets: [{ status: 'compliant', sent: false }],
    })
    expect(configLines(world, 'hub1')).toHaveLength(sent)
  })

  it('leaves a target unproven, with every peer alive, when no new SA comes in time', async () => {
    const world = createWorld(hub({ lifetime: '24h' }))
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({
      status: 'unproven',
      saved: 'yes',
      targets: [{ after: 'responder-only' }],
    })
    expect(outcome.coverageText).toMatch(/0 of 2 peers proven/)
    expect(outcome.targets[0]?.coverage).toMatchObject({ peers: 2, proven: 0, lost: 0 })
  })

  it('counts how often the device was waited for, by step', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const { roundTrips, roundTripsBy } = await apply(world, [hub1])
    // Prompt, the same again, enable, its secret; pager and version, probes.
    const survey = 6
    // The same again; configuration mode, two lines, end, read-back, SAs, save, startup read again.
    expect(roundTripsBy).toMatchObject({ survey, change: survey + 8, secondLogin: 4 })
    expect(roundTripsBy?.proof).toBeGreaterThan(0)
    expect(roundTrips).toBe(Object.values(roundTripsBy ?? {}).reduce((sum, one) => sum + one, 0))

    const again = await apply(world, [hub1])
    expect(again.roundTripsBy).toEqual({ survey, change: 0, secondLogin: 0, proof: 0 })
    expect(again.roundTrips).toBe(survey)
  })

  it('does not save when the playbook says never', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const outcome = await apply(world, [hub1], { save: 'never' })
    expect(outcome).toMatchObject({ status: 'verified', saved: 'no' })
    expect(configLines(world, 'hub1')).not.toContain('write memory')
  })

  it('takes the setting away again', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    await apply(world, [hub1])
    const outcome = await apply(world, [device('hub1', [profile('VPN')], { state: 'bidirectional' })])
    expect(outcome).toMatchObject({
      status: 'verified',
      targets: [{ before: 'responder-only', after: 'bidirectional' }],
    })
    expect(configLines(world, 'hub1').slice(-5, -2)).toEqual([
      'configure terminal',
      'crypto ipsec profile VPN',
      'no responder-only',
    ])
  })

  it('sends nothing when the person says no', async () => {
    const world = createWorld(hub({ renew: '6s' }), { approve: false })
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({ status: 'skipped', targets: [{ status: 'skipped', sent: false }] })
    expectNothingSent(world, 'hub1')
    expect(outcome.targets[0]?.reason).toBe('the change was not approved')
  })

  it('sends nothing to a device of which one target is refused', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const outcome = await apply(world, [device('hub1', [profile('VPN'), profile('VPM')])])
    expect(outcome.status).toBe('blocked')
    expect(statusOf(outcome, 'VPN')).toBe('blocked')
    expect(outcome.findings.map((finding) => finding.code)).toContain('PROFILE_MISSING')
    expectNothingSent(world, 'hub1')
  })

  it('writes each line into the journal before it is sent, and the SAs before the first', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    await apply(world, [hub1])
    const kinds = world.journal.map((one) => one.kind)
    expect(kinds.indexOf('push-intent')).toBeLessThan(kinds.indexOf('line-sending'))
    expect(world.journal.find((one) => one.kind === 'push-intent')).toMatchObject({
      targets: [
        { name: 'VPN', before: 'bidirectional', revert: ['crypto ipsec profile VPN', 'no responder-only'] },
      ],
    })
    expect(kinds.filter((kind) => kind === 'line-sending')).toHaveLength(2)
    expect(kinds.at(-1)).toBe('device-outcome')
  })
})

describe('a device whose own addresses it does not show', () => {
  it('is read by the endpoints that the inventory states', async () => {
    const plan = async (endpoints: readonly string[]) => {
      const world = createWorld(
        hub({ renew: '6s', knobs: '    authorization: { deny: "isakmp sa detail" }' }),
      )
      // The device's configuration is read with the address of its outside interface taken away.
      const read: Sessions['read'] = async (space) => {
        const opened = await world.ports.sessions.read(space)
        if (opened.kind === 'err') return opened
        const runAll = opened.value.runAll.bind(opened.value)
        opened.value.runAll = async (lines) =>
          (await runAll(lines)).map((capture) => ({
            ...capture,
            text: capture.text.replace('ip address 203.0.113.1 255.255.255.0', 'ip address negotiated'),
          }))
        return opened
      }
      const ports = { ...world.ports, sessions: { ...world.ports.sessions, read } }
      const request = world.request([device('hub1', [profile('VPN')], { endpoints })])
      const { devices } = await world.clock.settle(planFleet(request, ports))
      return devices[0]?.roles.map((row) => row.reading) ?? []
    }
    expect(await plan(['203.0.113.1'])).toContain('responder')
  })
})

describe('a device that misbehaves', () => {
  it('is taken back when it refuses a line, and the revert is read back', async () => {
    const world = createWorld(hub({ renew: '6s', knobs: '    refuse: "^responder-only"' }))
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      saved: 'not-needed',
      error: { code: 'LINE_REFUSED', line: 'responder-only' },
      targets: [{ after: 'bidirectional', sent: true }],
    })
    expect(outcome.error?.reply).toMatch(/^%/)
  })

  it('keeps the other entry when one line is refused', async () => {
    const world = createWorld(asa({ knobs: '    refuse: "outside_map 20 set connection-type answer-only"' }))
    const outcome = await apply(world, [asa1])
    expect(statusOf(outcome, 'outside_map/10')).toBe('verified')
    expect(statusOf(outcome, 'outside_map/20')).toBe('rolled-back')
    expect(outcome.status).toBe('rolled-back')
    expect(outcome.saved).toBe('yes')
  })

  it('is reported with the command when AAA denies a line', async () => {
    const world = createWorld(hub({ renew: '6s', knobs: '    authorization: { deny: "^responder-only" }' }))
    const outcome = await apply(world, [hub1])
    expect(outcome.error).toMatchObject({ code: 'PRIVILEGE_INSUFFICIENT', line: 'responder-only' })
  })

  it('is read again, and nothing sent again, when the link breaks before the line takes effect', async () => {
    const world = createWorld(
      hub({ renew: '6s', knobs: '    faults: { lines: [{ line: "^responder-only", ends: before }] }' }),
    )
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'LINK_LOST' },
      targets: [{ after: 'bidirectional', sent: true }],
    })
    expect(outcome.error?.message).toMatch(/nothing of it took effect/)
    expect(configLines(world, 'hub1').filter((line) => line === 'responder-only')).toHaveLength(1)
  })

  it('counts as changed, not as saved, when the link breaks after the line took effect', async () => {
    const world = createWorld(
      hub({ renew: '6s', knobs: '    faults: { lines: [{ line: "^responder-only", ends: after }] }' }),
    )
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({ status: 'verified', saved: 'no', targets: [{ after: 'responder-only' }] })
    expect(outcome.findings.map((finding) => finding.code)).toContain('NOT_SAVED')
    expect(configLines(world, 'hub1').filter((line) => line === 'responder-only')).toHaveLength(1)
  })

  it('is unknown when the link breaks in mid-push and no new session can be had', async () => {
    const refuse = (_host: string, kind: 'read' | 'write', nth: number) =>
      kind === 'read' && nth > 1
        ? ({ code: 'CONNECT_FAILED', cause: 'network', message: 'connection refused', next: 'look' } as const)
        : undefined
    const world = createWorld(
      hub({ renew: '6s', knobs: '    faults: { lines: [{ line: "^responder-only", ends: before }] }' }),
      { refuse },
    )
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'LINK_LOST' } })
  })

  it('is taken back when a second login fails after the change', async () => {
    const refuse = (_host: string, kind: 'read' | 'write', nth: number) =>
      kind === 'read' && nth > 1
        ? ({ code: 'CONNECT_FAILED', cause: 'network', message: 'connection refused', next: 'look' } as const)
        : undefined
    const world = createWorld(hub({ renew: '6s' }), { refuse })
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      error: { code: 'SECOND_LOGIN_FAILED' },
      targets: [{ after: 'bidirectional' }],
    })
    expect(configLines(world, 'hub1')).not.toContain('write memory')
  })

  it('gets no line when the journal cannot be written', async () => {
    const world = createWorld(hub({ renew: '6s' }), { journalFails: (one) => one.kind === 'push-intent' })
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'JOURNAL_FAILED' },
      targets: [{ sent: false }],
    })
    expectNothingSent(world, 'hub1')
  })

  it('is told truly when the journal fails between two lines', async () => {
    const world = createWorld(hub({ renew: '6s' }), {
      journalFails: (one) => one.kind === 'line-sending' && one.line === 'responder-only',
    })
    const outcome = await apply(world, [hub1])
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'JOURNAL_FAILED' },
      targets: [{ after: 'bidirectional' }],
    })
    expect(configLines(world, 'hub1')).not.toContain('responder-only')
  })

  it('gets no line when its configuration moved between plan and push', async () => {
    const world = createWorld(hub({ renew: '6s' }))
    const ports = {
      ...world.ports,
      approve: async () => {
        const other = await world.ports.sessions.write(hub1)
        if (other.kind === 'err') throw new Error('no session')
        await other.value.enterConfig()
        await other.value.send({ line: configLine('interface Tunnel1'), subMode: /if/, opens: true })
        await other.value.send({
          line: configLine('ip address 10.9.9.1 255.255.255.252'),
          subMode: /if/,
          opens: false,
        })
        await other.value.leaveConfig()
        await other.value.close()
        return true
      },
    }
    const { devices } = await world.clock.settle(applyFleet(world.request([hub1]), ports))
    expect(devices[0]).toMatchObject({ status: 'blocked', targets: [{ status: 'blocked', sent: false }] })
    expect(devices[0]?.findings.map((finding) => finding.code)).toContain('PLAN_STALE')
    expect(configLines(world, 'hub1')).not.toContain('responder-only')
  })
})

describe('life of the peers', () => {
  const sole = [end('203.0.113.11'), end('203.0.113.12', ', starts: false')]

  it('takes a target back when a peer is lost, and says rolled-back once it is up again', async () => {
    const world = createWorld(hub({ ends: sole, lifetime: '60s' }))
    const outcome = await apply(world, [hub1], { proof: { withinMs: 300_000, lostAfterMs: 90_000 } })
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'PEER_LOST' } })
    expect(outcome.error?.message).toContain('203.0.113.12')
    expect(configLines(world, 'hub1').slice(-3)).toEqual(['no responder-only', 'end', 'write memory'])
    expect(outcome.saved).toBe('yes')
    expect(await startupOf(world)).not.toContain('responder-only')
    expect(outcome.findings.map((finding) => finding.code)).toContain('PEER_LOST')
  })

  it('reverts nothing when peers of other tunnels vanish at the same time', async () => {
    const dying = ['203.0.113.11', '203.0.113.12', '203.0.113.13'].map((one) => end(one, ', starts: false'))
    const world = createWorld(hub({ ends: dying, lifetime: '60s' }))
    // The third tunnel is cut by hand, so that its loss has nothing to do with the change.
    const cut = async (): Promise<void> => {
      const other = await world.ports.sessions.write(hub1)
      if (other.kind === 'err') throw new Error('no session')
      await other.value.enterConfig()
      await other.value.send({
        line: configLine('crypto ipsec profile OTHER'),
        subMode: /profile/,
        opens: true,
      })
      await other.value.send({ line: configLine('responder-only'), subMode: /profile/, opens: false })
      await other.value.leaveConfig()
      await other.value.close()
    }
    const ports = { ...world.ports, approve: async () => cut().then(() => true) }
    // That line is somebody else's unsaved work too, which is not what this is about.
    const request = { proof: { withinMs: 300_000, lostAfterMs: 90_000 }, save: 'never' } as const
    const run = applyFleet(world.request([hub1], request), ports)
    const { devices } = await world.clock.settle(run)
    expect(devices[0]).toMatchObject({ status: 'unknown', error: { code: 'PEER_LOST' } })
    expect(devices[0]?.error?.message).toMatch(/not only this change/)
    expect(configLines(world, 'hub1')).not.toContain('no responder-only')
  })

  it('leaves startup alone when a target is taken back that was not saved', async () => {
    const world = createWorld(hub({ ends: sole, lifetime: '60s' }))
    const outcome = await apply(world, [hub1], { save: 'never' })
    expect(outcome).toMatchObject({ status: 'rolled-back', saved: 'not-needed' })
    expect(configLines(world, 'hub1')).not.toContain('write memory')
  })

  it('starts no further device after a peer was lost, and says why', async () => {
    const world = createWorld(threeHubs({ ends: sole, lifetime: '60s' }))
    // hub2 is slow to answer: by the time its slot is free, hub1 has lost a peer.
    const write: Sessions['write'] = async (space) => {
      if (space.host.name === 'hub2') await world.clock.sleep(400_000)
      return world.ports.sessions.write(space)
    }
    const ports = { ...world.ports, sessions: { ...world.ports.sessions, write } }
    const hubs = ['hub1', 'hub2', 'hub3'].map((name) => device(name, [profile('VPN')]))
    const { devices } = await world.clock.settle(
      applyFleet({ ...world.request(hubs), concurrency: 1 }, ports),
    )
    expect(devices.map((one) => [one.host, one.status])).toMatchObject([
      ['hub1', 'rolled-back'],
      ['hub2', expect.any(String)],
      ['hub3', 'skipped'],
    ])
    expect(devices[2]?.targets[0]?.reason).toMatch(/stopped before this device was begun: hub1: VPN lost/)
    expectNothingSent(world, 'hub3')
  })
})

/** What a reload would bring back. */
async function startupOf(world: World): Promise<string> {
  const shell = await world.ports.sessions.read(hub1)
  if (shell.kind === 'err') throw new Error('no session')
  const { text } = await shell.value.run(readOnlyLine('show startup-config'))
  await shell.value.close()
  return text
}

describe('an operator who breaks off', () => {
  it('finishes the device in hand and leaves it unproven', async () => {
    const abort = new AbortController()
    const world = createWorld(hub({ renew: '6s' }))
    const ports = {
      ...world.ports,
      emit: (event: Parameters<World['ports']['emit']>[0]) => {
        if (event.kind === 'line-sent') abort.abort('operator')
      },
    }
    const { devices } = await world.clock.settle(
      applyFleet(world.request([hub1], { signal: abort.signal }), ports),
    )
    expect(devices[0]).toMatchObject({
      status: 'unproven',
      saved: 'yes',
      targets: [{ after: 'responder-only', sent: true }],
    })
  })

  it('skips what was not begun', async () => {
    const abort = new AbortController()
    const world = createWorld(hub({ renew: '6s' }))
    const approve = async (): Promise<boolean> => {
      abort.abort('operator')
      return true
    }
    const ports = { ...world.ports, approve }
    const { devices } = await world.clock.settle(
      applyFleet(world.request([hub1], { signal: abort.signal }), ports),
    )
    expect(devices[0]).toMatchObject({ status: 'skipped' })
    expectNothingSent(world, 'hub1')
  })
})
