import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the package, from the sources as well as from the bundle. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/** A scenario by its path, or by its bare name among those that come with ikero (`lab`). */
export function scenarioPath(name: string, cwd: string): string {
  const shipped = join(packageRoot(), 'mocks', 'scenarios', `${name}.yml`)
  return /^[a-z0-9-]+$/.test(name) && existsSync(shipped) ? shipped : resolve(cwd, name)
}
