import {
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { unreadableReason } from '../kernel/unreadable.ts'
import { recordFolder } from '../runs/state-dir.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import type { CliIo } from './io.ts'
import { ignoredPaths, ignoreFile, nextSteps, type ProjectFile, projectFiles } from './project-files.ts'
import { refuse } from './shared.ts'

/** `init [DIR]`: writes a project that works as it stands. Contacts nothing, follows no link below DIR. */
export const runInit: RunCommand = async ([dir = ''], values, io) => {
  const flags = new Flags(values)
  const root = resolve(io.cwd, dir === '' ? '.' : dir)
  const files = projectFiles()
  const wrong = inTheWay(root, dir, files, flags.on('force'))
  if (wrong.length > 0) return refuse(wrong, flags, io)
  for (const [nth, file] of files.entries()) {
    try {
      write(root, file)
    } catch (thrown) {
      io.stderr.write(
        `error: cannot write ${printable(join(root, file.path))}: ${printable(messageOf(thrown))}\n`,
      )
      const done = files.slice(0, nth).map(({ path }) => path)
      io.stderr.write(`  written before: ${done.length === 0 ? 'nothing' : done.join(', ')}\n`)
      return 1
    }
  }
  try {
    // Without it, runs would be recorded beside the playbook. What it will hold is nobody else's business.
    mkdirSync(join(root, recordFolder), { recursive: true, mode: 0o700 })
  } catch (thrown) {
    io.stderr.write(
      `error: cannot make ${printable(join(root, recordFolder))}: ${printable(messageOf(thrown))}\n`,
    )
    return 1
  }
  io.stdout.write(report(root, files, io))
  return 0
}

/** Undefined where there is nothing; a link is told as itself. */
function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

/** All that keeps a project from being written there; nothing has been written yet. */
function inTheWay(
  root: string,
  dir: string,
  files: readonly ProjectFile[],
  force: boolean,
): readonly Diagnostic[] {
  try {
    // The folder itself may be a link: the user named it.
    const there = statSync(root, { throwIfNoEntry: false })
    if (there?.isDirectory() === false)
      return [usage(`${printable(dir)} is not a folder`, 'name the folder for the project, new or empty')]
    return uniqueOf([...files.flatMap((file) => problemsOf(root, file, force)), ...recordProblems(root)])
  } catch (thrown) {
    return [usage(`${printable(dir)} ${unreadableReason(thrown)}`)]
  }
}

/** A folder that is there already is somebody's record, and is left as it is. */
function recordProblems(root: string): readonly Diagnostic[] {
  const there = lookAt(join(root, recordFolder))
  if (there === undefined || there.isDirectory()) return []
  const what = there.isSymbolicLink() ? 'a link' : 'not a folder'
  return [usage(`${recordFolder} is ${what}: no run is recorded through it`, 'take it away')]
}

/** What stands in the way of one file: itself, or what its folder is. */
function problemsOf(root: string, { path }: ProjectFile, force: boolean): readonly Diagnostic[] {
  const folder = dirname(path)
  const above = folder === '.' ? undefined : lookAt(join(root, folder))
  if (above?.isDirectory() === false)
    return [
      usage(
        `${folder} is ${above.isSymbolicLink() ? 'a link' : 'not a folder'}: nothing is written through it`,
        'take it away, or choose another folder for the project',
      ),
    ]
  const there = lookAt(join(root, path))
  if (there === undefined || (force && there.isFile())) return []
  if (there.isFile())
    return [usage(`${path} exists already`, 'choose another folder, or give --force to write over it')]
  const what = there.isSymbolicLink() ? 'a link' : 'not a file'
  return [usage(`${path} is ${what}: it is not written over`, 'take it away, or choose another folder')]
}

function uniqueOf(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>()
  return problems.filter(({ message }) => !seen.has(message) && seen.add(message))
}

/** Into a new file that then takes the name: what is there is replaced whole, or not at all. */
function write(root: string, file: ProjectFile): void {
  const path = join(root, file.path)
  mkdirSync(dirname(path), { recursive: true })
  const there = lookAt(path)
  if (there === undefined) {
    writeFileSync(path, file.text, { flag: 'wx' })
    return
  }
  const text = file.path === ignoreFile ? withIgnored(readFileSync(path, 'utf8'), file.text) : file.text
  const beside = `${path}.ikero-new`
  try {
    writeFileSync(beside, text, { flag: 'wx', mode: there.mode & 0o777 })
    renameSync(beside, path)
  } catch (thrown) {
    rmSync(beside, { force: true })
    throw thrown
  }
}

/** A .gitignore is somebody's work, also under --force: it gets the lines that it lacks. */
function withIgnored(before: string, whole: string): string {
  const lines = new Set(before.split(/\r?\n/))
  const missing = ignoredPaths.filter((path) => !lines.has(path))
  if (missing.length === 0) return before
  if (missing.length === ignoredPaths.length) return `${endOfLine(before)}${whole}`
  return `${endOfLine(before)}${missing.join('\n')}\n`
}

function endOfLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function report(root: string, files: readonly ProjectFile[], { cwd }: CliIo): string {
  const where = relative(cwd, root)
  const steps = [...(where === '' ? [] : [`cd ${shellWord(where)}`]), ...nextSteps()]
  return [
    'written:',
    ...files.map(({ path }) => `  ${printable(join(where, path))}`),
    `  ${printable(join(where, recordFolder))}/    (what is run here is recorded in it)`,
    '',
    'next:',
    ...steps.map((line) => (line === '' ? '' : `  ${printable(line)}`)),
    '',
  ].join('\n')
}

/** A path as a shell takes it for one word. */
function shellWord(path: string): string {
  if (/^[A-Za-z0-9_./][A-Za-z0-9_./-]*$/.test(path)) return path
  const safe = path.startsWith('-') ? `./${path}` : path
  return `'${safe.replaceAll("'", "'\\''")}'`
}
