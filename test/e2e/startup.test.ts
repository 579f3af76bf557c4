import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-start-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** The files that a call of the built program loads, as Node itself says. */
function loadedBy(args: readonly string[]): readonly string[] {
  const env = { PATH: process.env.PATH ?? '', NODE_V8_COVERAGE: dir }
  spawnSync(process.execPath, [join(root, 'dist', 'main.js'), ...args], { env, stdio: 'ignore' })
  const [report = ''] = readdirSync(dir)
  const { result }: { result: readonly { readonly url: string }[] } = JSON.parse(
    readFileSync(join(dir, report), 'utf8'),
  )
  return result.flatMap(({ url }) => (url.startsWith('file:') ? [fileURLToPath(url)] : []))
}

/** Packages by the marks that the bundler leaves in a chunk, and those that are not bundled by their path. */
function packagesIn(files: readonly string[]): ReadonlySet<string> {
  const marks = files.flatMap((file) => [
    ...[...readFileSync(file, 'utf8').matchAll(/^\s*\/\/ node_modules\/([\w-]+)\//gm)].map(
      ([, name]) => name,
    ),
    ...[...file.matchAll(/node_modules\/([\w-]+)\//g)].map(([, name]) => name),
  ])
  return new Set(marks.flatMap((name) => name ?? []))
}

describe('a start that does nothing', () => {
  it.each([['--version'], ['--help'], ['apply', '--help']])(
    'loads no package but commander: %s',
    (...args) => {
      const loaded = loadedBy(args)
      expect(loaded).toContain(join(root, 'dist', 'main.js'))
      expect([...packagesIn(loaded)]).toEqual(['commander'])
      expect(loaded.length).toBeLessThanOrEqual(12)
    },
  )

  it('loads what reads files where files are read, and no SSH and no rows', () => {
    const packages = packagesIn(loadedBy(['validate', 'playbooks/hubs.yml']))
    expect([...packages]).toEqual(expect.arrayContaining(['commander', 'yaml', 'ajv']))
    expect(packages).not.toContain('ssh2')
    expect(packages).not.toContain('listr2')
  })
})
