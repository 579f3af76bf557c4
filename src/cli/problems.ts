import { systemClock } from '../kernel/clock.ts'
import { jsonText } from '../report/json.ts'
import type { ProblemsDocument } from '../report/problems.ts'
import { createEventStream, type EventStream } from './event-stream.ts'
import type { CliIo } from './io.ts'

/** In which format programs asked for stdout. */
export interface AskedFormat {
  readonly json: boolean
  readonly events: boolean
}

/** Tells programs why a command was refused, in their format; people read stderr. */
export function printProblems(
  document: ProblemsDocument,
  { json, events }: AskedFormat,
  io: CliIo,
  stream?: EventStream,
): void {
  if (json) io.stdout.write(jsonText(document))
  else if (events) (stream ?? createEventStream(io.stdout, systemClock)).refuse(document)
}
