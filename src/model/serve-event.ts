import type { RunResult } from './outcome.ts'

/** A run of a schedule, from the moment it was due. */
interface OfSchedule {
  readonly schedule: string
  /** The moment that its cron line names; ISO. */
  readonly dueAt: string
}

/**
 * What `serve` tells while it works. State, log, metrics and notices listen to the same events; nothing else knows what
 * happened. Texts may come from devices: whoever shows one escapes it.
 */
export type ServeEvent =
  | { readonly kind: 'started'; readonly schedules: readonly string[] }
  /** Waits for its jitter. */
  | ({ readonly kind: 'run-due'; readonly startsAt: string } & OfSchedule)
  | ({
      readonly kind: 'run-begun'
      /** In place of missed times, of which `dueAt` is the last. */
      readonly catchUp?: true
    } & OfSchedule)
  /** The run has its record: its id. */
  | ({ readonly kind: 'run-recorded'; readonly runId: string } & OfSchedule)
  | ({
      readonly kind: 'run-ended'
      readonly durationMs: number
      readonly exitCode: number
      readonly result: RunResult
    } & OfSchedule)
  /** Its files are wrong, or it ended without a result: nothing is known of the devices. */
  | ({
      readonly kind: 'run-broken'
      readonly durationMs: number
      readonly code: string
      readonly message: string
      readonly next: string
    } & OfSchedule)
  /** Times at which nothing was begun: `down`: nobody was here; `busy`: the run before was still at work. */
  | {
      readonly kind: 'missed'
      readonly schedule: string
      readonly why: 'down' | 'busy'
      /** All that the cron line names from `first` to `last`. */
      readonly count: number
      /** There were more: it was not counted to the end. */
      readonly more?: true
      /** ISO. */
      readonly first: string
      readonly last: string
    }
  /** A run that an earlier serve was killed in. */
  | {
      readonly kind: 'interrupted-run'
      readonly schedule: string
      readonly runId?: string
      /** `resumed`: by a run of its own; `nothing-open`: it had sent nothing; `left`: a person must resume it. */
      readonly what: 'resumed' | 'nothing-open' | 'left'
      readonly message: string
      readonly next: string
    }
  /** An open run was looked at again because its last old SA has ended. */
  | {
      readonly kind: 'proof-checked'
      readonly runId: string
      readonly exitCode: number
      readonly result: RunResult
    }
  | { readonly kind: 'reloaded'; readonly schedules: readonly string[] }
  /** The old file stays in force. */
  | { readonly kind: 'reload-refused'; readonly problems: readonly string[] }
  | { readonly kind: 'notice-sent'; readonly channel: string; readonly attempts: number }
  | {
      readonly kind: 'notice-failed'
      readonly channel: string
      readonly attempts: number
      readonly message: string
      /** False: it is tried no more, and is lost. */
      readonly retried: boolean
    }
  /** The state is not on disk, and is tried again: told once until it is. */
  | { readonly kind: 'save-failed'; readonly message: string; readonly next: string }
  | { readonly kind: 'pruned'; readonly runs: number }
  | { readonly kind: 'stopping' }

/** An event with the moment it was told; ISO. */
export interface ServeEventAt {
  readonly at: string
  readonly event: ServeEvent
}
