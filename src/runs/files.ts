import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file that only grows. */
export interface AppendFile {
  /** Writes all of it at the end. */
  append(data: Uint8Array): Promise<void>
  /** Resolves when what was appended is on the disk itself. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface ReadFile {
  readonly size: number
  /** At most `length` bytes from `offset`; fewer only at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** What the run store needs of a file system; rejects with Node's own errors (`code`: ENOENT, EEXIST …). */
export interface RunFiles {
  /** What stands at a path itself: a link is not followed. */
  kindOf(path: string): Promise<'folder' | 'file' | 'link' | 'other' | 'none'>
  names(folder: string): Promise<readonly string[]>
  /** With its parents where they are missing; for the owner only. */
  ensureFolder(path: string): Promise<void>
  /** EEXIST when anything stands there. */
  makeFolder(path: string): Promise<void>
  syncFolder(path: string): Promise<void>
  /** EEXIST when anything stands there, a link included. */
  create(path: string): Promise<AppendFile>
  /** ELOOP for a link. */
  openToRead(path: string): Promise<ReadFile>
  rename(from: string, to: string): Promise<void>
  /** With all that is in it; nothing there is no mistake. A link is removed, not what it leads to. */
  remove(path: string): Promise<void>
}

export const nodeFiles: RunFiles = {
  async kindOf(path) {
    try {
      const stats = await lstat(path)
      if (stats.isSymbolicLink()) return 'link'
      if (stats.isDirectory()) return 'folder'
      return stats.isFile() ? 'file' : 'other'
    } catch (thrown) {
      if (isCode(thrown, 'ENOENT', 'ENOTDIR')) return 'none'
      throw thrown
    }
  },
  names: (folder) => readdir(folder),
  async ensureFolder(path) {
    const first = await makeMissing(path)
    if (first !== undefined) await nodeFiles.syncFolder(dirname(first))
  },
  async makeFolder(path) {
    await mkdir(path, { mode: 0o700 })
  },
  async syncFolder(path) {
    const handle = await open(path, constants.O_RDONLY)
    try {
      await handle.sync()
    } catch (thrown) {
      // Some file systems have nothing to flush for a folder and say so with these.
      if (!isCode(thrown, 'EINVAL', 'ENOTSUP')) throw thrown
    } finally {
      await handle.close()
    }
  },
  async create(path) {
    const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW } = constants
    return appending(await open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0o600))
  },
  async openToRead(path) {
    // A pipe in its place would keep the program waiting for ever; opened so, it is an empty file.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    return reading(handle, (await handle.stat()).size)
  },
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
}

/**
 * Makes a folder and those above it that are missing, and gives the first that it made. Node's own
 * `recursive` never returns where a folder exists that can hold no other (`/proc`).
 */
async function makeMissing(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch((thrown: unknown) => {
    if (isCode(thrown, 'ENOENT')) return undefined
    throw thrown
  })
  if (stats?.isDirectory()) return undefined
  const parent = dirname(path)
  const first = stats === undefined && parent !== path ? await makeMissing(parent) : undefined
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (thrown) {
    // Another run may have made it in the meantime; a file in its place is told.
    if (stats !== undefined || !isCode(thrown, 'EEXIST')) throw thrown
    return first
  }
  return first ?? path
}

function appending(handle: FileHandle): AppendFile {
  return {
    append: (data) => handle.appendFile(data),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  }
}

function reading(handle: FileHandle, size: number): ReadFile {
  return {
    size,
    async read(offset, length) {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)))
      let filled = 0
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return buffer.subarray(0, filled)
    },
    close: () => handle.close(),
  }
}

/** True for an error of Node's file system with one of these codes. */
export function isCode(thrown: unknown, ...codes: readonly string[]): boolean {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    codes.includes(thrown.code)
  )
}
