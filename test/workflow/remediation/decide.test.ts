import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeviceOutcome, statuses, type TargetOutcome, worst } from '../../../src/model/outcome.ts'
import { defaultRemediation, type FreezePeriod, type HoldReason } from '../../../src/model/remediation.ts'
import type { Amount } from '../../../src/model/rollout.ts'
import { decideRemediation, type RemediationFacts } from '../../../src/workflow/remediation/decide.ts'
import { device, finding, profile } from '../../report/builders.ts'

const at = Date.parse('2026-11-24T19:30:00Z')
const drifted = (name = 'VPN'): TargetOutcome =>
  profile(name, 'pending', { pendingKind: 'drifted', sent: false })
const unsaved = (name = 'VPN'): TargetOutcome =>
  profile(name, 'pending', { pendingKind: 'unsaved', sent: false })
const neverApplied = (name: string): TargetOutcome =>
  profile(name, 'pending', { pendingKind: 'never-applied', sent: false })
const well = (name: string): TargetOutcome => profile(name, 'verified', { sent: false })
const pending = (host: string, targets: readonly TargetOutcome[], more = {}): DeviceOutcome =>
  device(host, worst(targets.map(({ status }) => status)), { targets, ...more })

const facts = (
  devices: readonly DeviceOutcome[],
  more: Partial<RemediationFacts> = {},
): RemediationFacts => ({
  devices,
  rules: defaultRemediation,
  windows: [],
  nowMs: at,
  history: new Map(),
  lastChanges: new Map(),
  unreachable: { kind: 'percent', percent: 10 },
  onBlocked: 'device',
  isKnown: () => false,
  interrupted: false,
  ...more,
})

const a = pending('a', [drifted()])
const closed = { from: '22:00', to: '04:00', timezone: 'UTC' }
const freeze: FreezePeriod = { from: '2026-11-24', until: '2026-11-24', timezone: 'UTC', reason: 'audit' }
const times = (count: number): ReadonlyMap<string, readonly string[]> =>
  new Map([['a', Array.from({ length: count }, () => '2026-11-24T10:00:00Z')]])
const away = (count: number): readonly DeviceOutcome[] =>
  Array.from({ length: count }, (_, nth) => device(`away${nth}`, 'unreachable'))
const fine = (count: number): readonly DeviceOutcome[] =>
  Array.from({ length: count }, (_, nth) => pending(`fine${nth}`, [well('VPN')]))

describe('who is put back', () => {
  it.each<[string, RemediationFacts, readonly string[]]>([
    ['what drifted', facts([a]), ['a VPN']],
    ['what is unsaved', facts([pending('a', [unsaved()])]), ['a VPN']],
    ['nothing where all is well', facts(fine(2)), []],
    ['never what nobody has set', facts([pending('a', [neverApplied('VPN')])]), []],
    [
      'the targets that need it, and no other',
      facts([pending('a', [well('A'), drifted('B'), neverApplied('C'), unsaved('D')])]),
      ['a B,D'],
    ],
    [
      'beside what waits for its proof',
      facts([pending('a', [drifted(), profile('B', 'unproven', { sent: false })])]),
      ['a VPN'],
    ],
    [
      'beside a refused target where the playbook says so',
      facts(
        [
          pending('a', [drifted(), profile('B', 'blocked')], {
            findings: [finding('PROFILE_MISSING', 'block', { target: 'B' })],
          }),
        ],
        { onBlocked: 'target' },
      ),
      ['a VPN'],
    ],
    [
      'what no check refuses, where the playbook says so',
      facts(
        [
          pending('a', [drifted(), drifted('B')], {
            findings: [finding('PROFILE_MISSING', 'block', { target: 'B' })],
          }),
        ],
        { onBlocked: 'target' },
      ),
      ['a VPN'],
    ],
    [
      'beside a blocking finding that a person took on',
      facts([
        pending('a', [drifted()], {
          findings: [
            finding('SOLE_INITIATOR', 'block', {
              accepted: { by: 'jdoe', until: '2027-01-01', reason: 'x' },
            }),
          ],
        }),
      ]),
      ['a VPN'],
    ],
    [
      'as many as the limit',
      facts([a, ...['b', 'c'].map((host) => pending(host, [drifted()]))]),
      ['a VPN', 'b VPN', 'c VPN'],
    ],
    [
      'one where the share comes to less',
      facts([a, ...fine(2)], {
        rules: { ...defaultRemediation, maxDevices: { kind: 'percent', percent: 1 } },
      }),
      ['a VPN'],
    ],
    ['in an open window', facts([a], { windows: [{ ...closed, from: '19:00' }] }), ['a VPN']],
    [
      'on the day after a freeze',
      facts([a], {
        rules: { ...defaultRemediation, freeze: [{ ...freeze, from: '2026-11-01', until: '2026-11-23' }] },
      }),
      ['a VPN'],
    ],
    ['one time less than the breaker allows', facts([a], { history: times(2) }), ['a VPN']],
    ['while fewer are away than the budget', facts([a, ...fine(18), ...away(1)]), ['a VPN']],
    [
      'beside an unreachable one that is expected',
      facts([a, ...away(1)], { isKnown: (host) => host !== 'a' }),
      ['a VPN'],
    ],
  ])('is %s', (_what, given, begun) => {
    const decision = decideRemediation(given)
    expect(decision.begun.map(({ host, targets }) => `${host} ${targets.join(',')}`)).toEqual(begun)
    expect(decision.held).toEqual([])
  })
})

