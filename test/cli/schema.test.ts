import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { ikeroHere } from './in-process.ts'

const sources = {
  playbook: 'src/playbook/playbook.schema.json',
  inventory: 'src/inventory/inventory.schema.json',
  result: 'src/report/result.schema.json',
  events: 'src/report/events.schema.json',
} as const

const shipped = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'))

describe('ikero schema', () => {
  it.each(Object.entries(sources))(
    'prints the schema %s that is shipped, and nothing else',
    async (name, path) => {
      const ran = await ikeroHere(['schema', name])
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      expect(JSON.parse(ran.stdout)).toEqual(shipped(path))
      expect(new Ajv({ strict: false }).validateSchema(JSON.parse(ran.stdout))).toBe(true)
    },
  )

  it.each([[['schema']], [['schema', 'playbok']], [['schema', 'constructor']]])(
    'refuses %j, and names those that there are',
    async (argv) => {
      const ran = await ikeroHere(argv)
      expect(ran).toMatchObject({ code: 64, stdout: '' })
      if (argv.length > 1) expect(ran.stderr).toContain(Object.keys(sources).join(', '))
    },
  )
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
