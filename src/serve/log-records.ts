import { assertNever } from '../kernel/never.ts'
import { exitMeanings } from '../model/exit-code.ts'
import type { LogLevel } from '../model/log-level.ts'
import { totalsOf } from '../model/outcome.ts'
import type { ServeEvent } from '../model/serve-event.ts'

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
      const { runId, exitCode } = event
      const msg = `the proof of run ${runId} was checked: ${meaning(exitCode)}`
      return line(levelOf(exitCode), msg, { event: kind, runId, exitCode })
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
  return line(levelOf(exitCode), `${schedule} ended: ${meaning(exitCode)}`, {
    event: kind,
    schedule,
    runId,
    dueAt,
    durationSeconds: durationMs / 1000,
    exitCode,
    totals: totalsOf(result.devices),
  })
}

function runBroken({ kind, schedule, dueAt, durationMs, code, message, next }: Of<'run-broken'>): LogRecord {
  return line('error', `${schedule} came to no result: ${message}`, {
    event: kind,
    schedule,
    dueAt,
    durationSeconds: durationMs / 1000,
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

function meaning(exitCode: number): string {
  const known = exitMeanings.find(({ code }) => code === exitCode)
  return `exit ${exitCode}${known === undefined ? '' : `, ${known.meaning}`}`
}

function count(names: readonly string[], of: string): string {
  return `${names.length} ${of}${names.length === 1 ? '' : 's'}`
}
