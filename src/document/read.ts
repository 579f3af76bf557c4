import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { largestDocument } from './load.ts'

/** The two calls of a file system that reading a document takes; the rooms that may name `node:fs` hand them in. */
export interface FileAccess {
  stat(path: string): { readonly kind: 'file' | 'folder' | 'other'; readonly size: number }
  read(path: string): Uint8Array
}

function unreadable(path: string, message: string): Result<never, Diagnostic> {
  const at = { file: path, line: 1, col: 1 }
  return err(diagnostic('FILE_UNREADABLE', `${printable(path)} ${message}`, at))
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  ENOTDIR: 'does not exist: a part of its path is a file',
  ELOOP: 'is a chain of symbolic links without an end',
}

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return reasons[code] ?? `cannot be read: ${messageOf(thrown)}`
}

/**
 * The text of one file. A folder, a pipe, a file that is too large or is not UTF-8 is refused before or
 * instead of being read: a pipe could keep the program waiting for ever.
 */
export function readText(path: string, files: FileAccess): Result<string, Diagnostic> {
  try {
    const { kind, size } = files.stat(path)
    if (kind === 'folder') return unreadable(path, 'is a folder: name the file in it')
    if (kind === 'other') return unreadable(path, 'is not a regular file: save its content in one')
    if (size > largestDocument)
      return unreadable(
        path,
        `is larger than ${largestDocument / 1024 / 1024} MiB: it is not a file of this kind`,
      )
    return decode(path, files.read(path))
  } catch (thrown) {
    return unreadable(path, reasonOf(thrown))
  }
}

function decode(path: string, bytes: Uint8Array): Result<string, Diagnostic> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return unreadable(path, 'is not UTF-8 text: save it as UTF-8')
  }
}
