import { describe, expect, it } from 'vitest'
import { err, ok } from '../../src/kernel/result.ts'
import type { DeviceRequest } from '../../src/model/device-request.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import type { WriteShell } from '../../src/model/shell.ts'
import { haltable } from '../../src/wire/halt.ts'
import { oneAtATime } from '../../src/wire/session-queue.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { Ports, Sessions } from '../../src/workflow/ports.ts'
import { asa, type HubOptions, hub } from './scenarios.ts'
import { configLines, createWorld, device, entry, profile, type World, type WorldOptions } from './world.ts'

const archive = `      archive
       path flash:before-
`

/** A hub that keeps an archive on its flash. */
function archived(options: HubOptions = {}): string {
  return hub({ renew: '6s', ...options }).replace(
    '      crypto isakmp policy 10\n',
    `${archive}      crypto isakmp policy 10\n`,
  )
}

const faults = (text: string, more = ''): HubOptions => ({ knobs: `    faults: ${text}\n${more}` })

const timed: DeviceRequest = device('hub1', [profile('VPN')], { revertTimer: { minutes: 10 } })

interface Ran {
  readonly world: World
  readonly outcome: DeviceOutcome
}

interface RunOptions extends WorldOptions {
  readonly command?: typeof applyFleet
  /** The run is halted, as by a second Ctrl-C, when this line has been sent. */
  readonly haltAt?: string
  /** What stands between the change step and its session. */
  readonly writing?: (shell: WriteShell, world: World) => WriteShell
}

async function run(
  scenario: string,
  request: DeviceRequest,
  { command = applyFleet, writing, haltAt, ...options }: RunOptions = {},
): Promise<Ran> {
  const world = createWorld(scenario, options)
  const halt = new AbortController()
  // As in a real run: no session that writes is opened beside another one, and none once the run is halted.
  const sessions = haltable(oneAtATime(world.ports.sessions), halt.signal)
  const write: Sessions['write'] = async (space) => {
    const opened = await sessions.write(space)
    return opened.kind === 'ok' && writing !== undefined ? ok(writing(opened.value, world)) : opened
  }
  const emit: Ports['emit'] = (event) => {
    world.ports.emit(event)
    if (haltAt !== undefined && event.kind === 'line-sent' && event.line === haltAt) halt.abort()
  }
  const ports: Ports = { ...world.ports, emit, halt: halt.signal, sessions: { ...sessions, write } }
  const { signal } = halt
  const { devices } = await world.clock.settle(command(world.request([request], { signal }), ports))
  const [outcome] = devices
  if (outcome === undefined) throw new Error('no device')
  return { world, outcome }
}

const steps = (world: World): readonly string[] =>
  world.journal.flatMap((one) => (one.kind === 'revert-timer' ? [one.step] : []))

const codes = ({ findings }: DeviceOutcome): readonly string[] => findings.map(({ code }) => code)

/** The order of what matters: lines, the timer, reading back, the second login, saving. */
function order(world: World): readonly string[] {
  return world.journal.flatMap((one: JournalEntry): readonly string[] => {
    if (one.kind === 'revert-timer') return [`timer ${one.step}`]
    if (one.kind === 'line-sending') return [one.line]
    return one.kind === 'read-back' || one.kind === 'second-login' || one.kind === 'saved' ? [one.kind] : []
  })
}

const timerLines = (world: World): readonly string[] =>
  world.received('hub1').filter((line) => /^configure |^end$|^write/.test(line))