describe('who is held', () => {
  it.each<[HoldReason, string, RemediationFacts, RegExp, RegExp]>([
    [
      'window',
      'outside the window',
      facts([a], { windows: [closed] }),
      /closed; it opens at 2026-11-24 22:00 UTC/,
      /drift --remediate again when the window is open/,
    ],
    [
      'freeze',
      'in a freeze',
      facts([a], { rules: { ...defaultRemediation, freeze: [freeze] } }),
      /freeze \(2026-11-24 to 2026-11-24 UTC: audit\)/,
      /from 2026-11-25 00:00 UTC on/,
    ],
    [
      'breaker',
      'as often as the breaker allows',
      facts([a], { history: times(3) }),
      /^a was put back 3 times within 7d, at 2026-11-24 10:00 UTC/,
      /LAST_CHANGE/,
    ],
    [
      'breaker',
      'once, where that is all it allows',
      facts([a], {
        history: times(1),
        rules: { ...defaultRemediation, breaker: { times: 1, withinMs: 3_600_000 } },
      }),
      /^a was put back once within 1h/,
      /1h have passed/,
    ],
    [
      'budget',
      'where too many are away',
      facts([a, ...fine(17), ...away(2)]),
      /^2 of 20 devices cannot be reached \(away0, away1\), and rollout.stopAfter.unreachable is 10% \(2 of 20\)/,
      /known/,
    ],
    ['interrupted', 'when the run ended before', facts([a], { interrupted: true }), /interrupted/, /again/],
    [
      'otherwise',
      'with another target that failed',
      facts([pending('a', [drifted(), profile('B', 'failed')])]),
      /^a is drifted, and not only that \(failed\): B is failed$/,
      /see to that first/,
    ],
    [
      'otherwise',
      'with a blocking finding',
      facts([pending('a', [drifted()], { findings: [finding('PRIVILEGE_INSUFFICIENT', 'block')] })]),
      /PRIVILEGE_INSUFFICIENT: what is/,
      /ikero apply/,
    ],
    [
      'otherwise',
      'with one of the device, whatever the playbook says of targets',
      facts([pending('a', [drifted()], { findings: [finding('FAILOVER_STANDBY', 'block')] })], {
        onBlocked: 'target',
      }),
      /FAILOVER_STANDBY/,
      /./,
    ],
    [
      'otherwise',
      'where a check refuses all that drifted',
      facts(
        [pending('a', [drifted()], { findings: [finding('PROFILE_MISSING', 'block', { target: 'VPN' })] })],
        { onBlocked: 'target' },
      ),
      /a check refuses VPN/,
      /./,
    ],
    [
      'otherwise',
      'where another box answers',
      facts([pending('a', [unsaved()], { findings: [finding('IDENTITY_CHANGED', 'warn')] })]),
      /^a is unsaved, and not only that \(pending\): IDENTITY_CHANGED/,
      /./,
    ],
    [
      'otherwise',
      'with an error',
      facts([
        pending('a', [drifted()], { error: { code: 'LINK_LOST', message: 'the link broke', next: 'look' } }),
      ]),
      /LINK_LOST: the link broke/,
      /./,
    ],
    [
      'otherwise',
      'where it is expected to be pending',
      facts([a], { isKnown: () => true }),
      /^a is expected to be pending/,
      /known/,
    ],
    [
      'devices',
      'of more than the limit',
      facts([a], { devices: [a, ...['b', 'c', 'd'].map((host) => pending(host, [drifted()]))] }),
      /^4 of 4 devices have drifted or are unsaved, and drift.maxDevices is 3/,
      /--max-devices/,
    ],
    [
      'devices',
      'of more than the share',
      facts([a, ...fine(2), pending('b', [unsaved()])], {
        rules: { ...defaultRemediation, maxDevices: { kind: 'percent', percent: 25 } },
      }),
      /drift.maxDevices is 25% \(1 of 4\)/,
      /./,
    ],
  ])('%s: %s', (why, _what, given, reason, next) => {
    const decision = decideRemediation(given)
    expect(decision.held[0]).toMatchObject({ host: 'a', why })
    expect(decision.held[0]?.reason).toMatch(reason)
    expect(decision.held[0]?.next).toMatch(next)
    expect(decision.begun).toEqual([])
  })

  it('is told what is the matter with itself before what holds all', () => {
    const given = facts([pending('a', [drifted(), profile('B', 'failed')]), pending('b', [drifted()])], {
      windows: [closed],
    })
    expect(decideRemediation(given).held.map(({ host, why }) => [host, why])).toEqual([
      ['a', 'otherwise'],
      ['b', 'window'],
    ])
  })
})

