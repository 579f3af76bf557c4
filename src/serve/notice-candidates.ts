import { assertNever } from '../kernel/never.ts'
import type { RunResult } from '../model/outcome.ts'
import type { ServeEvent } from '../model/serve-event.ts'
import type { DeviceState, ServeState, ToldState } from '../model/serve-state.ts'
import {
  brokenKey,
  deviceRow,
  fileRow,
  goneRow,
  interruptedRow,
  lastKnown,
  missedRow,
  putBackRow,
  type RowFor,
  refusedKey,
  scheduleRow,
} from './notice-rows.ts'
import { deviceSubject, fileSubject, isWell, keyOf, scheduleSubject, wellKey } from './told.ts'

/** Something that may have to be told. Without a schedule it is for all channels. */
export interface Candidate {
  readonly schedule?: string
  /** Absent: it is told each time. */
  readonly state?: { readonly subject: string; readonly key: string; readonly since?: string }
  /** It is told although its subject stands as it stood. */
  readonly happened?: true
  readonly row: RowFor
}

/** How the subject of something told stands now; undefined where nothing is known of it any more. */
export function standingOf(state: ServeState, told: ToldState): Candidate | undefined {
  const { subject } = told
  if (subject === fileSubject) return { state: { subject, key: told.key }, row: fileRow() }
  const found = state.devices.find(({ schedule, host }) => deviceSubject(schedule, host) === subject)
  const device = found === undefined ? undefined : lastKnown(found, told)
  if (device !== undefined) return deviceCandidate(device)
  const name = Object.keys(state.schedules).find((one) => scheduleSubject(one) === subject)
  return name === undefined ? undefined : scheduleCandidate(name, state.schedules[name]?.broken)
}

function deviceCandidate(device: DeviceState, row: RowFor = deviceRow(device)): Candidate {
  const { schedule, host, now, since } = device
  return { schedule, state: { subject: deviceSubject(schedule, host), key: keyOf(now), since }, row }
}

function scheduleCandidate(schedule: string, broken: Parameters<typeof scheduleRow>[1]): Candidate {
  const state = { subject: scheduleSubject(schedule), key: brokenKey(broken) }
  return { schedule, state, row: scheduleRow(schedule, broken) }
}

/** What an event may have to tell, and of which subjects. */
export function candidatesOf(before: ServeState, after: ServeState, event: ServeEvent): readonly Candidate[] {
  switch (event.kind) {
    case 'run-ended':
      return [
        scheduleCandidate(event.schedule, undefined),
        ...seenDevices(before, after, event.result, event.schedule),
        ...goneDevices(after, event),
      ]
    case 'proof-checked':
      return seenDevices(before, after, event.result).filter((one) => !sameAsBefore(before, after, one))
    case 'run-broken': {
      const { schedule, code, message, next, dueAt } = event
      return [scheduleCandidate(schedule, { at: dueAt, code, message, next })]
    }
    case 'missed':
      return [{ schedule: event.schedule, row: missedRow(event) }]
    case 'interrupted-run':
      return event.what === 'nothing-open' ? [] : [{ schedule: event.schedule, row: interruptedRow(event) }]
    case 'reload-refused': {
      const state = { subject: fileSubject, key: refusedKey(event.problems) }
      return [{ state, row: fileRow(event.problems) }]
    }
    case 'started':
    case 'reloaded':
      return [{ state: { subject: fileSubject, key: wellKey }, row: fileRow() }]
    case 'run-due':
    case 'run-begun':
    case 'run-recorded':
    case 'notice-sent':
    case 'notice-failed':
    case 'save-failed':
    case 'pruned':
    case 'stopping':
      return []
    default:
      return assertNever(event)
  }
}

function find(state: ServeState, device: Pick<DeviceState, 'schedule' | 'host'>): DeviceState | undefined {
  return state.devices.find(({ schedule, host }) => schedule === device.schedule && host === device.host)
}

function sameAsBefore(before: ServeState, after: ServeState, { state }: Candidate): boolean {
  const of = ({ devices }: ServeState): DeviceState | undefined =>
    devices.find(({ schedule, host }) => deviceSubject(schedule, host) === state?.subject)
  return of(before) === of(after)
}

/** The devices of a run; those that it was ended before are as they were. */
function seenDevices(
  before: ServeState,
  after: ServeState,
  { devices, interrupted, halted, remediation }: RunResult,
  schedule?: string,
): readonly Candidate[] {
  const ended = interrupted || halted === true
  const outcomes = new Map(devices.map((device) => [String(device.host), device]))
  return after.devices.flatMap((device): readonly Candidate[] => {
    const outcome = outcomes.get(device.host)
    if (outcome === undefined || (schedule ?? device.schedule) !== device.schedule) return []
    if (ended && outcome.status === 'skipped') return []
    const putBack = remediation?.begun.includes(device.host) === true && isWell(device.now)
    if (putBack) return [{ ...deviceCandidate(device, putBackRow(device, outcome)), happened: true }]
    return [deviceCandidate(device, deviceRow(device, find(before, device)?.now))]
  })
}

/** What was told as wrong, and is not looked at any more: it would stand as wrong for ever. */
function goneDevices(
  after: ServeState,
  { schedule, result }: Extract<ServeEvent, { kind: 'run-ended' }>,
): readonly Candidate[] {
  if (result.interrupted || result.halted === true) return []
  const start = deviceSubject(schedule, '')
  const told = after.told.filter((one) => one.subject.startsWith(start) && one.key !== wellKey)
  const hosts = new Set(told.map(({ subject }) => subject.slice(start.length)))
  for (const { host } of result.devices) hosts.delete(host)
  return [...hosts].map((host) => ({
    schedule,
    state: { subject: deviceSubject(schedule, host), key: wellKey },
    row: goneRow(schedule, host),
  }))
}
