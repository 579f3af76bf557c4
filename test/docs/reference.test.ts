import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { expandSchema, keywords } from '../../src/document/schema.ts'
import { resolvePlaybook } from '../../src/inventory/intents.ts'
import { parseInventory } from '../../src/inventory/load.ts'
import { isRecord } from '../../src/kernel/is-record.ts'
import { codeGroups } from '../../src/model/explain.ts'
import { parsePlaybook } from '../../src/playbook/load.ts'
import { codesPage } from './reference/codes.ts'
import { commandsPage } from './reference/commands.ts'
import { exampleOf } from './reference/examples.ts'
import { inventoryPage, keySection, playbookPage, purpose } from './reference/files.ts'
import { inventoryKeys, keysOf, playbookKeys } from './reference/keys.ts'
import { linksIn } from './reference/links.ts'
import { outputSchemas, outputsPage } from './reference/outputs.ts'

const pages = {
  'codes.md': codesPage,
  'commands.md': commandsPage,
  'playbook.md': playbookPage,
  'inventory.md': inventoryPage,
  'outputs.md': async () => outputsPage(await outputSchemas()),
}

describe('the reference', () => {
  it.each(Object.entries(pages))(
    'is in docs/%s what commands, codes and schemas say (npm run docs writes it)',
    async (name, render) => {
      await expect(await render(), `docs/${name} is out of date: run npm run docs`).toMatchFileSnapshot(
        `../../docs/${name}`,
      )
    },
  )

  it('has one heading a code, and a link to each', () => {
    const page = codesPage()
    for (const { code } of codeGroups.flatMap(({ codes }) => codes)) {
      expect(page.split(`\n### ${code}\n`)).toHaveLength(2)
      expect(page).toContain(`[${code}](#${code.toLowerCase()})`)
    }
  })
})

describe('a text of the reference', () => {
  it.each([
    ['see PEER_LOST and NO_SUCH_CODE', ['PEER_LOST → codes.md#peer_lost']],
    ['run ikero trust, not ikero truth', ['ikero trust → commands.md#ikero-trust']],
    ['after proof.lostAfter', ['proof.lostAfter → playbook.md#prooflostafter']],
    ['refused with revertTimer', ['revertTimer → playbook.md#reverttimer']],
    ['with save: always, unlike save: money', ['save: always → playbook.md#save']],
    ['initiates: on-traffic in the inventory', ['initiates: on-traffic → inventory.md#peerspeerinitiates']],
    ['cannot be accepted: ikero explain says so', ['ikero explain → commands.md#ikero-explain']],
    ['what devices accept in a window', []],
  ])('leads from "%s" to the places that it names', (text, places) => {
    expect(
      linksIn(text).map(({ text: word, target }) => `${word} → ${target.page}#${target.anchor}`),
    ).toEqual(places)
  })
})

describe('the examples at the top', () => {
  const loaded = () => {
    const playbook = parsePlaybook('playbook.yml', exampleOf('playbook'), { today: '2026-11-24' })
    const inventory = parseInventory('inventory.yml', exampleOf('inventory'), { home: '/home/me' })
    return { playbook, inventory }
  }

  it('are a playbook and an inventory without a mistake; legacy algorithms are warned of', () => {
    const { playbook, inventory } = loaded()
    expect(playbook.kind === 'err' ? playbook.error : []).toEqual([])
    expect(inventory.kind === 'err' ? inventory.error : inventory.value.warnings).toMatchObject([
      { code: 'LEGACY_ALGORITHMS' },
    ])
    if (playbook.kind === 'err' || inventory.kind === 'err') return expect.unreachable()
    const resolved = resolvePlaybook(playbook.value, inventory.value.inventory)
    expect(resolved.kind === 'err' ? resolved.error : []).toEqual([])
  })

  it.each([
    // IOS has no such setting: an example that a plan refuses helps nobody.
    ['playbook', playbookKeys, ['routers[].cryptoMaps', 'map', 'entries', 'except']],
    ['inventory', inventoryKeys, []],
  ] as const)('have every key of the %s', (name, keys, without) => {
    const written = new Set(keysIn(parse(exampleOf(name))))
    const wanted = keys.filter(({ path }) => !path.startsWith(String(without[0])))
    expect(wanted.filter((key) => !written.has(key.name)).map(({ path }) => path)).toEqual([])
  })
})

function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn)
  return isRecord(value) ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]) : []
}

describe('every key of a file that people write', () => {
  const keys = [...playbookKeys, ...inventoryKeys]
  const ajv = new Ajv({ strict: false })

  it.each(keys)('$path says what it means, in words that also begin a list', (key) => {
    expect(key.schema.description, 'add a description to the schema: editors show it too').toEqual(
      expect.any(String),
    )
    expect(purpose(key)).toMatch(/^[A-Z].{5,160}\.$/)
    expect(purpose(key)).not.toMatch(/^(?:True|False)\b/)
  })

  it.each(keys)('$path has examples that its schema takes', ({ schema }) => {
    expect(schema.examples, 'add examples to the schema').toEqual([
      expect.anything(),
      ...asArray(schema.examples).slice(1),
    ])
    for (const one of asArray(schema.examples))
      expect(ajv.validate({ ...schema }, one), JSON.stringify(one)).toBe(true)
  })

  it('has an anchor of its own on its page', () => {
    for (const each of [playbookKeys, inventoryKeys])
      expect(new Set(each.map(({ anchor }) => anchor)).size).toBe(each.length)
  })

  it('says so where it is not supported yet', () => {
    const schema = {
      properties: {
        later: { description: 'Later.', [keywords.notYet]: true, examples: [1] },
        part: {
          description: 'Part.',
          enum: ['now', 'then'],
          [keywords.notYet]: { except: ['now'] },
          examples: ['now'],
        },
      },
    }
    const [later, part] = keysOf(expandSchema(schema)).map((key) => keySection(key, 'playbook.md').join('\n'))
    expect(later).toContain('**Not supported yet:** a file that has it is refused')
    expect(part).toContain('**Not supported yet:** all but `now`')
  })
})

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

describe('every key of a result and of an event', () => {
  it('says what it means', async () => {
    const schemas = (await outputSchemas()).filter(({ name }) => name === 'result' || name === 'events')
    expect(schemas).toHaveLength(2)
    const untold = schemas.flatMap(({ name, schema }) => undescribed(schema, name))
    expect(untold, 'add a description to the schema').toEqual([])
  })
})

/** Keys with neither a description of their own nor one of what they refer to. */
function undescribed(part: unknown, at: string): readonly string[] {
  if (Array.isArray(part)) return part.flatMap((one) => undescribed(one, at))
  if (!isRecord(part)) return []
  const own = Object.entries(isRecord(part.properties) ? part.properties : {}).flatMap(([key, one]) => {
    const told = isRecord(one) && ('description' in one || '$ref' in one || 'allOf' in one || 'const' in one)
    return told ? [] : [`${at}.${key}`]
  })
  const inner = Object.entries(part).flatMap(([key, one]) =>
    key === 'properties' || key === 'definitions'
      ? Object.entries(isRecord(one) ? one : {}).flatMap(([name, value]) =>
          undescribed(value, `${at}.${name}`),
        )
      : undescribed(one, at),
  )
  return [...new Set([...own, ...inner])]
}
