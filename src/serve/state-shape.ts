import type { JsonSchema } from '../document/json.ts'
import { statuses } from '../model/outcome.ts'

// What a state on disk has to look like before anything believes it. Not one of the published schemas: nobody but serve
// writes or reads the file. Keys that are not named are let through: a newer ikero may have written them.

const text: JsonSchema = { type: 'string' }
const count: JsonSchema = { type: 'integer', minimum: 0 }
const day = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
/** As `toISOString` writes it: such texts sort as the times that they are. */
const time: JsonSchema = {
  type: 'string',
  pattern: `^${day}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$`,
}

function map(
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } }
}

function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

const ended = map({
  runId: text,
  dueAt: time,
  finishedAt: time,
  durationMs: { type: 'number', minimum: 0 },
  exitCode: count,
})

const schedule = map(
  { runs: count, missed: count },
  {
    line: map({ cron: text, timezone: text, since: time }),
    goneSince: time,
    lastDueAt: time,
    running: map({ dueAt: time, since: time }, { runId: text, catchUp: { const: true } }),
    lastRun: ended,
    lastGood: ended,
    broken: map({ at: time, code: text, message: text, next: text }),
    lastMissedAt: time,
  },
)

const standing = map(
  { status: { enum: statuses }, codes: list(text) },
  {
    kind: { enum: ['drifted', 'never-applied', 'unsaved'] },
    message: text,
    next: text,
    known: { const: true },
  },
)

const coverage = map(
  { peers: count, proven: count, waiting: count, atRisk: count, idle: count, lost: count },
  { ambiguous: count },
)

const device = map(
  {
    schedule: text,
    host: text,
    now: standing,
    since: time,
    seenAt: time,
    runId: text,
    roles: map({}, { responder: count, initiator: count, 'no-sa': count, unreadable: count }),
    roundTrips: count,
    history: list(map({ at: time, runId: text, to: standing })),
  },
  { coverage, provenAt: time },
)

/** The shape of a `ServeState`. */
export const stateShape: JsonSchema = map({
  version: { const: 1 },
  schedules: { type: 'object', additionalProperties: schedule },
  devices: list(device),
  told: list(
    map(
      { channel: text, subject: text, key: text, at: time },
      { recent: list(map({ key: text, at: time })) },
    ),
  ),
  queue: list(
    map({ id: text, channel: text, madeAt: time, attempts: count, nextAt: time, body: { type: 'object' } }),
  ),
})
