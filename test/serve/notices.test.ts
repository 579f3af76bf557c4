import { describe, expect, it } from 'vitest'
import type { ServeEvent } from '../../src/model/serve-event.ts'
import type { DeviceStanding, ServeState } from '../../src/model/serve-state.ts'
import { type NoticeSettings, remindersDue, tell } from '../../src/serve/notices.ts'
import { forgotten } from '../../src/serve/told.ts'
import { misfits } from '../documents.ts'
import {
  channel,
  drifted,
  ended,
  hour,
  outcomeOf,
  seen,
  settings,
  short,
  teller,
  textOf,
  unreachable,
  well,
} from './notice-build.ts'

const overdue: DeviceStanding = { status: 'unproven', codes: ['PROOF_OVERDUE'] }
const fought: DeviceStanding = { status: 'pending', kind: 'drifted', codes: ['DRIFT_FOUGHT'] }
const stranger: DeviceStanding = { status: 'blocked', codes: ['HOST_KEY_CHANGED'] }

describe('what a run tells of a device', () => {
  // [before, after, what is told]
  const nothing: readonly string[] = []
  it.each<[string, DeviceStanding | undefined, DeviceStanding, readonly string[]]>([
    ['new and well: nothing', undefined, well, nothing],
    ['new and waiting for its proof: nothing', undefined, { status: 'unproven', codes: [] }, nothing],
    ['new and wrong', undefined, drifted, ['wrong h pending']],
    ['well and well: nothing', well, { status: 'verified', codes: ['STILL_INITIATES'] }, nothing],
    ['well, then wrong', well, drifted, ['wrong h pending']],
    ['well, then unreachable', well, unreachable, ['wrong h unreachable']],
    ['well, then its proof is overdue', well, overdue, ['wrong h unproven']],
    ['well, then not saved', well, { status: 'verified', codes: ['NOT_SAVED'] }, ['wrong h verified']],
    ['well, then skipped by the rollout', well, { status: 'skipped', codes: [] }, ['wrong h skipped']],
    ['wrong and the same: nothing', drifted, drifted, nothing],
    ['wrong, in other words: nothing', drifted, { ...drifted, message: 'other', next: 'other' }, nothing],
    ['wrong, with another status', drifted, unreachable, ['wrong h unreachable']],
    ['wrong, with another kind', drifted, { ...drifted, kind: 'unsaved' }, ['wrong h pending']],
    ['wrong, with another code', drifted, fought, ['wrong h pending']],
    [
      'wrong, codes in another order: nothing',
      { status: 'failed', codes: ['A', 'B'] },
      { status: 'failed', codes: ['B', 'A'] },
      nothing,
    ],
    ['wrong, then well', drifted, well, ['well h compliant']],
    ['wrong, then waiting for its proof', drifted, { status: 'unproven', codes: [] }, ['well h unproven']],
    ['wrong, then expected', drifted, { ...drifted, known: true }, ['well h pending']],
    ['expected: nothing', undefined, { ...drifted, known: true }, nothing],
    ['expected, but for its host key', undefined, { ...stranger, known: true }, ['wrong h blocked']],
    ['expected, then not any more', { ...drifted, known: true }, drifted, ['wrong h pending']],
  ])('%s', (_title, before, after, told) => {
    const noc = teller()
    if (before !== undefined) noc.run(hour(0), { h: before })
    expect(noc.run(hour(1), { h: after }).flatMap(short)).toEqual(told)
    expect(noc.run(hour(2), { h: after })).toEqual([])
  })

  it('says what was told before, what is now, and what to do', () => {
    const noc = teller()
    noc.run(hour(0), { hub3: unreachable })
    const [notice] = noc.run(hour(24), { hub3: drifted })
    expect(notice?.body.changes).toEqual([
      {
        news: 'wrong',
        subject: 'device',
        schedule: 'hubs',
        host: 'hub3',
        from: 'unreachable',
        to: 'pending',
        kind: 'drifted',
        codes: [],
        message: 'VPN is bidirectional again',
        next: 'put it back: ikero drift playbooks/hubs.yml --remediate --limit hub3',
        since: hour(24),
      },
    ])
  })

  it('is nothing of a device before which the run was ended, whatever was told', () => {
    const noc = teller()
    noc.run(hour(0), { a: well, b: drifted, c: well })
    const skipped: DeviceStanding = { status: 'skipped', codes: [] }
    const cut = { a: skipped, b: skipped, c: unreachable }
    expect(noc.run(hour(1), cut, { interrupted: true }).flatMap(short)).toEqual(['wrong c unreachable'])
    expect(noc.run(hour(2), { a: well, b: drifted, c: unreachable })).toEqual([])
  })

  it('is told that a device is not looked at any more, where it stands as wrong', () => {
    const noc = teller()
    noc.run(hour(0), { a: drifted, b: well, c: well })
    const [notice] = noc.run(hour(1), { b: well })
    expect(short(notice)).toEqual(['well a gone'])
    expect(textOf(notice)).toContain('hubs: a is not looked at any more; it was drifted')
    expect(noc.run(hour(2), { b: well })).toEqual([])
    expect(noc.apply((state) => remindersDue(state, settings, hour(60)))).toEqual([])
  })

  it('says each time that a device was put back, and does not say it twice', () => {
    const noc = teller()
    const remediated = (host: string): Parameters<typeof noc.run>[2] => ({
      devices: [outcomeOf(host, 'verified', true)],
      remediation: { due: [host], begun: [host], held: [] },
    })
    const verified: DeviceStanding = { status: 'verified', codes: [] }
    const [first] = noc.run(hour(0), { hub3: verified }, remediated('hub3'))
    expect(short(first)).toEqual(['happened hub3 verified'])
    expect(textOf(first)).toContain('hubs: hub3 had drifted, and was put back (verified)')
    expect(noc.run(hour(24), { hub3: verified })).toEqual([])

    noc.run(hour(48), { hub3: drifted })
    expect(noc.run(hour(72), { hub3: verified }, remediated('hub3')).flatMap(short)).toEqual([
      'happened hub3 verified',
    ])
    expect(noc.run(hour(96), { hub3: verified })).toEqual([])
  })

  it('is one notice a channel, the worst first, with what the run had in all', () => {
    const two: NoticeSettings = {
      channels: [channel('noc'), channel('mail'), channel('other')],
      schedules: [{ name: 'hubs', playbook: 'p.yml', notify: ['noc', 'mail'] }],
    }
    const both = teller(two)
    both.run(hour(0), { b1: drifted })
    const unknown: DeviceStanding = { status: 'unknown', codes: ['REVERT_FAILED'] }
    const notices = both.run(hour(1), {
      b1: well,
      b10: drifted,
      b2: drifted,
      u: unknown,
      s: stranger,
      w: well,
    })
    expect(notices.map(({ channel: name }) => name)).toEqual(['noc', 'mail'])
    expect(short(notices[0])).toEqual([
      'wrong s blocked',
      'wrong u unknown',
      'wrong b2 pending',
      'wrong b10 pending',
      'well b1 compliant',
    ])
    expect(notices[0]?.body).toMatchObject({
      kind: 'news',
      wrong: 4,
      devices: 6,
      exitCode: 4,
      playbook: 'p.yml',
    })
    expect(textOf(notices[0]).split('\n')[0]).toBe(
      'hubs: s has another host key than it had: perhaps an attack and 4 more, 4 of 6 wrong',
    )
    expect(notices[0]?.id).not.toBe(notices[1]?.id)
  })

  it('goes by the channel: each is told what it has not heard', () => {
    const late: NoticeSettings = { ...settings, channels: [channel('noc'), channel('new')] }
    const schedules = [{ name: 'hubs', playbook: 'p.yml', notify: ['noc', 'new'] }]
    const state = tell(
      seen({ version: 1, schedules: {}, devices: [], told: [], queue: [] }, { a: drifted }, hour(0)),
      seen({ version: 1, schedules: {}, devices: [], told: [], queue: [] }, { a: drifted }, hour(0)),
      { at: hour(0), event: ended({ a: drifted }) },
      settings,
    ).state
    const next = tell(state, state, { at: hour(1), event: ended({ a: drifted }) }, { ...late, schedules })
    expect(next.state.queue.map(({ channel: name }) => name)).toEqual(['noc', 'new'])
    expect(next.state.queue.map(({ madeAt }) => madeAt)).toEqual([hour(0), hour(1)])
  })
})

