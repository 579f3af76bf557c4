import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { revertTimerSteps } from '../../src/model/revert-timer.ts'
import type { ListedRun, OpenTarget, RunView } from '../../src/model/run-view.ts'
import { renderRuns, runsDocument } from '../../src/report/runs.ts'
import { renderRun } from '../../src/report/show-run.ts'
import { hostile, hostileRuns } from './arbitrary.ts'

const nowMs = Date.parse('2026-11-25T12:00:00Z')
const options = { color: false, width: 80, verbose: false, nowMs }

const listed = (index: number, part: Partial<ListedRun> = {}): ListedRun => ({
  runId: `20261124T193012-${String(index).padStart(6, '0')}`,
  command: 'apply',
  playbook: 'hubs answer only',
  startedAt: '2026-11-24T19:30:12.000Z',
  finishedAt: '2026-11-24T19:30:26.400Z',
  exitCode: 0,
  totals: { verified: 3 },
  ...part,
})

const openTarget = (part: Partial<OpenTarget> = {}): OpenTarget => ({
  runId: '20261124T193012-000001',
  host: 'hub1',
  target: 'VPN',
  status: 'unproven',
  changedAt: '2026-11-24T19:30:14.000Z',
  text: '2 of 80 peers proven, 66 waiting, 12 at risk, 0 idle; complete by 2026-11-25 03:41 UTC at the latest',
  completeBy: '2026-11-25T03:41:00.000Z',
  ...part,
})

describe('the list of runs', () => {
  it('counts what it does not show, and shows all when verbose', () => {
    const runs = Array.from({ length: 100 }, (_, index) => listed(index))
    expect(renderRuns(runs, [], options)).toContain('and 70 older runs (-v shows all)')
    expect(renderRuns(runs, [], { ...options, verbose: true }).match(/^2026/gm)).toHaveLength(100)
  })

  it('says of a proof whose time is over that verify can close it now', () => {
    const early = { ...options, nowMs: Date.parse('2026-11-25T01:00:00Z') }
    expect(renderRuns([listed(1)], [openTarget()], options)).toMatch(
      /that is over[\s\S]*verify 20261124T193012-000001` now/,
    )
    expect(renderRuns([listed(1)], [openTarget()], early)).toContain('after the old SAs have ended')
    expect(renderRuns([listed(1)], [openTarget()], early)).not.toContain('that is over')
  })

  it('tells what is open of an older run that the table does not show', () => {
    const runs = Array.from({ length: 100 }, (_, index) => listed(index))
    const text = renderRuns(runs, [openTarget({ runId: listed(99).runId })], options)
    expect(text).toContain('hub1 VPN: unproven')
  })

  it('prints nothing but the fields of the contract as JSON', () => {
    const grown: ListedRun & { readonly later: string } = { ...listed(1), later: 'a field of tomorrow' }
    expect(runsDocument([grown])).toEqual({ formatVersion: 1, command: 'runs', runs: [listed(1)] })
  })
})

describe('what a run has recorded', () => {
  const acting =
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u

  it('never acts on the terminal, whatever stands in its folder', () => {
    fc.assert(
      fc.property(hostileRuns, hostile, hostile, hostile, fc.boolean(), (result, a, b, c, verbose) => {
        const one = listed(1, { runId: a, playbook: b, startedAt: c })
        const open = [
          openTarget({ runId: a, host: b, target: c, text: a }),
          openTarget({ host: c, status: 'unknown' }),
        ]
        const line = { host: a, target: b, line: c }
        const view: RunView = {
          run: one,
          folder: c,
          change: a,
          steps: [
            { at: a, entry: { kind: 'device-unreachable', host: b, code: c, message: a } },
            { at: b, entry: { kind: 'line-sending', ...line, purpose: 'change' } },
            { at: c, entry: { kind: 'line-replied', ...line, reply: 'refused', said: c } },
            { at: a, entry: { kind: 'read-back', host: a, target: b, value: c, asWanted: false } },
            { at: a, entry: { kind: 'second-login', host: a, ok: false, message: b } },
            { at: a, entry: { kind: 'revert-timer', host: a, minutes: 5, step: 'setting', line: b } },
            { at: a, entry: { kind: 'saved', host: a, context: c, ok: false, said: b } },
            { at: a, entry: { kind: 'outcome', host: a, target: b, status: 'failed', reason: c } },
            { at: a, entry: { kind: 'device-outcome', host: a, status: 'failed', error: b } },
          ],
          changes: [{ host: a, target: b, status: 'unknown' }],
          open,
          result,
          damage: [{ line: 3, byte: 100, reason: b }],
        }
        const draw = { ...options, verbose }
        expect(renderRun(view, draw)).not.toMatch(acting)
        expect(renderRuns([one], open, draw)).not.toMatch(acting)
      }),
      { numRuns: 60 },
    )
  })

  it('shows each step of a revert timer, with the line that was sent', () => {
    const steps: RunView['steps'] = revertTimerSteps.map((step) => ({
      at: '2026-11-24T19:30:14.000Z',
      entry: {
        kind: 'revert-timer',
        host: 'hub1',
        minutes: 5,
        step,
        ...(step === 'confirming' ? { line: 'configure confirm' } : {}),
      },
    }))
    const view: RunView = { run: listed(1), folder: 'f', steps, changes: [], open: [], damage: [] }
    const text = renderRun(view, { ...options, width: 120 })
    expect(text).toContain('timer       of 5 min is being ended  configure confirm')
    expect(text).toContain('of 5 min ran out: the device took the change back by itself')
    expect(text.match(/timer {7}of 5 min/g)).toHaveLength(revertTimerSteps.length)
  })

  it('bounds the steps of a long run, and shows all when verbose', () => {
    const steps: RunView['steps'] = Array.from({ length: 1000 }, () => ({
      at: '2026-11-24T19:30:12.000Z',
      entry: { kind: 'second-login', host: 'hub1', ok: true },
    }))
    const view: RunView = { run: listed(1), folder: 'f', steps, changes: [], open: [], damage: [] }
    expect(renderRun(view, options)).toContain('and 600 more steps')
    expect(renderRun(view, { ...options, verbose: true }).match(/2nd login/g)).toHaveLength(1000)
  })
})
