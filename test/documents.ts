import { Ajv, type ValidateFunction } from 'ajv'
import { expect } from 'vitest'
import type { SchemaName } from '../src/cli/schema-names.ts'
import { schemas } from '../src/cli/schemas.ts'

/** Everything that would act on a terminal or hide in a text, but the line feeds between the lines of a document. */
export const acting: RegExp =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/u

// The drafts differ, and inventory and playbook are checked by their own tests.
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false })
for (const { name, schema } of schemas)
  if (name !== 'playbook' && name !== 'inventory') ajv.addSchema(schema, name)

function checker(name: SchemaName): ValidateFunction {
  const check = ajv.getSchema(name)
  if (check === undefined) throw new Error(`there is no schema ${name}`)
  return check
}

/** What is wrong with a value by the schema of that name; empty where it fits. */
export function misfits(name: SchemaName, value: unknown): readonly unknown[] {
  const check = checker(name)
  return check(value) === true ? [] : (check.errors ?? [])
}

const schemaOf: Readonly<Record<string, SchemaName>> = {
  plan: 'result',
  apply: 'result',
  verify: 'result',
  drift: 'result',
  resume: 'result',
  rollback: 'result',
  validate: 'problems',
  runs: 'runs',
  show: 'show',
  unlock: 'unlock',
  trust: 'trust',
  doctor: 'doctor',
  explain: 'explain',
}

/** Whose schema the document of a command line is to fit; undefined for a command without `--json`. */
export function schemaFor(argv: readonly string[], code: number): SchemaName | undefined {
  const name = schemaOf[argv[0] ?? '']
  if (name !== undefined && code === 64) return 'problems'
  if (argv[0] === 'doctor' && argv.includes('--privileges')) return 'privileges'
  return argv[0] === 'rollback' && argv.includes('--print') ? 'rollback-print' : name
}

/**
 * Of whatever a test runs with `--json` or `--events`, in whatever way it ends: stdout is exactly one document, or lines
 * of events, that fit their schema, and none of it acts on a terminal.
 */
export function expectData(argv: readonly string[], code: number | null, stdout: string): void {
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  const asks = (flag: string): boolean => words.includes(flag) && !words.includes('--help')
  const schema = code === null ? undefined : schemaFor(argv, code)
  if (schema === undefined || !(asks('--json') || asks('--events'))) return
  const said = `ikero ${argv.join(' ')} ended with ${code} and printed ${stdout}`
  expect(stdout, said).not.toMatch(acting)
  if (asks('--json')) {
    expect(stdout, said).toMatch(/^\{\n[\s\S]*\n\}\n$/)
    const document: unknown = JSON.parse(stdout)
    // What a command could not be begun for is no result of it.
    const refused = typeof document === 'object' && document !== null && 'problems' in document
    expect(misfits(refused ? 'problems' : schema, document), said).toEqual([])
    return
  }
  expect(stdout, said).toMatch(/^(?:\{[^\n]*\}\n)+$/)
  const lines = stdout.split('\n').slice(0, -1)
  for (const line of lines) expect(misfits('events', JSON.parse(line)), `${said}: ${line}`).toEqual([])
  const last: unknown = JSON.parse(lines.at(-1) ?? '')
  expect(last, said).toMatchObject({ event: code === 64 ? 'refused' : 'result' })
}