describe('a change under a revert timer', () => {
  it('is confirmed after reading back and the second login, then saved and proven', async () => {
    const { world, outcome } = await run(archived(), timed)
    expect(outcome).toMatchObject({
      status: 'verified',
      saved: 'yes',
      change: { revertTimer: { minutes: 10 } },
    })
    expect(order(world)).toEqual([
      'timer setting',
      'timer set',
      'crypto ipsec profile VPN',
      'responder-only',
      'read-back',
      'second-login',
      'timer confirming',
      'read-back',
      'timer confirmed',
      'saved',
    ])
    expect(timerLines(world)).toEqual([
      'configure terminal revert timer 10',
      'end',
      'configure confirm',
      'write memory',
    ])
    world.advance(3_600_000)
    expect(configOf(world)).toContain('responder-only')
  })

  it('is planned with its minutes, and nothing is sent', async () => {
    const { world, outcome } = await run(archived(), timed, { command: planFleet })
    expect(outcome).toMatchObject({ status: 'pending', change: { revertTimer: { minutes: 10 } } })
    expect(configLines(world, 'hub1')).toEqual([])
  })

  it('is only looked for, once, before the push, where the playbook has no timer', async () => {
    const { world, outcome } = await run(archived(), device('hub1', [profile('VPN')]))
    expect(outcome.change.revertTimer).toBeUndefined()
    expect(outcome.status).toBe('verified')
    expect(world.received('hub1').filter((line) => /rollback|revert/.test(line))).toEqual([
      'show archive config rollback timer',
    ])
    expect(steps(world)).toEqual([])
  })

  it('is not looked for where the configuration has no archive', async () => {
    const { world, outcome } = await run(hub({ renew: '6s' }), device('hub1', [profile('VPN')]))
    expect(outcome.status).toBe('verified')
    expect(world.received('hub1').filter((line) => /rollback|revert/.test(line))).toEqual([])
  })
})

function configOf(world: World): string {
  const session = world.built.devices[0]?.device.open()
  session?.enter('enable')
  session?.enter('lab')
  return session?.enter('show running-config').output ?? ''
}