describe('an open run that was looked at again', () => {
  const checked = (standings: Readonly<Record<string, DeviceStanding>>): ServeEvent => {
    const { exitCode, result } = ended(standings)
    return { kind: 'proof-checked', runId: result.runId, exitCode, result }
  }

  it('tells what it changed of devices, and nothing of those that it left', () => {
    const noc = teller()
    noc.run(hour(0), { a: well, b: unreachable })
    const contradicted: DeviceStanding = { status: 'failed', codes: ['ROLE_CONTRADICTED'] }
    const told = noc.event(hour(1), checked({ a: contradicted }), (state) => ({
      ...state,
      devices: state.devices.map((one) => (one.host === 'a' ? { ...one, now: contradicted } : one)),
    }))
    expect(told.flatMap(short)).toEqual(['wrong a failed'])
    expect(noc.event(hour(2), checked({ a: contradicted, b: unreachable }))).toEqual([])
  })
})

describe('what is told of a schedule', () => {
  const broken = (code: string): ServeEvent => ({
    kind: 'run-broken',
    schedule: 'hubs',
    dueAt: hour(0),
    durationMs: 1,
    code,
    message: 'hubs.yml:3:1 no such key',
    next: 'correct the file',
  })
  const breaks = (state: ServeState): ServeState => ({
    ...state,
    schedules: {
      hubs: { runs: 1, missed: 0, broken: { at: hour(0), code: 'BAD_FILE', message: 'm', next: 'n' } },
    },
  })

  it('a run without a result once, until it breaks otherwise or has one again; devices keep what was told', () => {
    const noc = teller()
    noc.run(hour(0), { a: drifted })
    const [first] = noc.event(hour(1), broken('BAD_FILE'))
    expect(short(first)).toEqual(['wrong schedule broken'])
    expect(textOf(first)).toBe(
      'hubs: runs have no result, and nothing is known of the devices: BAD_FILE (hubs.yml:3:1 no such key); next: correct the file',
    )
    expect(noc.event(hour(2), broken('BAD_FILE'))).toEqual([])
    expect(noc.event(hour(3), broken('INTERNAL')).flatMap(short)).toEqual(['wrong schedule broken'])
    const again = noc.run(hour(4), { a: drifted, b: unreachable })
    expect(again.flatMap(short)).toEqual(['wrong b unreachable', 'well schedule works'])
    expect(noc.run(hour(5), { a: drifted, b: unreachable })).toEqual([])
  })

  it('is reminded of while no run has a result, also without a run', () => {
    const noc = teller()
    noc.event(hour(0), broken('BAD_FILE'), breaks)
    expect(noc.event(hour(23), broken('BAD_FILE'))).toEqual([])
    expect(noc.event(hour(24), broken('BAD_FILE')).flatMap(short)).toEqual(['still schedule broken'])
    expect(noc.apply((state) => remindersDue(state, settings, hour(47)))).toEqual([])
    const due = noc.apply((state) => remindersDue(state, settings, hour(48)))
    expect(due.flatMap(short)).toEqual(['still schedule broken'])
    expect(due[0]?.body).toMatchObject({ kind: 'reminder' })
  })

  it('missed runs each time, with their number and why', () => {
    const noc = teller()
    const missed = (why: 'busy' | 'down', count: number): ServeEvent => ({
      kind: 'missed',
      schedule: 'hubs',
      why,
      count,
      first: hour(0),
      last: hour(count - 1),
    })
    const [down] = noc.event(hour(3), missed('down', 3))
    expect(down?.body.changes).toMatchObject([{ news: 'happened', to: 'missed', kind: 'down', count: 3 }])
    expect(textOf(down)).toContain(
      'hubs: 3 runs were missed, due 2026-11-24 02:15 UTC to 2026-11-24 04:15 UTC',
    )
    const [busy] = noc.event(hour(4), missed('busy', 1))
    expect(textOf(busy)).toContain('hubs: 1 run was missed, due 2026-11-24 02:15 UTC (the run before was')
    expect(noc.event(hour(5), missed('busy', 1))).toHaveLength(1)
  })

  it.each([
    ['resumed', ['happened schedule interrupted']],
    ['left', ['happened schedule interrupted']],
    ['nothing-open', []],
  ] as const)('a run that an earlier serve was killed in: %s', (what, told) => {
    const event: ServeEvent = { kind: 'interrupted-run', schedule: 'hubs', what, message: 'm', next: 'n' }
    expect(teller().event(hour(0), event).flatMap(short)).toEqual(told)
  })

  it('a refused reload on every channel, once for the same mistakes, until a file is in force', () => {
    const two: NoticeSettings = { channels: [channel('noc'), channel('mail')], schedules: settings.schedules }
    const noc = teller(two)
    const refused = (problem: string): ServeEvent => ({ kind: 'reload-refused', problems: [problem] })
    const first = noc.event(hour(0), refused('schedules.yml:3:1 no such key'))
    expect(first.map(({ channel: name }) => name)).toEqual(['noc', 'mail'])
    expect(textOf(first[0])).toMatch(/^schedules file: it was changed and is refused: .*schedules\.yml:3:1/)
    expect(noc.event(hour(1), refused('schedules.yml:3:1 no such key'))).toEqual([])
    expect(noc.event(hour(2), refused('schedules.yml:9:1 other'))).toHaveLength(2)
    const reloaded: ServeEvent = { kind: 'reloaded', schedules: ['hubs'] }
    expect(noc.event(hour(3), reloaded).flatMap(short)).toEqual(['well file in-force', 'well file in-force'])
    expect(noc.event(hour(4), reloaded)).toEqual([])
  })

  it.each<ServeEvent>([
    { kind: 'run-due', schedule: 'hubs', dueAt: hour(0), startsAt: hour(0) },
    { kind: 'run-begun', schedule: 'hubs', dueAt: hour(0) },
    { kind: 'run-recorded', schedule: 'hubs', dueAt: hour(0), runId: 'r' },
    { kind: 'started', schedules: ['hubs'] },
    { kind: 'notice-failed', channel: 'noc', attempts: 1, message: 'm', retried: false },
    { kind: 'notice-sent', channel: 'noc', attempts: 1 },
    { kind: 'pruned', runs: 3 },
    { kind: 'stopping' },
  ])('nothing of $kind', (event) => expect(teller().event(hour(0), event)).toEqual([]))
})

