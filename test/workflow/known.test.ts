import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome, RunResult } from '../../src/model/outcome.ts'
import { markKnown } from '../../src/workflow/known.ts'

function device(
  host: string,
  status: DeviceOutcome['status'],
  code?: 'HOST_KEY_CHANGED' | 'CONNECT_FAILED',
): DeviceOutcome {
  const error = code === undefined ? {} : { error: { code, message: 'm', next: 'n' } }
  return {
    host,
    platform: 'ios',
    status,
    saved: 'not-needed',
    findings: [],
    targets: [],
    change: { lines: [], revert: [], clears: [] },
    roles: [],
    roundTrips: 0,
    ...error,
  }
}

function exitOf(devices: readonly DeviceOutcome[]): number {
  const result: RunResult = {
    command: 'plan',
    runId: 'r',
    playbook: 'p',
    startedAt: 's',
    finishedAt: 'f',
    devices,
    interrupted: false,
  }
  return exitCodeOf(result)
}

const at = { file: 'p.yml', line: 1, col: 1 }
const known = [
  { hosts: ['site-113'], status: 'unreachable', until: '2027-01-31', reason: 'line ordered', at },
]

describe('a known device', () => {
  const down = device('site-113', 'unreachable', 'CONNECT_FAILED')

  it('is told and not counted in the exit code', () => {
    const marked = markKnown([down, device('hub1', 'compliant')], known, '2026-11-24')
    expect(marked[0]?.known).toEqual({ reason: 'line ordered', until: '2027-01-31' })
    expect(exitOf(marked)).toBe(0)
  })

  it.each([
    ['on its last day', '2027-01-31', 0],
    ['the day after', '2027-02-01', 1],
  ])('counts %s', (_, today, exit) => {
    expect(exitOf(markKnown([down], known, today))).toBe(exit)
  })

  it('counts in another state, and under another name', () => {
    expect(exitOf(markKnown([device('site-113', 'blocked')], known, '2026-11-24'))).toBe(1)
    expect(exitOf(markKnown([device('site-114', 'unreachable')], known, '2026-11-24'))).toBe(1)
  })

  it('always counts when its host key changed', () => {
    const changed = device('site-113', 'unreachable', 'HOST_KEY_CHANGED')
    expect(exitOf(markKnown([changed], known, '2026-11-24'))).toBe(1)
  })
})

describe('the exit code', () => {
  it.each([
    [['unknown', 'failed'], 4],
    [['failed', 'unproven'], 1],
    [['skipped'], 1],
    [['rolled-back'], 1],
    [['pending', 'compliant'], 2],
    [['verified', 'compliant'], 0],
  ] as const)('of %j is %d', (statuses, code) => {
    expect(exitOf(statuses.map((status, nth) => device(`h${nth}`, status)))).toBe(code)
  })

  it('is 3 for an unproven target, and for a change that was not saved where it should be', () => {
    const target = {
      kind: 'ipsec-profile',
      name: 'VPN',
      before: 'bidirectional',
      status: 'unproven',
      sent: true,
      usedBy: [],
    } as const
    expect(exitOf([{ ...device('h', 'unproven'), targets: [target] }])).toBe(3)
    const finding = { code: 'NOT_SAVED', severity: 'warn', message: 'm', next: 'n' } as const
    expect(exitOf([{ ...device('h', 'verified'), findings: [finding] }])).toBe(3)
  })
})
