import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRecord } from '../../src/kernel/is-record.ts'
import { createRedactor } from '../../src/kernel/redact.ts'
import { logLevels } from '../../src/model/log-level.ts'
import type { ServeEvent } from '../../src/model/serve-event.ts'
import { createLog, type LogOptions } from '../../src/serve/log.ts'
import type { LogRecord } from '../../src/serve/log-records.ts'
import { acting } from '../documents.ts'
import { createFakeClock } from '../fake-clock.ts'
import { hostile } from '../report/arbitrary.ts'
import { device, profile, run } from '../report/builders.ts'

const at = '2026-11-25T02:15:42.500Z'
const dueAt = '2026-11-25T02:15:00.000Z'
const of = { schedule: 'hubs', dueAt }

/** One event of every kind, with its level and what is said of it. */
const table: readonly (readonly [ServeEvent, string, string])[] = [
  [{ kind: 'started', schedules: ['hubs'] }, 'info', 'serving 1 schedule'],
  [{ kind: 'run-due', ...of, startsAt: at }, 'debug', 'hubs is due'],
  [{ kind: 'run-begun', ...of }, 'info', 'hubs begins'],
  [{ kind: 'run-recorded', ...of, runId: 'R' }, 'debug', 'hubs has the record R'],
  [ended(0), 'info', 'hubs ended: exit 0, every target is as asked, and none has lost a peer'],
  [ended(2), 'warn', 'hubs ended: exit 2, not as asked: a device is pending'],
  [ended(1), 'error', 'hubs ended: exit 1, a device is not as it should be'],
  [
    { kind: 'run-broken', ...of, durationMs: 20, code: 'FILE_UNREADABLE', message: 'no file', next: 'n' },
    'error',
    'hubs came to no result: no file',
  ],
  [
    { kind: 'missed', schedule: 'hubs', why: 'down', count: 3, first: dueAt, last: at },
    'warn',
    'hubs missed 3 runs: serve was not running',
  ],
  [
    { kind: 'missed', schedule: 'hubs', why: 'busy', count: 1, first: at, last: at },
    'warn',
    'hubs missed 1 run: the run before was still at work',
  ],
  [
    {
      kind: 'interrupted-run',
      schedule: 'hubs',
      runId: 'R',
      what: 'resumed',
      message: 'R is finished',
      next: 'n',
    },
    'warn',
    'hubs was interrupted: R is finished',
  ],
  [
    { kind: 'interrupted-run', schedule: 'hubs', what: 'left', message: 'look', next: 'n' },
    'error',
    'hubs was interrupted: look',
  ],
  [
    { kind: 'proof-checked', runId: 'R', exitCode: 0, result: run([]) },
    'info',
    'the proof of run R was checked: exit 0, every target is as asked',
  ],
  [{ kind: 'reloaded', schedules: ['a', 'b'] }, 'info', 'schedules reloaded: 2 schedules'],
  [
    { kind: 'reload-refused', problems: ['p'] },
    'error',
    'the new schedules file is refused; the one before stays in force',
  ],
  [{ kind: 'notice-sent', channel: 'noc', attempts: 1 }, 'info', 'notice sent to noc'],
  [
    { kind: 'notice-failed', channel: 'noc', attempts: 1, message: '503', retried: true },
    'warn',
    'a notice to noc failed and is tried again',
  ],
  [
    { kind: 'notice-failed', channel: 'noc', attempts: 9, message: '503', retried: false },
    'error',
    'a notice to noc is lost: it is tried no more',
  ],
  [{ kind: 'pruned', runs: 2 }, 'info', 'records of 2 runs deleted'],
  [{ kind: 'stopping' }, 'info', 'stopping: what is in hand is finished'],
]

function ended(exitCode: number): ServeEvent {
  const result = run([device('hub1', 'compliant'), device('hub2', 'pending')], { command: 'drift' })
  return { kind: 'run-ended', ...of, durationMs: 39_500, exitCode, result }
}

function logged(
  events: readonly ServeEvent[],
  part: Partial<LogOptions> = {},
  notes: readonly LogRecord[] = [],
): readonly string[] {
  const lines: string[] = []
  const log = createLog({
    write: (line) => lines.push(line),
    clock: createFakeClock(),
    level: 'debug',
    format: 'json',
    redactor: createRedactor(),
    ...part,
  })
  for (const event of events) log.tell({ at, event })
  for (const note of notes) log.note(note)
  return lines
}

