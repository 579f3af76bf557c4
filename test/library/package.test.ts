import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schemaNames } from '../../src/cli/schema-names.ts'
import { root, sourcesBelow } from '../architecture/sources.ts'
import { type Declaration, Declarations } from './declarations.ts'
import { type Project, packed } from './packed.ts'

let project: Project
let types: string

beforeAll(() => {
  project = packed()
  types = join(project.dir, 'node_modules', 'ikero', 'dist', 'types')
}, 120_000)
afterAll(() => project.remove())

describe('the package', () => {
  it('has the program, its declarations, schemas and examples, and nothing else', () => {
    const kinds = [
      // npm packs every README there is, whatever `files` says.
      /^(?:package\.json|README(?:\.ja)?\.md|LICENSE|CHANGELOG\.md)$/,
      /^dist\/[\w-]+\.js$/,
      /^dist\/types\/(?:[\w-]+\/)*[\w-]+\.d\.ts$/,
      /^dist\/schemas\/[\w-]+\.schema\.json$/,
      /^mocks\/scenario\.schema\.json$/,
      /^mocks\/scenarios\/(?:[\w-]+\/)*[\w-]+\.yml$/,
      /^(?:playbooks|inventory)\/[\w-]+\.yml$/,
    ]
    const count = kinds.map((kind) => project.files.filter((file) => kind.test(file)).length)
    expect(project.files.filter((file) => !kinds.some((kind) => kind.test(file)))).toEqual([])
    expect(
      count.every((one) => one > 0),
      `files of each kind: ${count.join(', ')}`,
    ).toBe(true)
    expect(count[0]).toBe(5)
    expect(count[3]).toBe(schemaNames.length)
  })

  it('has a file for everything that its package.json names', () => {
    const { bin, exports }: { bin: object; exports: object } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    )
    const named = [
      ...Object.values(bin),
      ...Object.values(exports).flatMap((one) => Object.values(Object(one))),
    ]
    const paths = [bin, exports].flatMap(function flat(one: unknown): readonly string[] {
      return typeof one === 'string' ? [one.replace('./', '')] : Object.values(Object(one)).flatMap(flat)
    })
    expect(named.length).toBeGreaterThan(0)
    const fits = (path: string): boolean => {
      const [start = '', end] = path.split('*')
      return project.files.some((file) =>
        end === undefined ? file === path : file.startsWith(start) && file.endsWith(end),
      )
    }
    expect(paths.filter((path) => !fits(path))).toEqual([])
  })

  it('lets the schemas be imported by name', () => {
    const code =
      "import s from 'ikero/result.schema.json' with { type: 'json' }; console.log(s.$schema !== undefined)"
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: project.dir,
      encoding: 'utf8',
    })
    expect(out.trim()).toBe('true')
  })

  it('runs as a program', () => {
    const main = join(project.dir, 'node_modules', 'ikero', 'dist', 'main.js')
    expect(execFileSync(process.execPath, [main, '--version'], { encoding: 'utf8' })).toMatch(
      /^\d+\.\d+\.\d+\n$/,
    )
  })
})

describe('the declarations', () => {
  it('are those that the door leads to: no other file of the source has one', () => {
    const have = readdirSync(types, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )
    expect(have.length).toBeLessThan(sourcesBelow('src').length / 4)
    const rooms = new Set(have.map((file) => file.split('/')[0]))
    expect([...rooms].sort()).toEqual(expect.arrayContaining(['index.d.ts', 'library', 'model']))
    expect(
      [...rooms].filter((room) => ['transport', 'session', 'platform', 'cli'].includes(`${room}`)),
    ).toEqual([])
  })

  it('name no package and no file that a user does not have', () => {
    const foreign = readdirSync(types, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...readFileSync(join(types, file), 'utf8').matchAll(/(?:from|import\() ?['"]([^'"]+)['"]/g)]
          .map(([, specifier = '']) => specifier)
          .filter((specifier) => !/^\.{1,2}\/.*\.js$/.test(specifier))
          .map((specifier) => `${file}: ${specifier}`),
      )
    expect(foreign).toEqual([])
  })

  it('have a doc comment on everything that the library gives', () => {
    const bare = [...new Declarations(types).public].filter(([, { doc = '' }]) => doc.length < 10)
    expect(bare.map(([name]) => name)).toEqual([])
  })

  it('give every type by name that a caller gets or hands over', () => {
    const all = new Declarations(types)
    const given = new Set([...all.public.values()].map(keyOf))
    const missing = new Set<string>()
    const open = [...all.public.values()]
    const seen = new Set<string>()
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      for (const used of all.usedBy(one)) {
        if (seen.has(keyOf(used)) || notPublic.has(used.name) || bases.test(keyOf(used))) continue
        seen.add(keyOf(used))
        if (!given.has(keyOf(used))) missing.add(`${used.name} of ${one.name}`)
        open.push(used)
      }
    }
    expect([...missing]).toEqual([])
    expect(seen.size).toBeGreaterThan(100)
  })
})

