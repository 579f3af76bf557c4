import { createHash } from 'node:crypto'
import { formatMoment } from '../kernel/moment.ts'
import { someOf } from '../kernel/some-of.ts'
import { type DeviceOutcome, type Status, statuses } from '../model/outcome.ts'
import type { ServeEvent } from '../model/serve-event.ts'
import type { DeviceStanding, DeviceState, ScheduleState, ToldState } from '../model/serve-state.ts'
import type { News, NoticeRow } from '../report/notice.ts'
import { flapsFromNow, isLost, isTold, keyOf, saidOf, wellKey, wordOf } from './told.ts'

/** How a row about a subject reads, once it is known what was told of it before. */
export type RowFor = (news: News, told: ToldState | undefined, nowMs: number) => NoticeRow

const was: Readonly<Record<Status, string>> = {
  unknown: 'is in an unknown state: a person must look',
  failed: 'failed',
  'rolled-back': 'was rolled back',
  unreachable: 'is unreachable',
  blocked: 'is blocked',
  skipped: 'was skipped',
  unproven: 'is unproven, and its proof is overdue',
  pending: 'is not as asked',
  verified: 'is not saved',
  compliant: 'is not as asked',
}

/** `drifted`, `is unreachable`: what is wrong with a device. */
function stands({ status, kind, codes }: DeviceStanding): string {
  if (codes.includes('HOST_KEY_CHANGED')) return 'has another host key than it had: perhaps an attack'
  if (codes.includes('DRIFT_FOUGHT')) return 'drifted again, and is not fought over'
  if (kind === 'drifted') return 'drifted'
  if (kind === 'never-applied') return 'was never set'
  return kind === 'unsaved' ? 'is as asked, and not saved' : was[status]
}

function rankOf({ status, codes }: DeviceStanding): number {
  // As in every report: it may be an attack.
  return codes.includes('HOST_KEY_CHANGED') ? -2 : statuses.indexOf(status)
}

/** `before`: how it stood then, where nothing was told of it. */
export function deviceRow(device: DeviceState, before?: DeviceStanding): RowFor {
  const { schedule, host, now, since } = device
  const { status, kind, codes, message, next } = now
  return (news, told, nowMs) => {
    const from = wordOf(told) ?? (isLost(told) ? undefined : before?.status)
    const flaps = news === 'wrong' && flapsFromNow(told, nowMs)
    return {
      news,
      subject: 'device',
      schedule,
      host,
      ...(from === undefined ? {} : { from }),
      to: status,
      ...(kind === undefined ? {} : { kind }),
      codes,
      ...(message === undefined || news === 'well' ? {} : { message }),
      ...(next === undefined || news === 'well' ? {} : { next }),
      since,
      says:
        news === 'well'
          ? `${host} ${wellAgain(now, told)}`
          : `${news === 'still' ? 'still: ' : ''}${host} ${stands(now)}${flaps ? comesAndGoes : ''}`,
      rank: rankOf(now),
    }
  }
}

function wellAgain({ status, known }: DeviceStanding, told: ToldState | undefined): string {
  const word = known === true ? 'expected' : status
  return isTold(told) ? `is well again (${word}, was ${saidOf(told)})` : `is well (${word})`
}

// Whoever is told that shall know why it is quiet afterwards.
const comesAndGoes = ', and comes and goes: it is told as well once that has held'

/** A device that a run of its schedule no longer looks at. */
export function goneRow(schedule: string, host: string): RowFor {
  return (news, told) => ({
    news,
    subject: 'device',
    schedule,
    host,
    from: wordOf(told) ?? 'unknown',
    to: 'gone',
    codes: [],
    says: `${host} is not looked at any more${isTold(told) ? `; it was ${saidOf(told)}` : ''}`,
    rank: 0,
  })
}

