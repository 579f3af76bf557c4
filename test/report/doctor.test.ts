import { describe, expect, it } from 'vitest'
import type { CommandCheck, HostReport } from '../../src/model/doctor.ts'
import { renderDoctor } from '../../src/report/doctor.ts'

const report = (more: Partial<HostReport>): HostReport => ({
  host: 'hub1',
  platform: 'ios',
  ready: false,
  way: [],
  waySource: 'inventory.yml:3',
  privileged: true,
  findings: [],
  commands: [],
  ...more,
})
const refused = (line: string, refusal: string, optional: boolean): CommandCheck => ({
  line,
  allowed: false,
  optional,
  refusal,
})
const rows = (more: Partial<HostReport>): readonly string[] =>
  renderDoctor([report(more)], { color: false, verbose: false })
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ': '))

describe('what doctor says to do next', () => {
  it('tells a line that the account may not send from one that the release lacks', () => {
    const commands = [
      refused('show running-config', 'Command authorization failed.', false),
      refused('show dmvpn', 'Command authorization failed.', true),
      refused('show crypto session', "% Invalid input detected at '^' marker.", true),
    ]
    const said = rows({ commands })
    expect(said).toContain('REFUSED: show running-config: Command authorization failed.')
    expect(said).toContain('REFUSED: show dmvpn: Command authorization failed.')
    expect(said).toContain("absent: show crypto session: % Invalid input detected at '^' marker.")
    expect(said.filter((line) => line.startsWith('next'))).toEqual([
      expect.stringMatching(/^next: allow the refused lines .* ikero doctor PLAYBOOK --privileges/),
    ])
    const lacks = rows({ ready: true, commands: commands.slice(2) })
    expect(lacks.filter((line) => line.startsWith('next'))).toEqual([])
  })

  it('says how an account gets its level, and what a finding asks for', () => {
    expect(rows({ privileged: false })).toEqual(
      expect.arrayContaining([
        'privilege: LESS THAN LEVEL 15, or in a CLI view',
        'next: give the credential an enable secret, or the account privilege level 15 and no CLI view',
      ]),
    )
    const finding = { code: 'RELEASE_TOO_OLD', severity: 'block', message: 'old', next: 'upgrade' } as const
    const said = rows({ findings: [finding] })
    expect(said.slice(said.indexOf('RELEASE_TOO_OLD: old')).slice(0, 2)).toEqual([
      'RELEASE_TOO_OLD: old',
      'next: upgrade',
    ])
  })
})
