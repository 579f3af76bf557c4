// @ts-check
// Builds dist/: a small entry per bin and library door, everything else in chunks that are loaded
// when a command needs them. ssh2 stays a package: it is loaded only by runs that open a connection.
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { writeTypes } from './types.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')
const withTypes = process.argv.includes('--types')

rmSync(dist, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts', 'src/index.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['ssh2'],
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  // Bundled CommonJS packages (commander, ajv) ask for Node's own modules through require.
  banner: {
    js: "import { createRequire as ikeroRequire } from 'node:module'; const require = ikeroRequire(import.meta.url);",
  },
})
mkdirSync(join(dist, 'schemas'), { recursive: true })
for (const path of readdirSync(join(root, 'src'), { encoding: 'utf8', recursive: true })) {
  if (path.endsWith('.schema.json')) cpSync(join(root, 'src', path), join(dist, 'schemas', basename(path)))
}
chmodSync(join(dist, 'main.js'), 0o755)
if (withTypes) writeTypes(join(dist, 'types'))