/** A device that was put back by the run that found it. */
export function putBackRow(device: DeviceState, outcome: DeviceOutcome): RowFor {
  const sent = outcome.targets.some((target) => target.sent)
  return (_news, told, nowMs) => ({
    ...deviceRow(device)('happened', told, nowMs),
    from: 'pending',
    kind: sent ? 'drifted' : 'unsaved',
    says: `${device.host} ${sent ? 'had drifted, and was put back' : 'was not saved, and was saved'} (${device.now.status})`,
  })
}

/** Its last run had no result, or has again. */
export function scheduleRow(schedule: string, broken: ScheduleState['broken']): RowFor {
  return (news, told) => {
    const from = wordOf(told)
    const common = { news, subject: 'schedule', schedule, ...(from === undefined ? {} : { from }) } as const
    if (broken === undefined)
      return { ...common, to: 'works', codes: [], says: 'runs have results again', rank: 0 }
    const { at, code, message, next } = broken
    const still = news === 'still' ? 'still ' : ''
    const says = `runs ${still}have no result, and nothing is known of the devices: ${code}`
    return { ...common, to: 'broken', codes: [code], message, next, since: at, says, rank: -1 }
  }
}

/** As {@link keyOf} of a device. */
export function brokenKey(broken: Pick<NonNullable<ScheduleState['broken']>, 'code'> | undefined): string {
  return broken === undefined ? wellKey : `broken ${broken.code}`
}

export function missedRow({
  schedule,
  why,
  count,
  first,
  last,
}: Extract<ServeEvent, { kind: 'missed' }>): RowFor {
  const times = [...new Set([first, last].map((at) => formatMoment(Date.parse(at))))].join(' to ')
  const down = why === 'down'
  return (news) => ({
    news,
    subject: 'schedule',
    schedule,
    to: 'missed',
    kind: why,
    count,
    codes: [],
    message: down ? 'ikero serve was not at work' : 'the run before was still at work',
    next: down
      ? 'one run is begun now in their place; find out why nobody was here'
      : 'look at what keeps that run, or let the schedule run less often',
    since: first,
    says: `${count} ${count === 1 ? 'run was' : 'runs were'} missed, due ${times}`,
    rank: -1,
  })
}

export function interruptedRow({
  schedule,
  what,
  message,
  next,
}: Extract<ServeEvent, { kind: 'interrupted-run' }>): RowFor {
  const says =
    what === 'resumed'
      ? 'a run was cut off, and is brought to an end'
      : 'a run was cut off, and is left to a person'
  return (news) => ({
    news,
    subject: 'schedule',
    schedule,
    to: 'interrupted',
    kind: what,
    codes: [],
    message,
    next,
    says,
    rank: -1,
  })
}

/** Problems absent: they are of an earlier time, or there are none any more. */
export function fileRow(problems?: readonly string[]): RowFor {
  return (news) => {
    const well = news === 'well'
    const next =
      'correct the file, check it with ikero serve FILE --dry-run, and have it loaded again (SIGHUP)'
    return {
      news,
      subject: 'file',
      to: well ? 'in-force' : 'refused',
      codes: [],
      ...(problems === undefined ? {} : { message: someOf(problems, 3) }),
      ...(well ? {} : { next }),
      says: well
        ? 'it is in force as it is now'
        : 'it was changed and is refused: the one before stays in force',
      rank: -1,
    }
  }
}

/** Other problems are news. */
export function refusedKey(problems: readonly string[]): string {
  return `refused ${createHash('sha256').update(JSON.stringify(problems)).digest('hex').slice(0, 12)}`
}

/** The newest standing that says something: a run that was ended before a device says nothing of it. */
export function lastKnown(device: DeviceState, told: ToldState): DeviceState | undefined {
  if (device.now.status !== 'skipped' || keyOf(device.now) === told.key) return device
  const found = device.history.findLast(({ to }) => keyOf(to) === told.key)
  return found === undefined ? undefined : { ...device, now: found.to, since: found.at }
}
