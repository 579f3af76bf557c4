// @ts-check
// The status page of `ikero serve`, drawn by the program's own code from a morning that the tests have made up: a lab
// has no two weeks behind it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const source = `
import { statusPage } from './src/report/html/status-page.ts'
import { morning } from './test/report/serve-views.ts'
export const page = statusPage(morning, { refreshSeconds: 0 }).html
`

/**
 * Writes the page and returns the path of its file.
 * @param {string} root the project's folder @param {string} dir where it is written
 */
export async function statusFile(root, dir) {
  const program = join(dir, 'status.mjs')
  await build({
    absWorkingDir: root,
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  })
  const { page } = await import(pathToFileURL(program).href)
  const path = join(dir, 'status.html')
  writeFileSync(path, page)
  return path
}
