import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../architecture/sources.ts'

/** ikero as npm would install it, in a folder of a project that uses it. */
export interface Project {
  readonly dir: string
  /** Every file of the package, by its path there. */
  readonly files: readonly string[]
  remove(): void
}

// What a developer of ikero has lying about: none of it may get into a package by being there.
const tree = ['src', 'mocks', 'docs', 'playbooks', 'inventory', '.ci', 'test/library', 'dist']
const readmes = ['README.md', 'README.ja.md']
const single = ['package.json', ...readmes, 'LICENSE', 'CHANGELOG.md', 'tsconfig.json', 'biome.json']

/** Packs what `npm run package` would pack, out of dist/ as it was built and declarations made now. */
export function packed(): Project {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-package-'))
  const clone = join(dir, 'clone')
  for (const name of [...tree, ...single]) cpSync(join(root, name), join(clone, name), { recursive: true })
  const types = join(root, '.ci', 'types.mjs')
  const write = `import { writeTypes } from ${JSON.stringify(types)}; writeTypes(process.argv[1])`
  execFileSync(process.execPath, ['--input-type=module', '-e', write, join(clone, 'dist', 'types')])
  const told: unknown = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', dir], { cwd: clone, encoding: 'utf8' }),
  )
  const { filename, files } = packageOf(told)
  const modules = join(dir, 'node_modules')
  const installed = join(modules, 'ikero')
  mkdirSync(join(modules, '@types'), { recursive: true })
  mkdirSync(installed)
  execFileSync('tar', ['-xzf', join(dir, filename), '--strip-components=1', '-C', installed])
  // What npm would install beside it, and what a project in TypeScript has.
  for (const name of ['ssh2', '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  rmSync(clone, { recursive: true })
  return { dir, files, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

function packageOf(told: unknown): { readonly filename: string; readonly files: readonly string[] } {
  const [first]: unknown[] = Array.isArray(told) ? told : []
  const { filename, files } = { filename: '', files: [], ...Object(first) }
  if (typeof filename !== 'string' || !Array.isArray(files)) throw new Error('npm pack tells something else')
  return { filename, files: files.map(({ path }: { path: string }) => path) }
}
