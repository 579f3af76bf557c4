import { createHash } from 'node:crypto'
import { totalsOf } from '../model/outcome.ts'
import type { Channel, Schedule } from '../model/schedules.ts'
import type { ServeEvent, ServeEventAt } from '../model/serve-event.ts'
import type { QueuedNotice, ServeState, ToldState } from '../model/serve-state.ts'
import { type NoticeFacts, type NoticeRow, noticeBody, sortedRows } from '../report/notice.ts'
import { type Candidate, candidatesOf, standingOf } from './notice-candidates.ts'
import { enqueue, type Queued } from './queue.ts'
import { fileSubject, isTold, isWell, judge, remembered, toldNow } from './told.ts'

/** Of the schedules file that is in force. */
export interface NoticeSettings {
  readonly channels: readonly Channel[]
  readonly schedules: readonly Pick<Schedule, 'name' | 'playbook' | 'notify'>[]
}

/**
 * What an event is worth telling: the state with what is told, and with one notice a channel in its queue.
 *
 * @param before the state before the event, `after` it: as the reducer has it
 */
export function tell(
  before: ServeState,
  after: ServeState,
  { at, event }: ServeEventAt,
  settings: NoticeSettings,
): Queued {
  return noticed(after, candidatesOf(before, after, event), factsOf(after, event, at, settings), settings)
}

/**
 * Reminders that have come due without a run, and what comes and goes and has now been well for long enough: to be
 * asked for once a minute. What no run has found is never news of it.
 */
export function remindersDue(state: ServeState, settings: NoticeSettings, at: string): Queued {
  const candidates = new Map(
    state.told.filter(isTold).flatMap((told) => {
      const one = standingOf(state, told)
      return one === undefined ? [] : [[told.subject, one] as const]
    }),
  )
  return noticed(state, [...candidates.values()], { at }, settings, isTold)
}

function factsOf(
  after: ServeState,
  event: ServeEvent,
  at: string,
  { schedules }: NoticeSettings,
): NoticeFacts {
  const schedule = 'schedule' in event ? event.schedule : undefined
  const playbook = schedules.find(({ name }) => name === schedule)?.playbook
  const common = { at, ...(playbook === undefined ? {} : { playbook }) }
  if (event.kind !== 'run-ended' && event.kind !== 'proof-checked') return common
  const { result, exitCode } = event
  const { runId, devices } = result
  const hosts = new Set(devices.map(({ host }) => String(host)))
  const wrong = new Set(
    after.devices
      .filter((one) => hosts.has(one.host) && (schedule ?? one.schedule) === one.schedule && !isWell(one.now))
      .map(({ host }) => host),
  )
  return { ...common, runId, exitCode, totals: totalsOf(devices), wrong: wrong.size, devices: devices.length }
}

/** Tells on each channel what is news there. */
function noticed(
  state: ServeState,
  candidates: readonly Candidate[],
  facts: NoticeFacts,
  settings: NoticeSettings,
  concerns: (told: ToldState | undefined) => boolean = () => true,
): Queued {
  const nowMs = Date.parse(facts.at)
  const told = new Map(
    remembered(state.told, nowMs, servesOf(settings)).map((one) => [`${one.channel} ${one.subject}`, one]),
  )
  const notices: QueuedNotice[] = []
  for (const channel of settings.channels) {
    const rows: NoticeRow[] = []
    for (const candidate of candidates) {
      if (!isFor(candidate, channel, settings)) continue
      const key = `${channel.name} ${candidate.state?.subject}`
      const before = told.get(key)
      if (!concerns(before)) continue
      const { row, now } = judged(candidate, before, channel, facts.at)
      if (row !== undefined) rows.push(row)
      if (now !== undefined) told.set(key, now)
    }
    if (rows.length > 0) notices.push(noticeOf(channel.name, sortedRows(rows), facts))
  }
  return enqueue({ ...state, told: [...told.values()] }, notices)
}

function judged(
  { state, happened, row }: Candidate,
  told: ToldState | undefined,
  { name, remindMs }: Channel,
  at: string,
): { readonly row?: NoticeRow; readonly now?: ToldState } {
  const nowMs = Date.parse(at)
  if (state === undefined) return { row: row('happened', told, nowMs) }
  const { subject, key, since } = state
  const news = judge(told, key, {
    nowMs,
    ...(remindMs === undefined ? {} : { remindMs }),
    // That it was put back is told, and with it that it is well.
    ...(since === undefined || happened ? {} : { since }),
  })
  if (news === undefined) return happened ? { row: row('happened', told, nowMs) } : {}
  return { row: row(news, told, nowMs), now: toldNow(told ?? { channel: name, subject }, news, key, at) }
}

function isFor({ schedule }: Candidate, channel: Channel, { schedules }: NoticeSettings): boolean {
  if (schedule === undefined) return true
  return schedules.some(({ name, notify }) => name === schedule && notify.includes(channel.name))
}

/** Whether a channel is still told of a subject. */
function servesOf({ channels, schedules }: NoticeSettings): (channel: string, subject: string) => boolean {
  const pairs = new Set(schedules.flatMap(({ name, notify }) => notify.map((one) => `${one} ${name}`)))
  return (channel, subject) =>
    subject === fileSubject
      ? channels.some(({ name }) => name === channel)
      : pairs.has(`${channel} ${subject.split(' ')[1]}`)
}

function noticeOf(channel: string, rows: readonly NoticeRow[], facts: NoticeFacts): QueuedNotice {
  const { at } = facts
  const id = createHash('sha256')
    .update(JSON.stringify([channel, facts, rows]))
    .digest('hex')
    .slice(0, 24)
  return { id, channel, madeAt: at, attempts: 0, nextAt: at, body: noticeBody(id, rows, facts) }
}