describe('a timer that cannot be used safely', () => {
  const asaTimed = device('asa1', [entry('outside_map', 10)], {
    platform: 'asa',
    peers: [{ key: '203.0.113.20', type: 'asa' }],
    revertTimer: { minutes: 10 },
  })

  it.each([
    ['an ASA', asa(), asaTimed, 'REVERT_TIMER_UNAVAILABLE', /no revert timer/],
    ['no archive', hub({ renew: '6s' }), timed, 'REVERT_TIMER_UNAVAILABLE', /no 'archive'/],
    [
      'an archive off the box',
      archived().replace('path flash:before-', 'path tftp://192.0.2.9/before-'),
      timed,
      'REVERT_TIMER_UNAVAILABLE',
      /no file system of this box/,
    ],
    [
      'a device that does not tell',
      archived({ knobs: '    refuse: ^show archive config rollback' }),
      timed,
      'REVERT_TIMER_UNAVAILABLE',
      /Invalid input/,
    ],
    [
      "somebody else's timer",
      archived({ knobs: '    pendingRevert: 30m' }),
      timed,
      'REVERT_TIMER_PENDING',
      /of 30 min is pending already \(alice\)/,
    ],
    [
      'too few minutes',
      archived(),
      device('hub1', [profile('VPN')], { revertTimer: { minutes: 2 } }),
      'REVERT_TIMER_TOO_SHORT',
      /twice what it may take is 8 min/,
    ],
    [
      "somebody else's unsaved work",
      archived({ knobs: '    unsaved: |\n      ip name-server 192.0.2.53' }),
      timed,
      'UNSAVED_CHANGES',
      /unsaved work/,
    ],
  ])('refuses the device: %s', async (_, scenario, request, code, message) => {
    const { world, outcome } = await run(scenario, request)
    expect(outcome.status).toBe('blocked')
    expect(outcome.findings).toContainEqual(
      expect.objectContaining({ code, severity: 'block', message: expect.stringMatching(message) }),
    )
    expect(world.journal.filter((one) => one.kind === 'push-intent')).toEqual([])
    expect(configLines(world, outcome.host)).toEqual([])
  })

  it('is not asked for by auto where this session does not come through a tunnel', async () => {
    const auto = device('hub1', [profile('VPN')], { revertTimer: 'auto' })
    const { outcome } = await run(hub({ renew: '6s' }), auto)
    expect(outcome).toMatchObject({ status: 'verified' })
    expect(outcome.change.revertTimer).toBeUndefined()
  })

  it('is set by auto where it does, also when the setting is taken away', async () => {
    const through = archived().replace(
      '      end\n',
      '      ip route 192.0.2.0 255.255.255.0 Tunnel1\n      end\n',
    )
    const back = through.replace(
      'profile VPN\n       set transform-set AES\n',
      'profile VPN\n       set transform-set AES\n       responder-only\n',
    )
    const auto = { revertTimer: 'auto', state: 'bidirectional' } as const
    const { outcome, world } = await run(back, device('hub1', [profile('VPN')], auto))
    expect(outcome.change.revertTimer).toEqual({ minutes: 8 })
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'confirmed'])
  })

  it('finds a timer that somebody set between plan and push', async () => {
    const edit = `    edits:
      - line: ^exit
        types: [configure terminal revert timer 60, end]`
    const { world, outcome } = await run(archived({ knobs: edit }), timed)
    expect(outcome.status).toBe('blocked')
    expect(outcome.findings).toContainEqual(
      expect.objectContaining({
        code: 'REVERT_TIMER_PENDING',
        target: 'VPN',
        evidence: expect.stringContaining('60 min'),
      }),
    )
    expect(configLines(world, 'hub1')).toEqual([])
  })

  it.each([
    ['refused', "reply: '%Turn config archive on before using Rollback Confirmed Change'"],
    ['refused without a percent sign', 'reply: Archive feature not enabled'],
    ['not said to run', "reply: ''"],
  ])('sends nothing when setting it is %s', async (_, effect) => {
    const { world, outcome } = await run(
      archived(faults(`{ lines: [{ line: revert timer, ${effect} }] }`)),
      timed,
    )
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'REVERT_TIMER_UNAVAILABLE' } })
    expect(order(world)).toEqual(['timer setting'])
  })

  it('ends a timer that runs without having said so, and sends nothing under it', async () => {
    const { world, outcome } = await run(archived(), timed, {
      writing: (shell) => ({
        ...shell,
        enterConfig: async (how) => {
          await shell.enterConfig(how)
          await shell.leaveConfig()
          return err('the device did not say that its revert timer runs')
        },
      }),
    })
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'REVERT_TIMER_UNAVAILABLE' } })
    expect(order(world)).toEqual(['timer setting', 'timer confirming'])
    expect(world.received('hub1')).toContain('configure confirm')
  })

  it('leaves a timer alone that is not its own, where its own was refused', async () => {
    const { world, outcome } = await run(archived(), timed, {
      writing: (shell, here) => ({
        ...shell,
        enterConfig: async () => {
          here.meddle('hub1', ['enable', 'lab', 'configure terminal revert timer 60', 'end'])
          return err('%Rollback Confirmed Change is already pending')
        },
      }),
    })
    expect(outcome.status).toBe('failed')
    expect(world.received('hub1')).not.toContain('configure confirm')
  })

  it('is heard to run although messages of the device come in between', async () => {
    const loud = faults(
      '{ lines: [{ line: revert timer, syslog: { text: "%SYS-5-CONFIG_I: x", in: behind } }] }',
    )
    expect((await run(archived(loud), timed)).outcome.status).toBe('verified')
  })
})

describe('a change that cuts off the way to its device', () => {
  const cut = faults('{ cutOff: { while: ^responder-only } }')

  it('is taken back by the device when the timer runs out', async () => {
    const { world, outcome } = await run(archived(cut), timed)
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      saved: 'not-needed',
      targets: [{ name: 'VPN', status: 'rolled-back', after: 'bidirectional', sent: true }],
    })
    expect(outcome.error?.message).toMatch(/the device took the change back by itself .* of 10 min ran out/)
    expect(steps(world)).toEqual(['setting', 'set', 'fired'])
    // After its time, and soon after.
    expect(world.clock.monotonicMs()).toBeGreaterThanOrEqual(600_000)
    expect(world.clock.monotonicMs()).toBeLessThan(700_000)
    expect(timerLines(world)).toEqual(['configure terminal revert timer 10'])
    expect(configOf(world)).not.toContain('responder-only')
  })

  it('is unknown without a timer, with the lines for the console', async () => {
    const { outcome } = await run(archived(cut), device('hub1', [profile('VPN')]))
    expect(outcome).toMatchObject({
      status: 'unknown',
      change: { revert: ['crypto ipsec profile VPN', 'no responder-only'] },
    })
  })

  it('is taken back over the first session where only new ones fail, and the timer is ended', async () => {
    const onlyNew = faults('{ cutOff: { while: ^responder-only, sessions: new } }')
    const { world, outcome } = await run(archived(onlyNew), timed)
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'SECOND_LOGIN_FAILED' } })
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'confirmed'])
    expect(world.clock.monotonicMs()).toBeLessThan(60_000)
    // What others do from now on must not be taken back by a timer that was left to run.
    world.meddle('hub1', ['enable', 'lab', 'configure terminal', 'ip domain name later.example', 'end'])
    world.advance(3_600_000)
    expect(world.built.devices[0]?.device.cutOff?.()).toBeUndefined()
    expect(configOf(world)).not.toContain('responder-only')
  })
})

