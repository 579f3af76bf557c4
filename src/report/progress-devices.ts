import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import type { Status } from '../model/outcome.ts'

/** A device worth a line of its own: one that went wrong has a status, one that is at work none. */
export interface DeviceLine {
  readonly host: string
  readonly status?: Status
  readonly text: string
}

/** A device that is at work since then, in milliseconds of the injected clock; `text` says with what. */
export interface Busy {
  readonly host: string
  readonly since: number
  readonly text: string
}

/** So many of the lines: failures first, newest last, then the devices longest in their present step. */
export function deviceLinesOf(
  trouble: readonly DeviceLine[],
  busy: Iterable<Busy>,
  now: number,
  limit: number,
): readonly DeviceLine[] {
  // Trouble takes at most six of ten lines, the newest: what runs now must stay in sight.
  const shown = trouble.slice(-Math.ceil(limit * 0.6))
  const slowest: Busy[] = []
  for (const one of busy) insertOldest(slowest, one, limit - shown.length)
  return [
    ...shown.map((line) => ({ ...line, host: printable(line.host), text: printable(line.text) })),
    ...slowest.map(({ host, since, text }) => ({
      host: printable(host),
      text: `${text} for ${formatDuration(now - since)}`,
    })),
  ]
}

/** Keeps a short list sorted by age: no sort over all devices at every frame. */
function insertOldest(list: Busy[], one: Busy, limit: number): void {
  const last = list.at(-1)
  if (list.length >= limit && (last === undefined || one.since >= last.since)) return
  const index = list.findIndex((other) => other.since > one.since)
  if (index === -1) list.push(one)
  else list.splice(index, 0, one)
  if (list.length > limit) list.pop()
}