/** What the types of the library lead to and do not promise: docs/library.md says so. */
const notPublic: ReadonlySet<string> = new Set(['DeviceFacts', 'JournalEntry', 'Brand'])
/** Options as the command line gives them: the library's own are made from them. */
const bases = /^wire\/.*:\w+Options$|^workflow\/ports\.d\.ts:Approve$/

function keyOf({ file, name }: Declaration): string {
  return `${file}:${name}`
}

const program = `import {
  apply, IkeroError, parse, plan, toJsonDocument, validate, verify,
  type ApplyOptions, type DevicePlan, type Diagnostic, type Finding, type RunEvent, type RunResult,
} from 'ikero'
import type { ParsedSa } from 'ikero'

const heard: RunEvent['kind'][] = []
const options: ApplyOptions = {
  playbook: 'hubs.yml',
  documents: { 'hubs.yml': 'version: 1' },
  signal: AbortSignal.timeout(1000),
  onEvent: (event) => { heard.push(event.kind) },
  approve: (plans: readonly DevicePlan[]) => plans.length < 5,
}
const { approve: _asked, ...reading } = options
export async function go(): Promise<RunResult | readonly Diagnostic[]> {
  const checked = validate(reading)
  if (checked.kind === 'invalid') return checked.diagnostics
  const planned = await plan(reading)
  if (planned.kind === 'invalid') return planned.diagnostics
  const blocking: Finding[] = planned.result.devices.flatMap((one) => one.findings.filter((f) => f.severity === 'block'))
  if (blocking.length > 0) return planned.result
  try {
    const done = await apply(options)
    if (done.kind === 'invalid') return done.diagnostics
    const version: 1 = toJsonDocument(done.result, done.exitCode).formatVersion
    const again = await verify({ ...reading, playbook: done.result.runId })
    return again.kind === 'done' && version === 1 ? again.result : done.result
  } catch (thrown) {
    if (thrown instanceof IkeroError) throw new Error(thrown.code + (thrown.details.next ?? ''))
    throw thrown
  }
}
const parsed = parse({ command: 'show crypto ikev2 sa', text: '', platform: 'ios' })
export const sas: readonly ParsedSa[] = parsed.kind === 'facts' ? parsed.facts.sas ?? [] : []
// @ts-expect-error a misspelt option
void plan({ playbook: 'a.yml', inventry: 'b.yml' })
// @ts-expect-error nobody is asked
void apply({ playbook: 'a.yml' })
`

describe('a program in strict TypeScript', () => {
  const settings = { strict: true, noEmit: true, target: 'es2023' }
  const node = { types: ['node'], skipLibCheck: true }
  it.each([
    ['nodenext, with the types of Node', { module: 'nodenext', moduleResolution: 'nodenext', ...node }],
    ['bundler, with the types of Node', { module: 'esnext', moduleResolution: 'bundler', ...node }],
    [
      'its declarations read too, with those of a browser and exact optional properties',
      {
        module: 'nodenext',
        lib: ['es2023', 'dom'],
        types: [],
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        skipDefaultLibCheck: true,
      },
    ],
  ])(
    'compiles against the package: %s',
    (_title, more) => {
      writeFileSync(join(project.dir, 'program.mts'), program)
      writeFileSync(
        join(project.dir, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { ...settings, ...more }, files: ['program.mts'] }),
      )
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
      const ran = spawnSync(process.execPath, [tsc, '-p', project.dir], { encoding: 'utf8' })
      expect(ran.stdout).toBe('')
      expect(ran.status).toBe(0)
    },
    90_000,
  )
})