describe('a session that breaks under a timer', () => {
  const breaks = (line: string, when: 'before' | 'after'): HubOptions =>
    faults(`{ lines: [{ line: "${line}", ends: ${when}, times: 1 }] }`)

  it('after the whole push: the next session is the proof of access, and confirms', async () => {
    const { world, outcome } = await run(archived(breaks('^end', 'after')), timed)
    expect(outcome).toMatchObject({ status: 'verified', saved: 'no' })
    expect(codes(outcome)).toContain('NOT_SAVED')
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'confirmed'])
    expect(world.journal).toContainEqual(expect.objectContaining({ kind: 'second-login', ok: true }))
  })

  it('in the middle of the push, with a line in effect: left to the device to take back', async () => {
    const { world, outcome } = await run(archived(breaks('^responder-only', 'after')), timed)
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'LINK_LOST' } })
    expect(steps(world)).toEqual(['setting', 'set', 'pending', 'fired'])
    expect(world.received('hub1')).not.toContain('configure confirm')
  })

  it('before any line took effect: nothing stands, and the timer is ended at once', async () => {
    const { world, outcome } = await run(archived(breaks('^responder-only', 'before')), timed)
    expect(outcome).toMatchObject({ status: 'failed', targets: [{ after: 'bidirectional', sent: true }] })
    expect(outcome.error?.message).toMatch(/nothing of it took effect/)
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'confirmed'])
    expect(world.clock.monotonicMs()).toBeLessThan(60_000)
  })

  it('while the timer is being set: nothing was sent', async () => {
    const { world, outcome } = await run(archived(breaks('revert timer', 'after')), timed)
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'LINK_LOST' } })
    expect(outcome.error?.next).toMatch(/may run all the same/)
    expect(order(world)).toEqual(['timer setting'])
  })

  it('with the answer to the confirm lost after it took effect: a new login asks the device', async () => {
    const { world, outcome } = await run(archived(breaks('^configure confirm', 'after')), timed)
    expect(outcome).toMatchObject({ status: 'verified', saved: 'no' })
    expect(world.received('hub1').filter((line) => line === 'configure confirm')).toHaveLength(1)
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'confirmed'])
  })

  it('with the confirm lost before it took effect: a new login finds it pending and confirms', async () => {
    const { world, outcome } = await run(archived(breaks('^configure confirm', 'before')), timed)
    expect(outcome).toMatchObject({ status: 'verified', saved: 'no' })
    expect(world.received('hub1').filter((line) => line === 'configure confirm')).toHaveLength(2)
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'confirming', 'confirmed'])
  })

  it('and stays away until long after its time: unknown until somebody looks', async () => {
    const { world, outcome } = await run(archived(breaks('^responder-only', 'after')), timed, {
      refuse: (_, kind, nth) =>
        nth > 2 && kind === 'write'
          ? { code: 'CONNECT_FAILED', cause: 'network', message: 'no route', next: 'look' }
          : undefined,
    })
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'LINK_LOST' } })
    expect(outcome.error?.message).toMatch(/5m after its revert timer of 10 min/)
    expect(world.clock.monotonicMs()).toBeGreaterThanOrEqual(900_000)
  })

  it('and refuses the credential: it is presented once, and not again', async () => {
    let refused = 0
    const { outcome } = await run(archived(breaks('^responder-only', 'after')), timed, {
      refuse: (_, kind, nth) => {
        if (nth <= 2 || kind !== 'write') return undefined
        refused += 1
        return { code: 'AUTHENTICATION_FAILED', cause: 'authentication', message: 'no', next: 'look' }
      },
    })
    expect(outcome.status).toBe('unknown')
    expect(refused).toBe(1)
  })

  it('and does not show its configuration: unknown until a full read', async () => {
    const cutReads = `{ lines: [{ line: ^responder-only, ends: after, times: 1 }, { line: ^show running-config, skip: 2, cut: 5 }] }`
    const { outcome } = await run(archived(faults(cutReads)), timed)
    expect(outcome.status).toBe('unknown')
  })
})

