import type { RunFiles } from '../../src/runs/files.ts'

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** A file system of its own, on which every write is done at once. */
export function memoryFiles(): RunFiles & { readonly contents: Map<string, Buffer> } {
  const folders = new Set<string>()
  const contents = new Map<string, Buffer>()
  return {
    contents,
    kindOf: async (path) => (folders.has(path) ? 'folder' : contents.has(path) ? 'file' : 'none'),
    names: async (folder) =>
      [...folders].filter((one) => one.startsWith(`${folder}/`)).map((one) => one.slice(folder.length + 1)),
    ensureFolder: async (path) => void folders.add(path),
    makeFolder: async (path) => {
      if (folders.has(path)) throw failure('EEXIST')
      folders.add(path)
    },
    syncFolder: async () => undefined,
    create: async (path) => {
      contents.set(path, Buffer.alloc(0))
      return {
        append: async (data) =>
          void contents.set(path, Buffer.concat([contents.get(path) ?? Buffer.alloc(0), data])),
        sync: async () => undefined,
        close: async () => undefined,
      }
    },
    openToRead: async (path) => {
      const data = contents.get(path)
      if (data === undefined) throw failure('ENOENT')
      return {
        size: data.length,
        read: async (offset, length) => data.subarray(offset, offset + length),
        close: async () => undefined,
      }
    },
    rename: async (from, to) => {
      for (const path of [...folders].filter((one) => below(from, one))) {
        folders.delete(path)
        folders.add(to + path.slice(from.length))
      }
      for (const [path, data] of [...contents].filter(([one]) => below(from, one))) {
        contents.delete(path)
        contents.set(to + path.slice(from.length), data)
      }
    },
    remove: async (path) => {
      for (const one of [...folders].filter((name) => below(path, name))) folders.delete(one)
      for (const one of [...contents.keys()].filter((name) => below(path, name))) contents.delete(one)
    },
  }
}

function below(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
