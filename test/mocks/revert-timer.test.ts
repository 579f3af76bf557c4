import { describe, expect, it } from 'vitest'
import { opened, privileged, type Rig, rig, say, scenarioFrom, small } from './scenarios.ts'

const archive = '      archive\n       path flash:before-\n'

/** The small router with an archive, and keys of its own. */
function router(keys = '', version = '15.2(4)M6'): Rig {
  const text = small.replace('version: "15.2(4)M6"\n', `version: "${version}"\n${keys}`)
  const at = text.indexOf('      hostname ')
  return rig(scenarioFrom(text.slice(0, at) + archive + text.slice(at)))
}

const change = ['crypto ipsec profile VPN', 'responder-only', 'end'] as const
const timer = 'show archive config rollback timer'

describe('a simulated router with a revert timer', () => {
  it('backs up, counts, and takes everything back when nobody confirms', () => {
    const box = router()
    const session = privileged(box, 'r1')
    expect(say(session, 'configure terminal revert timer 2')).toMatch(
      /^Rollback Confirmed Change: Backing up current running config to flash:before-\S+\n\nEnter configuration commands/,
    )
    say(session, ...change)
    expect(say(session, timer)).toBe(
      'Time configured(or reconfigured): 08:00:00 UTC Mon Jan 12 2026\nTimer type: absolute timer\nTimer value: 2 min\nUser: netops\n',
    )
    box.pass(119_000)
    expect(say(session, 'show running-config')).toContain('responder-only')
    box.pass(1_000)
    expect(say(session, 'show running-config')).not.toContain('responder-only')
    expect(say(session, timer)).toBe('%No Rollback Confirmed Change pending\n')
    expect(say(session, 'show logging | include ROLLBACK_START')).toMatch(
      /^\*Jan 12 08:02:00\.000: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: flash:before-/,
    )
  })

  it('keeps what was confirmed, from any session, and refuses a second confirm', () => {
    const box = router()
    say(privileged(box, 'r1'), 'conf t revert timer 2', ...change)
    const other = privileged(box, 'r1')
    expect(say(other, 'configure confirm')).toBe('')
    expect(say(other, 'configure confirm')).toBe('%No Rollback Confirmed Change pending\n')
    box.pass(600_000)
    expect(say(other, 'show running-config')).toContain('responder-only')
  })

  it('takes it back at once when asked', () => {
    const session = privileged(router(), 'r1')
    say(session, 'configure terminal revert timer 2', ...change)
    expect(say(session, 'configure revert now')).toContain('Rollback Done')
    expect(say(session, 'show running-config')).not.toContain('responder-only')
    expect(say(session, 'configure revert now')).toBe('%No Rollback Confirmed Change pending\n')
  })

  it('refuses it without archive, out of range, and beside another', () => {
    const plain = privileged(rig(scenarioFrom(small)), 'r1')
    expect(say(plain, 'configure terminal revert timer 2')).toBe(
      '%Turn config archive on before using Rollback Confirmed Change\n',
    )
    expect(say(plain, 'show archive')).toBe(' Archive feature not enabled\n')
    const session = privileged(router(), 'r1')
    expect(say(session, 'configure terminal revert timer 121')).toContain('% Invalid input')
    say(session, 'configure terminal revert timer 2', 'end')
    expect(say(session, 'configure terminal revert timer 2')).toContain('already pending')
  })

  it('takes the archive from configuration mode too', () => {
    const session = privileged(rig(scenarioFrom(small)), 'r1')
    say(session, 'configure terminal', 'archive', 'path flash:x-', 'maximum 5', 'end')
    expect(say(session, 'show running-config | section archive')).toBe(
      'archive\n path flash:x-\n maximum 5\n',
    )
    expect(say(session, 'configure terminal revert timer 1')).toContain('Backing up')
  })

  it('does not know it before 12.4(20)T', () => {
    const session = privileged(router('', '12.4(15)T'), 'r1')
    expect(say(session, 'configure terminal revert timer 2')).toContain('% Invalid input')
    expect(say(session, timer)).toContain('% Invalid input')
  })

  it("starts with somebody else's change that waits, and takes that back", () => {
    const box = router('    pendingRevert: 5m\n')
    const session = privileged(box, 'r1')
    expect(say(session, timer)).toMatch(/Timer value: 5 min\nUser: alice\n/)
    say(session, 'configure terminal', ...change)
    box.pass(300_000)
    expect(say(session, 'show running-config')).not.toContain('responder-only')
  })
})

describe('somebody else on a simulated router', () => {
  it('types at a time', () => {
    const box = router("    edits: [{ after: 30s, types: [configure terminal, 'hostname other', end] }]\n")
    const session = privileged(box, 'r1')
    box.pass(29_000)
    expect(session.prompt).toBe('r1#')
    box.pass(2_000)
    expect(session.prompt).toBe('other#')
    expect(say(session, 'show running-config | include Last')).toContain('at 08:00:30 UTC')
  })

  it('types once after a line, as soon as somebody looks', () => {
    const box = router(
      "    edits: [{ line: ^show clock, types: [configure terminal, 'no hostname', end] }]\n",
    )
    const session = privileged(box, 'r1')
    say(session, 'show clock')
    expect(session.prompt).toBe('Router#')
    say(session, 'configure terminal', 'hostname r1', 'end', 'show clock')
    expect(session.prompt).toBe('r1#')
  })
})

describe('a simulated router whose management the change cuts off', () => {
  it.each([
    ['all', ''],
    ['new', ', sessions: new'],
  ])('tells for which sessions, until the line is gone: %s', (sessions, more) => {
    const box = router(`    faults: { cutOff: { while: ^responder-only${more} } }\n`)
    const device = box.devices[0]?.device
    expect(device?.cutOff?.()).toBeUndefined()
    const session = privileged(box, 'r1')
    say(session, 'configure terminal', ...change)
    expect(device?.cutOff?.()).toBe(sessions)
    say(session, 'configure terminal', 'crypto ipsec profile VPN', 'no responder-only', 'end')
    expect(device?.cutOff?.()).toBeUndefined()
    expect(opened(box, 'r1').prompt).toBe('r1>')
  })
})
