import { systemClock } from '../kernel/clock.ts'
import type { RunOwner } from '../model/run-view.ts'
import { ownerAtWork } from '../runs/run-owner.ts'
import type { RunSummary } from '../runs/summary.ts'
import { ownProcess } from './holder.ts'
import { leaseFolder } from './leases.ts'
import type { RunOptions } from './options.ts'

/**
 * Says of runs whether somebody is at work on them now; `dir`: the state directory. The leases are read once, and only
 * where a run has no end on record. Rejects with LEASE_FAILED where they cannot be read.
 */
export async function lookAtWork(
  runs: readonly RunSummary[],
  dir: string,
  options: Pick<RunOptions, 'env' | 'self' | 'clock'>,
): Promise<(run: RunSummary) => RunOwner | undefined> {
  if (runs.every(({ exitCode }) => exitCode !== undefined)) return () => undefined
  const own = ownProcess(options)
  const leases = await leaseFolder(dir, options, options.clock ?? systemClock).list()
  return (run) => (run.exitCode === undefined ? ownerAtWork(run, leases, own) : undefined)
}
