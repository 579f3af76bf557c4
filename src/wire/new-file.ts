import { closeSync, constants, fsyncSync, openSync, writeFileSync } from 'node:fs'

/** Makes a file to write to; follows no link, and throws EEXIST where anything stands. */
export function openNew(path: string, mode: number): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
}

/** A new file with this text, on the disk itself when this returns; what was begun is left where it throws. */
export function writeNew(path: string, text: string, mode: number): void {
  const handle = openNew(path, mode)
  try {
    writeFileSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
