import { Ajv, type ErrorObject } from 'ajv'
import { isRecord } from '../kernel/is-record.ts'
import type { JsonSchema, Path } from './json.ts'
import { keywords } from './schema.ts'

/** One violation, as the schema sees it. */
export interface Violation {
  readonly keyword: string
  /** Of the value that is wrong; the map, where a key is missing or unknown. */
  readonly path: Path
  /** Unique per place in the expanded schema, so that branches of a choice can be told apart. */
  readonly schemaPath: string
  readonly params: Readonly<Record<string, unknown>>
  /** The schema that holds the keyword. */
  readonly schema: JsonSchema
}

/** More problems than anybody reads; the file is wrong as a whole. */
const mostViolations = 2000

function pathOf(pointer: string, root: unknown): Path {
  let value = root
  return pointer
    .split('/')
    .slice(1)
    .map((step) => {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
      if (Array.isArray(value)) {
        value = value[Number(key)]
        return Number(key)
      }
      value = isRecord(value) ? value[key] : undefined
      return key
    })
}

function isBuilt(marker: unknown, value: unknown): boolean {
  if (marker === true) return false
  const built = isRecord(marker) ? marker.except : undefined
  return !Array.isArray(built) || built.includes(value)
}

/** All violations of an expanded schema (draft-07 and ikero's keywords), in the order of the schema. */
export function violationsOf(schema: JsonSchema, value: unknown): readonly Violation[] {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    logger: false,
    // A test checks the schemas against draft-07; doing it again here would double the time of a load.
    meta: false,
    validateSchema: false,
    messages: false,
    ownProperties: true,
    allowUnionTypes: true,
  })
  ajv.addVocabulary([keywords.expects, keywords.secret])
  ajv.addKeyword({ keyword: keywords.notYet, validate: isBuilt })
  const check = ajv.compile({ ...schema })
  if (check(value)) return []
  return (check.errors ?? []).slice(0, mostViolations).map((error: ErrorObject) => ({
    keyword: error.keyword,
    path: pathOf(error.instancePath, value),
    schemaPath: error.schemaPath,
    params: error.params,
    schema: isRecord(error.parentSchema) ? error.parentSchema : {},
  }))
}
