import { describe, expect, it } from 'vitest'
import { privileged, rig, say, scenarioFrom, small } from './scenarios.ts'

const at = small.indexOf('      crypto ipsec profile VPN\n')
const logging = (more = ''): string =>
  `${small.slice(0, at)}      archive\n       log config\n        logging enable\n${more}${small.slice(at)}`
const log = 'show archive log config all'
const heading = ' idx   sess           user@line      Logged command\n'

/** The rows below the heading. */
function rows(output: string): readonly string[] {
  expect(output.startsWith(heading)).toBe(true)
  return output.slice(heading.length).split('\n').slice(0, -1)
}

describe('the configuration log of a simulated router', () => {
  it('has each accepted line as the device writes it, with user, line and session', () => {
    const session = privileged(rig(scenarioFrom(logging())), 'r1')
    say(
      session,
      'conf t',
      'crypto ipsec prof VPN',
      'responder',
      'end',
      'configure',
      '',
      'hostname r2',
      'exit',
    )
    expect(rows(say(session, log)).slice(-3)).toEqual([
      '    2     1         netops@vty0     |crypto ipsec profile VPN',
      '    3     1         netops@vty0     | responder-only',
      '    4     2         netops@vty0     |hostname r2',
    ])
  })

  it('has the way to the upper level under session 0', () => {
    const session = privileged(rig(scenarioFrom(logging())), 'r1')
    expect(rows(say(session, log))).toEqual(['    1     0         netops@vty0     |!exec: enable'])
  })

  it('leaves out what was refused, what only moves about, and what was typed while it was off', () => {
    const session = privileged(rig(scenarioFrom(small)), 'r1')
    say(session, 'conf t', 'hostname r2', 'archive', 'log config')
    expect(session.prompt).toBe('r2(config-archive-log-cfg)#')
    expect(rows(say(session, `do ${log}`))).toEqual([])
    say(
      session,
      'logging enable',
      'exit',
      'exit',
      'hostname 9',
      'hostnam',
      'nonsense',
      'do show clock',
      'end',
    )
    expect(rows(say(session, log))).toEqual(['    1     1         netops@vty0     |  logging enable'])
    expect(say(session, 'show running-config | section archive')).toBe(
      'archive\n log config\n  logging enable\n',
    )
  })

  it('keeps as many lines as it is told, and counts on', () => {
    const session = privileged(rig(scenarioFrom(logging('        logging size 2\n'))), 'r1')
    say(session, 'conf t', 'hostname r2', 'hostname r3', 'hostname r4', 'end')
    expect(rows(say(session, log)).map((row) => row.split('|')[1])).toEqual(['hostname r3', 'hostname r4'])
    expect(say(session, log)).toMatch(/^ {4}4 /m)
  })

  it.each([
    ['', 'lab-shared-key'],
    ['        hidekeys\n', '*****'],
  ])('shows keys unless hidekeys is set: %j', (more, shown) => {
    const key = 'crypto isakmp key lab-shared-key address 203.0.113.99'
    const text = logging(more).replace('      archive\n', `      ${key}\n      archive\n`)
    const session = privileged(rig(scenarioFrom(text)), 'r1')
    say(session, 'conf t', key, 'end')
    expect(rows(say(session, log)).at(-1)).toMatch(
      new RegExp(`\\|crypto isakmp key ${shown.replaceAll('*', '\\*')} address 203\\.0\\.113\\.99$`),
    )
  })
})