describe('the log of serve', () => {
  it.each(table.map((row) => [row[0].kind, ...row] as const))(
    'says one line of %s',
    (kind, event, level, msg) => {
      const [line = '', ...more] = logged([event])
      expect(more).toEqual([])
      expect(line).toMatch(/^\{[^\n]*\}\n$/)
      expect(JSON.parse(line)).toMatchObject({
        level,
        msg,
        event: kind,
        time: '2026-11-24T19:30:00.000Z',
      })
    },
  )

  it('has the fields that help, and neither process nor machine', () => {
    const [line = ''] = logged([ended(2)])
    expect(JSON.parse(line)).toEqual({
      level: 'warn',
      time: '2026-11-24T19:30:00.000Z',
      event: 'run-ended',
      schedule: 'hubs',
      runId: '20261124T193012-4f1c9a',
      dueAt,
      durationSeconds: 39.5,
      exitCode: 2,
      totals: { compliant: 1, pending: 1 },
      devices: [{ host: 'hub2', status: 'pending' }],
      msg: 'hubs ended: exit 2, not as asked: a device is pending',
    })
  })

  it('names the devices that are not as they should be, the worst first, and what to do; ten, and counts the rest', () => {
    const long = 'x'.repeat(5_000)
    const error = { code: 'CONNECT_FAILED', message: long, next: 'is the device up?' } as const
    const drifted = Array.from({ length: 12 }, (_, index) =>
      device(`hub${index}`, 'pending', {
        targets: [profile('VPN', 'pending', { after: 'bidirectional', pendingKind: 'drifted' })],
      }),
    )
    const result = run([device('fine', 'compliant'), ...drifted, device('far', 'unreachable', { error })], {
      command: 'drift',
    })
    const [line = ''] = logged([{ kind: 'run-ended', ...of, durationMs: 2_270.314_8, exitCode: 1, result }])
    const record: unknown = JSON.parse(line)
    const { devices, more, durationSeconds } = isRecord(record) ? record : {}
    expect({ more, durationSeconds }).toEqual({ more: 3, durationSeconds: 2.27 })
    expect(devices).toHaveLength(10)
    expect(devices).toMatchObject([
      { host: 'far', status: 'unreachable', codes: ['CONNECT_FAILED'], next: 'is the device up?' },
      {
        host: 'hub0',
        kind: 'drifted',
        message: 'VPN has drifted: it is now bidirectional',
        next: expect.stringContaining('ask who changed it'),
      },
      ...Array.from({ length: 8 }, () => ({ status: 'pending' })),
    ])
    expect(line.length).toBeLessThan(6_000)
  })

  it('says of a run that changed something to which devices lines were sent, however well it ended', () => {
    const devices = [
      device('hub1', 'verified', { targets: [profile('VPN', 'verified', { sent: true })] }),
      device('hub2', 'compliant', { targets: [profile('VPN', 'compliant', { sent: false })] }),
    ]
    const result = run(devices, { command: 'drift' })
    const [line = ''] = logged([{ kind: 'run-ended', ...of, durationMs: 1, exitCode: 0, result }])
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      msg: 'hubs ended: exit 0, every target is as asked, and none has lost a peer; lines were sent to hub1',
    })
  })

  it.each(logLevels)('writes nothing below its level: %s', (level) => {
    const events = table.map(([event]) => event)
    const seen = logged(events, { level }).map((line) => String(JSON.parse(line).level))
    const names: readonly string[] = logLevels
    const wanted = table.map(([, one]) => one).filter((one) => names.indexOf(one) >= names.indexOf(level))
    expect(seen).toEqual(wanted)
  })

  it('is for a terminal the same as a readable line', () => {
    const lines = logged([ended(2), { kind: 'run-due', ...of, startsAt: at }], { format: 'text' })
    expect(lines).toEqual([
      `2026-11-24T19:30:00.000Z warn  hubs ended: exit 2, not as asked: a device is pending event=run-ended schedule=hubs runId=20261124T193012-4f1c9a dueAt=${dueAt} durationSeconds=39.5 exitCode=2 totals={"compliant":1,"pending":1} devices=[{"host":"hub2","status":"pending"}]\n`,
      `2026-11-24T19:30:00.000Z debug hubs is due event=run-due schedule=hubs dueAt=${dueAt} startsAt=${at}\n`,
    ])
  })

  it.each(['json', 'text'] as const)('masks secrets by name and by value: %s', (format) => {
    const redactor = createRedactor()
    redactor.register('quo"ted\nsecret')
    const inside = 'the device said quo"ted\nsecret, and more'
    const events: readonly ServeEvent[] = [
      { kind: 'run-broken', ...of, durationMs: 1, code: 'X', message: inside, next: inside },
      { kind: 'reload-refused', problems: ['fine', inside] },
    ]
    const note: LogRecord = {
      level: 'info',
      msg: 'm',
      fields: { event: 'e', token: 'abcd', request: { authorization: 'Bearer abcd', url: 'https://abcd' } },
    }
    const text = logged(events, { format, redactor }, [note]).join('')
    expect(text).not.toMatch(/quo|ted\\n|secret|abcd/)
    expect(text.match(/\*{5}/g)).toHaveLength(6)
  })

  it('is one line a record that acts on no terminal, whatever a device says', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('json', 'text'), (text, format) => {
        const problems = [text]
        const events: readonly ServeEvent[] = [
          { kind: 'run-broken', ...of, durationMs: 1, code: text, message: text, next: text },
          { kind: 'reload-refused', problems },
          { kind: 'notice-failed', channel: text, attempts: 1, message: text, retried: true },
        ]
        const lines = logged(events, { format })
        expect(lines).toHaveLength(3)
        for (const line of lines) {
          expect(line.slice(0, -1)).not.toMatch(/\n/)
          expect(line).not.toMatch(acting)
        }
        if (format === 'text') return
        const record: unknown = JSON.parse(lines[1] ?? '')
        expect(isRecord(record) && record.problems).toEqual(problems)
      }),
      { numRuns: 300 },
    )
  })
})
