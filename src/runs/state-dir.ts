import { dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'

/** Where the runs of a project are recorded. */
export const recordFolder = '.ikero'

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
  /** The folders in a folder, by name; for the next step where no state directory is found. */
  readonly folders?: (path: string) => readonly string[]
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
  if (playbookPath !== undefined) return ok(join(from, recordFolder))
  // A playbook below makes one beside itself: whoever stands above it is told.
  const below = (question.folders?.(from) ?? []).filter((name) => exists(join(from, name, recordFolder)))
  const hint =
    below.length === 0
      ? 'name the folder with --state-dir or IKERO_STATE, or change to the folder of the playbook'
      : `there is one below: ${below.map((name) => `--state-dir ${printable(join(name, recordFolder))}`).join(', ')}`
  return err(usage(`no ${recordFolder} folder stands in ${from} or above it`, hint))
}

/** What is known of a folder's rights; as `stat` gives them. */
export interface FolderRights {
  readonly uid: number
  readonly mode: number
}

/**
 * Why a state directory is not to be trusted: whoever may write there decides what ikero believes of earlier
 * changes, and what it takes back. Nothing is said of root's own folders where root runs ikero.
 *
 * @param ownUid the user that runs ikero; undefined where the system has no such numbers
 */
export function rightsProblem(
  path: string,
  rights: FolderRights,
  ownUid: number | undefined,
): Diagnostic | undefined {
  if (ownUid === undefined || (ownUid === 0 && rights.uid === 0)) return undefined
  const told = `the state directory ${printable(path)}`
  if (rights.uid !== ownUid) {
    return usage(
      `${told} belongs to another user (uid ${rights.uid}): what is recorded there is not believed`,
      'run ikero as that user, or name a folder of your own with --state-dir or IKERO_STATE',
    )
  }
  if ((rights.mode & 0o002) === 0) return undefined
  return usage(
    `${told} can be written by every user of this machine: what is recorded there is not believed`,
    `take that right away (chmod o-w ${printable(path)}) once you have looked at what is in it`,
  )
}

function nearest(from: string, exists: (path: string) => boolean): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (exists(join(folder, recordFolder))) return join(folder, recordFolder)
    if (dirname(folder) === folder) return undefined
  }
}

function usage(message: string, hint: string): Diagnostic {
  return { code: 'USAGE', severity: 'error', message, hint }
}
