import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { openNew, writeNew } from './new-file.ts'

const ownerOnly = 0o600

/** Where a plan is saved. */
export interface SaveTo {
  readonly path: string
  /** Over a file that stands there; never through a link. */
  readonly force?: boolean
}

/** Why nothing can be saved there: looked at before anything is contacted. */
export function saveToProblems({ path, force = false }: SaveTo, cwd: string): readonly Diagnostic[] {
  const problem = (why: string, hint: string): readonly Diagnostic[] => [
    diagnostic('USAGE', `no plan can be saved to ${printable(path)}: ${why}`, undefined, hint),
  ]
  const file = resolve(cwd, path)
  const stands = lstatSync(file, { throwIfNoEntry: false })
  if (stands?.isSymbolicLink()) return problem('it is a symbolic link', 'name a file')
  if (stands !== undefined && !stands.isFile()) return problem('it is no regular file', 'name a file')
  if (stands !== undefined && !force)
    return problem('it exists already', 'name another file, or write over it with --force')
  try {
    if (!statSync(dirname(file)).isDirectory())
      return problem('its folder is no folder', 'name a file in one')
    accessSync(dirname(file), constants.W_OK)
    return []
  } catch (thrown) {
    return problem(printable(messageOf(thrown)), 'name a file in a folder that can be written to')
  }
}

/** Writes all of it or nothing, for its owner only; rejects with Node's errors (EEXIST where a file came). */
export function writePlanFile({ path, force }: SaveTo, cwd: string, text: string): void {
  const file = resolve(cwd, path)
  const part = `${file}.${randomBytes(6).toString('hex')}.part`
  let claimed = false
  try {
    writeNew(part, text, ownerOnly)
    if (!force) {
      // Nobody else's file is replaced: the name is taken first, then what stands under it.
      closeSync(openNew(file, ownerOnly))
      claimed = true
    } else if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new Error('it has become a symbolic link')
    }
    renameSync(part, file)
  } catch (thrown) {
    rmSync(part, { force: true })
    if (claimed) unlinkSync(file)
    throw thrown
  }
}