describe('a reminder', () => {
  it('comes once in its time for what is still wrong, with the run that sees it or without', () => {
    const noc = teller()
    noc.run(hour(0), { a: drifted, b: unreachable })
    expect(noc.run(hour(12), { a: drifted, b: well }).flatMap(short)).toEqual(['well b compliant'])
    const due = (at: string): readonly string[] =>
      noc.apply((state) => remindersDue(state, settings, at)).flatMap(short)
    expect(due(hour(23.9))).toEqual([])
    expect(due(hour(24))).toEqual(['still a pending'])
    expect(due(hour(24.1))).toEqual([])
    expect(noc.run(hour(48), { a: drifted, b: well }).flatMap(short)).toEqual(['still a pending'])
    expect(due(hour(48.1))).toEqual([])
  })

  it('never comes on a channel without remind', () => {
    const quiet: NoticeSettings = { ...settings, channels: [channel('noc')] }
    const noc = teller(quiet)
    noc.run(hour(0), { a: drifted })
    expect(noc.run(hour(2400), { a: drifted })).toEqual([])
    expect(noc.apply((state) => remindersDue(state, quiet, hour(9000)))).toEqual([])
  })

  it('is of what was known of a device last, where a run was ended before it', () => {
    const noc = teller()
    noc.run(hour(0), { a: drifted })
    noc.run(hour(1), { a: { status: 'skipped', codes: [] } }, { interrupted: true })
    const [notice] = noc.apply((state) => remindersDue(state, settings, hour(24)))
    expect(textOf(notice)).toBe(
      'hubs: still: a drifted, since 2026-11-24 02:15 UTC (VPN is bidirectional again); next: put it back: ikero drift playbooks/hubs.yml --remediate --limit hub3',
    )
  })

  it('is forgotten with the schedule or the channel', () => {
    const noc = teller()
    noc.run(hour(0), { a: drifted })
    const others: NoticeSettings = {
      ...settings,
      schedules: [{ name: 'new', playbook: 'p', notify: ['noc'] }],
    }
    expect(noc.apply((state) => remindersDue(state, others, hour(48)))).toEqual([])
    expect(noc.state.told).toEqual([])
  })

  it('is not silenced by a clock that was a year ahead', () => {
    const noc = teller()
    noc.run(hour(24 * 365), { a: drifted })
    expect(noc.run(hour(0), { a: drifted }).flatMap(short)).toEqual(['still a pending'])
  })
})

