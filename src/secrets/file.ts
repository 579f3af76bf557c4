import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { unreadableReason } from '../kernel/unreadable.ts'

/** What reading a secret file gave. */
export type SecretFile =
  | { readonly kind: 'read'; readonly text: string; readonly othersMayWrite: boolean }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** More than any key or password. */
const largestSecret = 64 * 1024

/** Reads a small regular file; a pipe or a device could keep the run waiting for ever. */
export async function readSecretFile(path: string): Promise<SecretFile> {
  try {
    // Without waiting for the other end, should it be a pipe.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = await file.stat()
      if (!stats.isFile()) return { kind: 'unreadable', reason: 'is not a regular file' }
      if (stats.size > largestSecret) return { kind: 'unreadable', reason: 'is too large to be a secret' }
      const text = await file.readFile('utf8')
      return { kind: 'read', text, othersMayWrite: (stats.mode & 0o022) !== 0 }
    } finally {
      await file.close()
    }
  } catch (thrown) {
    return { kind: 'unreadable', reason: unreadableReason(thrown) }
  }
}
