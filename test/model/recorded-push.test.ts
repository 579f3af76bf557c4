import { describe, expect, it } from 'vitest'
import type { PushIntent } from '../../src/model/record.ts'
import { pushesOf } from '../../src/model/recorded-push.ts'
import type { RunStep } from '../../src/model/run-view.ts'

const at = '2026-11-23T21:00:00.000Z'
const steps = (...entries: readonly RunStep['entry'][]): readonly RunStep[] =>
  entries.map((entry) => ({ at, entry }))

const intent = (host: string, names: readonly string[], context?: string): PushIntent => ({
  kind: 'push-intent',
  host,
  ...(context === undefined ? {} : { context }),
  readingBefore: { sas: [], unreadable: [] },
  targets: names.map((name) => ({
    name,
    before: 'bidirectional',
    wanted: 'responder-only',
    lines: [`crypto ipsec profile ${name}`, 'responder-only'],
    revert: [`crypto ipsec profile ${name}`, 'no responder-only'],
    fingerprint: 'f'.repeat(64),
  })),
})

const sending = (host: string, target: string, line: string): RunStep['entry'] => ({
  kind: 'line-sending',
  host,
  target,
  line,
  purpose: 'change',
})
const replied = (host: string, target: string, line: string): RunStep['entry'] => ({
  kind: 'line-replied',
  host,
  target,
  line,
  reply: 'accepted',
  said: '',
})

describe('the pushes that a journal has on record', () => {
  it('have each line with its answer, and no answer where none was recorded', () => {
    const [push] = pushesOf(
      steps(
        intent('hub1', ['VPN']),
        sending('hub1', 'VPN', 'crypto ipsec profile VPN'),
        replied('hub1', 'VPN', 'crypto ipsec profile VPN'),
        sending('hub1', 'VPN', 'responder-only'),
      ),
    )
    expect(push?.targets[0]?.lines).toEqual([
      { purpose: 'change', line: 'crypto ipsec profile VPN', reply: 'accepted' },
      { purpose: 'change', line: 'responder-only' },
    ])
    expect(push?.targets[0]).not.toHaveProperty('outcome')
    expect(push?.saved).toBe('no')
  })

  it('are read in a moment however long somebody made the journal', () => {
    const many = Array.from({ length: 100_000 }, (_, nth) => [
      sending('hub1', 'VPN', `line ${nth}`),
      replied('hub1', 'VPN', `line ${nth}`),
    ])
    const entries = [intent('hub1', ['VPN']), ...many.flat()]
    const [push] = pushesOf(entries.map((entry) => ({ at, entry })))
    expect(push?.targets[0]?.lines).toHaveLength(100_000)
    expect(push?.targets[0]?.lines.at(-1)).toMatchObject({ line: 'line 99999', reply: 'accepted' })
  })

  it('keep devices apart whose lines stand between each other', () => {
    const pushes = pushesOf(
      steps(
        intent('hub1', ['VPN']),
        intent('hub2', ['VPN']),
        sending('hub2', 'VPN', 'a'),
        sending('hub1', 'VPN', 'b'),
        replied('hub2', 'VPN', 'a'),
      ),
    )
    expect(pushes.map(({ host, targets }) => [host, targets[0]?.lines])).toEqual([
      ['hub1', [{ purpose: 'change', line: 'b' }]],
      ['hub2', [{ purpose: 'change', line: 'a', reply: 'accepted' }]],
    ])
  })

  it('keep the contexts of one device apart', () => {
    const pushes = pushesOf(
      steps(
        intent('fw1', ['a:m/1'], 'a'),
        intent('fw1', ['b:m/1'], 'b'),
        { kind: 'saving', host: 'fw1', context: 'a' },
        { kind: 'saved', host: 'fw1', context: 'a', ok: true, said: '[OK]' },
        { kind: 'second-login', host: 'fw1', context: 'b', ok: false },
        { kind: 'outcome', host: 'fw1', target: 'b:m/1', status: 'rolled-back' },
      ),
    )
    expect(pushes.map(({ context, saved, secondLogin }) => ({ context, saved, secondLogin }))).toEqual([
      { context: 'a', saved: 'yes', secondLogin: undefined },
      { context: 'b', saved: 'no', secondLogin: false },
    ])
    expect(pushes[1]?.targets[0]?.outcome).toBe('rolled-back')
  })

  it.for([
    ['a save that broke off', [{ kind: 'saving', host: 'hub1' }], 'maybe'],
    [
      'a save that failed after it had been begun',
      [
        { kind: 'saving', host: 'hub1' },
        { kind: 'saved', host: 'hub1', ok: false, said: '%Error' },
      ],
      'maybe',
    ],
    ['a save that was not begun', [{ kind: 'saved', host: 'hub1', ok: false, said: 'foreign lines' }], 'no'],
    [
      'a failed save after one that worked',
      [
        { kind: 'saving', host: 'hub1' },
        { kind: 'saved', host: 'hub1', ok: true, said: '[OK]' },
        { kind: 'saving', host: 'hub1' },
        { kind: 'saved', host: 'hub1', ok: false, said: '%Error' },
      ],
      'yes',
    ],
  ] as const)('know of %s', ([, entries, saved]) => {
    expect(pushesOf(steps(intent('hub1', ['VPN']), ...entries))[0]?.saved).toBe(saved)
  })

  it('have the last push of a target that was pushed twice apart from the first', () => {
    const pushes = pushesOf(
      steps(
        intent('hub1', ['VPN']),
        sending('hub1', 'VPN', 'a'),
        intent('hub1', ['VPN']),
        sending('hub1', 'VPN', 'b'),
      ),
    )
    expect(pushes.map(({ targets }) => targets[0]?.lines.map(({ line }) => line))).toEqual([['a'], ['b']])
  })
})
