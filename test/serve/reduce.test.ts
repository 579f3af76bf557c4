import { describe, expect, it } from 'vitest'
import type { DeviceOutcome, RunResult } from '../../src/model/outcome.ts'
import {
  type DeviceState,
  emptyServeState,
  mostHistory,
  type ServeState,
} from '../../src/model/serve-state.ts'
import { adoptSchedules, reduceServe, scheduleState } from '../../src/serve/reduce.ts'
import { coverage, device, profile, run } from '../report/builders.ts'
import { schedule } from './world.ts'

const dueAt = '2026-11-24T02:00:00.000Z'
let minute = 0
const later = (): string => {
  minute += 1
  return new Date(Date.parse(dueAt) + minute * 60_000).toISOString()
}

/** The state after a run of `hubs` had this result. */
function afterRun(
  state: ServeState,
  devices: readonly DeviceOutcome[],
  part: Partial<RunResult> = {},
  at = later(),
): ServeState {
  const result = run(devices, { command: 'drift', runId: `run-${at}`, ...part })
  const event = { kind: 'run-ended', schedule: 'hubs', dueAt, durationMs: 1000, exitCode: 0, result } as const
  return reduceServe(state, { at, event })
}

function afterProof(state: ServeState, devices: readonly DeviceOutcome[], at = later()): ServeState {
  const result = run(devices, { command: 'verify', runId: 'v' })
  return reduceServe(state, { at, event: { kind: 'proof-checked', runId: 'r', exitCode: 0, result } })
}

const only = (state: ServeState): DeviceState => {
  const [one] = state.devices
  if (one === undefined || state.devices.length !== 1) throw new Error('one device was expected')
  return one
}

describe('what serve remembers of devices', () => {
  it('changes its history when the standing changes, and not with the words about it', () => {
    const drifted = (before: string): DeviceOutcome =>
      device('hub1', 'pending', {
        targets: [profile('VPN', 'pending', { pendingKind: 'drifted', before, after: before })],
      })
    const at = [later(), later(), later(), later()] as const
    let state = afterRun(emptyServeState, [device('hub1', 'verified')], {}, at[0])
    state = afterRun(state, [drifted('bidirectional')], {}, at[1])
    state = afterRun(state, [drifted('absent')], {}, at[2])
    expect(only(state)).toMatchObject({
      since: at[1],
      seenAt: at[2],
      provenAt: at[0],
      now: { status: 'pending', kind: 'drifted', message: 'VPN has drifted: it is no longer set' },
      history: [
        { at: at[0], to: { status: 'verified' } },
        { at: at[1], to: { status: 'pending', kind: 'drifted' } },
      ],
    })
    state = afterRun(state, [device('hub1', 'compliant')], {}, at[3])
    expect(only(state)).toMatchObject({
      since: at[3],
      provenAt: at[3],
      now: { status: 'compliant', codes: [] },
    })
    expect(only(state).now).not.toHaveProperty('message')
  })

  it('is proven only by a run that says so', () => {
    const state = afterRun(emptyServeState, [device('hub1', 'compliant')])
    expect(only(state)).not.toHaveProperty('provenAt')
  })

  it('is bounded', () => {
    let state = emptyServeState
    for (let nth = 0; nth < 2 * mostHistory + 1; nth += 1)
      state = afterRun(state, [device('hub1', nth % 2 === 0 ? 'verified' : 'unreachable')])
    expect(only(state).history).toHaveLength(mostHistory)
    expect(only(state).history.at(-1)?.to.status).toBe('verified')
  })

  it('forgets a device that its schedule does not look at any more, and no other schedule’s', () => {
    const other: ServeState = afterRun(emptyServeState, [device('hub1', 'verified')])
    const both: ServeState = { ...other, devices: [...other.devices, { ...only(other), schedule: 'spokes' }] }
    const state = afterRun(both, [device('hub2', 'verified')])
    expect(state.devices.map(({ schedule: name, host }) => `${name} ${host}`)).toEqual([
      'spokes hub1',
      'hubs hub2',
    ])
  })

  it('stands as before where an interrupted run did not come to it', () => {
    const two = afterRun(emptyServeState, [
      device('hub1', 'verified'),
      device('hub2', 'unproven'),
      device('hub3', 'verified'),
    ])
    const state = afterRun(two, [device('hub1', 'skipped'), device('hub2', 'unknown')], { interrupted: true })
    const now = Object.fromEntries(state.devices.map(({ host, now: { status } }) => [host, status]))
    expect(now).toEqual({ hub1: 'verified', hub2: 'unknown', hub3: 'verified' })
  })

  it('counts SAs by role, and peers over all targets', () => {
    const row = {
      target: 'VPN',
      peer: '203.0.113.9',
      protocol: 'ikev2',
      fresh: true,
      proof: 'proven',
    } as const
    const state = afterRun(emptyServeState, [
      device('hub1', 'verified', {
        roles: [
          { ...row, reading: 'responder' },
          { ...row, reading: 'responder' },
          { ...row, reading: 'no-sa' },
        ],
        targets: [
          profile('A', 'verified', { coverage: coverage({ peers: 3, waiting: 1, ambiguous: 1 }) }),
          profile('B', 'verified', { coverage: coverage() }),
          profile('C', 'verified'),
        ],
      }),
    ])
    expect(only(state)).toMatchObject({
      roles: { responder: 2, 'no-sa': 1 },
      coverage: { peers: 5, proven: 4, waiting: 1, atRisk: 0, idle: 0, lost: 0, ambiguous: 1 },
      roundTrips: 14,
    })
    expect(only(afterRun(state, [device('hub1', 'verified')]))).not.toHaveProperty('coverage')
  })
})

