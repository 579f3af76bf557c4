import { commandShapes } from '../../../src/cli/command-shapes.ts'
import type { JsonSchema } from '../../../src/document/json.ts'
import { isRecord } from '../../../src/kernel/is-record.ts'
import type { Status } from '../../../src/model/outcome.ts'
import { ikeroHere } from '../../cli/in-process.ts'
import { code, page, prose, slug, table, toHeading, writtenBy } from './markdown.ts'

const here = 'outputs.md'

/** One schema of what ikero prints, by its name in `ikero schema NAME`. */
export interface OutputSchema {
  readonly name: string
  readonly schema: JsonSchema
}

/** What `ikero schema` prints, apart from the two files that people write. */
export async function outputSchemas(): Promise<readonly OutputSchema[]> {
  const names = commandShapes().find(({ name }) => name === 'schema')?.arguments[0]?.word
  if (names?.kind !== 'choice') throw new Error('ikero schema has no list of names')
  const outputs = names.words.filter(
    (name) => !['playbook', 'inventory', 'baseline', 'schedules'].includes(name),
  )
  const printed = await Promise.all(outputs.map((name) => ikeroHere(['schema', name])))
  return outputs.flatMap((name, nth) => {
    const schema: unknown = JSON.parse(printed[nth]?.stdout ?? '')
    return isRecord(schema) ? [{ name, schema }] : []
  })
}

const statuses: Readonly<Record<Status, string>> = {
  unknown: 'lines were sent, and what the device has now is not known: a person must look',
  failed: 'a line was refused, the setting does not read as asked, or a tunnel contradicts it',
  'rolled-back': 'it was changed and taken back',
  unreachable: 'there was no session with the device',
  blocked: 'a check refused it: nothing was sent',
  skipped: 'nothing was begun: window, rollout, interruption, or the question was not answered with yes',
  unproven: 'it is as asked, and the proof of its role is outstanding',
  pending: 'apply would change or save it',
  verified: 'it was changed, and a fresh SA shows its role',
  compliant: 'it was as asked, and there was nothing to do',
}

/** docs/outputs.md: the documents of `--json` and the lines of `--events`, from their schemas. */
export function outputsPage(all: readonly OutputSchema[]): string {
  return page([
    '# What programs read',
    '',
    'The documents of `--json` and the lines of `--events`, key by key. Keys may be added under the same version of a',
    'format; a key that goes or changes its meaning raises it. Texts of devices and files are escaped, known secrets are',
    '`*****`. `ikero schema NAME` prints each schema; [report.md](report.md) is for people, [events.md](events.md) says',
    `how to read events. ${writtenBy('the schemas in `src/report/`')}`,
    '',
    ...all.flatMap(({ name, schema }) => [
      `- ${toHeading(name)}: ${prose(String(schema.title ?? ''), here)}`,
      ...sectionsOf(schema).map(
        ([part, inner]) => `  - ${toHeading(`${name}: ${part}`, part)}${purposeOf(inner)}`,
      ),
    ]),
    '- [statuses](#statuses): what became of a target or a device',
    '',
    ...all.flatMap((one) => schemaSection(one, all)),
    '## Statuses',
    '',
    'Of a target, the gravest first; a device has that of its gravest target. What each means for the exit code stands in',
    '[commands.md](commands.md#exit-codes).',
    '',
    ...table(
      ['status', 'means'],
      Object.entries(statuses).map(([status, meaning]) => [code(status), meaning]),
    ),
  ])
}

function purposeOf(schema: JsonSchema): string {
  const text = String(schema.description ?? '').replace(/\.$/, '')
  return text === '' ? '' : `: ${prose(text, here)}`
}

/** Definitions that are maps with keys of their own: each has a section, and what refers to it a link. */
function sectionsOf(schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const definitions = isRecord(schema.definitions) ? schema.definitions : {}
  return Object.entries(definitions).flatMap(([name, one]) =>
    isRecord(one) && isRecord(one.properties) ? [[name, one] as const] : [],
  )
}

function schemaSection({ name, schema }: OutputSchema, all: readonly OutputSchema[]): readonly string[] {
  const where: Where = { name, schema, all }
  const common = commonKeys(schema)
  const lines =
    common.length === 0 ? [] : ['Every line has', '', ...rowsTable(firstBranch(schema), common, where)]
  return [
    `## ${name}`,
    '',
    `${prose(String(schema.title ?? name), here)}. ${prose(String(schema.description ?? ''), here)}`.trim(),
    '',
    ...(isRecord(schema.properties) ? rowsTable(schema, Object.keys(schema.properties), where) : lines),
    ...sectionsOf(schema).flatMap(([part, inner]) => {
      const keys = Object.keys(isRecord(inner.properties) ? inner.properties : {})
      const own = isBranch(schema, part) ? keys.filter((key) => !common.includes(key)) : keys
      return [
        `### ${name}: ${part}`,
        '',
        prose(String(inner.description ?? ''), here),
        '',
        ...rowsTable(inner, own, where),
      ]
    }),
  ]
}

/** The keys that every kind of line has, where a schema is a choice of such kinds. */
function commonKeys(schema: JsonSchema): readonly string[] {
  return Array.isArray(schema.oneOf) && Array.isArray(schema.required) ? schema.required.map(String) : []
}

function isBranch(schema: JsonSchema, part: string): boolean {
  const branches = Array.isArray(schema.oneOf) ? schema.oneOf : []
  return branches.some((one) => isRecord(one) && one.$ref === `#/definitions/${part}`)
}

