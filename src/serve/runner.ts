import { messageOf } from '../kernel/errors.ts'
import type { Schedule } from '../model/schedules.ts'
import type { Hub } from './hub.ts'
import type { ScheduledAnswer, ServePorts, SettledRun } from './ports.ts'

/** Runs of schedules that are at work: of each schedule one at most. */
export interface Runner {
  begin(schedule: Schedule, dueMs: number, catchUp: boolean): void
  /**
   * Finishes what an earlier serve was killed in, and tells what became of it.
   *
   * @returns false where this serve was stopped before that was done: it is left to the next one
   */
  settle(schedule: string, runId: string | undefined): Promise<boolean>
  /** By name, whether the schedule still stands in the file or not. */
  isAtWork(schedule: string): boolean
  readonly atWork: number
  /** Aborts all, and resolves when they have ended. */
  stop(): Promise<void>
}

interface Work {
  readonly abort: AbortController
  readonly done: Promise<unknown>
}

/** @param onEnd after each run, when it has been told */
export function createRunner(ports: ServePorts, hub: Hub, onEnd: () => void): Runner {
  const works = new Map<string, Work>()

  const work = <T>(name: string, how: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const abort = new AbortController()
    const done = how(abort.signal)
    works.set(name, { abort, done })
    return done
  }
  const begin = async (
    schedule: Schedule,
    dueMs: number,
    catchUp: boolean,
    signal: AbortSignal,
  ): Promise<void> => {
    const of = { schedule: schedule.name, dueAt: new Date(dueMs).toISOString() }
    hub.tell({ kind: 'run-begun', ...of, ...(catchUp ? { catchUp: true } : {}) })
    // What is not on disk would be forgotten by a serve that is killed now. A disk that fails stops no run.
    await hub.saved()
    const startMs = ports.clock.monotonicMs()
    let recorded = false
    const onRunId = (runId: string): void => {
      if (!recorded) hub.tell({ kind: 'run-recorded', ...of, runId })
      recorded = true
    }
    const answer = await answered(() => ports.run(schedule, { signal, onRunId }))
    // An id that comes late belongs to no run any more.
    recorded = true
    works.delete(schedule.name)
    const durationMs = ports.clock.monotonicMs() - startMs
    if (answer.kind === 'ended') {
      const { exitCode, result } = answer
      hub.tell({ kind: 'run-ended', ...of, durationMs, exitCode, result })
    } else {
      const { code, message, next } = answer
      hub.tell({ kind: 'run-broken', ...of, durationMs, code, message, next })
    }
    onEnd()
  }
  return {
    begin: (schedule, dueMs, catchUp) => {
      void work(schedule.name, (signal) => begin(schedule, dueMs, catchUp, signal))
    },
    settle: (schedule, runId) =>
      work(schedule, async (signal) => {
        const settled = await settledBy(ports, runId, schedule, signal)
        works.delete(schedule)
        if (signal.aborted && settled.what === 'left') return false
        hub.tell({
          kind: 'interrupted-run',
          schedule,
          ...(runId === undefined ? {} : { runId }),
          ...settled,
        })
        return true
      }),
    isAtWork: (schedule) => works.has(schedule),
    get atWork() {
      return works.size
    },
    stop: async () => {
      for (const { abort } of works.values()) abort.abort()
      await Promise.all([...works.values()].map(({ done }) => done))
    },
  }
}

/** A port that throws in spite of its promise must not end serve. */
export async function answered(ask: () => Promise<ScheduledAnswer>): Promise<ScheduledAnswer> {
  try {
    return await ask()
  } catch (error) {
    const next = 'this is a mistake in ikero: please report it with its log; the next run begins as planned'
    return { kind: 'broken', code: 'INTERNAL', message: messageOf(error), next }
  }
}

async function settledBy(
  ports: ServePorts,
  runId: string | undefined,
  schedule: string,
  signal: AbortSignal,
): Promise<SettledRun> {
  try {
    return await ports.settle(runId, schedule, signal)
  } catch (error) {
    const next = `resume it: ikero resume${runId === undefined ? '' : ` ${runId}`}`
    return { what: 'left', message: `it could not be settled: ${messageOf(error)}`, next }
  }
}