describe('a look at an open proof', () => {
  const finding = { code: 'PROOF_OVERDUE', severity: 'warn', message: 'late', next: 'ask' } as const

  it('says when it is proven, and leaves it to the next run that all is well', () => {
    const before = afterRun(emptyServeState, [device('hub1', 'unproven'), device('hub2', 'pending')])
    const at = later()
    const state = afterProof(before, [device('hub1', 'verified')], at)
    expect(state.devices).toEqual([{ ...before.devices[0], provenAt: at }, before.devices[1]])
  })

  it('says at once what is worse, and what is new about it', () => {
    const before = afterRun(emptyServeState, [device('hub1', 'unproven')])
    const overdue = afterProof(before, [device('hub1', 'unproven', { findings: [finding] })])
    expect(only(overdue)).toMatchObject({
      now: { status: 'unproven', codes: ['PROOF_OVERDUE'], message: 'late' },
      runId: 'v',
    })
    expect(only(afterProof(overdue, [device('hub1', 'unproven')]))).toEqual(only(overdue))
    const error = { code: 'ROLE_CONTRADICTED', message: 'it starts', next: 'look' } as const
    const failed = afterProof(overdue, [device('hub1', 'failed', { error })])
    expect(only(failed).history.map(({ to }) => [to.status, ...to.codes])).toEqual([
      ['unproven'],
      ['unproven', 'PROOF_OVERDUE'],
      ['failed', 'ROLE_CONTRADICTED'],
    ])
  })
})

describe('what serve remembers of schedules', () => {
  it('is the newest time, whatever order times are told in', () => {
    const begun = reduceServe(emptyServeState, {
      at: dueAt,
      event: { kind: 'run-begun', schedule: 'hubs', dueAt },
    })
    const missed = {
      kind: 'missed',
      schedule: 'hubs',
      why: 'down',
      count: 2,
      first: '2026-11-23T00:00:00.000Z',
      last: '2026-11-23T01:00:00.000Z',
    } as const
    expect(scheduleState(reduceServe(begun, { at: dueAt, event: missed }), 'hubs')).toEqual({
      runs: 0,
      missed: 2,
      lastMissedAt: '2026-11-23T01:00:00.000Z',
      lastDueAt: dueAt,
      running: { dueAt, since: dueAt },
    })
  })

  it('keeps the last good run beside a worse one, and why one broke until the next has a result', () => {
    const good = afterRun(emptyServeState, [])
    const result = run([], { runId: 'bad' })
    const bad = reduceServe(good, {
      at: later(),
      event: { kind: 'run-ended', schedule: 'hubs', dueAt, durationMs: 1, exitCode: 2, result },
    })
    const broken = reduceServe(bad, {
      at: later(),
      event: {
        kind: 'run-broken',
        schedule: 'hubs',
        dueAt,
        durationMs: 1,
        code: 'X',
        message: 'm',
        next: 'n',
      },
    })
    expect(scheduleState(broken, 'hubs')).toMatchObject({
      runs: 3,
      lastGood: { exitCode: 0 },
      lastRun: { exitCode: 2, runId: 'bad' },
      broken: { code: 'X' },
    })
    expect(scheduleState(afterRun(broken, []), 'hubs')).not.toHaveProperty('broken')
  })

  it.each(['constructor', '__proto__', 'toString'])('is of a schedule called %s as of any other', (name) => {
    const adopted = adoptSchedules(emptyServeState, [schedule(name, '* * * * *')], dueAt)
    const state = reduceServe(adopted, { at: dueAt, event: { kind: 'run-begun', schedule: name, dueAt } })
    expect(scheduleState(emptyServeState, name)).toEqual({ runs: 0, missed: 0 })
    expect(scheduleState(state, name)).toMatchObject({ running: { dueAt }, line: { since: dueAt } })
    const again = adoptSchedules(JSON.parse(JSON.stringify(state)), [schedule(name, '* * * * *')], later())
    expect(scheduleState(again, name)).toMatchObject({ running: { dueAt }, line: { since: dueAt } })
  })

  it('is the same object after what is none of its business', () => {
    expect(reduceServe(emptyServeState, { at: dueAt, event: { kind: 'stopping' } })).toBe(emptyServeState)
  })
})
