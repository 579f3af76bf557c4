import type { JsonSchema } from '../../../src/document/json.ts'
import { expandSchema, keywords } from '../../../src/document/schema.ts'
import inventory from '../../../src/inventory/inventory.schema.json' with { type: 'json' }
import { isRecord } from '../../../src/kernel/is-record.ts'
import playbook from '../../../src/playbook/playbook.schema.json' with { type: 'json' }

/** One key of a file that people write. */
export interface Key {
  /** `rollout.wave`, `routers[].hosts`, `hosts.NAME.address`. */
  readonly path: string
  readonly name: string
  /** As GitHub makes it of the heading, which is the path. */
  readonly anchor: string
  readonly depth: number
  readonly schema: JsonSchema
  readonly required: 'always' | 'no' | { readonly oneOf: readonly string[] }
}

/** What stands for a name that the file chooses. */
const placeholders: Readonly<Record<string, string>> = { peers: 'PEER' }

/** Every key below a schema, in the order of the schema; of a secret, which has a section of its own, only itself. */
export function keysOf(schema: unknown, path = '', depth = 0): readonly Key[] {
  if (!isRecord(schema)) return []
  const own = Object.entries(isRecord(schema.properties) ? schema.properties : {})
  const direct = own.flatMap(([name, inner]): readonly Key[] => {
    const at = path === '' ? name : `${path}.${name}`
    const part = isRecord(inner) ? inner : {}
    const key: Key = {
      path: at,
      name,
      anchor: at.toLowerCase().replace(/[^\w-]/g, ''),
      depth,
      schema: part,
      required: requiredness(schema, name),
    }
    return [key, ...(part[keywords.secret] === true ? [] : keysOf(part, at, depth + 1))]
  })
  const branches = Array.isArray(schema.allOf) ? schema.allOf : []
  const merged = Object.fromEntries(branches.flatMap((one) => (isRecord(one) ? Object.entries(one) : [])))
  return [
    ...direct,
    ...(branches.length === 0 ? [] : keysOf(merged, path, depth)),
    ...keysOf(schema.items, `${path}[]`, depth),
    ...keysOf(schema.additionalProperties, `${path}.${placeholders[path] ?? 'NAME'}`, depth),
  ]
}

function requiredness(schema: JsonSchema, name: string): Key['required'] {
  const listed = (one: unknown): readonly unknown[] =>
    isRecord(one) && Array.isArray(one.required) ? one.required : []
  if (listed(schema).includes(name)) return 'always'
  const choice = (Array.isArray(schema.anyOf) ? schema.anyOf : []).flatMap(listed).map(String)
  return choice.includes(name) ? { oneOf: choice } : 'no'
}

export const playbookKeys: readonly Key[] = keysOf(expandSchema(playbook))
export const inventoryKeys: readonly Key[] = keysOf(expandSchema(inventory))
