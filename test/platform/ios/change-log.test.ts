import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LoggedChange } from '../../../src/model/facts.ts'
import type { TargetValue } from '../../../src/model/plan.ts'
import { changeLog } from '../../../src/platform/ios/change-log.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { profileTarget } from '../../names.ts'

const heading = ' idx   sess           user@line      Logged command'
const made = (rows: readonly string[], value: TargetValue = 'bidirectional'): LoggedChange | undefined =>
  changeLog.madeIt({ line: changeLog.line, text: [heading, ...rows].join('\n') }, profileTarget('VPN'), value)

// Columns of a public terminal log (tempest.blog.jp, 15.x): exec lines under session 0, a user that is not known.
const rows = [
  '    1     1        console@console  |  logging enable',
  '    2     3        console@console  |interface Serial1/0',
  '    3     3        console@console  | no shutdown',
  '    7     0   unknown user@vty0     |!exec: enable',
]
const takenAway = [
  '    8     4           jdoe@vty1     |crypto ipsec profile VPN',
  '    9     4           jdoe@vty1     | no responder-only',
]

describe('who changed a profile, by the configuration log', () => {
  it('is who typed the last line that gave it its value, with the rows that show it and no other', () => {
    expect(made([...rows, ...takenAway])).toEqual({
      by: 'jdoe',
      from: 'vty1',
      last: true,
      evidence:
        '8     4           jdoe@vty1     |crypto ipsec profile VPN\n9     4           jdoe@vty1     | no responder-only',
    })
  })

  it('is not the last to have changed anything where a later session did', () => {
    const later = '   10     5           root@console  |hostname x'
    expect(made([...takenAway, later])).toMatchObject({ by: 'jdoe', last: false })
    const exec = '   10     0           root@console  |!exec: enable'
    expect(made([...takenAway, exec])).toMatchObject({ last: true })
  })

  it.each([
    ['unknown user', '    9     4   unknown user@vty0     | default responder-only'],
    ['jdoe@corp.example', '    9     4 jdoe@corp.example@vty0     | no responder-only'],
  ])('reads the user %s', (by, row) => {
    const open = row.replace('    9', '    8').replace(/\| .*/, '|crypto ipsec profile VPN')
    expect(made([open, row])).toMatchObject({ by, from: 'vty0' })
  })

  it.each([
    ['removed', ['    8     4 a@vty0     |no crypto ipsec profile VPN'], 'absent'],
    [
      'removed and made anew without it',
      [
        '    8     4 a@vty0     |no crypto ipsec profile VPN',
        '    9     5 b@vty0     |crypto ipsec profile VPN',
        '   10     5 b@vty0     | set transform-set AES',
      ],
      'bidirectional',
    ],
    [
      'set',
      ['    8     4 a@vty0     |crypto ipsec profile VPN', '    9     4 a@vty0     | responder-only'],
      'responder-only',
    ],
  ] as const)('tells who %s it', (_, said, value) => {
    expect(made(said, value)).toMatchObject({ by: 'a' })
  })

  it.each([
    [
      'another profile was opened by that session',
      [takenAway[0] ?? '', '    9     4 jdoe@vty1     |crypto ipsec profile OTHER', takenAway[1] ?? ''],
    ],
    [
      'another session was in the profile',
      [takenAway[0] ?? '', '    9     5 eve@vty2     | no responder-only'],
    ],
    ['it was set again since', [...takenAway, '   10     4 jdoe@vty1     | responder-only']],
    ['the rows have no bar', ['8 4 jdoe@vty1 crypto ipsec profile VPN', '9 4 jdoe@vty1 no responder-only']],
    ['the log is empty', []],
  ])('is not told where %s', (_, said) => expect(made(said)).toBeUndefined())

  it('is not told by a refused line, nor of a target of another kind', () => {
    const text = [heading, ...takenAway].join('\n')
    const refused = { line: changeLog.line, text, refusal: "% Invalid input detected at '^' marker." }
    expect(changeLog.madeIt(refused, profileTarget('VPN'), 'bidirectional')).toBeUndefined()
  })

  it('never gives a row that is about something else: it may hold a key', () => {
    const secret = '    9     4 a@vty0     |crypto isakmp key Sesame address 203.0.113.9'
    const found = made([takenAway[0] ?? '', secret, takenAway[1] ?? ''])
    expect(found).toBeDefined()
    expect(JSON.stringify(found)).not.toContain('Sesame')
  })

  it('gives bounded text, on two lines at most, whatever the rows hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (by, from) => {
        const who = `${by}@${from}`
        const found = made([`8 4 ${who} |crypto ipsec profile VPN`, `9 4 ${who} | no responder-only`])
        if (found === undefined) return
        expect(found.by.length).toBeLessThanOrEqual(64)
        expect(found.from).toMatch(/^\S{1,32}$/u)
        expect(found.evidence.split('\n').length).toBeLessThanOrEqual(2)
      }),
    )
  })
})

describe('whether a device keeps such a log', () => {
  const kept = (text: string): boolean => changeLog.kept([{ line: lines.config, text }])

  it.each([
    ['on', 'version 15.2\narchive\n log config\n  logging enable\n  hidekeys\n path flash:x\n!\nend\n', true],
    ['not on', 'version 15.2\narchive\n log config\n  hidekeys\n path flash:x\n!\nend\n', false],
    ['an archive only', 'version 15.2\narchive\n path flash:x\n!\nend\n', false],
    [
      'words in a banner',
      'version 15.2\nbanner motd ^C\narchive\n log config\n  logging enable\n^C\nend\n',
      false,
    ],
    ['none', 'version 15.2\nend\n', false],
  ])('is said by its configuration: %s', (_, text, said) => expect(kept(text)).toBe(said))

  it('is not known without one', () => expect(changeLog.kept([])).toBe(false))
})
