import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../architecture/sources.ts'
import { type Block, blocksOf, missingFrom } from '../docs/blocks.ts'
import { type LabFolder, labFolder } from '../docs/lab-folder.ts'
import { type Project, packed } from './packed.ts'

// The programs of docs/library.md, as a reader would copy them: in a folder with the package, the lab and its files.

interface Example {
  readonly line: number
  readonly code: string
  /** The block behind it: what it prints. */
  readonly prints: readonly string[]
}

const page = readFileSync(join(root, 'docs', 'library.md'), 'utf8')
const blocks = blocksOf(page)
const examples: readonly Example[] = blocks.flatMap((block, nth) =>
  block.language === 'ts'
    ? [{ line: block.line, code: textOf(block), prints: blocks[nth + 1]?.lines ?? [] }]
    : [],
)
const nameOf = ({ line }: Example): string => `line-${line}`

let project: Project
let lab: LabFolder
const printed = new Map<string, string>()

beforeAll(async () => {
  project = packed()
  lab = await labFolder()
  symlinkSync(join(project.dir, 'node_modules'), join(lab.dir, 'node_modules'))
  writeFileSync(join(lab.dir, 'package.json'), JSON.stringify({ type: 'module' }))
  writePortal(lab.dir)
  for (const example of examples) writeFileSync(join(lab.dir, `${nameOf(example)}.ts`), example.code)
  // One after the other, as they stand on the page: later ones see the runs of earlier ones.
  for (const example of examples) {
    const { code } = transformSync(example.code.replace('./portal.ts', './portal.js'), {
      loader: 'ts',
      format: 'esm',
    })
    const file = join(lab.dir, `${nameOf(example)}.mjs`)
    writeFileSync(file, code)
    printed.set(nameOf(example), await run(file, lab.dir))
  }
  await lab.stop()
}, 240_000)
afterAll(async () => {
  await lab.remove()
  project.remove()
})

/** What the page leaves to its reader: where inventory and password come from. */
function writePortal(dir: string): void {
  const { hosts, peers }: { hosts: object; peers: object } = parse(
    readFileSync(join(dir, 'inventory', 'lab.yml'), 'utf8'),
  )
  const secret = { env: 'LAB_PASSWORD' }
  const inventory = {
    version: 1,
    defaults: { credential: 'netops' },
    credentials: { netops: { username: 'netops', password: secret, enable: secret } },
    hosts,
    peers,
  }
  const password = readFileSync(join(dir, 'lab', 'password'), 'utf8').trim()
  writeFileSync(
    join(dir, 'portal.js'),
    `export const inventoryFromDatabase = async () => (${JSON.stringify(inventory)})
export const passwordFromVault = async () => ${JSON.stringify(password)}
`,
  )
  writeFileSync(
    join(dir, 'portal.ts'),
    `export declare function inventoryFromDatabase(): Promise<object>
export declare function passwordFromVault(): Promise<string>
`,
  )
}

function textOf({ lines }: Block): string {
  return `${lines.join('\n')}\n`
}

function run(file: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { cwd, env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve(code === 0 ? said : `${said}exit ${code}\n`))
  })
}

describe('docs/library.md', () => {
  it('shows programs, each with what it prints', () => {
    expect(examples.length).toBeGreaterThan(4)
    expect(examples.filter(({ prints }) => prints.length === 0)).toEqual([])
  })

  it('shows programs that strict TypeScript takes', () => {
    writeFileSync(
      join(lab.dir, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noUncheckedIndexedAccess: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2023',
          types: ['node'],
          skipLibCheck: true,
          allowImportingTsExtensions: true,
        },
        files: examples.map((example) => `${nameOf(example)}.ts`),
      }),
    )
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const ran = spawnSync(process.execPath, [tsc, '-p', lab.dir], { encoding: 'utf8' })
    expect(ran.stdout).toBe('')
    expect(ran.status).toBe(0)
  }, 90_000)

  it.each(examples)('shows in line $line a program that prints what stands below it', (example) => {
    const said = printed.get(nameOf(example)) ?? ''
    expect(missingFrom(said, example.prints), said).toBeUndefined()
    expect(said.trim().split('\n').length, said).toBeLessThanOrEqual(example.prints.length + 4)
  })

  it('writes the report that its program keeps', () => {
    expect(readFileSync(join(lab.dir, 'report.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*CHG0012345/i)
  })

  it('names every function that the library has', () => {
    const door = readFileSync(join(root, 'src', 'library', 'functions.ts'), 'utf8')
    const names = [...door.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name = '']) => name)
    const table = page.split('## All functions')[1] ?? ''
    expect(names.length).toBeGreaterThan(15)
    expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([])
  })
})
