import type { Clock } from '../kernel/clock.ts'
import type { RunResult } from '../model/outcome.ts'
import type { OpenTarget } from '../model/run-view.ts'
import type { Schedule } from '../model/schedules.ts'
import type { ServeEvent } from '../model/serve-event.ts'
import type { ServeState } from '../model/serve-state.ts'

/** What became of a run: its result, or why there is none. */
export type ScheduledAnswer =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly result: RunResult }
  | { readonly kind: 'broken'; readonly code: string; readonly message: string; readonly next: string }

/** What became of a run that an earlier serve was killed in. */
export type SettledRun = Pick<
  Extract<ServeEvent, { readonly kind: 'interrupted-run' }>,
  'what' | 'message' | 'next'
>

/** All that `serve` needs of the world outside; tests replace exactly this. */
export interface ServePorts {
  readonly clock: Clock
  /** From 0 up to, not including, 1: jitter. */
  readonly random: () => number
  /**
   * Runs drift for a schedule. Never rejects. After an abort it finishes what is in hand and ends.
   *
   * @param how `onRunId` is called once, when the run has its record
   */
  readonly run: (
    schedule: Schedule,
    how: { readonly signal: AbortSignal; readonly onRunId: (runId: string) => void },
  ) => Promise<ScheduledAnswer>
  /**
   * Finishes a run of a schedule that an earlier serve was killed in, or says who has to. Never rejects. Nothing of that
   * schedule is begun before it has resolved.
   *
   * @param runId absent: it was killed before it had a record, or before that was known
   */
  readonly settle: (runId: string | undefined, schedule: string, signal: AbortSignal) => Promise<SettledRun>
  /** Looks again at the open targets of a run (`ikero verify RUN`). Never rejects. */
  readonly verify: (runId: string, signal: AbortSignal) => Promise<ScheduledAnswer>
  /** Targets whose last change is not settled, over all runs. */
  readonly open: () => Promise<readonly OpenTarget[]>
  /** On disk when it resolves; rejects where it cannot be. Calls do not overlap. */
  readonly saveState: (state: ServeState) => Promise<void>
}
