import { describe, expect, it } from 'vitest'
import { openMemoryLink } from '../../mocks/link.ts'
import { password, privileged, type Rig, rig, say, scenarioFrom, screen, small } from './scenarios.ts'

const minute = 60_000
const world = (): Rig => rig(scenarioFrom(small))
const change = ['configure terminal', 'crypto ipsec profile VPN', 'responder-only', 'end'] as const
const running = (box: Rig, name: string): string => say(privileged(box, name), 'show running-config')

/** SAs as a device lists them: each with its number and, on IOS, the role in it. */
const sas = (box: Rig, name: string): string => say(privileged(box, name), 'show crypto isakmp sa detail')

const deviceOf = (box: Rig, name: string) => {
  const found = box.devices.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no device ${name}`)
  return found.device
}

describe('a simulated device that boots', () => {
  it('has what was saved, and has lost what was not', () => {
    const box = world()
    const session = privileged(box, 'r1')
    say(session, 'configure terminal', 'interface GigabitEthernet0/0', 'description kept', 'end', 'write')
    say(session, ...change)
    box.world.reload('r1')
    box.pass(4 * minute)
    expect(running(box, 'r1')).toContain('description kept')
    expect(running(box, 'r1')).not.toContain('responder-only')
  })

  it('is out of reach until it has booted, for open and for new sessions', async () => {
    const box = world()
    const device = deviceOf(box, 'r1')
    const open = privileged(box, 'r1')
    box.world.reload('r1')
    box.pass(4 * minute - 1)
    expect(device.cutOff?.()).toBe('all')
    expect(open.enter('show clock')).toEqual({ output: '', close: true })
    expect(await openMemoryLink(device).read()).toBe('closed')
    box.pass(1)
    expect(device.cutOff?.()).toBeUndefined()
    expect(running(box, 'r1')).toContain('hostname r1')
  })

  it('hears nothing more in a session of before, also once it is up again', () => {
    const box = world()
    const open = privileged(box, 'r1')
    say(open, 'configure terminal', 'crypto ipsec profile VPN')
    box.world.reload('r1')
    box.pass(10 * minute)
    expect(open.enter('responder-only')).toEqual({ output: '', close: true })
    expect(running(box, 'r1')).not.toContain('responder-only')
  })

  it('tells in show version since when it is up and why it booted', () => {
    const box = world()
    expect(say(privileged(box, 'r1'), 'show version')).toMatch(/^r1 uptime is \d+ weeks/m)
    box.world.reload('r1')
    box.pass(9 * minute)
    const router = say(privileged(box, 'r1'), 'show version')
    expect(router).toMatch(/^r1 uptime is 5 minutes$/m)
    expect(router).toMatch(/^System returned to ROM by power-on$/m)
    expect(router).toMatch(/^System restarted at 08:04:00 UTC Mon Jan 12 2026$/m)
    expect(router).toMatch(/^Last reload reason: power-on$/m)
    box.world.reload('fw1')
    box.pass(9 * minute)
    const firewall = say(privileged(box, 'fw1'), 'show version')
    expect(firewall).toMatch(/^fw1 up 5 minutes$/m)
    expect(firewall).toMatch(/^Configuration has not been modified since last system restart\.$/m)
  })

  it('dates its configuration from the boot, by nobody', () => {
    const box = world()
    say(privileged(box, 'r1'), ...change)
    expect(running(box, 'r1')).toMatch(/^! Last configuration change at 08:00:00 .* by netops$/m)
    box.world.reload('r1')
    box.pass(5 * minute)
    expect(running(box, 'r1')).toMatch(/^! Last configuration change at 08:04:00 UTC Mon Jan 12 2026$/m)
  })

  it('has no SA left, gets new ones from its peers, and counts them anew', () => {
    const box = world()
    expect(sas(box, 'r1')).toMatch(/^1001 /m)
    say(privileged(box, 'r1'), 'clear crypto session')
    box.pass(minute)
    expect(sas(box, 'r1')).not.toMatch(/^1001 /m)
    box.world.reload('r1')
    box.pass(4 * minute)
    expect(sas(box, 'r1')).not.toMatch(/^10\d\d /m)
    box.pass(minute)
    expect(sas(box, 'r1')).toMatch(/^1001 /m)
  })

  it('forgets a revert timer', () => {
    const at = small.indexOf('      hostname r1')
    const box = rig(
      scenarioFrom(`${small.slice(0, at)}      archive\n       path flash:before-\n${small.slice(at)}`),
    )
    say(privileged(box, 'r1'), 'configure terminal revert timer 20', 'crypto ipsec profile VPN', 'end')
    box.world.reload('r1')
    box.pass(5 * minute)
    expect(say(privileged(box, 'r1'), 'show archive config rollback timer')).toContain('%No Rollback')
  })

  it('is refused where there is no such device', () => {
    expect(() => world().world.reload('r9')).toThrow('no such device: r9')
    expect(() => world().world.outage('r9', 1)).toThrow('no such device: r9')
  })
})

describe('a simulated device that nobody reaches for a while', () => {
  it('has no session and no tunnel, and afterwards all as before', () => {
    const box = world()
    say(privileged(box, 'r1'), ...change)
    box.world.outage('r1', 10 * minute)
    box.pass(10 * minute - 1)
    expect(deviceOf(box, 'r1').cutOff?.()).toBe('all')
    box.pass(1)
    expect(sas(box, 'r1')).not.toMatch(/^10\d\d /m)
    box.pass(minute)
    expect(sas(box, 'r1')).toMatch(/^1003 /m)
    expect(running(box, 'r1')).toContain('responder-only')
    expect(say(privileged(box, 'r1'), 'show version')).toMatch(/^r1 uptime is \d+ weeks/m)
  })

  it('is out of reach as long as the longer of two causes lasts', () => {
    const box = world()
    box.world.outage('r1', 10 * minute)
    box.world.reload('r1')
    box.pass(5 * minute)
    expect(deviceOf(box, 'r1').cutOff?.()).toBe('all')
    box.pass(5 * minute)
    expect(deviceOf(box, 'r1').cutOff?.()).toBeUndefined()
  })

  it('keeps a session that nobody typed in meanwhile', () => {
    const box = world()
    const open = privileged(box, 'r1')
    box.world.outage('r1', minute)
    box.pass(2 * minute)
    expect(say(open, 'show clock')).toContain('08:02:00')
  })

  it('leaves the tunnels of others alone', () => {
    const box = world()
    const before = sas(box, 'fw1')
    box.world.outage('r1', minute)
    expect(sas(box, 'fw1')).toBe(before)
  })
})

describe('reload, typed on a router', () => {
  it('asks whether to save what was typed since the last save, and boots when it is meant', () => {
    const box = world()
    const session = privileged(box, 'r1')
    say(session, ...change)
    expect(screen(session, 'reload', 'perhaps', 'no')).toBe(
      [
        'r1#reload\n\nSystem configuration has been modified. Save? [yes/no]: perhaps\n',
        "% Please answer 'yes' or 'no'.\nSystem configuration has been modified. Save? [yes/no]: no\n",
        'Proceed with reload? [confirm]',
      ].join(''),
    )
    expect(session.enter('')).toEqual({ output: '', close: true })
    box.pass(5 * minute)
    expect(running(box, 'r1')).not.toContain('responder-only')
    expect(say(privileged(box, 'r1'), 'show version')).toMatch(
      /^System returned to ROM by reload$(?:.|\n)*^Last reload reason: Reload Command$/m,
    )
  })

  it('saves first when told to', () => {
    const box = world()
    const session = privileged(box, 'r1')
    say(session, ...change)
    expect(say(session, 'reload', 'yes')).toContain('Building configuration...\n[OK]\n')
    session.enter('y')
    box.pass(5 * minute)
    expect(running(box, 'r1')).toContain('responder-only')
  })

  it('asks nothing of saving where nothing was typed, and goes on when it is not meant', () => {
    const box = world()
    const session = privileged(box, 'r1')
    expect(screen(session, 'reload', 'n')).toBe('r1#reload\nProceed with reload? [confirm]n\nr1#')
    expect(deviceOf(box, 'r1').cutOff?.()).toBeUndefined()
  })
})

describe('reload, typed on an ASA', () => {
  const edit = ['configure terminal', 'crypto map m 10 set connection-type answer-only', 'end'] as const
  const answers = (box: Rig): boolean => running(box, 'fw1').includes('answer-only')

  it('asks, says what it shuts down, and boots', () => {
    const box = world()
    const session = privileged(box, 'fw1')
    say(session, ...edit)
    expect(screen(session, 'reload', 'n')).toBe(
      'fw1# reload\nSystem config has been modified. Save? [Y]es/[N]o:  n\nProceed with reload? [confirm]',
    )
    const { output, close } = session.enter('')
    expect(output).toContain('*** --- START GRACEFUL SHUTDOWN ---\nShutting down isakmp\n')
    expect(close).toBe(true)
    box.pass(5 * minute)
    expect(answers(box)).toBe(false)
  })

  it('saves first when told to, and asks again after anything else', () => {
    const box = world()
    const session = privileged(box, 'fw1')
    say(session, ...edit, 'reload', 'what')
    expect(session.prompt).toContain('Save?')
    expect(say(session, 'y')).toMatch(/^Cryptochecksum: .*\n\n\d+ bytes copied/)
    session.enter('')
    box.pass(5 * minute)
    expect(answers(box)).toBe(true)
  })

  const contexts = (): Rig =>
    rig(
      scenarioFrom(`
version: 1
devices:
  - name: fw
    platform: asa
    version: "9.16(3)19"
    mode: multiple
    config: |
      hostname fw
      context admin
        config-url disk0:/admin.cfg
      context customer-a
        config-url disk0:/customer-a.cfg
    contexts:
      - { name: admin, config: "hostname admin" }
      - { name: customer-a, config: "hostname customer-a" }
`),
    )
  const inA = (box: Rig): string =>
    say(privileged(box, 'fw'), 'changeto context customer-a', 'show running-config hostname')

  it('with contexts is known in the system space only, and can save them all', () => {
    const box = contexts()
    const session = privileged(box, 'fw')
    expect(say(session, 'reload')).toContain('% Invalid input')
    say(session, 'changeto context customer-a', 'configure terminal', 'hostname other', 'end')
    say(session, 'changeto system', 'configure terminal', 'no context admin', 'end')
    expect(screen(session, 'reload')).toContain('[Y]es/[N]o/[S]ave all/[C]ancel:  ')
    expect(screen(session, 'c')).toMatch(/fw# $/)
    say(session, 'reload', 's', '')
    box.pass(5 * minute)
    expect(inA(box)).toContain('hostname other')
    expect(say(privileged(box, 'fw'), 'changeto system', 'show context')).not.toContain('admin ')
  })

  it('brings back a context and its lines where neither was saved', () => {
    const box = contexts()
    const session = privileged(box, 'fw')
    say(session, 'changeto context customer-a', 'configure terminal', 'hostname other', 'end')
    say(session, 'changeto system', 'configure terminal', 'no context customer-a', 'end', 'reload', 'n', '')
    box.pass(5 * minute)
    expect(inA(box)).toContain('hostname customer-a')
  })
})

it('reaches a device that booted with its own password again', () => {
  const box = world()
  box.world.reload('r1')
  box.pass(5 * minute)
  const session = deviceOf(box, 'r1').open()
  expect(screen(session, 'enable', password)).toMatch(/r1#$/)
})
