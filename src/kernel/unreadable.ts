import { messageOf } from './errors.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'does not exist: a part of its path is a file',
  ELOOP: 'is a chain of symbolic links without an end',
}

/** Why a file could not be read, in words that follow its path, from what a call of `node:fs` threw. */
export function unreadableReason(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return reasons[code] ?? `cannot be read: ${messageOf(thrown)}`
}
