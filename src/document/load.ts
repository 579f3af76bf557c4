import { type Diagnostic, diagnostic, type SourcePosition } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { settleChoices } from './choices.ts'
import { type Explained, explain, isMisspelt } from './explain.ts'
import { isWithin, type JsonSchema, type Path, pathLabel } from './json.ts'
import { parseText } from './parse.ts'
import { type Place, placeOf } from './place.ts'
import { boundedProblems, mergeProblems } from './problems.ts'
import { expandSchema, keywords, propertiesOf } from './schema.ts'
import { createSourceText, type SourceText } from './source.ts'
import { locate, valuePosition } from './tree.ts'
import { type Violation, violationsOf } from './validate.ts'

export interface LoadRequest {
  /** As the user named it; stands in every position. */
  readonly file: string
  /** Draft-07, with the keywords of `document/schema.ts`. */
  readonly schema: JsonSchema
}

export interface LoadedDocument {
  readonly value: unknown
  readonly root: Place
  /** Where the value at this path stands; the nearest value around it where the path does not exist. */
  at(path: Path): SourcePosition
}

/** What could be read, beside all problems of syntax and schema. */
export interface OpenedDocument {
  /** Absent where the text is not YAML: then nothing further can be said of it. */
  readonly document?: LoadedDocument
  /** In the order of the file; empty when all is well. */
  readonly problems: readonly Diagnostic[]
}

/** Files of people are small; anything larger is not one. */
export const largestDocument: number = 4 * 1024 * 1024

const aboutKeys: ReadonlySet<string> = new Set(['additionalProperties', 'required', 'uniqueItems'])

/** One statement per mistake: nothing about the inside of a key that is not built, no echo of `if`. */
function withoutNoise(violations: readonly Violation[]): readonly Violation[] {
  const unbuilt = violations.filter((violation) => violation.keyword === keywords.notYet)
  const whole = unbuilt.filter((violation) => violation.schema[keywords.notYet] === true)
  const judged = new Set<string>()
  return violations.filter((violation) => {
    if (violation.keyword === 'if') return false
    // `allOf` and a type beside a pattern judge one value twice.
    if (!aboutKeys.has(violation.keyword)) {
      const place = `${violation.keyword === keywords.notYet} ${pathLabel(violation.path)}`
      if (judged.has(place)) return false
      judged.add(place)
    }
    if (violation.keyword === 'required' && isMisspelt(violation, violations)) return false
    if (whole.some((key) => key !== violation && isWithin(violation.path, key.path))) return false
    if (!unbuilt.includes(violation) || whole.includes(violation)) return true
    // A value that is not even allowed is told as such.
    return !violations.some((other) => other !== violation && isWithin(other.path, violation.path))
  })
}

function emptyFile(source: SourceText): Diagnostic {
  return diagnostic('MISSING_KEY', 'the file is empty', source.position(0, 1))
}

/**
 * Reads YAML 1.2 (core schema) and checks it against a schema. Never throws for what a text may hold.
 * For callers with rules of their own, which may go on beside the schema's problems.
 */
export function openDocument(text: string, { file, schema }: LoadRequest): OpenedDocument {
  const source = createSourceText(file, text)
  if (text.length > largestDocument) {
    const message = `the file is larger than ${largestDocument / 1024 / 1024} MiB`
    return { problems: [diagnostic('FILE_UNREADABLE', message, source.position(0, 1))] }
  }
  const expanded = expandSchema(schema)
  const properties = propertiesOf(expanded)
  const secretKeys = properties.filter((property) => property.schema[keywords.secret] === true)
  const parsed = parseText(source, [...new Set(secretKeys.map((property) => property.key))])
  const { root } = parsed
  if (root === undefined) {
    return { problems: parsed.problems.length > 0 ? mergeProblems(parsed.problems) : [emptyFile(source)] }
  }
  const context: Explained = { source, root, properties }
  const violations = withoutNoise(settleChoices(violationsOf(expanded, root.value)))
  const told = violations.map((violation) => explain(context, violation))
  return {
    problems: mergeProblems(parsed.problems, told),
    document: {
      value: root.value,
      root: placeOf(source, { node: root }, []),
      at: (path) => valuePosition(source, locate(root, path)),
    },
  }
}

/**
 * The same for callers whose schema says everything.
 *
 * @returns the value and its positions, or every problem with file, line and column
 */
export function loadDocument(
  text: string,
  request: LoadRequest,
): Result<LoadedDocument, readonly Diagnostic[]> {
  const { document, problems } = openDocument(text, request)
  return document === undefined || problems.length > 0 ? err(boundedProblems(problems)) : ok(document)
}
