import { err, ok, type Result } from '../kernel/result.ts'
import type { RunStore } from '../runs/store.ts'
import type { StoredRun } from '../runs/stored-run.ts'

/** The runs that resumed a run, oldest first; or why one of them cannot be read. */
export async function resumedBy(
  store: RunStore,
  root: string,
): Promise<Result<readonly StoredRun[], string>> {
  const later: StoredRun[] = []
  for (const summary of [...(await store.list())].reverse()) {
    if (summary.resumes !== root) continue
    const run = await store.read(summary.runId)
    if (run.kind === 'err') return err(run.error)
    later.push(run.value)
  }
  return ok(later)
}
