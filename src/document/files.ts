import { readdirSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

/** The calls of a file system that reading a document takes. */
export interface FileAccess {
  stat(path: string): { readonly kind: 'file' | 'folder' | 'other'; readonly size: number }
  read(path: string): Uint8Array
  /** The names in a folder, to find the one that was meant; none where it cannot be read. */
  list?(path: string): readonly string[]
}

/**
 * The files of this machine; relative paths go out from `folder`, or from where the process was started.
 *
 * @param texts by path: read in place of whatever stands there
 */
export function filesIn(folder?: string, texts: Readonly<Record<string, string>> = {}): FileAccess {
  const placed = (path: string): string => (folder === undefined ? path : resolve(folder, path))
  const given = new Map(
    Object.entries(texts).map(([path, text]) => [placed(path), new TextEncoder().encode(text)]),
  )
  return {
    stat: (path) => {
      const text = given.get(placed(path))
      if (text !== undefined) return { kind: 'file', size: text.length }
      const stats = statSync(placed(path))
      return { kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other', size: stats.size }
    },
    read: (path) => given.get(placed(path)) ?? readFileSync(placed(path)),
    list: (path) => {
      try {
        return readdirSync(placed(path))
      } catch {
        return []
      }
    },
  }
}
