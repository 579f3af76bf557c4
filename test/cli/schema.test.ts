import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { commandShapes } from '../../src/cli/command-shapes.ts'
import { schemaNames } from '../../src/cli/schema-names.ts'
import { schemas } from '../../src/cli/schemas.ts'
import { root } from '../architecture/sources.ts'
import { ikeroHere } from './in-process.ts'

const sources = {
  playbook: 'src/playbook/playbook.schema.json',
  inventory: 'src/inventory/inventory.schema.json',
} as const

const parsed = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
/** Every schema of the sources, by its name. */
const files = new Map(
  readdirSync(join(root, 'src'), { encoding: 'utf8', recursive: true })
    .filter((path) => path.endsWith('.schema.json'))
    .map((path) => [basename(path, '.schema.json'), join(root, 'src', path)] as const),
)
const names = [...files.keys()].sort()

describe('ikero schema', () => {
  it('knows every schema that there is, in help and completion too', () => {
    expect([...schemaNames].sort()).toEqual(names)
    expect(schemas.map(({ name }) => name)).toEqual([...schemaNames])
    const word = commandShapes().find(({ name }) => name === 'schema')?.arguments[0]?.word
    expect(word).toEqual({ kind: 'choice', words: schemaNames })
  })

  it.each(names)('prints the schema %s that is shipped, and nothing else', async (name) => {
    const ran = await ikeroHere(['schema', name])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toEqual(parsed(files.get(name) ?? ''))
    expect(new Ajv({ strict: false }).validateSchema(JSON.parse(ran.stdout))).toBe(true)
  })

  it('lists them where none is named, a line each with what it is of', async () => {
    const ran = await ikeroHere(['schema'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const lines = ran.stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual(
      schemas.map(({ name, summary }) => [name, summary]),
    )
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100)
  })

  it.each([[['schema', 'playbok']], [['schema', 'constructor']]])(
    'refuses %j, and names those that there are',
    async (argv) => {
      const ran = await ikeroHere(argv)
      expect(ran).toMatchObject({ code: 64, stdout: '' })
      expect(ran.stderr).toContain(schemaNames.join(', '))
    },
  )
})

describe('the schemas of what programs read', () => {
  const read = names.filter(
    (name) => !['playbook', 'inventory', 'baseline', 'schedules', 'plan-file'].includes(name),
  )
  const roots = new Map(schemas.map(({ schema }) => [Reflect.get(schema, '$id'), schema] as const))
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)

  /** What `$ref` points at; undefined where there is nothing. */
  const target = (from: object, reference: string): unknown => {
    const [id = '', pointer = ''] = reference.split('#')
    let at: unknown = id === '' ? from : roots.get(id)
    for (const key of pointer.split('/').slice(1)) at = isRecord(at) ? at[key] : undefined
    return at
  }
  const isDescribed = (from: object, schema: unknown): boolean => {
    if (!isRecord(schema)) return false
    if ('description' in schema || 'const' in schema) return true
    if (typeof schema.$ref !== 'string') return false
    const [id = ''] = schema.$ref.split('#')
    return isDescribed(roots.get(id) ?? from, target(from, schema.$ref)) || id !== ''
  }

  it.each(read)(
    '%s describes every key, allows no other, and points at nothing that is not there',
    (name) => {
      const schema = schemas.find((one) => one.name === name)?.schema ?? {}
      const wrong: string[] = []
      const look = (value: unknown, path: string): void => {
        if (Array.isArray(value)) for (const [nth, one] of value.entries()) look(one, `${path}/${nth}`)
        if (!isRecord(value)) return
        if (typeof value.$ref === 'string' && target(schema, value.$ref) === undefined)
          wrong.push(`${path} dangles`)
        if (isRecord(value.properties) && !/\/(?:if|else|oneOf\/\d+)$/.test(path)) {
          if (value.additionalProperties !== false && !path.endsWith('events')) wrong.push(`${path} is open`)
          for (const [key, one] of Object.entries(value.properties))
            if (!isDescribed(schema, one)) wrong.push(`${path}/${key} is not described`)
        }
        for (const [key, one] of Object.entries(value)) look(one, `${path}/${key}`)
      }
      look(schema, name)
      expect(wrong).toEqual([])
    },
  )

  it.each(read)('%s has the version of its format in its id and in its documents', (name) => {
    const schema = schemas.find((one) => one.name === name)?.schema ?? {}
    expect(schema).toMatchObject({ $id: `urn:ikero:schema:${name}:1` })
    expect(JSON.stringify(schema)).toMatch(
      /"(?:formatVersion|v)":\{"description":"Version of this format\.","const":1\}/,
    )
  })
})

describe('every example', () => {
  const examples = (['playbook', 'inventory'] as const).flatMap((kind) => {
    const folder = kind === 'playbook' ? 'playbooks' : 'inventory'
    return readdirSync(join(root, folder))
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => [join(folder, name), kind] as const)
  })

  it('is looked at', () => {
    expect(examples.map(([, kind]) => kind)).toEqual(expect.arrayContaining(['playbook', 'inventory']))
  })

  it.each(examples)('%s begins by telling an editor its schema, where that is', (path, kind) => {
    const [first = ''] = readFileSync(join(root, path), 'utf8').split('\n')
    const named = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1]
    expect(relative(root, resolve(root, dirname(path), named ?? ''))).toBe(sources[kind])
  })
})
