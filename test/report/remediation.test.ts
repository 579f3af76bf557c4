import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome, RunResult, Status } from '../../src/model/outcome.ts'
import type { RemediationReport } from '../../src/model/remediation.ts'
import type { ListedRun } from '../../src/model/run-view.ts'
import { eventLine } from '../../src/report/events.ts'
import { renderHtml } from '../../src/report/html/page.ts'
import { renderResult } from '../../src/report/human.ts'
import { renderJson, toJsonDocument } from '../../src/report/json.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { createBoard } from '../../src/report/progress-board.ts'
import { createPlainTeller } from '../../src/report/progress-plain.ts'
import { renderRuns } from '../../src/report/runs.ts'
import { isReportable } from '../../src/runs/result-shape.ts'
import { misfits } from '../documents.ts'
import { device, finding, profile, run } from './builders.ts'
import { parse, textOf } from './markup.ts'
import { input } from './report-inputs.ts'

const window: RunResult['window'] = {
  from: '22:00',
  to: '04:00',
  timezone: 'UTC',
  state: { open: true, endsAtMs: Date.parse('2026-11-25T04:00:00Z') },
}
const remediation: RemediationReport = {
  due: ['hub1', 'hub2', 'hub3'],
  begun: ['hub1'],
  held: [
    { host: 'hub2', why: 'breaker', reason: 'hub2 was put back 3 times', next: 'find out who does' },
    { host: 'hub3', why: 'otherwise', reason: 'hub3 is drifted, and not only that', next: 'see to that' },
  ],
}
const held = device('hub2', 'pending', {
  targets: [profile('VPN', 'pending', { sent: false, after: 'bidirectional', pendingKind: 'drifted' })],
  findings: [
    finding('DRIFT_FOUGHT', 'warn', { message: 'hub2 was put back 3 times', next: 'find out who does' }),
  ],
})
const hub1 = device('hub1', 'verified', { saved: 'yes', targets: [profile('VPN', 'verified')] })
const result = run([hub1, held], { command: 'drift', window, remediation })
const options = { color: false, width: 80, verbose: false, exitCode: 2 }