describe('what comes and goes', () => {
  const flap = (): ReturnType<typeof teller> => {
    const noc = teller()
    const told = [0, 1, 2, 3, 4].map((at) => noc.run(hour(at), { a: at % 2 === 0 ? unreachable : well }))
    expect(told.map((one) => one.flatMap(short)[0])).toEqual([
      'wrong a unreachable',
      'well a compliant',
      'wrong a unreachable',
      'well a compliant',
      'wrong a unreachable',
    ])
    expect(told.map((one) => textOf(one[0]).includes('comes and goes'))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ])
    return noc
  }

  it('is told as wrong, and from the third time of a day on neither each time that it goes nor that it comes', () => {
    const noc = flap()
    for (const at of [5, 6, 7, 8, 9])
      expect(noc.run(hour(at), { a: at % 2 ? well : unreachable })).toEqual([])
  })

  it('is told as well once that has held for six hours, without a run too', () => {
    const noc = flap()
    noc.run(hour(5), { a: well })
    expect(noc.apply((state) => remindersDue(state, settings, hour(10.9)))).toEqual([])
    expect(noc.apply((state) => remindersDue(state, settings, hour(11))).flatMap(short)).toEqual([
      'well a compliant',
    ])
    expect(noc.run(hour(12), { a: well })).toEqual([])
  })

  it('is told at once when it is wrong in another way', () => {
    const noc = flap()
    noc.run(hour(5), { a: well })
    expect(noc.run(hour(6), { a: stranger }).flatMap(short)).toEqual(['wrong a blocked'])
  })

  it('is reminded of while it is wrong', () => {
    const noc = flap()
    expect(noc.run(hour(5), { a: well })).toEqual([])
    expect(noc.run(hour(28), { a: unreachable }).flatMap(short)).toEqual(['still a unreachable'])
  })
})