describe('a second interrupt under a timer', () => {
  it('ends the run at once, says that the timer runs, and leaves it to the device and to resume', async () => {
    const { world, outcome } = await run(archived(), timed, { haltAt: 'responder-only' })
    expect(outcome).toMatchObject({ status: 'unknown', targets: [{ name: 'VPN', sent: true }] })
    expect(outcome.error?.message).toMatch(/second interrupt/)
    expect(outcome.error?.message).toMatch(/revert timer of 10 min/)
    expect(outcome.error?.message).not.toMatch(/5m after/)
    expect(outcome.error?.next).toMatch(/resume/)
    expect(steps(world)).toEqual(['setting', 'set'])
    // Nobody who interrupts twice waits for a timer of ten minutes.
    expect(world.clock.monotonicMs()).toBeLessThan(60_000)
    world.advance(600_000)
    expect(configOf(world)).not.toContain('responder-only')
  })
})

describe('something bad before the confirm', () => {
  it('a refused line is taken back in the session, and the timer is ended', async () => {
    const refuses = faults("{ lines: [{ line: ^responder-only, reply: '% Invalid input' }] }")
    const { world, outcome } = await run(archived(refuses), timed)
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'LINE_REFUSED' } })
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'confirmed'])
  })

  it('a refused revert leaves the way back to the device', async () => {
    const stuck = faults(
      "{ cutOff: { while: ^responder-only, sessions: new }, lines: [{ line: ^no responder-only, reply: '% Invalid input' }] }",
    )
    const { world, outcome } = await run(archived(stuck), timed)
    expect(outcome).toMatchObject({ status: 'rolled-back', targets: [{ after: 'bidirectional' }] })
    expect(steps(world)).toEqual(['setting', 'set', 'fired'])
    expect(world.received('hub1')).not.toContain('configure confirm')
  })

  it('a confirm that is not allowed leaves it to the device too', async () => {
    const denied = archived({ knobs: '    authorization: { deny: ^configure confirm }' })
    const { world, outcome } = await run(denied, timed)
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'PRIVILEGE_INSUFFICIENT' } })
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'pending', 'fired'])
  })

  it('a timer that runs out while the confirm is on its way: what is read then decides', async () => {
    const { world, outcome } = await run(archived(), timed, {
      writing: (shell, here) => ({
        ...shell,
        confirm: () => {
          here.meddle('hub1', ['enable', 'lab', 'configure revert now'])
          return shell.confirm()
        },
      }),
    })
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'REVERT_TIMER_FIRED' } })
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'fired'])
    expect(configOf(world)).not.toContain('responder-only')
  })

  it('a confirm that somebody else has sent before: what is read then decides', async () => {
    const { world, outcome } = await run(archived(), timed, {
      writing: (shell, here) => ({
        ...shell,
        confirm: () => {
          here.meddle('hub1', ['enable', 'lab', 'configure confirm'])
          return shell.confirm()
        },
      }),
    })
    expect(outcome).toMatchObject({ status: 'verified', saved: 'no' })
    expect(steps(world)).toEqual(['setting', 'set', 'confirming', 'confirmed'])
  })

  it('a record that cannot be written sends no confirm', async () => {
    const { world, outcome } = await run(archived(), timed, {
      journalFails: (one) => one.kind === 'revert-timer' && one.step === 'confirming',
    })
    expect(world.received('hub1')).not.toContain('configure confirm')
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'JOURNAL_FAILED' } })
    expect(configOf(world)).not.toContain('responder-only')
  })
})
