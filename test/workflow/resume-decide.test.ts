import { describe, expect, it } from 'vitest'
import { configLine, parseFingerprint } from '../../src/model/ids.ts'
import { isTargetName } from '../../src/model/intent.ts'
import type { TargetPlan, TargetValue } from '../../src/model/plan.ts'
import type { RecordedLine, RecordedPush, RecordedTarget } from '../../src/model/recorded-push.ts'
import type { KnownTarget } from '../../src/model/recorded-target.ts'
import { decideResume, type ResumeFacts } from '../../src/workflow/resume-decide.ts'
import { profileTarget } from '../names.ts'

const opener = 'crypto ipsec profile VPN'
const setter = 'responder-only'
const fingerprint = parseFingerprint('a'.repeat(64))
if (fingerprint === undefined) throw new Error('no fingerprint')

const change = {
  lines: [opener, setter].map((line, nth) => ({ line: configLine(line), opens: nth === 0 })),
  revert: [opener, `no ${setter}`].map((line, nth) => ({ line: configLine(line), opens: nth === 0 })),
}

const known: KnownTarget = {
  name: 'VPN',
  target: profileTarget('VPN'),
  before: 'bidirectional',
  wanted: 'responder-only',
}

const sent: readonly RecordedLine[] = [
  { purpose: 'change', line: opener, reply: 'accepted' },
  { purpose: 'change', line: setter },
]

function recorded(lines: readonly RecordedLine[], more: Partial<RecordedTarget> = {}): RecordedTarget {
  const revert = change.revert.map(({ line }) => line)
  const intent = {
    name: 'VPN',
    before: 'bidirectional',
    wanted: 'responder-only',
    lines: [opener, setter],
    revert,
    fingerprint: 'a'.repeat(64),
  }
  return { intent, lines, ...more }
}

function facts(value: TargetValue, more: Partial<ResumeFacts> = {}): ResumeFacts {
  const now: TargetPlan = {
    name: 'VPN',
    fingerprint: fingerprint ?? never(),
    state: {
      target: known.target,
      before: value,
      wanted: 'responder-only',
      usedBy: [],
      peers: { listed: [], any: false },
      findings: [],
      basis: [],
    },
    decision: value === 'responder-only' ? { kind: 'no-change' } : { kind: 'change', change },
  }
  const push: RecordedPush = {
    host: 'hub1',
    at: '2026-11-24T19:30:12.000Z',
    intent: {
      kind: 'push-intent',
      host: 'hub1',
      targets: [],
      readingBefore: { sas: [], unreadable: [] },
    },
    targets: [],
    saved: 'no',
  }
  return { push, now, change, damaged: false, ...more }
}

function never(): never {
  throw new Error('not reached')
}

const reverting: RecordedLine = { purpose: 'revert', line: opener }
const refused: readonly RecordedLine[] = [
  { purpose: 'change', line: opener, reply: 'accepted' },
  { purpose: 'change', line: setter, reply: 'refused' },
]
const loginFailed = (value: TargetValue): ResumeFacts => {
  const one = facts(value)
  return { ...one, push: { ...one.push, secondLogin: false } }
}
const moved = (value: TargetValue): ResumeFacts => {
  const one = facts(value)
  const other = parseFingerprint('b'.repeat(64))
  return { ...one, now: { ...one.now, fingerprint: other ?? never() } }
}
const blocked = (value: TargetValue): ResumeFacts => {
  const one = facts(value)
  return { ...one, now: { ...one.now, decision: { kind: 'blocked' } } }
}

const rows: readonly (readonly [string, RecordedTarget, ResumeFacts, object])[] = [
  ['settles what stands', recorded(sent), facts('responder-only'), { kind: 'settle' }],
  ['changes anew what had no effect', recorded(sent.slice(0, 1)), facts('bidirectional'), { kind: 'push' }],
  ['changes what was never sent', recorded([]), facts('bidirectional'), { kind: 'push' }],
  [
    'finishes a way back that was begun',
    recorded([...sent, reverting]),
    facts('responder-only'),
    { kind: 'take-back' },
  ],
  [
    'goes back where the second login failed',
    recorded(sent),
    loginFailed('responder-only'),
    { kind: 'take-back', error: { code: 'SECOND_LOGIN_FAILED' } },
  ],
  [
    'goes back where the setting was not read back',
    recorded(sent, { readBack: 'bidirectional' }),
    facts('responder-only'),
    { kind: 'take-back', error: { code: 'READ_BACK_FAILED' } },
  ],
  [
    'ends a way back that had its effect',
    recorded([...sent, reverting]),
    facts('bidirectional'),
    { kind: 'take-back' },
  ],
  [
    'does not send a refused line again',
    recorded(refused),
    facts('bidirectional'),
    { kind: 'leave', status: 'failed', error: { code: 'LINE_REFUSED' } },
  ],
  [
    'leaves somebody’s newer value',
    recorded(sent),
    facts('originate-only'),
    { kind: 'leave', status: 'failed', error: { code: 'PLAN_STALE' } },
  ],
  [
    'leaves what somebody else set',
    recorded([]),
    facts('responder-only'),
    { kind: 'leave', status: 'compliant' },
  ],
  [
    'refuses what moved',
    recorded([]),
    moved('bidirectional'),
    { kind: 'leave', status: 'blocked', stale: true },
  ],
  [
    'refuses what a check blocks',
    recorded([]),
    blocked('bidirectional'),
    { kind: 'leave', status: 'blocked' },
  ],
  [
    'begins nothing with another playbook',
    recorded(sent.slice(0, 1)),
    facts('bidirectional', { noPush: 'another playbook' }),
    { kind: 'leave', status: 'skipped' },
  ],
  [
    'does not go on by damaged records',
    recorded(sent),
    facts('responder-only', { damaged: true }),
    { kind: 'leave', status: 'unknown' },
  ],
  [
    'is settled by a reading as before, whatever is damaged',
    recorded(sent),
    facts('bidirectional', { damaged: true }),
    { kind: 'leave', status: 'failed' },
  ],
  [
    'leaves it to a newer run',
    recorded(sent),
    facts('responder-only', { newer: '20261125T000000-000001' }),
    { kind: 'leave', status: 'compliant' },
  ],
]

describe('what a resume does with a target', () => {
  it.each(rows)('%s', (_, one, about, step) => {
    expect(isTargetName('VPN')).toBe(true)
    expect(decideResume({ name: 'VPN', recorded: one, known }, about)).toMatchObject(step)
  })

  it('sends nothing for lines on record that ikero would not send', () => {
    const { change: _lines, ...none } = facts('responder-only')
    expect(decideResume({ name: 'VPN', recorded: recorded(sent), known }, none)).toMatchObject({
      kind: 'leave',
      status: 'unknown',
    })
  })
})
