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

/**
 * So many of the lines: failures first, newest last, then the devices longest in their present step. `busy` has the
 * oldest first, as a map has whose devices are put in anew with each step: no frame looks at all of them.
 */
export function deviceLinesOf(
  trouble: readonly DeviceLine[],
  busy: Iterable<Busy>,
  now: number,
  limit: number,
): readonly DeviceLine[] {
  // Trouble takes at most six of ten lines, the newest: what runs now must stay in sight.
  const lines = trouble
    .slice(-Math.ceil(limit * 0.6))
    .map((line) => ({ ...line, host: printable(line.host), text: printable(line.text) }))
  for (const { host, since, text } of busy) {
    if (lines.length >= limit) break
    lines.push({ host: printable(host), text: `${text} for ${formatDuration(now - since)}` })
  }
  return lines
}
