import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DeviceStanding, QueuedNotice } from '../../src/model/serve-state.ts'
import { type NoticeSettings, remindersDue } from '../../src/serve/notices.ts'
import { isWell, keyOf } from '../../src/serve/told.ts'
import { misfits } from '../documents.ts'
import {
  channel,
  drifted,
  hour,
  type Standings,
  settings,
  teller,
  unreachable,
  well,
} from './notice-build.ts'

// What is told is held against what it should be by a model of its own: by device and channel, from the notices alone.

const standings: fc.Arbitrary<DeviceStanding> = fc.constantFrom(
  well,
  well,
  { status: 'unproven', codes: [] },
  drifted,
  { ...drifted, known: true },
  unreachable,
  { status: 'failed', codes: ['PEER_LOST'] },
)
const fleet = fc.record({ a: standings, b: standings, c: standings })
const remindHours = 24

const two: NoticeSettings = {
  channels: [channel('noc', { remindMs: remindHours * 3_600_000 }), channel('quiet')],
  schedules: [{ name: 'hubs', playbook: 'p.yml', notify: ['noc', 'quiet'] }],
}

/** One walk: runs and looks for reminders, so many hours after one another. */
const walks = (hours: fc.Arbitrary<number>) =>
  fc.array(fc.record({ after: hours, fleet: fc.option(fleet, { freq: 3 }) }), { minLength: 1, maxLength: 25 })

interface Heard {
  readonly at: number
  readonly channel: string
  readonly host: string
  readonly news: string
  /** How the device stood. */
  readonly key: string
}

function listen(walk: readonly { after: number; fleet: Standings | null }[]): {
  readonly heard: readonly Heard[]
  readonly runs: readonly { readonly at: number; readonly fleet: Standings }[]
} {
  const noc = teller(two)
  const heard: Heard[] = []
  const runs: { at: number; fleet: Standings }[] = []
  let at = 0
  let now: Standings = {}
  for (const step of walk) {
    at += step.after
    if (step.fleet !== null) {
      now = step.fleet
      runs.push({ at, fleet: now })
    }
    const notices =
      step.fleet === null ? noc.apply((state) => remindersDue(state, two, hour(at))) : noc.run(hour(at), now)
    expect(notices.length, 'one notice a channel').toBe(new Set(notices.map((one) => one.channel)).size)
    for (const notice of notices) heard.push(...of(notice, at, now))
  }
  return { heard, runs }
}

function of({ channel: name, body }: QueuedNotice, at: number, now: Standings): readonly Heard[] {
  expect(misfits('notice', body)).toEqual([])
  const { changes } = body
  if (!Array.isArray(changes)) throw new Error('no changes')
  return changes.map(({ host, news }) => ({ at, channel: name, host, news, key: keyOf(now[host] ?? well) }))
}

const each = ['noc', 'quiet'].flatMap((name) => ['a', 'b', 'c'].map((host) => [name, host] as const))

it('far enough from one another, each change is told exactly once, in the run that finds it', () => {
  fc.assert(
    fc.property(walks(fc.integer({ min: 13, max: 60 })), (walk) => {
      const { heard, runs } = listen(walk)
      for (const [name, host] of each) {
        const news = heard.filter((one) => one.channel === name && one.host === host && one.news !== 'still')
        const keys = runs.map(({ at, fleet: now }) => ({ at, key: keyOf(now[host] ?? well) }))
        const changes = keys.filter(({ key }, nth) => key !== (keys[nth - 1]?.key ?? 'ok'))
        expect(news.map(({ at, key }) => ({ at, key }))).toEqual(changes)
        for (const { news: what, key } of news) expect(what).toBe(key === 'ok' ? 'well' : 'wrong')
      }
    }),
  )
})

it('however close, the same is never told twice within remind unless something else was told between', () => {
  fc.assert(
    fc.property(walks(fc.integer({ min: 1, max: 30 })), (walk) => {
      const { heard } = listen(walk)
      for (const [name, host] of each) {
        const all = heard.filter((one) => one.channel === name && one.host === host)
        for (const [nth, { at, key, news }] of all.entries()) {
          const last = all[nth - 1]
          if (news === 'still') expect(name).toBe('noc')
          if (last?.key === key) expect(at - last.at).toBeGreaterThanOrEqual(remindHours)
          // Recovery once, and only of what was told.
          if (news === 'well') expect(last?.key ?? 'ok').not.toBe('ok')
        }
      }
    }),
  )
})

it('whoever was told last that a device is well is right, and a device that is wrong stands as wrong', () => {
  fc.assert(
    fc.property(walks(fc.integer({ min: 1, max: 30 })), (walk) => {
      const { heard, runs } = listen(walk)
      for (const { at, fleet: now } of runs)
        for (const [name, host] of each) {
          const last = heard.findLast((one) => one.channel === name && one.host === host && one.at <= at)
          if (!isWell(now[host] ?? well)) expect(last?.key ?? 'ok').not.toBe('ok')
          if (last?.news === 'well' && last.at === at) expect(isWell(now[host] ?? well)).toBe(true)
        }
    }),
  )
})

it('reminders come without a run: nothing wrong is silent for longer than remind and a look', () => {
  const noc = teller(settings)
  noc.run(hour(0), { a: drifted })
  const heard = Array.from({ length: 24 * 7 * 2 }, (_, nth) => (nth + 1) / 2).filter(
    (at) => noc.apply((state) => remindersDue(state, settings, hour(at))).length > 0,
  )
  expect(heard).toEqual([24, 48, 72, 96, 120, 144, 168])
})
