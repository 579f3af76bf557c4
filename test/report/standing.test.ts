import { describe, expect, it } from 'vitest'
import { relativeTime } from '../../src/report/relative-time.ts'
import {
  needsSomebody,
  standingPhrase,
  standingSpans,
  standingTone,
  standingWord,
  worstStandingFirst,
} from '../../src/report/standing.ts'
import { ago, deviceState, drifted, hourMs, lostPeer, now, standing } from './serve-views.ts'

describe('how a device stands, in words', () => {
  it.each([
    [drifted, true, 'open', 'drifted', 'drifted'],
    [standing('pending', { kind: 'unsaved' }), true, 'open', 'not saved', 'is not saved'],
    [standing('pending', { kind: 'never-applied' }), true, 'open', 'never applied', 'was never set'],
    [lostPeer, true, 'bad', 'failed', 'lost a peer'],
    [standing('failed', { codes: ['ROLE_CONTRADICTED'] }), true, 'bad', 'failed', 'starts IKE itself'],
    [standing('rolled-back'), true, 'bad', 'rolled back', 'was taken back'],
    [standing('skipped'), true, 'open', 'skipped', 'was left out'],
    [standing('unproven'), false, 'info', 'unproven', 'waits for its proof'],
    [
      standing('unproven', { codes: ['PROOF_OVERDUE'] }),
      true,
      'open',
      'proof overdue',
      'is overdue with its proof',
    ],
    [standing('blocked', { known: true }), false, 'plain', 'blocked (expected)', 'is blocked'],
    [
      standing('unreachable', { known: true, codes: ['HOST_KEY_CHANGED'] }),
      true,
      'bad',
      'unreachable',
      'shows another host key',
    ],
    [standing('compliant', { codes: ['LAST_CHANGE'] }), false, 'good', 'compliant', 'is as asked'],
  ] as const)('%j', (one, needs, tone, word, phrase) => {
    expect([needsSomebody(one), standingTone(one), standingWord(one), standingPhrase(one)]).toEqual([
      needs,
      tone,
      word,
      phrase,
    ])
  })

  it('is sorted by who needs somebody, then by how bad that is, then as people count', () => {
    const devices = [
      deviceState('hub10', [[3, lostPeer]]),
      deviceState('well'),
      deviceState('old1', [[3, standing('unknown', { known: true })]]),
      deviceState('hub2', [[3, lostPeer]]),
      deviceState('late', [[3, standing('unproven', { codes: ['PROOF_OVERDUE'] })]]),
      deviceState('hub3', [[3, drifted]]),
      deviceState('key', [[3, standing('unreachable', { codes: ['HOST_KEY_CHANGED'] })]]),
    ]
    expect(worstStandingFirst(devices).map(({ host }) => host)).toEqual([
      'key',
      'hub2',
      'hub10',
      'late',
      'hub3',
      'old1',
      'well',
    ])
  })
})

describe('how a device stood over time', () => {
  const spans = (standings: Parameters<typeof deviceState>[1], hours: number) =>
    standingSpans(deviceState('hub1', standings), Date.parse(now), hours * hourMs).map((span) => [
      (span.fromMs - Date.parse(now)) / hourMs,
      (span.toMs - Date.parse(now)) / hourMs,
      span.standing === undefined ? undefined : standingWord(span.standing),
    ])

  it('has no gaps, begins where it is asked to, and says where nothing is known', () => {
    expect(
      spans(
        [
          [5, standing('verified')],
          [2, drifted],
        ],
        10,
      ),
    ).toEqual([
      [-10, -5, undefined],
      [-5, -2, 'verified'],
      [-2, 0, 'drifted'],
    ])
    expect(
      spans(
        [
          [50, standing('verified')],
          [2, drifted],
        ],
        10,
      ),
    ).toEqual([
      [-10, -2, 'verified'],
      [-2, 0, 'drifted'],
    ])
  })

  it('takes for one what looks the same, and leaves out what lasted no time', () => {
    const told = standing('verified', { codes: ['LAST_CHANGE'] })
    expect(
      spans(
        [
          [5, standing('verified')],
          [4, told],
          [2, lostPeer],
          [2, drifted],
        ],
        4,
      ),
    ).toEqual([
      [-4, -2, 'verified'],
      [-2, 0, 'drifted'],
    ])
  })

  it('is not known where no time is on record', () => {
    const device = deviceState('hub1', [], { since: 'soon', history: [{ at: '', runId: '', to: drifted }] })
    expect(standingSpans(device, Date.parse(now), hourMs)).toEqual([
      { fromMs: Date.parse(now) - hourMs, toMs: Date.parse(now) },
    ])
    expect(standingSpans(deviceState('hub1', [[-5, drifted]]), Date.parse(now), hourMs)).toHaveLength(1)
  })
})

describe('a time from now', () => {
  it.each([
    [0, 'now'],
    [-0.005, 'now'],
    [0.01, '1 min ago'],
    [1, '60 min ago'],
    [1.99, '119 min ago'],
    [2, '2 h ago'],
    [-3, 'in 3 h'],
    [-47.4, 'in 47 h'],
    [47.6, '2 days ago'],
    [24 * 14, '14 days ago'],
  ])('%d hours before: %s', (hours, said) => {
    expect(relativeTime(Date.parse(ago(hours)), Date.parse(now))).toBe(said)
  })
})
