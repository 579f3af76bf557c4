import { createHash } from 'node:crypto'
import { type FileAccess, filesIn } from '../document/files.ts'
import type { ProofSettings } from '../model/playbook.ts'
import type { RunSettings } from '../model/run-settings.ts'
import type { LoadedRun } from './load.ts'

/** What of a playbook stands in the record of a run, so that another process can finish it. */
export function settingsOf(
  { playbook, playbookSha256 }: LoadedRun,
  proof: ProofSettings,
  cwd: string,
): RunSettings {
  const { save, onBlocked = 'device', rollout } = playbook
  const sum = playbookSha256 ?? playbookSum(playbook.path, filesIn(cwd))
  return {
    save,
    onBlocked,
    proof: {
      withinMs: proof.withinMs,
      lostAfterMs: proof.lostAfterMs,
      ...(proof.require === true ? { require: true } : {}),
    },
    concurrency: rollout.concurrency,
    ...(sum === undefined ? {} : { playbookSum: sum }),
  }
}

/** SHA-256 over the file as it is now; undefined where it cannot be read. */
export function playbookSum(path: string, files: FileAccess): string | undefined {
  try {
    return createHash('sha256').update(files.read(path)).digest('hex')
  } catch {
    return undefined
  }
}
