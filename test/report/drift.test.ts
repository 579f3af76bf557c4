import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome, RunResult } from '../../src/model/outcome.ts'
import { renderHtml } from '../../src/report/html/page.ts'
import { renderResult } from '../../src/report/human.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { coverage, device, finding, profile, run } from './builders.ts'
import { parse, textOf } from './markup.ts'
import { input } from './report-inputs.ts'

const warned = [finding('PROFILE_SHARED', 'warn'), finding('DUPLICATE_SAS', 'info')]
const green = (nth: number): DeviceOutcome =>
  device(`hub${nth}`, 'verified', {
    findings: warned,
    targets: [profile('VPN', 'verified', { sent: false, coverage: coverage() })],
  })
const drifted = device('hub3', 'pending', {
  findings: [
    ...warned,
    finding('LAST_CHANGE', 'info', {
      target: 'VPN',
      message: 'the setting of VPN was taken away by jdoe on vty1',
      evidence: '9     4           jdoe@vty1     | no responder-only',
      next: 'ask jdoe why, before it is set again',
    }),
  ],
  targets: [profile('VPN', 'pending', { sent: false, pendingKind: 'drifted', after: 'bidirectional' })],
  change: {
    lines: ['crypto ipsec profile VPN', 'responder-only'],
    revert: ['no responder-only'],
    clears: [],
  },
})
const fleet = (...wrong: readonly DeviceOutcome[]): RunResult =>
  run([...Array.from({ length: 12 - wrong.length }, (_, nth) => green(nth + 20)), ...wrong], {
    command: 'drift',
  })
const human = (result: RunResult, verbose = false): string =>
  renderResult(result, { color: false, width: 80, verbose, exitCode: exitCodeOf(result) })

describe('drift for people', () => {
  it('fits a screen where twelve devices are as asked, whatever a plan would warn of', () => {
    const text = human(fleet())
    expect(text.split('\n').length).toBeLessThanOrEqual(25)
    expect(text.match(/^ {2}verified +hub\d+ /gm)).toHaveLength(12)
    expect(text).not.toContain('PROFILE_SHARED')
    expect(text).not.toContain('next')
    expect(human(fleet(), true)).toContain('PROFILE_SHARED')
  })

  it('has what is not as asked first, with who changed it, and counts the rest', () => {
    const text = human(fleet(drifted))
    expect(text.split('\n').length).toBeLessThanOrEqual(25)
    expect(text).toMatch(/STATUS.*\n {2}pending +hub3 .* drifted\n {2}and 11 more: 11 verified\n/)
    expect(text).toMatch(/LAST_CHANGE on VPN\n +the setting of VPN was taken away by jdoe on vty1\n/)
    for (const quiet of ['PROFILE_SHARED', 'DUPLICATE_SAS', 'would send', 'undo'])
      expect(text).not.toContain(quiet)
    expect(text).toMatch(
      /exit +2: not as asked: 1 drifted\n +next +hub3: `ikero apply`[^\n]*\n +`ikero drift --remediate`[^\n]*\n$/,
    )
    const all = human(fleet(drifted), true)
    for (const one of ['PROFILE_SHARED', 'would send', 'undo']) expect(all).toContain(one)
    // Also there what is wrong comes first.
    expect(all.indexOf('hub3')).toBeLessThan(all.indexOf('hub20'))
  })

  it('shows a drifted target of a device that is called by one which waits for its proof', () => {
    const both = device('hub4', 'unproven', {
      targets: [
        profile('VPN', 'unproven', { sent: false, coverage: coverage({ proven: 0, waiting: 2 }) }),
        profile('OTHER', 'pending', { sent: false, pendingKind: 'drifted' }),
      ],
    })
    const text = human(fleet(both))
    expect(text).toMatch(/^ {2}unproven +hub4 .* drifted$/m)
    expect(text).toContain('next        hub4: `ikero apply`')
  })

  it('names remediation, but not for what its guard rails hold', () => {
    const text = (...findings: DeviceOutcome['findings']): string =>
      human(fleet({ ...drifted, findings })).replace(/\s+/g, ' ')
    expect(text()).toContain(
      'hub3: `ikero apply` with this playbook sets again what drifted, or `ikero drift --remediate` within',
    )
    for (const code of ['REMEDIATION_HELD', 'DRIFT_FOUGHT'] as const) {
      const held = text(finding(code, 'warn'))
      expect(held).toContain('hub3: `ikero apply` with this playbook sets again')
      expect(held).not.toContain('--remediate')
    }
    const standby = text(finding('FAILOVER_UNSYNCED', 'warn', { target: 'VPN' }))
    expect(standby).toContain('hub3: have the pair synchronise')
    expect(standby).not.toMatch(/ikero apply|--remediate/)
  })

  it.each([
    ['never-applied', { pendingKind: 'never-applied' as const }, /hub9: `ikero plan` with this playbook/],
    ['unsaved', { pendingKind: 'unsaved' as const }, /hub9: `ikero apply` with this playbook saves it/],
  ])('says what to do where a target is %s', (_, part, next) => {
    const one = device('hub9', 'pending', { targets: [profile('VPN', 'pending', { sent: false, ...part })] })
    expect(human(fleet(one))).toMatch(next)
  })

  it.each([
    ['PEER_LOST', /hub9: see whether the lost peer can start/],
    ['ROLE_CONTRADICTED', /hub9: find out what starts the tunnel there/],
  ] as const)('says what to do where there is %s', (code, next) => {
    const error = { code, message: 'm', next: 'n' }
    const targets = [profile('VPN', 'failed', { sent: false })]
    expect(human(fleet(device('hub9', 'failed', { error, targets })))).toMatch(next)
  })

  it('says what to do where a proof is overdue, and where something blocks what drifted', () => {
    const targets = [profile('VPN', 'unproven', { sent: false })]
    const findings = [finding('PROOF_OVERDUE', 'warn', { target: 'VPN' })]
    expect(human(fleet(device('hub9', 'unproven', { targets, findings })))).toMatch(
      /hub9 .* PROOF_OVERDUE\n[\s\S]*hub9: have each open peer start once, then `ikero verify`/,
    )
    const refused = [...drifted.findings, finding('PROFILE_MISSING', 'block', { target: 'VPN' })]
    expect(human(fleet({ ...drifted, findings: refused }))).toMatch(
      /hub3 .* drifted, PROFILE_MISSING\n[\s\S]*hub3: what blocks stands above/,
    )
  })

  it('tells what is expected by its row, beside what is not', () => {
    const known = { reason: 'line ordered', until: '2027-01-31' }
    const text = human(fleet(drifted, device('hub9', 'unreachable', { known })))
    expect(text).toMatch(/^ {2}unreachable +hub9 .*known until 2027-01-31/m)
    expect(text).toContain('and 10 more: 10 verified')
    expect(text).not.toMatch(/^hub9/m)
    expect(text).toMatch(/next +hub3: /)
  })

  it('shows those that are alike once', () => {
    const never = ['hub7', 'hub8', 'hub9'].map((host) =>
      device(host, 'pending', {
        targets: [profile('VPN', 'pending', { sent: false, pendingKind: 'never-applied' })],
      }),
    )
    const text = human(fleet(...never))
    expect(text).toContain('3 devices  pending\n  devices     hub7, hub8, hub9\n')
    expect(text).toMatch(/next +hub7, hub8, hub9: `ikero plan`/)
  })
})

