import { randomBytes } from 'node:crypto'
import { closeSync, lstatSync, renameSync, unlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { quoted } from '../kernel/printable.ts'
import { openNew, writeNew } from './new-file.ts'

// For whoever may read the folder: a report is made to be handed on.
const readable = 0o666

// Another user reads it, whatever the umask says: the collector that it is made for.
const readableByAll = 0o644

/** How the report of a run may be drawn. */
export type ReportFormat = 'html' | 'markdown' | 'junit'

/** A file that is asked for: by its flag, and where to. */
export interface ReportFile {
  /** `metrics`: for node_exporter, of a run that has just ended. */
  readonly kind: ReportFormat | 'metrics'
  /** As given. */
  readonly file: string
}

/**
 * What is wrong with the places that reports are to be written to: told before a device is contacted. Each is
 * tried by making a file beside it.
 */
export function reportFileProblems(files: readonly ReportFile[], cwd: string): readonly Diagnostic[] {
  const paths = files.map(({ file }) => resolve(cwd, file))
  return files.flatMap(({ kind, file }, index) => {
    const path = paths[index] ?? ''
    const why = paths.indexOf(path) < index ? 'another report is to be written there' : unwritable(file, path)
    return why === undefined ? [] : [problem(kind, file, why)]
  })
}

/** What deserves a word of files that are written all the same. */
export function reportFileWarnings(files: readonly ReportFile[]): readonly Diagnostic[] {
  return files
    .filter(({ kind, file }) => kind === 'metrics' && !file.endsWith('.prom'))
    .map(({ file }) => ({
      code: 'USAGE',
      severity: 'warning',
      message: `--metrics ${quoted(file)} does not end in .prom`,
      hint: 'the textfile collector of node_exporter passes over files of other names',
    }))
}

function problem(kind: ReportFile['kind'], file: string, why: string): Diagnostic {
  const hint = 'name a file in a folder that exists and that you can write to'
  return diagnostic('USAGE', `--${kind} ${quoted(file)} cannot be written: ${why}`, undefined, hint)
}

function unwritable(file: string, path: string): string | undefined {
  // Resolving takes the mark of a folder away.
  if (file === '' || /[/\\]$/.test(file)) return 'it names no file'
  const wrong = occupied(path)
  if (wrong !== undefined) return wrong
  try {
    const probe = besides(path)
    closeSync(openNew(probe, readable))
    unlinkSync(probe)
    return undefined
  } catch (thrown) {
    return messageOf(thrown)
  }
}

/** Why what stands there already is not to be replaced. */
function occupied(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined || stats.isFile()) return undefined
  if (stats.isSymbolicLink()) return 'it is a symbolic link, and no report is written through one'
  return stats.isDirectory() ? 'it is a folder' : 'it is no regular file'
}

/**
 * Writes one report: whole, into a new file that then takes the place of an older one, so that nobody reads half
 * of it. Returns what went wrong, as a warning.
 */
export function writeReportFile(
  { kind, file }: ReportFile,
  text: string,
  cwd: string,
): Diagnostic | undefined {
  const path = resolve(cwd, file)
  try {
    const wrong = occupied(path)
    if (wrong !== undefined) return problem(kind, file, wrong)
    const draft = besides(path)
    try {
      if (kind === 'metrics') writeNew(draft, text, readableByAll, true)
      else writeNew(draft, text, readable)
      renameSync(draft, path)
    } catch (thrown) {
      removeIfThere(draft)
      throw thrown
    }
    return undefined
  } catch (thrown) {
    return problem(kind, file, messageOf(thrown))
  }
}

function besides(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}`)
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It was never made; what went wrong is told by whoever asked.
  }
}
