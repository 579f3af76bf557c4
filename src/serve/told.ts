import type { DeviceStanding, QueuedNotice, ToldState } from '../model/serve-state.ts'
import type { News } from '../report/notice.ts'

// What was told on a channel about a subject, and whether what is so now is to be told. Pure.

/** What all that is as it should be has for a key. */
export const wellKey = 'ok'
/** What was told last did not get there: nobody knows what is known there, so that whatever is, is news. */
const lostKey = 'lost'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Told as wrong so often within a day, a subject comes and goes. */
const flapsFrom = 3
/** It is told as well again once it has held for so long. */
export const heldMs: number = 6 * hourMs
/** What is well is remembered for longer than its notice may wait for its delivery. */
const rememberedMs = 2 * dayMs

/** `device hubs hub1`: neither name has blanks. */
export function deviceSubject(schedule: string, host: string): string {
  return `device ${schedule} ${host}`
}

export function scheduleSubject(schedule: string): string {
  return `schedule ${schedule}`
}

/** The schedules file itself: a refused reload. */
export const fileSubject = 'file'

const green: readonly string[] = ['compliant', 'verified', 'unproven']
/** Codes that say of a green device that it is not. */
const wrongCodes: readonly string[] = ['PROOF_OVERDUE', 'NOT_SAVED', 'HOST_KEY_CHANGED']

/**
 * Whether nobody has to look at a device, as the exit code of drift counts: what is expected is well, but for a changed
 * host key; what waits for its proof is well until the proof is overdue.
 */
export function isWell({ status, codes, known }: DeviceStanding): boolean {
  if (known === true) return !codes.includes('HOST_KEY_CHANGED')
  return green.includes(status) && !codes.some((code) => wrongCodes.includes(code))
}

/** What makes a standing another one: status, kind and codes, whatever their order. Begins with the status. */
export function keyOf(standing: DeviceStanding): string {
  if (isWell(standing)) return wellKey
  const { status, kind, codes } = standing
  const sorted = [...new Set(codes)].sort().join(',')
  return [status, ...(kind === undefined ? [] : [kind]), ...(sorted === '' ? [] : [sorted])].join(' ')
}

/** What a person was told with a key, in one word; undefined where it was nothing, or that all is well. */
export function wordOf(told: ToldState | undefined): string | undefined {
  return isTold(told) ? told?.key.split(' ')[0] : undefined
}

/** The same for a sentence: of `pending`, what kind. */
export function saidOf(told: ToldState | undefined): string | undefined {
  const kind = /^pending (drifted|never-applied|unsaved)\b/.exec(told?.key ?? '')?.[1]
  return kind ?? wordOf(told)
}

/** Whether a subject stands as wrong on a channel. */
export function isTold(told: ToldState | undefined): boolean {
  return told !== undefined && told.key !== wellKey && told.key !== lostKey
}

/** Whether the newest notice of a subject did not get there. */
export function isLost(told: ToldState | undefined): boolean {
  return told?.key === lostKey
}

interface Moment {
  readonly nowMs: number
  /** Of the channel. Absent: once is enough. */
  readonly remindMs?: number
  /** Since when the subject is as it is; ISO. */
  readonly since?: string
}

/**
 * What is news of a subject that now has `key`; undefined: nothing. Another key is, and so is the same one after
 * `remindMs`. What comes and goes is told as wrong, and then neither each time that it comes nor each time that it goes:
 * only what has not been told of it within a day, and that it is well once that has held.
 */
export function judge(told: ToldState | undefined, key: string, moment: Moment): News | undefined {
  const last = told?.key ?? wellKey
  const flaps = isFlapping(told, moment.nowMs)
  if (key === wellKey) return last === wellKey || (flaps && !hasHeld(moment)) ? undefined : 'well'
  const known = key === last || (flaps && recentOf(told, moment.nowMs).some((one) => one.key === key))
  if (!known) return 'wrong'
  return isDue(told, moment) ? 'still' : undefined
}

function isFlapping(told: ToldState | undefined, nowMs: number): boolean {
  return isTold(told) && recentOf(told, nowMs).length >= flapsFrom
}

/** Whether a subject comes and goes, once it is told as wrong now. */
export function flapsFromNow(told: ToldState | undefined, nowMs: number): boolean {
  return recentOf(told, nowMs).length + 1 >= flapsFrom
}

function hasHeld({ since, nowMs }: Moment): boolean {
  return since === undefined || nowMs - Date.parse(since) >= heldMs
}

function isDue(told: ToldState | undefined, { remindMs, nowMs }: Moment): boolean {
  if (told === undefined || remindMs === undefined) return false
  const age = nowMs - Date.parse(told.at)
  // A clock that was set back by more than that must not silence it for as long.
  return age >= remindMs || age <= -remindMs
}

function recentOf(told: ToldState | undefined, nowMs: number): NonNullable<ToldState['recent']> {
  return (told?.recent ?? []).filter(({ at }) => isLately(at, nowMs))
}

function isLately(at: string, nowMs: number): boolean {
  return Math.abs(nowMs - Date.parse(at)) < dayMs
}

/** What stands in the state once `news` of a subject was told. */
export function toldNow(
  { channel, subject, recent: lately = [] }: Pick<ToldState, 'channel' | 'subject' | 'recent'>,
  news: News,
  key: string,
  at: string,
): ToldState {
  const before = lately.filter((one) => isLately(one.at, Date.parse(at)))
  const recent = news === 'wrong' ? [...before, { key, at }] : before
  return { channel, subject, key, at, ...(recent.length === 0 ? {} : { recent }) }
}

/** What no channel needs any more is left out; `serves` knows which channel is told of which subject. */
export function remembered(
  told: readonly ToldState[],
  nowMs: number,
  serves: (channel: string, subject: string) => boolean,
): readonly ToldState[] {
  return told.filter(({ channel, subject, key, at }) => {
    const old = Math.abs(nowMs - Date.parse(at)) > rememberedMs
    return serves(channel, subject) && !(key === wellKey && old)
  })
}

/** A notice got lost: whatever it told is news again for whoever looks next. */
export function forgotten(
  told: readonly ToldState[],
  { channel, madeAt }: QueuedNotice,
): readonly ToldState[] {
  return told.map((one) =>
    one.channel === channel && one.at === madeAt
      ? { channel, subject: one.subject, key: lostKey, at: madeAt }
      : one,
  )
}
