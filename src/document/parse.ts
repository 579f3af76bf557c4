import { Composer, type Document, type ParsedNode, visit, type YAMLError } from 'yaml'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { buildTree } from './build-tree.ts'
import { hideSecretLines } from './hide-secrets.ts'
import { type Refusal, syntaxOf } from './lexemes.ts'
import type { SourceText } from './source.ts'
import type { DocumentNode } from './tree.ts'

export interface ParsedText {
  /** Absent where the text is empty, or so broken that nothing can be said of its keys. */
  readonly root?: DocumentNode
  readonly problems: readonly Diagnostic[]
}

/** One mistake of YAML syntax. */
export function syntaxProblem(source: SourceText, start: number, end: number, message: string): Diagnostic {
  return diagnostic('YAML_SYNTAX', message, source.position(start, end))
}

// The messages of `yaml` that a user meets most, in words that say what to do.
const spoken: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab stands in the indentation: YAML allows spaces only',
  BAD_INDENT: 'wrong indentation: all items and keys of one level start in the same column',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " stands in this line: put the value in quotes, or start a new line',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line and end with ": "',
}

// Control characters are no YAML, and the parser uses some of them for marks of its own.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g
const mostSyntaxProblems = 20

function controlCharacters(source: SourceText): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  for (const match of source.text.matchAll(control)) {
    if (found.length === mostSyntaxProblems) break
    const message = `the character ${printable(match[0])} is not allowed in a YAML file`
    found.push(syntaxProblem(source, match.index, match.index + 1, message))
  }
  return found
}

/** A quote that nothing closes ends with the file: what helps is where it was opened. */
function openedAt(document: Document.Parsed<ParsedNode>, error: YAMLError): readonly [number, number] {
  let [start, end] = error.pos
  if (!/^Missing closing .quote/.test(error.message)) return [start, end]
  visit(document, {
    Scalar: (_, { range, type }) => {
      if (range && type?.startsWith('QUOTE_') && range[1] >= error.pos[0])
        [start, end] = [range[0], range[0] + 1]
    },
  })
  return [start, end]
}

function foreign(source: SourceText, error: YAMLError, [start, end]: readonly [number, number]): Diagnostic {
  const own = printable(error.message.slice(0, 200))
  const words =
    spoken[error.code] ?? (/^Missing closing .quote/.test(own) ? 'a quote is opened and never closed' : own)
  return syntaxProblem(source, start, end, words.charAt(0).toLowerCase() + words.slice(1))
}

interface Composed {
  readonly documents: readonly Document.Parsed<ParsedNode>[]
  readonly refusal?: Refusal
}

function compose(text: string): Composed {
  const refusals: Refusal[] = []
  const documents: Document.Parsed<ParsedNode>[] = []
  // Keys are compared in the tree: the composer's own check takes quadratic time.
  const composer = new Composer({ schema: 'core', strict: true, uniqueKeys: false, prettyErrors: false })
  for (const document of composer.compose(syntaxOf(text, (refusal) => refusals.push(refusal)))) {
    documents.push(document)
    if (documents.length > 1) break
  }
  const refusal = refusals[0]
  return { documents, ...(refusal === undefined ? {} : { refusal }) }
}

/**
 * YAML 1.2 (core schema) → a tree of values with positions, and every problem of syntax. Refused:
 * duplicate keys, tags, merge keys, several documents, and what only a hostile file holds.
 *
 * @param secretKeys keys whose values no excerpt may show
 */
export function parseText(source: SourceText, secretKeys: readonly string[]): ParsedText {
  if (controlCharacters(source).length > 0) {
    hideSecretLines(source, secretKeys)
    return { problems: controlCharacters(source) }
  }
  const { documents, refusal } = compose(source.text)
  if (refusal !== undefined) hideSecretLines(source, secretKeys)
  if (refusal !== undefined)
    return { problems: [syntaxProblem(source, refusal.offset, refusal.offset + 1, refusal.message)] }
  const [document, second] = documents
  if (document === undefined) return { problems: [] }
  const all = [...document.errors, ...document.warnings]
  // Once the composer has lost its way it calls all the rest of the text unexpected.
  const first = all.filter(
    (error, index) => index === 0 || !/^Unexpected .* in YAML stream/.test(error.message),
  )
  const errors = first.slice(0, mostSyntaxProblems)
  if (errors.length > 0) hideSecretLines(source, secretKeys)
  const tree = buildTree(document.contents, source, secretKeys)
  const problems = [
    ...errors.map((error) => foreign(source, error, openedAt(document, error))),
    ...tree.problems,
  ]
  if (second !== undefined) {
    const start = second.range[0]
    problems.push(
      syntaxProblem(source, start, start + 1, 'a second document starts here: one file, one document'),
    )
  }
  // Values beside a syntax error are guesses: judging them would add mistakes that nobody made.
  const whole = !tree.cut && problems.every((problem) => problem.code !== 'YAML_SYNTAX')
  return { problems, ...(whole && tree.root !== undefined ? { root: tree.root } : {}) }
}
