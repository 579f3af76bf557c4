import { createWriteStream, fstatSync } from 'node:fs'

/**
 * The stream for a descriptor that is a file, else undefined. Node's own stream of stdout writes to a file once: what
 * has no room on a full disk is left out, and counts as written. This one goes on until all is there or fails.
 */
export function wholeFile(descriptor: number): NodeJS.WritableStream | undefined {
  try {
    if (!fstatSync(descriptor).isFile()) return undefined
  } catch {
    // Closed: what node makes of that is good enough.
    return undefined
  }
  return createWriteStream('', { fd: descriptor, autoClose: false })
}
