import { describe, expect, it } from 'vitest'
import { renderJunit } from '../../src/report/junit.ts'
import { device, profile, run } from './builders.ts'
import { troubled, unreachables } from './cases.ts'
import { boardApply, boardPlan, impact, input } from './report-inputs.ts'

/** The counts of the run, and how many cases its suites skip: only a suite may say that. */
const suite = (text: string): string => {
  const skipped = [...text.matchAll(/<testsuite [^>]* skipped="(\d+)"/g)]
  const run = /<testsuites [^>]*>/.exec(text)?.[0] ?? ''
  return run.replace(/ time=.*/, ` skipped="${skipped.reduce((sum, [, count]) => sum + Number(count), 0)}">`)
}

describe('the JUnit report', () => {
  it.each([
    ['planned', boardPlan],
    ['applied', boardApply],
    ['troubled', input(troubled, { exitCode: 4 })],
  ] as const)('reads as reviewed: %s', async (name, one) => {
    await expect(renderJunit(one)).toMatchFileSnapshot(`golden/report-${name}.xml`)
  })

  it.each([
    ['verified', 'failures="0" errors="0" skipped="0"'],
    ['compliant', 'failures="0" errors="0" skipped="0"'],
    ['pending', 'failures="0" errors="0" skipped="1"'],
    ['unproven', 'failures="0" errors="0" skipped="1"'],
    ['skipped', 'failures="0" errors="0" skipped="1"'],
    ['blocked', 'failures="1" errors="0" skipped="0"'],
    ['failed', 'failures="1" errors="0" skipped="0"'],
    ['rolled-back', 'failures="1" errors="0" skipped="0"'],
    ['unreachable', 'failures="0" errors="1" skipped="0"'],
    ['unknown', 'failures="0" errors="1" skipped="0"'],
  ] as const)('counts a target that is %s', (status, counts) => {
    const one = device('hub1', status, { targets: [profile('VPN', status)] })
    expect(suite(renderJunit(input(run([one]))))).toContain(`tests="1" ${counts}`)
  })

  it('says what is pending, and what was not read back', () => {
    const pending = device('hub1', 'pending', {
      targets: [profile('VPN', 'pending', { sent: false, after: 'bidirectional', impact: impact([]) })],
    })
    expect(renderJunit(input(run([pending])))).toContain('message="pending: bidirectional → responder-only"')
    const { after: _, ...unread } = profile('VPN', 'unknown')
    const lost = device('hub1', 'unknown', { targets: [unread] })
    expect(renderJunit(input(run([lost])))).toContain('message="unknown: bidirectional, not read back"')
  })

  it('takes durations from the journal: of a device, and of each target', () => {
    const [sent, ...rest] = boardApply.steps
    const begun = sent === undefined ? [] : [{ ...sent, at: '2026-11-24T19:30:19.750Z' }]
    const text = renderJunit({ ...boardApply, steps: [...begun, ...rest] })
    expect(text).toContain('skipped="1" time="1.250" timestamp')
    expect(text).toContain('<testcase classname="hub1" name="VPN" time="1.250">')
    expect(renderJunit(boardPlan)).toContain('<testcase classname="hub1" name="VPN" time="0.000">')
  })

  it('does not lose a device without targets, or whose own fault no target carries', () => {
    expect(suite(renderJunit(input(unreachables)))).toContain('tests="7" failures="0" errors="6"')
    const one = device('hub1', 'blocked', { targets: [profile('VPN', 'compliant')] })
    expect(suite(renderJunit(input(run([one]))))).toContain('tests="2" failures="1"')
  })

  it('counts nothing that the playbook expects, but a changed host key always', () => {
    const known = { reason: 'line ordered', until: '2027-01-31' }
    const error = { code: 'CONNECT_FAILED', message: 'no answer', next: 'look' } as const
    const gone = device('hub1', 'unreachable', { known, error })
    expect(renderJunit(input(run([gone])))).toContain('message="expected until 2027-01-31: line ordered"')
    const other = device('hub1', 'unreachable', { known, error: { ...error, code: 'HOST_KEY_CHANGED' } })
    expect(suite(renderJunit(input(run([other]))))).toContain('errors="1"')
  })

  it('takes what a rollback was called for as passed', () => {
    const one = device('hub1', 'rolled-back', { targets: [profile('VPN', 'rolled-back')] })
    expect(suite(renderJunit(input(run([one], { command: 'rollback' }))))).toContain('failures="0"')
  })
})