const amount: fc.Arbitrary<Amount> = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((count) => ({ kind: 'count' as const, count })),
  fc.integer({ min: 1, max: 100 }).map((percent) => ({ kind: 'percent' as const, percent })),
)
const target = (name: string): fc.Arbitrary<TargetOutcome> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(drifted(name), unsaved(name), neverApplied(name), well(name)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...statuses).map((status) => profile(name, status, { sent: false })),
    },
  )
const found = fc.record({
  code: fc.constantFrom('PROFILE_MISSING' as const, 'IDENTITY_CHANGED' as const, 'PROFILE_SHARED' as const),
  severity: fc.constantFrom('block' as const, 'warn' as const),
  target: fc.constantFrom('A', 'B', undefined),
})
const someDevice = (host: string): fc.Arbitrary<DeviceOutcome> =>
  fc
    .record({ targets: fc.tuple(target('A'), target('B')), findings: fc.array(found, { maxLength: 1 }) })
    .map(({ targets, findings }) =>
      pending(host, targets, {
        findings: findings.map(({ code, severity, target: name }) =>
          finding(code, severity, name === undefined ? {} : { target: name }),
        ),
      }),
    )
const hours = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`)
const zones = fc.constantFrom('UTC', 'Asia/Tokyo', 'America/St_Johns')
const windowOf = fc.record({ from: hours, to: hours, timezone: zones }).filter(({ from, to }) => from !== to)
const days = fc.integer({ min: 20, max: 28 }).map((day) => `2026-11-${day}`)
const freezeOf = fc.record({ one: days, other: days, timezone: zones }).map(({ one, other, timezone }) => {
  const [from = one, until = other] = [one, other].toSorted()
  return { from, until, timezone, reason: 'x' }
})
const hosts = ['a', 'b', 'c', 'd', 'e']
const anything = fc.record({
  devices: fc.tuple(...hosts.map(someDevice)),
  maxDevices: amount,
  breakerTimes: fc.integer({ min: 1, max: 3 }),
  windows: fc.array(windowOf, { maxLength: 2 }),
  freeze: fc.array(freezeOf, { maxLength: 1 }),
  nowMs: fc.integer({ min: at - 3 * 86_400_000, max: at + 3 * 86_400_000 }),
  counts: fc.tuple(...hosts.map(() => fc.integer({ min: 0, max: 3 }))),
  unreachable: amount,
  onBlocked: fc.constantFrom('device' as const, 'target' as const),
})

/** The clock of a place, by another way than the program's. */
function shown(nowMs: number, timeZone: string): { readonly day: string; readonly time: string } {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
    nowMs,
  )
  return { day: text.slice(0, 10), time: text.slice(11, 16) }
}

describe('whatever was found', () => {
  it('nothing is begun against a guard rail, and each device that needs it is begun or held', () => {
    fc.assert(
      fc.property(
        anything,
        ({ devices, maxDevices, breakerTimes, windows, freeze, nowMs, counts, unreachable, onBlocked }) => {
          const history = new Map(
            hosts.map((host, nth) => [
              host,
              Array.from({ length: counts[nth] ?? 0 }, () => '2026-11-24T10:00:00Z'),
            ]),
          )
          const rules = { maxDevices, breaker: { times: breakerTimes, withinMs: 86_400_000 }, freeze }
          const { due, begun, held } = decideRemediation(
            facts(devices, { rules, windows, nowMs, history, unreachable, onBlocked }),
          )
          const names = begun.map(({ host }) => host)
          const most =
            maxDevices.kind === 'count'
              ? maxDevices.count
              : Math.max(1, Math.floor((maxDevices.percent * hosts.length) / 100))
          expect(names.length).toBeLessThanOrEqual(most)
          expect([...names, ...held.map(({ host }) => host)].sort()).toEqual([...due].sort())
          for (const { reason, next } of held) expect([reason, next]).not.toContain('')
          if (names.length === 0) return
          for (const { from, to, timezone } of windows) {
            const { time } = shown(nowMs, timezone)
            expect(from < to ? from <= time && time < to : time >= from || time < to).toBe(true)
          }
          for (const { from, until, timezone } of freeze) {
            const { day } = shown(nowMs, timezone)
            expect(day < from || day > until).toBe(true)
          }
          for (const { host, targets } of begun) {
            expect(history.get(host)?.length).toBeLessThan(breakerTimes)
            expect(targets.length).toBeGreaterThan(0)
            const looked = devices.find((one) => one.host === host)
            for (const one of looked?.targets ?? []) {
              if (targets.includes(one.name)) expect(one.pendingKind).toMatch(/^(?:drifted|unsaved)$/)
              expect(['unknown', 'failed', 'rolled-back', 'unreachable']).not.toContain(one.status)
            }
            expect(looked?.findings.some(({ code }) => code === 'IDENTITY_CHANGED')).toBe(false)
          }
        },
      ),
    )
  })
})
