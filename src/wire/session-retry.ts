import type { Clock } from '../kernel/clock.ts'
import { formatDuration } from '../kernel/duration.ts'
import { err, type Result } from '../kernel/result.ts'
import type { Space } from '../model/device-request.ts'
import type { ReadShell, Unreachable } from '../model/shell.ts'
import type { PlainSessions } from '../workflow/ports.ts'

export interface RetryDeps {
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
}

/** How often a device is asked whose lines are all taken, and how long the first wait is: each next is twice it. */
const mostTries = 4
const firstWaitMs = 2000

/**
 * A device whose lines are all taken (SESSION_LIMIT) is asked again after 2, 4 and 8 seconds, each up to half
 * as long again, so that a fleet does not come back at once; never beyond the total time that the inventory
 * gives its session.
 */
export function patient(sessions: PlainSessions, deps: RetryDeps): PlainSessions {
  return {
    read: (space, signal) => again(space, () => sessions.read(space, signal), deps, signal),
    write: (space) => again(space, () => sessions.write(space), deps, undefined),
  }
}

async function again<S extends ReadShell>(
  { host }: Space,
  open: () => Promise<Result<S, Unreachable>>,
  { clock, random }: RetryDeps,
  signal: AbortSignal | undefined,
): Promise<Result<S, Unreachable>> {
  const startedMs = clock.monotonicMs()
  for (let tries = 1, waitMs = firstWaitMs; ; tries += 1, waitMs *= 2) {
    const opened = await open()
    if (opened.kind === 'ok' || opened.error.code !== 'SESSION_LIMIT') return opened
    const pauseMs = waitMs * (1 + random() / 2)
    const spentMs = clock.monotonicMs() - startedMs
    const over = tries === mostTries || spentMs + pauseMs >= host.timeouts.totalMs
    if (!over) await clock.sleep(pauseMs, signal)
    if (over || signal?.aborted === true) return err(told(opened.error, tries, spentMs))
  }
}

function told(error: Unreachable, tries: number, spentMs: number): Unreachable {
  if (tries === 1) return error
  const within = formatDuration(Math.max(1000, Math.round(spentMs / 1000) * 1000))
  return { ...error, message: `${error.message}; asked ${tries} times within ${within}` }
}