describe('a notice that got lost', () => {
  it('is news again: what is wrong, and what is well', () => {
    const noc = teller()
    const lose = (notices: ReturnType<typeof noc.run>): unknown =>
      noc.apply((state) => ({
        state: { ...state, told: notices.reduce(forgotten, state.told) },
        dropped: [],
      }))
    lose(noc.run(hour(0), { a: drifted, b: drifted }))
    expect(noc.apply((state) => remindersDue(state, settings, hour(1)))).toEqual([])
    const [again] = noc.run(hour(2), { a: drifted, b: well })
    expect(short(again)).toEqual(['wrong a pending', 'well b compliant'])
    expect(textOf(again)).toContain('• b is well (compliant)')
    expect(noc.run(hour(3), { a: drifted, b: well })).toEqual([])
  })
})

it('every notice of these fits its schema', () => {
  const noc = teller()
  const notices = [
    ...noc.run(hour(0), { a: drifted, b: stranger, c: overdue }),
    ...noc.event(hour(1), { kind: 'reload-refused', problems: ['x'] }),
    ...noc.event(hour(1), {
      kind: 'missed',
      schedule: 'hubs',
      why: 'busy',
      count: 2,
      first: hour(0),
      last: hour(1),
    }),
    ...noc.event(hour(2), {
      kind: 'interrupted-run',
      schedule: 'hubs',
      what: 'left',
      message: 'm',
      next: 'n',
    }),
    ...noc.run(hour(30), { a: drifted, b: well }),
  ]
  expect(notices.map(({ body }) => body.kind)).toEqual(['news', 'news', 'news', 'news', 'recovery'])
  for (const { body, id } of notices) {
    expect(misfits('notice', body)).toEqual([])
    expect(body.id).toBe(id)
  }
})
