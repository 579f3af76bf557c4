import { dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'

const folderName = '.ikero'

export interface StateDirQuestion {
  /** `--state-dir`. */
  readonly flag?: string
  /** IKERO_STATE; empty counts as not set. */
  readonly env?: string
  /** Absent for a command that names none (`runs`, `verify RUN`). */
  readonly playbookPath?: string
  readonly cwd: string
  /** Whether a folder stands at this path. */
  readonly exists: (path: string) => boolean
}

/**
 * Where runs are recorded: the flag, else the environment, else the nearest `.ikero` upwards from the
 * playbook, else `.ikero` beside it. Without a playbook the nearest one upwards from the current directory;
 * none there is a mistake of use, because a new folder could hold nothing that the command asks for.
 */
export function resolveStateDir(question: StateDirQuestion): Result<string, Diagnostic> {
  const { flag, env, playbookPath, cwd, exists } = question
  if (flag === '') return err(usage('--state-dir is empty', 'give it a folder'))
  if (flag !== undefined) return ok(resolve(cwd, flag))
  if (env !== undefined && env !== '') return ok(resolve(cwd, env))
  const from = playbookPath === undefined ? resolve(cwd) : dirname(resolve(cwd, playbookPath))
  const found = nearest(from, exists)
  if (found !== undefined) return ok(found)
  if (playbookPath !== undefined) return ok(join(from, folderName))
  return err(
    usage(
      `no ${folderName} folder stands in ${from} or above it`,
      'name the folder with --state-dir or IKERO_STATE, or change to the folder of the playbook',
    ),
  )
}

function nearest(from: string, exists: (path: string) => boolean): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (exists(join(folder, folderName))) return join(folder, folderName)
    if (dirname(folder) === folder) return undefined
  }
}

function usage(message: string, hint: string): Diagnostic {
  return { code: 'USAGE', severity: 'error', message, hint }
}
