import { pino } from 'pino'
import type { Clock } from '../kernel/clock.ts'
import { isRecord } from '../kernel/is-record.ts'
import { printable } from '../kernel/printable.ts'
import type { Redactor } from '../kernel/redact.ts'
import type { LogLevel } from '../model/log-level.ts'
import type { ServeEventAt } from '../model/serve-event.ts'
import { jsonLine } from '../report/json.ts'
import { type LogRecord, recordOf } from './log-records.ts'

/** The log of one serve. */
export interface ServeLog {
  /** Listens to every event. */
  tell(told: ServeEventAt): void
  /** What is no event: HTTP, signals, the state file. */
  note(record: LogRecord): void
}

/** What a log is made of. */
export interface LogOptions {
  /** One line at a time, with its line feed. */
  readonly write: (line: string) => void
  readonly clock: Pick<Clock, 'wall'>
  /** Nothing below it is written. */
  readonly level: LogLevel
  /** `json`: a document a line, for programs; `text`: the same for a terminal. */
  readonly format: 'json' | 'text'
  /** Masks the values of known secrets, whatever field they stand in. */
  readonly redactor: Pick<Redactor, 'redactDeep'>
}

// By name, for what no redactor may know the value of; one level down too: pino has no deep wildcard.
const secretNames = ['token', 'password', 'secret', 'authorization', 'cookie', 'signature', 'url']
const redact = {
  paths: secretNames.flatMap((name) => [name, `*.${name}`]),
  censor: '*****',
}

/**
 * A structured log over pino. Each record leaves through one door, where known secrets are masked by value and what
 * would act on a terminal is written as an escape.
 */
export function createLog({ write, clock, level, format, redactor }: LogOptions): ServeLog {
  const stream = {
    write: (text: string): void => {
      const record: unknown = redactor.redactDeep(JSON.parse(text))
      write(format === 'text' && isRecord(record) ? textLine(record) : jsonLine(record))
    },
  }
  const logger = pino(
    {
      level,
      // The process id and the host's name stand in the journal of systemd already.
      base: null,
      timestamp: () => `,"time":${JSON.stringify(clock.wall().toISOString())}`,
      formatters: { level: (label) => ({ level: label }) },
      redact,
    },
    stream,
  )
  const note = ({ level: how, msg, fields }: LogRecord): void => logger[how](fields, msg)
  return { note, tell: ({ event }) => note(recordOf(event)) }
}

/** `2026-11-25T02:15:31.000Z warn  hubs ended: exit 2, … event=run-ended schedule=hubs` */
function textLine({ time, level, msg, ...fields }: Readonly<Record<string, unknown>>): string {
  const more = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)
  return `${printable([time, String(level).padEnd(5), msg, ...more].join(' '))}\n`
}

/** Words stand bare, everything else as JSON: nothing in a value looks like a field of its own. */
function shown(value: unknown): string {
  return typeof value === 'string' && /^[\w.:+/@-]+$/.test(value) ? value : JSON.stringify(value)
}
