import { IkeroError } from '../kernel/errors.ts'
import { isRecord } from '../kernel/is-record.ts'
import type { JsonSchema } from './json.ts'

/**
 * Keywords of ikero's own schemas, beside draft-07; editors pass over them.
 *
 * - `x-ikero-expects`: what a value must be, in words that follow "must be".
 * - `x-ikero-not-yet`: `true` on a key whose behaviour is not built: it is an error wherever it stands.
 *   `{ "except": [values] }`: only these values are built; the others that the schema allows are errors.
 * - `x-ikero-secret`: `true` on a key whose value no message and no excerpt may show.
 */
export const keywords = {
  expects: 'x-ikero-expects',
  notYet: 'x-ikero-not-yet',
  secret: 'x-ikero-secret',
} as const

function resolve(ref: string, definitions: unknown): JsonSchema {
  const name = /^#\/definitions\/([\w-]+)$/.exec(ref)?.[1]
  const found = name !== undefined && isRecord(definitions) ? definitions[name] : undefined
  if (!isRecord(found)) throw new IkeroError('BAD_SCHEMA', 'bug', `the schema has no ${JSON.stringify(ref)}`)
  return found
}

function expand(part: unknown, definitions: unknown, depth: number): unknown {
  if (depth > 50) throw new IkeroError('BAD_SCHEMA', 'bug', 'the schema refers to itself')
  if (Array.isArray(part)) return part.map((item) => expand(item, definitions, depth + 1))
  if (!isRecord(part)) return part
  const { $ref, ...own } = part
  const base = typeof $ref === 'string' ? resolve($ref, definitions) : {}
  return Object.fromEntries(
    Object.entries({ ...base, ...own }).map(([key, value]) => [key, expand(value, definitions, depth + 1)]),
  )
}

/** The schema with every `$ref` written out, so that an error's schema path tells its branch of a choice. */
export function expandSchema(schema: JsonSchema): JsonSchema {
  const { definitions, $schema: _dialect, $id: _id, ...rest } = schema
  const expanded = expand(rest, definitions, 0)
  return isRecord(expanded) ? expanded : {}
}

/** Every property of an expanded schema, with the label of the map that it belongs to (`routers[]`). */
export function propertiesOf(schema: JsonSchema): readonly SchemaProperty[] {
  const found: SchemaProperty[] = []
  const visit = (part: unknown, place: string): void => {
    if (Array.isArray(part)) for (const item of part) visit(item, place)
    if (!isRecord(part)) return
    if (isRecord(part.properties)) {
      for (const [key, inner] of Object.entries(part.properties)) {
        found.push({ place, key, schema: isRecord(inner) ? inner : {} })
        visit(inner, place === '' ? key : `${place}.${key}`)
      }
    }
    visit(part.items, `${place}[]`)
    visit(part.additionalProperties, `${place}.*`)
    for (const choice of ['oneOf', 'anyOf', 'allOf']) visit(part[choice], place)
  }
  visit(schema, '')
  return found
}

export interface SchemaProperty {
  readonly place: string
  readonly key: string
  readonly schema: JsonSchema
}

/** What a value must be, in words; undefined where the schema gives no clue. */
export function expectation(schema: JsonSchema): string | undefined {
  const written = schema[keywords.expects]
  if (typeof written === 'string') return written
  if ('const' in schema) return JSON.stringify(schema.const)
  const values = builtValues(schema)
  if (values !== undefined)
    return inWords(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))))
  for (const choice of ['oneOf', 'anyOf']) {
    const branches = schema[choice]
    if (!Array.isArray(branches)) continue
    const each = branches.flatMap((branch) => (isRecord(branch) ? [expectation(branch)] : []))
    const known = [...new Set(each.flatMap((words) => (words === undefined ? [] : [words])))]
    if (known.length > 0) return inWords(known)
  }
  const types = [schema.type].flat().flatMap((type) => (typeof type === 'string' ? [typeName(type)] : []))
  return types.length === 0 ? undefined : inWords(types)
}

/** The values of an `enum`, without those whose behaviour is not built. */
function builtValues(schema: JsonSchema): readonly unknown[] | undefined {
  const marker = schema[keywords.notYet]
  if (isRecord(marker) && Array.isArray(marker.except)) return marker.except
  return Array.isArray(schema.enum) ? schema.enum : undefined
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'nothing',
}

function typeName(type: string): string {
  return typeNames[type] ?? type
}

/** `a`, `a or b`, `a, b or c`. */
export function inWords(parts: readonly string[]): string {
  const last = parts.at(-1) ?? ''
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} or ${last}`
}
