import { constants } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises'
import { isCode, nodeFiles, type RunFiles } from './files.ts'
import { maxLeaseBytes } from './lease-record.ts'

/** What leases need of a file system; rejects with Node's own errors. No link is followed. */
export interface LeaseFiles extends Pick<RunFiles, 'kindOf' | 'ensureFolder'> {
  /** Empty where there is no such folder. */
  names(folder: string): Promise<readonly string[]>
  /** At most one byte more than a lease may have; undefined where nothing stands. ELOOP for a link. */
  read(path: string): Promise<string | undefined>
  /** EEXIST when anything stands there. For the owner only; a file that could not be written whole is removed. */
  create(path: string, text: string): Promise<void>
  /**
   * Writes over what is there, in the same file, if `isOurs` says so of its text: a file that has been put in its
   * place meanwhile is never touched. False where it is not ours, or nothing is there.
   */
  overwrite(path: string, isOurs: (text: string) => boolean, text: string): Promise<boolean>
  rename(from: string, to: string): Promise<void>
  /** Nothing there is no mistake. */
  remove(path: string): Promise<void>
}

const { O_RDONLY, O_RDWR, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants

export const nodeLeaseFiles: LeaseFiles = {
  kindOf: nodeFiles.kindOf,
  ensureFolder: nodeFiles.ensureFolder,
  names: (folder) =>
    readdir(folder).catch((thrown: unknown) => {
      if (isCode(thrown, 'ENOENT')) return []
      throw thrown
    }),
  read: async (path) => {
    const handle = await existing(path, O_RDONLY | O_NOFOLLOW)
    return handle === undefined ? undefined : closing(handle, textOf)
  },
  create: async (path, text) => {
    const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    try {
      await closing(handle, async () => {
        await handle.writeFile(text)
        await handle.sync()
      })
    } catch (thrown) {
      await rm(path, { force: true }).catch(() => undefined)
      throw thrown
    }
  },
  overwrite: async (path, isOurs, text) => {
    const handle = await existing(path, O_RDWR | O_NOFOLLOW)
    if (handle === undefined) return false
    return closing(handle, async () => {
      if (!isOurs(await textOf(handle))) return false
      await handle.write(Buffer.from(text), 0, undefined, 0)
      return true
    })
  },
  rename,
  remove: (path) => rm(path, { force: true }),
}

async function existing(path: string, flags: number): Promise<FileHandle | undefined> {
  try {
    // Not waiting: a pipe in its place would hold up every run.
    return await open(path, flags | O_NONBLOCK)
  } catch (thrown) {
    if (isCode(thrown, 'ENOENT')) return undefined
    throw thrown
  }
}

async function closing<T>(handle: FileHandle, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}

async function textOf(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxLeaseBytes + 1), 0, maxLeaseBytes + 1, 0)
  return buffer.subarray(0, bytesRead).toString('utf8')
}
