import type { OpenTarget } from '../model/run-view.ts'
import type { DeviceStanding, DeviceState, EndedRun, ScheduleState } from '../model/serve-state.ts'
import type { ScheduleView, ServeView } from '../model/serve-view.ts'
import { coverageOf, jsonLine } from '../report/json.ts'

type Json = Readonly<Record<string, unknown>>

/** `/status.json`, on one line; its schema is `status.schema.json`. What would act on a terminal is escaped. */
export function renderStatus(view: ServeView): string {
  return jsonLine(statusDocument(view))
}

// Key by key: a field that the model grows later must not slip into the format unnoticed.
function statusDocument(view: ServeView): Json {
  return {
    formatVersion: 1,
    version: view.version,
    startedAt: view.startedAt,
    at: view.at,
    ready: view.notReady === undefined,
    ...optional('notReady', view.notReady),
    schedules: view.schedules.map(scheduleOf),
    devices: view.devices.map(deviceOf),
    open: view.open.map(openOf),
    notices: { waiting: view.notices.waiting, lost: view.notices.lost },
    warnings: [...view.warnings],
  }
}

function optional(name: string, value: unknown): Json {
  return value === undefined ? {} : { [name]: value }
}

function scheduleOf({ name, mode, cron, timezone, playbook, nextAt, state }: ScheduleView): Json {
  return { name, mode, cron, timezone, playbook, ...optional('nextAt', nextAt), ...stateOf(state) }
}

function stateOf({ running, lastRun, lastGood, broken, runs, missed, lastMissedAt }: ScheduleState): Json {
  return {
    ...(running === undefined
      ? {}
      : {
          running: { dueAt: running.dueAt, since: running.since, ...optional('runId', running.runId) },
        }),
    ...(lastRun === undefined ? {} : { lastRun: endedOf(lastRun) }),
    ...(lastGood === undefined ? {} : { lastGood: endedOf(lastGood) }),
    ...(broken === undefined
      ? {}
      : { broken: { at: broken.at, code: broken.code, message: broken.message, next: broken.next } }),
    runs,
    missed,
    ...optional('lastMissedAt', lastMissedAt),
  }
}

function endedOf({ runId, dueAt, finishedAt, durationMs, exitCode }: EndedRun): Json {
  return { runId, dueAt, finishedAt, durationSeconds: durationMs / 1000, exitCode }
}

function deviceOf(device: DeviceState): Json {
  const { schedule, host, now, since, seenAt, runId, coverage, roles, roundTrips, provenAt, history } = device
  return {
    schedule,
    host,
    ...standingOf(now),
    since,
    seenAt,
    runId,
    ...(coverage === undefined ? {} : { coverage: coverageOf(coverage) }),
    roles: {
      responder: roles.responder ?? 0,
      initiator: roles.initiator ?? 0,
      'no-sa': roles['no-sa'] ?? 0,
      unreadable: roles.unreadable ?? 0,
    },
    roundTrips,
    ...optional('provenAt', provenAt),
    history: history.map((change) => ({ at: change.at, runId: change.runId, ...standingOf(change.to) })),
  }
}

function standingOf({ status, kind, codes, message, next, known }: DeviceStanding): Json {
  return {
    status,
    ...optional('kind', kind),
    codes: [...codes],
    ...optional('message', message),
    ...optional('next', next),
    known: known === true,
  }
}

function openOf({
  runId,
  host,
  target,
  status,
  changedAt,
  coverage,
  completeBy,
  text,
  overdue,
}: OpenTarget): Json {
  return {
    runId,
    host,
    target,
    status,
    changedAt,
    ...(coverage === undefined ? {} : { coverage: coverageOf(coverage) }),
    ...optional('completeBy', completeBy),
    ...optional('text', text),
    overdue: overdue === true,
  }
}
