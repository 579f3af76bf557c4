import { closeSync, constants, fchmodSync, fsyncSync, openSync, writeFileSync } from 'node:fs'

/** Makes a file to write to; follows no link, and throws EEXIST where anything stands. */
export function openNew(path: string, mode: number): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
}

/**
 * A new file with this text, on the disk itself when this returns; what was begun is left where it throws.
 *
 * @param exactly it has this mode, whatever the umask says
 */
export function writeNew(path: string, text: string, mode: number, exactly = false): void {
  const handle = openNew(path, mode)
  try {
    // By the open file: its name may be a link to somebody else's by now, where others may write to the folder.
    if (exactly) fchmodSync(handle, mode)
    writeFileSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
