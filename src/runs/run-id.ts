import { parseRunId, type RunId } from '../model/ids.ts'

/** `20261124T193012-4f1c9a`: the start in UTC, and six random hexadecimal digits. */
export function makeRunId(start: Date, tail: string): RunId {
  const text = `${secondOf(start)}-${tail}`
  const id = parseRunId(text)
  if (id === undefined) throw new Error(`not a run id: ${JSON.stringify(text)}`)
  return id
}

/** The same part of the id of a run that starts then. */
export function secondOf(start: Date): string {
  return start.toISOString().slice(0, 19).replace(/[-:]/g, '')
}

/** The part of a run id that tells its start, to the second. */
export function startOf(runId: RunId): string {
  return runId.slice(0, 15)
}
