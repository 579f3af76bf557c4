import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { isRecord } from '../kernel/is-record.ts'
import { didYouMean, nearest } from '../kernel/nearest.ts'
import { longestShown, printable, quoted } from '../kernel/printable.ts'
import { type JsonSchema, type Path, pathLabel } from './json.ts'
import { expectation, inWords, keywords, type SchemaProperty } from './schema.ts'
import type { SourceText } from './source.ts'
import { type DocumentNode, keyPosition, type Located, locate, valuePosition } from './tree.ts'
import type { Violation } from './validate.ts'

/** What a violation is told from: the text, its tree, and every key of the schema. */
export interface Explained {
  readonly source: SourceText
  readonly root: DocumentNode
  readonly properties: readonly SchemaProperty[]
}

/** A value of the file in a message: short, escaped, and never a secret. */
export function shown(source: SourceText, node: DocumentNode): string {
  if (source.isHidden(node.start)) return 'the value that is written there'
  const { value } = node
  if (value === null) return 'nothing'
  if (typeof value === 'string') return quoted(value)
  if (node.items !== undefined) return node.items.length === 0 ? 'an empty list' : 'a list'
  if (node.entries !== undefined) return node.entries.size === 0 ? 'an empty map' : 'a map of keys'
  return printable(source.text.slice(node.start, Math.min(node.end, node.start + longestShown)))
}

function inside(path: Path): string {
  return path.length === 0 ? '' : ` in ${printable(pathLabel(path))}`
}

function propertyNames(schema: JsonSchema): readonly string[] {
  return isRecord(schema.properties) ? Object.keys(schema.properties) : []
}

/** True for a key that is missing only because it is misspelt: the unknown key beside it says so. */
export function isMisspelt(missing: Violation, all: readonly Violation[]): boolean {
  const { missingProperty, missingOneOf } = missing.params
  const wanted = Array.isArray(missingOneOf) ? missingOneOf : [missingProperty]
  return all.some((other) => {
    if (other.keyword !== 'additionalProperties') return false
    if (pathLabel(other.path) !== pathLabel(missing.path)) return false
    return wanted.includes(nearest(String(other.params.additionalProperty), propertyNames(other.schema)))
  })
}

function unknownKey({ source, root, properties }: Explained, violation: Violation): Diagnostic {
  const key = String(violation.params.additionalProperty)
  const here = didYouMean(key, propertyNames(violation.schema))
  const elsewhere = properties.filter((property) => property.key === key && property.place !== '')
  const places = [...new Set(elsewhere.map((property) => quoted(property.place)))].slice(0, 3)
  const atTop = properties.some((property) => property.key === key && property.place === '')
  const belongs = places.length > 0 ? `it belongs under ${inWords(places)}` : undefined
  const message = `unknown key ${quoted(key)}${inside(violation.path)}`
  const at = keyPosition(source, locate(root, [...violation.path, key]))
  return diagnostic(
    'UNKNOWN_KEY',
    message,
    at,
    here ?? (atTop ? 'it belongs to the top level of the file' : belongs),
  )
}

function built(schema: JsonSchema, key: string): boolean {
  const properties = schema.properties
  const property = isRecord(properties) ? properties[key] : undefined
  return !isRecord(property) || property[keywords.notYet] !== true
}

function missingKey({ source, root }: Explained, violation: Violation): Diagnostic {
  const { params, schema, path } = violation
  const among = Array.isArray(params.missingOneOf) ? params.missingOneOf.map(String) : []
  const choice = among.filter((key) => built(schema, key))
  const at = keyPosition(source, locate(root, path))
  if (choice.length > 1)
    return diagnostic('MISSING_KEY', `a key is missing${inside(path)}: ${inWords(choice.map(quoted))}`, at)
  const key = choice[0] ?? String(params.missingProperty)
  const property = isRecord(schema.properties) ? schema.properties[key] : undefined
  const expected = isRecord(property) ? expectation(property) : undefined
  const hint = expected === undefined ? undefined : `${quoted(key)} must be ${expected}`
  return diagnostic('MISSING_KEY', `the key ${quoted(key)} is missing${inside(path)}`, at, hint)
}

function repeated({ source, root }: Explained, violation: Violation): Diagnostic {
  const later = Math.max(Number(violation.params.i), Number(violation.params.j))
  const item = locate(root, [...violation.path, later])
  const message = `${shown(source, item.node)} stands twice${inside(violation.path)}`
  return diagnostic('DUPLICATE', message, valuePosition(source, item))
}

function notYet({ source, root }: Explained, violation: Violation): Diagnostic {
  const located = locate(root, violation.path)
  const name = printable(pathLabel(violation.path))
  if (violation.schema[keywords.notYet] === true) {
    const hint = 'remove it: a key that this version would not act on is refused, never ignored'
    return diagnostic(
      'NOT_YET_SUPPORTED',
      `${quoted(name)} is not supported yet`,
      keyPosition(source, located),
      hint,
    )
  }
  const message = `${quoted(name)}: ${shown(source, located.node)} is not supported yet`
  const expected = expectation({ [keywords.notYet]: violation.schema[keywords.notYet] })
  return diagnostic(
    'NOT_YET_SUPPORTED',
    message,
    valuePosition(source, located),
    `write ${expected}, or remove the key`,
  )
}

/** What to write instead of a value that does not fit. */
function hintFor(source: SourceText, { node }: Located, schema: JsonSchema): string | undefined {
  const { value } = node
  if (value === null) return 'write a value, or remove the key'
  if (source.isHidden(node.start)) return typeof value === 'string' ? undefined : 'put it in quotes'
  const types = [schema.type].flat()
  if (typeof value === 'string') {
    const allowed = Array.isArray(schema.enum) ? schema.enum.filter((word) => typeof word === 'string') : []
    const listed = types.includes('array') && !types.includes('string') && value.length <= longestShown
    return didYouMean(value, allowed) ?? (listed ? `did you mean [${printable(value)}]?` : undefined)
  }
  const written = source.text.slice(node.start, node.end)
  const wouldFit = typeof schema.pattern !== 'string' || new RegExp(schema.pattern).test(written)
  const scalar = typeof value === 'number' || typeof value === 'boolean'
  return scalar && types.includes('string') && wouldFit && written.length <= longestShown
    ? `put it in quotes: "${printable(written)}"`
    : undefined
}

function wrongValue({ source, root }: Explained, violation: Violation): Diagnostic {
  const located = locate(root, violation.path)
  const expected = expectation(violation.schema) ?? 'something else'
  const name = violation.path.length === 0 ? 'the file' : printable(pathLabel(violation.path))
  const got = shown(source, located.node)
  const code = violation.keyword === 'type' ? 'WRONG_TYPE' : 'INVALID_VALUE'
  const message =
    located.node.value === null
      ? `${name} has no value: it must be ${expected}`
      : `${name} must be ${expected}, not ${got}`
  return diagnostic(code, message, valuePosition(source, located), hintFor(source, located, violation.schema))
}

/** One violation in words, with its place. */
export function explain(context: Explained, violation: Violation): Diagnostic {
  switch (violation.keyword) {
    case 'additionalProperties':
      return unknownKey(context, violation)
    case 'required':
      return missingKey(context, violation)
    case 'uniqueItems':
      return repeated(context, violation)
    case keywords.notYet:
      return notYet(context, violation)
    default:
      return wrongValue(context, violation)
  }
}