function firstBranch(schema: JsonSchema): JsonSchema {
  const found = sectionsOf(schema).find(([part]) => isBranch(schema, part))?.[1] ?? {}
  const properties = isRecord(found.properties) ? found.properties : {}
  // What the lines differ in is which event they are.
  const kinds = sectionsOf(schema).flatMap(([part]) => (isBranch(schema, part) ? [part] : []))
  const event = { description: 'What happened: each has a section below.', enum: kinds }
  return { ...found, properties: { ...properties, event } }
}

interface Where extends OutputSchema {
  readonly all: readonly OutputSchema[]
}

function rowsTable(schema: JsonSchema, keys: readonly string[], where: Where): readonly string[] {
  const all = keys.flatMap((key) => rowsOf(schema, key, '', where))
  return table(['key', 'is', 'always', 'meaning'], all)
}

type Row = readonly string[]

/** The row of a key, and those of the keys below it where they have no section of their own. */
function rowsOf(parent: JsonSchema, key: string, path: string, where: Where): readonly Row[] {
  const properties = isRecord(parent.properties) ? parent.properties : {}
  const { schema, type, inline } = shapeOf(properties[key], where)
  const required = Array.isArray(parent.required) && parent.required.includes(key)
  const at = `${path}${key}`
  const meaning = prose(String(schema.description ?? '–'), here)
  const below =
    inline === undefined
      ? []
      : Object.keys(isRecord(inline.schema.properties) ? inline.schema.properties : {})
  return [
    [code(at), type, required ? 'yes' : '–', meaning],
    ...below.flatMap((one) =>
      inline === undefined ? [] : rowsOf(inline.schema, one, `${at}${inline.join}`, where),
    ),
  ]
}

interface Shape {
  /** With what a reference says written out. */
  readonly schema: JsonSchema
  /** As Markdown. */
  readonly type: string
  readonly inline?: { readonly schema: JsonSchema; readonly join: string }
}

function shapeOf(part: unknown, where: Where): Shape {
  const schema = merged(part, where)
  if (typeof schema.link === 'string') return { schema, type: schema.link }
  if ('const' in schema) return { schema, type: code(JSON.stringify(schema.const)) }
  if (Array.isArray(schema.enum))
    return { schema, type: schema.enum.map((one) => code(String(one))).join(', ') }
  const choice = schema.oneOf ?? schema.anyOf
  if (Array.isArray(choice)) {
    const each = choice.map((one) => shapeOf(one, where).type)
    return { schema, type: [...new Set(each)].join(' or ') }
  }
  if (isRecord(schema.items)) {
    const item = shapeOf(schema.items, where)
    return {
      schema,
      type: `list of ${item.type}`,
      ...(item.inline === undefined ? {} : { inline: { ...item.inline, join: `[]${item.inline.join}` } }),
    }
  }
  if (isRecord(schema.properties)) return { schema, type: 'map', inline: { schema, join: '.' } }
  if (isRecord(schema.additionalProperties))
    return { schema, type: `map of ${shapeOf(schema.additionalProperties, where).type}` }
  return { schema, type: [schema.type].flat().map(typeName).join(' or ') }
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'map',
  array: 'list',
  string: 'text',
  null: '`null`',
}

function typeName(type: unknown): string {
  return typeNames[String(type)] ?? (type === undefined ? 'any value' : String(type))
}

/** A part with its references written out; where one has a section of its own, `link` is that instead. */
function merged(part: unknown, where: Where): JsonSchema {
  if (!isRecord(part)) return {}
  const { $ref, allOf, ...own } = part
  const references = [...(typeof $ref === 'string' ? [{ $ref }] : []), ...(Array.isArray(allOf) ? allOf : [])]
  const parts = references.map((one) =>
    isRecord(one) && typeof one.$ref === 'string' ? referred(one.$ref, where) : merged(one, where),
  )
  return Object.fromEntries([...parts, own].flatMap((one) => Object.entries(one)))
}

function referred(reference: string, where: Where): JsonSchema {
  const [id = '', pointer = ''] = reference.split('#')
  const other = where.all.find(({ schema }) => schema.$id === id) ?? (id === '' ? where : undefined)
  if (other === undefined) throw new Error(`no schema of ikero schema has the $id of ${reference}`)
  const link = (heading: string, text: string): string => `[${text}](#${slug(heading)})`
  if (pointer === '') return { link: link(other.name, other.name), description: other.schema.title }
  const found = pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), other.schema)
  if (!isRecord(found)) throw new Error(`${reference} leads nowhere`)
  const part = pointer.split('/').at(-1) ?? ''
  const ends = { description: found.description }
  if (isRecord(found.properties) && pointer.startsWith('/definitions/'))
    return { ...ends, link: link(`${other.name}: ${part}`, part) }
  if (part === 'status') return { ...ends, link: '[status](#statuses)' }
  return merged(absolute(found, String(other.schema.$id ?? '')), where)
}

/** With references that also lead there from another schema. */
function absolute(part: unknown, id: string): unknown {
  if (Array.isArray(part)) return part.map((one) => absolute(one, id))
  if (!isRecord(part)) return part
  return Object.fromEntries(
    Object.entries(part).map(([key, one]) => [
      key,
      key === '$ref' && typeof one === 'string' && one.startsWith('#') ? `${id}${one}` : absolute(one, id),
    ]),
  )
}