describe('drift in other reports', () => {
  const result = fleet(drifted)
  const report = input(result, { exitCode: 2 })

  it.each([
    ['Markdown', renderMarkdown(report).replaceAll('\\', '')],
    ['HTML', textOf(parse(renderHtml(report)))],
  ])('is told as a check, with who changed what, and without a change to take back: %s', (_, text) => {
    for (const said of [
      'Not as asked',
      'As asked and proven',
      'Who changed it',
      'jdoe on vty1',
      'What to do',
    ])
      expect(text).toContain(said)
    for (const ofChanges of [
      'How it goes back',
      'When it takes effect',
      'Planned to change',
      'read back from',
    ])
      expect(text).not.toContain(ofChanges)
    expect(text).not.toContain('hub3: nothing was sent')
  })

  it('fails a build in JUnit, with who changed it', () => {
    const xml = renderJunit(report)
    expect(xml).toContain(
      '<testsuites name="ikero drift: hubs answer only" tests="12" failures="1" errors="0"',
    )
    expect(xml).toMatch(
      /<failure type="pending" message="pending, drifted: bidirectional[^>]*>[\s\S]*LAST_CHANGE \(info\): the setting/,
    )
    const known = { reason: 'line ordered', until: '2027-01-31' }
    expect(renderJunit(input(fleet({ ...drifted, known })))).toContain('failures="0"')
    const overdue = device('hub9', 'unproven', {
      targets: [profile('VPN', 'unproven', { sent: false }), profile('OTHER', 'unproven', { sent: false })],
      findings: [finding('PROOF_OVERDUE', 'warn', { target: 'VPN', message: 'too long' })],
    })
    const late = renderJunit(input(fleet(overdue)))
    expect(late).toContain('tests="13" failures="1" errors="0"')
    expect(late).toContain('message="unproven: PROOF_OVERDUE: too long"')
  })
})
