import { basename, dirname, join } from 'node:path'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { nearest } from '../kernel/nearest.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { unreadableReason } from '../kernel/unreadable.ts'
import { type FileAccess, filesIn } from './files.ts'
import { largestDocument } from './load.ts'

function unreadable(path: string, message: string, hint?: string): Result<never, Diagnostic> {
  const at = { file: path, line: 1, col: 1 }
  return err(diagnostic('FILE_UNREADABLE', `${printable(path)} ${message}`, at, hint))
}

/** The file beside it that was probably meant. */
function besides(path: string, files: FileAccess): string | undefined {
  const meant = nearest(basename(path), files.list?.(dirname(path)) ?? [])
  return meant === undefined ? undefined : `did you mean "${printable(join(dirname(path), meant))}"?`
}

/** The text of one file, read by {@link readBytes}; what is not UTF-8 is refused. */
export function readText(path: string, files: FileAccess = filesIn()): Result<string, Diagnostic> {
  const bytes = readBytes(path, files)
  return bytes.kind === 'err' ? bytes : decode(path, bytes.value)
}

/**
 * The bytes of one file (FILE_UNREADABLE). A folder, a pipe or a file of more than `largest` bytes is refused
 * instead of being read: a pipe could keep the program waiting for ever.
 */
export function readBytes(
  path: string,
  files: FileAccess = filesIn(),
  largest: number = largestDocument,
): Result<Uint8Array, Diagnostic> {
  try {
    const { kind, size } = files.stat(path)
    if (kind === 'folder') return unreadable(path, 'is a folder: name the file in it')
    if (kind === 'other') return unreadable(path, 'is not a regular file: save its content in one')
    if (size > largest)
      return unreadable(path, `is larger than ${largest / 1024 / 1024} MiB: it is not a file of this kind`)
    return ok(files.read(path))
  } catch (thrown) {
    return unreadable(path, unreadableReason(thrown), besides(path, files))
  }
}

function decode(path: string, bytes: Uint8Array): Result<string, Diagnostic> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return unreadable(path, 'is not UTF-8 text: save it as UTF-8')
  }
}