describe('a run that puts back what has drifted', () => {
  it('says on the terminal what was begun, what was held and why, and its window', () => {
    const text = renderResult(result, options)
    expect(text).toContain('ikero drift --remediate: hubs answer only')
    expect(text).toContain('  window      22:00 to 04:00 UTC: open until 2026-11-25 04:00 UTC')
    expect(text).toContain('  begun       1 of 3 devices that drifted or are unsaved: hub1')
    expect(text).toContain('  held        hub2: it drifts again and again; hub3: something else is the')
    expect(text).toMatch(/DRIFT_FOUGHT\n +hub2 was put back 3 times\n +next: find out who does/)
    expect(text).toContain('lines were sent to 1')
  })

  it('says so where there was nothing to put back, and drift alone says nothing of it', () => {
    const none = { due: [], begun: [], held: [] }
    expect(renderResult({ ...result, remediation: none }, options)).toContain(
      '  put back    nothing: no target has drifted or is unsaved',
    )
    const { remediation: _none, ...looked } = result
    const text = renderResult(looked, options)
    expect(text).toContain('ikero drift: hubs answer only')
    for (const word of ['put back    ', 'begun', 'window', 'lines were sent'])
      expect(text).not.toContain(word)
  })

  it('is told by the reports for a board and a ticket', () => {
    const page = textOf(parse(renderHtml(input(result, { exitCode: 2 }))))
    expect(page).toContain('Drift put back: hubs answer only')
    expect(page).toContain('ikero drift --remediate')
    const ticket = renderMarkdown(input(result, { exitCode: 2 })).replace(/\\/g, '')
    for (const text of [page, ticket]) {
      expect(text).toContain('1 of 3 devices that drifted or are unsaved: hub1')
      expect(text).toContain('hub2: it drifts again and again')
    }
    expect(ticket).toContain('# ikero drift --remediate, hubs answer only')
  })

  it('is a property of each test suite of JUnit', () => {
    const xml = renderJunit(input(result, { exitCode: 2 }))
    expect(xml).toContain('<property name="remediation" value="begun"/>')
    expect(xml).toContain('<property name="remediation" value="held (breaker): hub2 was put back 3 times"/>')
  })

  it('stands in the document for programs as it is', () => {
    const document: unknown = JSON.parse(renderJson(toJsonDocument(result, 2)))
    expect(document).toMatchObject({ command: 'drift', exitCode: 2, remediation })
    expect(misfits('result', document)).toEqual([])
  })

  it('is read back from a record, and a record that says something else of it is not', () => {
    expect(isReportable(result)).toBe(true)
    const odd: RunResult = JSON.parse(
      JSON.stringify({ ...result, remediation: { due: ['hub1'], begun: 'all', held: [] } }),
    )
    expect(isReportable(odd)).toBe(false)
  })

  it('shows while it works that it changes devices', () => {
    const looks: RunEvent = {
      kind: 'run-started',
      command: 'drift',
      runId: 'r',
      playbook: 'p',
      hosts: ['hub1'],
    }
    const event: RunEvent = { ...looks, remediates: true }
    expect(createPlainTeller()(event)).toBe('drift --remediate p: run r, 1 device\n')
    expect(JSON.parse(eventLine(event, { seq: 1, at: '2026-11-24T19:30:12.000Z' }))).toMatchObject({
      remediates: true,
    })
    const board = createBoard(['hub1'], () => 0)
    board.take(looks)
    expect(board.title('change')).toBe('')
    board.take(event)
    expect(board.title('change')).toContain('change')
  })

  it('is to be resumed where it was cut off, and a look is not', () => {
    const cutOff: ListedRun = {
      runId: '20261124T193012-4f1c9a',
      command: 'drift',
      playbook: 'p',
      startedAt: '2026-11-24T19:30:12.000Z',
    }
    const shown = { color: false, width: 80, verbose: false, nowMs: 0 }
    expect(renderRuns([{ ...cutOff, remediates: true }], [], shown)).toContain('ikero resume')
    expect(renderRuns([cutOff], [], shown)).not.toContain('ikero resume')
  })
})

describe('the exit code of drift --remediate', () => {
  const of = (one: DeviceOutcome, more: Partial<RunResult> = {}): number =>
    exitCodeOf(run([one], { command: 'drift', remediation, ...more }))
  const known = { reason: 'x', until: '2099-01-01' }

  it.each<[number, string, DeviceOutcome]>([
    [0, 'all is as asked', hub1],
    [
      0,
      'an older change waits for its proof',
      device('a', 'unproven', { targets: [profile('VPN', 'unproven', { sent: false })] }),
    ],
    [1, 'what was put back went back', device('a', 'rolled-back')],
    [2, 'a device is held', held],
    [2, 'something was never applied', device('a', 'pending')],
    [
      3,
      'what was put back waits for its proof',
      device('a', 'unproven', { targets: [profile('VPN', 'unproven')] }),
    ],
    [3, 'it is not saved', device('a', 'verified', { findings: [finding('NOT_SAVED', 'warn')] })],
    [
      3,
      'an older proof is overdue',
      device('a', 'unproven', { findings: [finding('PROOF_OVERDUE', 'warn')] }),
    ],
    [
      3,
      'one target waits, another was never applied',
      device('a', 'pending', {
        targets: [profile('VPN', 'unproven'), profile('B', 'pending', { sent: false })],
      }),
    ],
    [4, 'it is not known how a device stands', device('a', 'unknown')],
    [0, 'a held device is expected to be pending', { ...held, known }],
  ])('is %i where %s', (code, _what, one) => {
    expect(of(one)).toBe(code)
  })

  it('is 130 where the run was ended', () => {
    expect(of(held, { interrupted: true })).toBe(130)
  })

  it('is that of drift alone where nothing was to be put back', () => {
    const statuses: readonly Status[] = ['compliant', 'unproven', 'pending', 'blocked', 'unknown']
    const none = { due: [], begun: [], held: [] }
    for (const status of statuses) {
      const one = device('a', status)
      expect(of(one, { remediation: none })).toBe(exitCodeOf(run([one], { command: 'drift' })))
    }
  })
})
