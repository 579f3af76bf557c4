// @ts-check
// Writes the declarations of the library: those that its door leads to, and nothing of the rest of the program.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const specifiers = /(\bfrom |\bimport\(|^import )(['"])([^'"]+)\2/gm

/**
 * @param {string} out the folder, which is emptied first
 */
export function writeTypes(out) {
  rmSync(out, { recursive: true, force: true })
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const project = join(root, '.ci', 'tsconfig.types.json')
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', out], { stdio: 'inherit' })
  const kept = new Set()
  const open = [join(out, 'index.d.ts')]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (kept.has(file)) continue
    kept.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, , , specifier = ''] of text.matchAll(specifiers)) {
      // What is bundled or optional for a user must not be needed to read the types.
      if (!specifier.startsWith('.')) throw new Error(`${file} needs the types of ${specifier}`)
      open.push(join(dirname(file), specifier.replace(/\.ts$/, '.d.ts')))
    }
    // The compiler leaves `.ts` in declarations; the files that stand there are `.d.ts` of `.js`.
    writeFileSync(
      file,
      text.replace(specifiers, (all) => all.replace(/\.ts(?=['"]$)/, '.js')),
    )
  }
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !kept.has(path)) rmSync(path)
  }
  removeEmpty(out)
}

/** @param {string} folder */
function removeEmpty(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name))
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true })
}
