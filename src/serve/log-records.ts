import { assertNever } from '../kernel/never.ts'
import { someOf } from '../kernel/some-of.ts'
import type { LogLevel } from '../model/log-level.ts'
import { type RunResult, statuses, totalsOf } from '../model/outcome.ts'
import type { ServeEvent } from '../model/serve-event.ts'
import type { DeviceStanding } from '../model/serve-state.ts'
import { exitMeaning } from '../report/exit-meaning.ts'
import { clip } from '../report/layout.ts'
import { standingOf } from './standing.ts'
import { isWell } from './told.ts'

// The record of the run has all of it: a line of a log is for whoever asks which device, and what to do.
const namedDevices = 10
const textLength = 200

/** One line of the log before it has its time. */
export interface LogRecord {
  readonly level: LogLevel
  /** One sentence, lower case. */
  readonly msg: string
  /** For programs: `event` is always there. Texts may come from devices. */
  readonly fields: { readonly event: string; readonly [name: string]: unknown }
}

/** What the log says of an event. */
export function recordOf(event: ServeEvent): LogRecord {
  const { kind } = event
  switch (event.kind) {
    case 'started':
      return line('info', `serving ${count(event.schedules, 'schedule')}`, {
        event: kind,
        schedules: event.schedules,
      })
    case 'run-due': {
      const { schedule, dueAt, startsAt } = event
      return line('debug', `${schedule} is due`, { event: kind, schedule, dueAt, startsAt })
    }
    case 'run-begun': {
      const { schedule, dueAt } = event
      return line('info', `${schedule} begins`, { event: kind, schedule, dueAt })
    }
    case 'run-recorded': {
      const { schedule, runId } = event
      return line('debug', `${schedule} has the record ${runId}`, { event: kind, schedule, runId })
    }
    case 'run-ended':
      return runEnded(event)
    case 'run-broken':
      return runBroken(event)
    case 'missed': {
      const { schedule, why, count: times, first, last } = event
      const because = why === 'down' ? 'serve was not running' : 'the run before was still at work'
      const msg = `${schedule} missed ${times} ${times === 1 ? 'run' : 'runs'}: ${because}`
      return line('warn', msg, { event: kind, schedule, reason: why, count: times, first, last })
    }
    case 'interrupted-run':
      return interrupted(event)
    case 'proof-checked': {
      const { runId, exitCode, result } = event
      const msg = `the proof of run ${runId} was checked: ${meaning(exitCode, result)}`
      return line(levelOf(exitCode), msg, { event: kind, runId, exitCode, ...whatIsWrong(result) })
    }
    case 'reloaded':
      return line('info', `schedules reloaded: ${count(event.schedules, 'schedule')}`, {
        event: kind,
        schedules: event.schedules,
      })
    case 'reload-refused':
      return line('error', 'the new schedules file is refused; the one before stays in force', {
        event: kind,
        problems: event.problems,
        next: 'correct what is told and reload again; ikero serve FILE --dry-run checks it beforehand',
      })
    case 'notice-sent':
      return line('info', `notice sent to ${event.channel}`, {
        event: kind,
        channel: event.channel,
        attempts: event.attempts,
      })
    case 'notice-failed':
      return noticeFailed(event)
    case 'save-failed':
      return line('error', `the state cannot be saved: ${event.message}`, { event: kind, next: event.next })
    case 'pruned':
      return line('info', `records of ${event.runs} ${event.runs === 1 ? 'run' : 'runs'} deleted`, {
        event: kind,
        runs: event.runs,
      })
    case 'stopping':
      return line('info', 'stopping: what is in hand is finished', { event: kind })
    default:
      return assertNever(event)
  }
}

type Of<Kind extends ServeEvent['kind']> = Extract<ServeEvent, { readonly kind: Kind }>

function runEnded({ kind, schedule, dueAt, durationMs, exitCode, result }: Of<'run-ended'>): LogRecord {
  const { runId } = result
  return line(levelOf(exitCode), `${schedule} ended: ${meaning(exitCode, result)}${writtenTo(result)}`, {
    event: kind,
    schedule,
    runId,
    dueAt,
    durationSeconds: seconds(durationMs),
    exitCode,
    totals: totalsOf(result.devices),
    ...whatIsWrong(result),
  })
}

/** That something was changed while nobody looked stands in the sentence, however well it ended. */
function writtenTo({ devices }: RunResult): string {
  const hosts = devices.filter(({ targets }) => targets.some(({ sent }) => sent)).map(({ host }) => host)
  return hosts.length === 0 ? '' : `; lines were sent to ${someOf(hosts, namedDevices)}`
}

/** The devices that are not as they should be, the worst first, each with what to do; the rest is counted. */
function whatIsWrong({ devices }: RunResult): {
  readonly devices?: readonly object[]
  readonly more?: number
} {
  const wrong = devices
    .map((device) => ({ host: device.host, ...standingOf(device) }))
    .filter((device) => !isWell(device))
    .toSorted((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status))
  if (wrong.length === 0) return {}
  const more = wrong.length - namedDevices
  return { devices: wrong.slice(0, namedDevices).map(inShort), ...(more > 0 ? { more } : {}) }
}

function inShort({ host, status, kind, codes, message, next }: DeviceStanding & { host: string }): object {
  return {
    host,
    status,
    ...(kind === undefined ? {} : { kind }),
    ...(codes.length === 0 ? {} : { codes }),
    ...(message === undefined ? {} : { message: clip(message, textLength) }),
    ...(next === undefined ? {} : { next: clip(next, textLength) }),
  }
}

/** Clocks count in fractions of a microsecond, which nobody reads. */
function seconds(ms: number): number {
  return Math.round(ms) / 1000
}

function runBroken({ kind, schedule, dueAt, durationMs, code, message, next }: Of<'run-broken'>): LogRecord {
  return line('error', `${schedule} came to no result: ${message}`, {
    event: kind,
    schedule,
    dueAt,
    durationSeconds: seconds(durationMs),
    code,
    next,
  })
}

function interrupted({ kind, schedule, runId, what, message, next }: Of<'interrupted-run'>): LogRecord {
  return line(what === 'left' ? 'error' : 'warn', `${schedule} was interrupted: ${message}`, {
    event: kind,
    schedule,
    ...(runId === undefined ? {} : { runId }),
    what,
    next,
  })
}

function noticeFailed({ kind, channel, attempts, message, retried }: Of<'notice-failed'>): LogRecord {
  const fields = { event: kind, channel, attempts, retried, reason: message }
  return retried
    ? line('warn', `a notice to ${channel} failed and is tried again`, fields)
    : line('error', `a notice to ${channel} is lost: it is tried no more`, fields)
}

function line(level: LogLevel, msg: string, fields: LogRecord['fields']): LogRecord {
  return { level, msg, fields }
}

/** What waits for somebody is a warning, what went wrong an error; 0 is neither. */
function levelOf(exitCode: number): LogLevel {
  if (exitCode === 0) return 'info'
  return exitCode === 2 || exitCode === 3 ? 'warn' : 'error'
}

function meaning(exitCode: number, result: RunResult): string {
  return `exit ${exitCode}, ${exitMeaning(exitCode, result)}`
}

function count(names: readonly string[], of: string): string {
  return `${names.length} ${of}${names.length === 1 ? '' : 's'}`
}
