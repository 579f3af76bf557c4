import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

/** The two calls of a file system that reading a document takes. */
export interface FileAccess {
  stat(path: string): { readonly kind: 'file' | 'folder' | 'other'; readonly size: number }
  read(path: string): Uint8Array
}

/** The files of this machine; relative paths go out from `folder`, or from where the process was started. */
export function filesIn(folder?: string): FileAccess {
  const placed = (path: string): string => (folder === undefined ? path : resolve(folder, path))
  return {
    stat: (path) => {
      const stats = statSync(placed(path))
      return { kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other', size: stats.size }
    },
    read: (path) => readFileSync(placed(path)),
  }
}
