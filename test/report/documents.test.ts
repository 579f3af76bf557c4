import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/kernel/diagnostics.ts'
import type { LeaseView } from '../../src/model/lease.ts'
import type { ListedRun, RunStep, RunView } from '../../src/model/run-view.ts'
import { refusedLine } from '../../src/report/events.ts'
import { jsonText } from '../../src/report/json.ts'
import { leasesDocument } from '../../src/report/leases.ts'
import { problemDocument, problemsDocument } from '../../src/report/problems.ts'
import { consoleDocument } from '../../src/report/rollback-lines.ts'
import { runsDocument } from '../../src/report/runs.ts'
import { runDocument } from '../../src/report/show-run.ts'
import { trustDocument } from '../../src/report/trust.ts'
import { acting, misfits } from '../documents.ts'
import { hostile, hostileRuns } from './arbitrary.ts'

const texts = fc.array(hostile, { minLength: 13, maxLength: 13 })

/** Hostile texts, one after the other. */
function speaker(list: readonly string[]): () => string {
  let index = 0
  return () => {
    index += 1
    return list[index % list.length] ?? ''
  }
}

const at = '2026-11-24T19:30:12.000Z'

function listed(text: () => string): ListedRun {
  return {
    runId: text(),
    command: 'drift',
    remediates: true,
    playbook: text(),
    startedAt: text(),
    finishedAt: text(),
    exitCode: 4,
    totals: { unknown: 1 },
    atWork: { owner: text(), machine: text(), pid: 7 },
    damaged: 2,
  }
}

/** One step of each kind. */
function steps(text: () => string): readonly RunStep['entry'][] {
  const [host, context, target, line] = [text(), text(), text(), text()]
  return [
    { kind: 'device-unreachable', host, code: 'CONNECT_FAILED', message: text() },
    {
      kind: 'lease-taken-over',
      host,
      reason: 'no-heartbeat',
      owner: text(),
      machine: text(),
      pid: 0,
      fromRun: text(),
      takenAt: text(),
      heartbeat: text(),
    },
    {
      kind: 'identity-seen',
      host,
      context,
      identity: { hostname: text(), serials: [text()] },
      fromRun: text(),
    },
    { kind: 'wave-started', wave: 1, of: 2, canary: true, hosts: [host] },
    { kind: 'rollout-stopped', reason: text() },
    {
      kind: 'push-intent',
      host,
      context,
      targets: [
        {
          name: target,
          before: text(),
          lines: [line],
          revert: [text()],
          fingerprint: text(),
          wanted: text(),
          peers: [text()],
          basis: [text()],
        },
      ],
      identity: { hostname: text(), model: text(), serials: [text()] },
      readingBefore: { sas: [], unreadable: [text()] },
    },
    { kind: 'line-sending', host, context, target, line, purpose: 'clear' },
    { kind: 'line-replied', host, target, line, reply: 'link-lost', said: text() },
    { kind: 'read-back', host, target, value: text(), asWanted: false },
    { kind: 'second-login', host, context, ok: false, message: text() },
    { kind: 'saving', host, context },
    { kind: 'saved', host, context, ok: false, said: text() },
    { kind: 'revert-timer', host, minutes: 5, step: 'confirming', line },
    { kind: 'outcome', host, target, status: 'unknown', reason: text() },
    { kind: 'device-outcome', host, status: 'unknown', error: 'PEER_LOST' },
  ]
}

/** Printed, it is the same value again, of its schema, and nothing in it acts on a terminal. */
function expectSafe(name: Parameters<typeof misfits>[0], document: object): void {
  const text = jsonText(document)
  const parsed: unknown = JSON.parse(text)
  expect(parsed).toEqual(JSON.parse(JSON.stringify(document)))
  expect(text).not.toMatch(acting)
  expect(misfits(name, parsed)).toEqual([])
}

describe('a document with texts that a device, a file or a command line made up', () => {
  it('of problems is JSON of its schema, and acts on no terminal', () => {
    const diagnostic = fc.record(
      {
        code: fc.constant('INVALID_VALUE' as const),
        severity: fc.constantFrom('error' as const, 'warning' as const),
        message: hostile,
        hint: hostile,
        at: fc.record({
          file: hostile,
          line: fc.integer({ min: 1, max: 9999 }),
          col: fc.integer({ min: 1, max: 400 }),
          excerpt: fc.constant('never told'),
        }),
      },
      { requiredKeys: ['code', 'severity', 'message'] },
    )
    fc.assert(
      fc.property(fc.array(diagnostic, { minLength: 1, maxLength: 4 }), (list: readonly Diagnostic[]) => {
        const document = problemsDocument('plan', 64, list)
        expectSafe('problems', document)
        expect(JSON.stringify(document)).not.toContain('never told')
        const line = refusedLine(document, { seq: 1, at })
        expect(line).toMatch(/^[^\n]*\n$/)
        expect(line).not.toMatch(acting)
        expect(misfits('events', JSON.parse(line))).toEqual([])
      }),
    )
    fc.assert(
      fc.property(hostile, hostile, (message, hint) =>
        expectSafe('problems', problemDocument('apply', 1, { code: 'LEASE_FAILED', message, hint })),
      ),
    )
  })

  it('of recorded runs, and of one with every kind of step', () => {
    fc.assert(
      fc.property(texts, hostileRuns, (list, result) => {
        const text = speaker(list)
        expectSafe('runs', runsDocument([listed(text), listed(text)], [text()]))
        const [host, target] = [text(), text()]
        const view: RunView = {
          run: listed(text),
          folder: text(),
          change: text(),
          ignoreWindow: text(),
          of: text(),
          steps: steps(text).map((entry) => ({ at, entry })),
          changes: [{ host, target, status: 'unproven' }],
          open: [
            {
              runId: text(),
              host,
              target,
              status: 'unproven',
              changedAt: at,
              coverage: { peers: 1, proven: 0, waiting: 1, atRisk: 0, idle: 0, lost: 0, ambiguous: 1 },
              completeBy: at,
              text: text(),
              overdue: true,
            },
          ],
          result,
          damage: [{ line: 1, byte: 0, reason: text() }],
        }
        expectSafe('show', runDocument(view))
      }),
      { numRuns: 40 },
    )
  })

  it('of leases, of host keys and of lines for a console', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const text = speaker(list)
        const lease = { owner: text(), machine: text(), pid: 7, host: text(), runId: text(), takenAt: text() }
        const view: LeaseView = {
          host: text(),
          state: 'unknown',
          lease: { ...lease, heartbeat: at, token: 'token-of-the-lease' },
          problem: text(),
        }
        const leases = leasesDocument([view, { ...view, result: 'failed' }], 1, Date.parse(at))
        expectSafe('unlock', leases)
        expect(JSON.stringify(leases)).not.toContain('token-of-the-lease')
        const key = { type: text(), sha256: `SHA256:${text()}`, md5: `MD5:${text()}`, base64: text() }
        const error = { code: 'HOST_KEY_CHANGED', message: text(), next: text() }
        const known = [{ type: text(), sha256: `SHA256:${text()}`, place: text() }]
        const host = {
          host: text(),
          address: text(),
          port: 22,
          status: 'refused',
          key,
          known,
          error,
        } as const
        expectSafe('trust', trustDocument({ file: text(), hosts: [host], interrupted: false }, 1))
        const space = { host: text(), context: text(), save: 'maybe' } as const
        const lines = [{ name: text(), lines: [text()] }]
        expectSafe('rollback-print', consoleDocument(text(), [{ ...space, targets: lines }], [text()], 1))
      }),
      { numRuns: 60 },
    )
  })
})
