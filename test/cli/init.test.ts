import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ikeroHere, type Ran } from './in-process.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-init-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const all = [
  '.gitignore',
  'inventory/hosts.yml',
  'playbooks/hubs.yml',
  'schemas/inventory.schema.json',
  'schemas/playbook.schema.json',
]

const init = (...more: readonly string[]): Promise<Ran> => ikeroHere(['init', ...more], { cwd: dir })
const read = (path: string): string => readFileSync(join(dir, path), 'utf8')
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(dir, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => lstatSync(join(dir, folder, name)).isFile())
    .sort()

describe('ikero init', () => {
  it.each([
    ['the current folder', [], '.'],
    ['a new folder', ['vpn'], 'vpn'],
    ['a new folder below another', ['net/vpn'], 'net/vpn'],
  ])('writes a project into %s that validates', async (_, args, folder) => {
    const ran = await init(...args)
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(filesBelow(folder)).toEqual(all)
    for (const path of all) expect(ran.stdout).toContain(join(folder, path))
    const valid = await ikeroHere(['validate', 'playbooks/hubs.yml'], { cwd: join(dir, folder) })
    expect(valid).toEqual({ code: 0, stdout: 'ok: hubs answer only: 3 devices\n', stderr: '' })
  })

  it.each(['playbooks/hubs.yml', 'inventory/hosts.yml'])(
    'writes %s with the schema that it names and keeps to',
    async (path) => {
      await init()
      const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(read(path))?.[1] ?? ''
      const schema: unknown = JSON.parse(readFileSync(resolve(dir, dirname(path), named), 'utf8'))
      const ajv = new Ajv({ strict: false, validateSchema: false })
      const check = ajv.compile(typeof schema === 'object' && schema !== null ? schema : false)
      expect(check(parse(read(path))), ajv.errorsText(check.errors)).toBe(true)
      expect(check({})).toBe(false)
    },
  )

  it('makes the folder for the record of runs, for its owner alone, and leaves one that is there', async () => {
    await init('vpn')
    expect(statSync(join(dir, 'vpn/.ikero')).mode & 0o777).toBe(0o700)
    mkdirSync(join(dir, 'old/.ikero/runs'), { recursive: true })
    expect(await init('old')).toMatchObject({ code: 0 })
    expect(readdirSync(join(dir, 'old/.ikero'))).toEqual(['runs'])
  })

  it('records nothing through a link: 64, and nothing is written', async () => {
    symlinkSync(tmpdir(), join(dir, '.ikero'))
    const ran = await init()
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain('.ikero is a link')
    expect(readdirSync(dir)).toEqual(['.ikero'])
  })

  it('keeps what ikero records, and secrets, out of git', async () => {
    await init()
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['.ikero/', '/lab/', '*.key']))
  })

  it('writes over nothing: all files that are there are named, exit 64, and nothing is written', async () => {
    mkdirSync(join(dir, 'playbooks'))
    writeFileSync(join(dir, 'playbooks/hubs.yml'), 'mine\n')
    writeFileSync(join(dir, '.gitignore'), 'mine\n')
    const ran = await init()
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain('playbooks/hubs.yml exists already')
    expect(ran.stderr).toContain('.gitignore exists already')
    expect(filesBelow('.')).toEqual(['.gitignore', 'playbooks/hubs.yml'])
    expect(read('playbooks/hubs.yml')).toBe('mine\n')
  })

  it('writes over files with --force, and gives a .gitignore only the lines that it lacks', async () => {
    mkdirSync(join(dir, 'playbooks'))
    writeFileSync(join(dir, 'playbooks/hubs.yml'), 'mine\n')
    writeFileSync(join(dir, '.gitignore'), 'node_modules\n*.key')
    expect(await init('--force')).toMatchObject({ code: 0, stderr: '' })
    expect(read('playbooks/hubs.yml')).toContain('name: hubs answer only')
    const lines = read('.gitignore').split('\n')
    expect(lines.slice(0, 2)).toEqual(['node_modules', '*.key'])
    expect(lines.filter((line) => line === '*.key')).toHaveLength(1)
    expect(lines).toContain('.ikero/')
    const before = read('.gitignore')
    expect(await init('--force')).toMatchObject({ code: 0 })
    expect(read('.gitignore')).toBe(before)
    expect(filesBelow('.')).toEqual(all)
  })

  it.each([
    ['a file that is a link', 'playbooks/hubs.yml', 'outside.yml', 'playbooks/hubs.yml is a link'],
    ['a file that is a link to nothing', '.gitignore', 'nothing', '.gitignore is a link'],
    ['a folder that is a link', 'inventory', 'elsewhere', 'inventory is a link'],
  ])('follows no link, also with --force: %s', async (_, path, to, said) => {
    writeFileSync(join(dir, 'outside.yml'), 'outside\n')
    mkdirSync(join(dir, 'elsewhere'))
    const project = join(dir, 'project')
    mkdirSync(dirname(join(project, path)), { recursive: true })
    symlinkSync(join(dir, to), join(project, path))
    const ran = await init('project', '--force')
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain(said)
    expect(read('outside.yml')).toBe('outside\n')
    expect(readdirSync(join(dir, 'elsewhere'))).toEqual([])
    expect(existsSync(join(dir, 'nothing'))).toBe(false)
  })

  it.each([
    ['a file in place of the project', 'vpn', 'vpn is not a folder'],
    ['a file in place of a folder', 'vpn/schemas', 'schemas is not a folder'],
    ['a file above the project', '.', 'a part of its path is a file'],
  ])('says what is in the way: %s', async (_, path, said) => {
    if (path !== 'vpn') mkdirSync(join(dir, 'vpn'))
    const file = path === '.' ? 'vpn/file' : path
    writeFileSync(join(dir, file), '')
    const ran = await init(path === '.' ? 'vpn/file/below' : 'vpn', '--force')
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain(said)
  })

  it('tells the next steps so that a shell takes them', async () => {
    const ran = await init("it's new")
    expect(ran.stdout).toContain(`  cd 'it'\\''s new'\n`)
  })
})
