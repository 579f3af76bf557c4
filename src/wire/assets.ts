import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'

/** The folder of the package, from the sources as well as from the bundle. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

const shippedName = /^[a-z0-9-]+$/

function scenarioFolder(): string {
  return join(packageRoot(), 'mocks', 'scenarios')
}

/** A scenario by its path, or by its bare name among those that come with ikero (`lab`). */
export function scenarioPath(name: string, cwd: string): string {
  const shipped = join(scenarioFolder(), `${name}.yml`)
  return shippedName.test(name) && existsSync(shipped) ? shipped : resolve(cwd, name)
}

/** What a bare name that is neither a file nor one of ikero's scenarios may have meant; undefined for any other. */
export function unknownScenario(name: string, cwd: string): Diagnostic | undefined {
  if (/[/\\.]/.test(name) || existsSync(scenarioPath(name, cwd))) return undefined
  const shipped = readdirSync(scenarioFolder())
    .filter((file) => file.endsWith('.yml'))
    .map((file) => file.slice(0, -'.yml'.length))
  const hint = didYouMean(name, shipped) ?? `name a file, or one that comes with ikero: ${shipped.join(', ')}`
  return diagnostic('USAGE', `${quoted(name)} is neither a file nor a scenario of ikero`, undefined, hint)
}
