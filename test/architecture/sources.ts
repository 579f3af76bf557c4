import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

export const root: string = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Every TypeScript source below a folder, as paths relative to the project. */
export function sourcesBelow(folder: string): readonly string[] {
  const top = join(root, folder)
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .map((name) => join(top, name))
    .filter((path) => path.endsWith('.ts') && statSync(path).isFile())
    .map((path) => relative(root, path))
    .sort()
}

export interface Import {
  readonly file: string
  /** As written. */
  readonly specifier: string
  /** Project path of a relative import; absent for packages. */
  readonly target?: string
  readonly typeOnly: boolean
  readonly dynamic: boolean
  readonly names: readonly string[]
}

/** All imports and re-exports of one file, dynamic ones included. */
export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const parsed = parseSync(file, text)
  if (parsed.errors.length > 0) throw new Error(`${file}: ${parsed.errors[0]?.message}`)
  const found: Import[] = []
  const add = (specifier: string, typeOnly: boolean, dynamic: boolean, names: readonly string[]): void => {
    const target = specifier.startsWith('.')
      ? relative(root, resolve(root, dirname(file), specifier))
      : undefined
    found.push({ file, specifier, typeOnly, dynamic, names, ...(target === undefined ? {} : { target }) })
  }
  for (const entry of parsed.module.staticImports) {
    const typeOnly = entry.entries.length > 0 && entry.entries.every((name) => name.isType)
    add(
      entry.moduleRequest.value,
      typeOnly,
      false,
      entry.entries.map((name) => name.importName.kind),
    )
  }
  for (const entry of parsed.module.staticExports) {
    for (const name of entry.entries) {
      if (name.moduleRequest !== null) add(name.moduleRequest.value, name.isType, false, [])
    }
  }
  for (const entry of parsed.module.dynamicImports) {
    const written = text.slice(entry.moduleRequest.start, entry.moduleRequest.end)
    add(written.replace(/^['"]|['"]$/g, ''), false, true, [])
  }
  return found
}
