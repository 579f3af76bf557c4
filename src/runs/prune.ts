import { basename, dirname, join } from 'node:path'
import type { RunId } from '../model/ids.ts'
import { isCode, type RunFiles } from './files.ts'
import type { RunScan } from './run-scan.ts'
import type { RunSummary } from './summary.ts'

// Which runs may go. The record of a change is what drift and verify compare with, however old it is: such runs stay,
// and with them whatever says how they stand.

export interface PruneRules {
  /** Runs that began later are kept; milliseconds since 1970. */
  readonly beforeMs: number
  /** So many newest runs are kept whatever their age. */
  readonly atLeast: number
  /** Runs that remediate and began later are kept: the breaker counts them. Absent: as all others. */
  readonly remediatedBeforeMs?: number
}

/** @param runs newest first */
export function oldRuns(
  runs: readonly RunSummary[],
  { beforeMs, atLeast, remediatedBeforeMs = beforeMs }: PruneRules,
): readonly RunSummary[] {
  return runs.slice(atLeast).filter((run) => {
    const before = run.remediates === true ? Math.min(beforeMs, remediatedBeforeMs) : beforeMs
    return Date.parse(run.finishedAt ?? run.startedAt) < before
  })
}

/**
 * Of the old runs those that nothing depends on: none that is kept by itself, none that was cut off after it had sent
 * something, and of runs that finish or take back each other all or none.
 */
export async function withoutDependants(
  runs: readonly RunSummary[],
  old: readonly RunSummary[],
  isKept: (run: RunId) => boolean,
  scan: (run: RunId) => Promise<RunScan | undefined>,
): Promise<readonly RunId[]> {
  const going = new Set<string>()
  for (const run of old) if (!isKept(run.runId) && !(await cutOffInChange(run, scan))) going.add(run.runId)
  for (let changed = true; changed; ) {
    changed = false
    for (const run of runs)
      for (const other of [run.resumes, run.of]) {
        if (other === undefined || going.has(other) === going.has(run.runId)) continue
        // Nothing is known of a run that is there no more.
        if (!runs.some(({ runId }) => runId === other)) continue
        going.delete(other)
        going.delete(run.runId)
        changed = true
      }
  }
  return old.flatMap(({ runId }) => (going.has(runId) ? [runId] : []))
}

async function cutOffInChange(
  { runId, exitCode }: RunSummary,
  scan: (run: RunId) => Promise<RunScan | undefined>,
): Promise<boolean> {
  if (exitCode !== undefined) return false
  const found = await scan(runId)
  return found === undefined || found.changes.length > 0 || found.reverted.size > 0
}

const gone = '.gone'

/** Out of the way in one step, so that no half of a run is ever taken for one. */
export async function discard(folder: string, files: RunFiles): Promise<void> {
  const aside = join(dirname(folder), `.${basename(folder)}${gone}`)
  await files.rename(folder, aside)
  await files.remove(aside)
}

/** What an earlier removal was killed in. */
export async function removeLeftovers(runs: string, files: RunFiles): Promise<void> {
  const names = await files.names(runs).catch((thrown: unknown) => {
    if (isCode(thrown, 'ENOENT')) return []
    throw thrown
  })
  for (const name of names)
    if (name.startsWith('.') && name.endsWith(gone)) await files.remove(join(runs, name))
}
