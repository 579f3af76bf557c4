import { messageOf } from '../kernel/errors.ts'
import { createRedactor } from '../kernel/redact.ts'
import { longestBreakerMs } from '../model/remediation.ts'
import type { Retention } from '../model/schedules.ts'
import type { ServeLog } from '../serve/log.ts'
import type { Serve } from '../serve/serve.ts'
import type { ServeRunOptions } from './serve-runs.ts'
import { storeFor } from './state.ts'

const dayMs = 24 * 3_600_000

/**
 * Removes old runs once a day, after a run has ended: at such a moment the disk is awake and nobody waits. That it fails
 * is a line of the log and is tried again after the next run.
 */
export function keepTidy(
  running: Pick<Serve, 'on' | 'tell'>,
  options: ServeRunOptions & Required<Pick<ServeRunOptions, 'clock'>>,
  retention: () => Retention,
  log: ServeLog,
): void {
  const { clock } = options
  let lastMs: number | undefined
  let atWork = false
  const prune = async (): Promise<void> => {
    const store = storeFor(options, undefined, { clock, redactor: createRedactor() })
    if (store.kind === 'err') return
    const { keepMs, atLeast } = retention()
    const nowMs = clock.wall().getTime()
    const removed = await store.value.prune({
      beforeMs: nowMs - keepMs,
      atLeast,
      remediatedBeforeMs: nowMs - longestBreakerMs,
    })
    lastMs = clock.monotonicMs()
    if (removed.length > 0) running.tell({ kind: 'pruned', runs: removed.length })
  }
  running.on(({ event }) => {
    const due = lastMs === undefined || clock.monotonicMs() - lastMs >= dayMs
    if (event.kind !== 'run-ended' || !due || atWork) return
    atWork = true
    void prune()
      .catch((thrown: unknown) =>
        log.note({
          level: 'warn',
          msg: `old runs could not be removed: ${messageOf(thrown)}`,
          fields: { event: 'prune-failed' },
        }),
      )
      .finally(() => {
        atWork = false
      })
  })
}
