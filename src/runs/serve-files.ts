import { join } from 'node:path'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { isCode, nodeFiles, type RunFiles } from './files.ts'

/** More is not what `serve` has written: hundreds of devices take one of these megabytes. */
const mostBytes = 64 * 1024 * 1024

/** The one document that `serve` keeps in a state directory: `DIR/serve/state.json`. */
export interface ServeFiles {
  /**
   * Undefined where nothing was ever written. A file that cannot be read rejects with SERVE_STATE_FAILED: what was
   * missed and what was told would be forgotten.
   */
  read(): Promise<string | undefined>
  /** All of it or nothing: on the disk itself when it resolves. Rejects with SERVE_STATE_FAILED. Calls may not overlap. */
  write(text: string): Promise<void>
}

export function serveFiles(dir: string, files: RunFiles = nodeFiles): ServeFiles {
  const folder = join(dir, 'serve')
  const path = join(folder, 'state.json')
  const beside = join(folder, 'state.json.new')
  return {
    read: () => told(path, () => readWhole(path, files)),
    write: (text) =>
      told(path, async () => {
        await files.ensureFolder(folder)
        // What a killed write left.
        await files.remove(beside)
        const file = await files.create(beside)
        try {
          await file.append(Buffer.from(text))
          await file.sync()
        } finally {
          await file.close()
        }
        await files.rename(beside, path)
        await files.syncFolder(folder)
      }),
  }
}

async function readWhole(path: string, files: RunFiles): Promise<string | undefined> {
  const kind = await files.kindOf(path)
  if (kind === 'none') return undefined
  if (kind !== 'file') throw new Error(`it is a ${kind}, not a file`)
  const file = await files.openToRead(path).catch((thrown: unknown) => {
    if (isCode(thrown, 'ENOENT')) return undefined
    throw thrown
  })
  if (file === undefined) return undefined
  try {
    if (file.size > mostBytes) throw new Error(`it has ${file.size} bytes, and no state has so many`)
    return (await file.read(0, file.size)).toString('utf8')
  } finally {
    await file.close()
  }
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw new IkeroError(
      'SERVE_STATE_FAILED',
      'user',
      `the state of serve, ${path}, cannot be kept: ${messageOf(thrown)}`,
      { next: 'make room, or fix the rights of that folder; move the file away to begin without a memory' },
      thrown,
    )
  }
}
