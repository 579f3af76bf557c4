import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/model/finding.ts'
import { sameStanding, standingOf } from '../../src/serve/standing.ts'
import { device, profile } from '../report/builders.ts'

const finding = (
  code: Finding['code'],
  severity: Finding['severity'],
  part: Partial<Finding> = {},
): Finding => ({
  code,
  severity,
  message: `${code} it is`,
  next: `look at ${code}`,
  ...part,
})

describe('how a device stands', () => {
  it('has what is wrong before what deserves a word, and nothing of what is accepted or only told', () => {
    const accepted = { by: 'jdoe', until: '2027-01-01', reason: 'known' }
    expect(
      standingOf(
        device('hub1', 'blocked', {
          findings: [
            finding('PROFILE_SHARED', 'warn'),
            finding('STILL_INITIATES', 'info'),
            finding('MULTI_PEER', 'block', { accepted }),
            finding('PROOF_OVERDUE', 'warn'),
            finding('PROFILE_MISSING', 'block'),
            finding('PROFILE_MISSING', 'block', { target: 'B' }),
          ],
        }),
      ),
    ).toEqual({
      status: 'blocked',
      codes: ['PROOF_OVERDUE', 'PROFILE_MISSING', 'PROFILE_SHARED'],
      message: 'PROOF_OVERDUE it is',
      next: 'look at PROOF_OVERDUE',
    })
  })

  it('begins with the error where there is one', () => {
    const error = { code: 'CONNECT_FAILED', message: 'no route', next: 'ping it', cause: 'network' } as const
    expect(
      standingOf(device('hub1', 'unreachable', { error, findings: [finding('EMULATED_ONLY', 'warn')] })),
    ).toEqual({
      status: 'unreachable',
      codes: ['CONNECT_FAILED', 'EMULATED_ONLY'],
      message: 'no route',
      next: 'ping it',
    })
  })

  it.each([
    [['unsaved', 'drifted', 'never-applied'], 'drifted', 'B has drifted: it is now bidirectional'],
    [
      ['drifted', 'drifted', 'unsaved'],
      'drifted',
      'A and 1 more has drifted: they are not as an earlier run set them',
    ],
    [
      ['never-applied', 'unsaved'],
      'unsaved',
      'B: as asked, but not in the startup configuration: a reload would lose it',
    ],
    [[undefined], 'never-applied', 'A: no run has set it yet'],
  ] as const)('of the kinds %j is %s', (kinds, kind, message) => {
    const targets = kinds.map((pendingKind, nth) =>
      profile('ABC'.charAt(nth), 'pending', {
        after: 'bidirectional',
        ...(pendingKind === undefined ? {} : { pendingKind }),
      }),
    )
    const findings = [finding('PROFILE_SHARED', 'warn')]
    expect(standingOf(device('hub1', 'pending', { targets, findings }))).toMatchObject({
      kind,
      message,
      codes: ['PROFILE_SHARED'],
    })
  })

  it('is that of what has drifted, where another target of the device waits for its proof', () => {
    const targets = [
      profile('A', 'unproven'),
      profile('B', 'pending', { pendingKind: 'drifted', after: 'bidirectional' }),
    ]
    expect(
      standingOf(device('hub1', 'unproven', { targets, coverageText: '1 of 2 peers proven' })),
    ).toMatchObject({
      status: 'pending',
      kind: 'drifted',
      message: 'B has drifted: it is now bidirectional',
    })
  })

  it('has no words where all is well, and says what is expected', () => {
    expect(standingOf(device('hub1', 'compliant', { coverageText: 'as asked' }))).toEqual({
      status: 'compliant',
      codes: [],
    })
    expect(standingOf(device('hub1', 'unproven', { coverageText: '1 of 2 peers proven' }))).toEqual({
      status: 'unproven',
      codes: [],
      message: '1 of 2 peers proven',
    })
    const known = { reason: 'replaced', until: '2027-01-01' }
    expect(standingOf(device('hub1', 'skipped', { known, reason: 'a budget was reached' }))).toEqual({
      status: 'skipped',
      codes: [],
      message: 'not contacted: a budget was reached',
      known: true,
    })
  })

  it('is the same with other words and another order, and not with another code', () => {
    const one = standingOf(
      device('h', 'unproven', {
        findings: [finding('SA_DROPPED', 'warn'), finding('EMULATED_ONLY', 'warn')],
      }),
    )
    expect(sameStanding(one, { ...one, message: 'x', codes: one.codes.toReversed() })).toBe(true)
    expect(sameStanding(one, { ...one, codes: ['SA_DROPPED'] })).toBe(false)
    expect(sameStanding(one, { ...one, known: true })).toBe(false)
  })
})
