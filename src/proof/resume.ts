import type { ChangeRecord } from '../model/record.ts'
import type { ProofTarget } from './attribute.ts'
import { beginWatch, observe, type Watch } from './watch.ts'

/**
 * The watch of an earlier run, rebuilt from what the run store kept of it. Later readings go on with
 * `observe`, their moment being the wall-clock difference to the push.
 */
export function resumeWatch(
  record: Pick<ChangeRecord, 'readingBefore' | 'readingsSince'>,
  targets: readonly ProofTarget[],
  others: readonly ProofTarget[],
): Watch {
  const begun = beginWatch({ before: record.readingBefore, targets, others })
  return record.readingsSince.reduce(
    (watch, { reading, afterPushMs }) => observe(watch, reading, afterPushMs),
    begun,
  )
}
