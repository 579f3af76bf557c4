import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { isSecretKey } from './hide-secrets.ts'
import type { SourceText } from './source.ts'
import type { DocumentEntry, DocumentNode } from './tree.ts'

export interface BuiltTree {
  readonly root?: DocumentNode
  readonly problems: readonly Diagnostic[]
  /** True when building was given up, so that the tree is not the whole document. */
  readonly cut: boolean
}

/** How many values aliases may stand for in all: an alias bomb stands for billions. */
const mostAliasedNodes = 10_000
const mostProblems = 100

interface Key {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A problem before its place is told: an excerpt may be made only when every secret is known. */
interface Found {
  readonly code: 'YAML_SYNTAX' | 'DUPLICATE'
  readonly message: string
  readonly start: number
  readonly end: number
}

/** Walks the composed nodes once, in the order of the text. */
// Where a secret comes from is no secret, unless the secret itself was written there.
const references: Readonly<Record<string, (node: DocumentNode) => boolean>> = {
  env: ({ value }) => typeof value === 'string' && isVariable.test(value),
  file: () => true,
  command: ({ items }) => items !== undefined,
  prompt: () => true,
}
const isVariable = /^[A-Za-z_]\w*$/

function isReference(key: string, node: DocumentNode): boolean {
  return Object.hasOwn(references, key) && references[key]?.(node) === true
}

class TreeBuilder {
  readonly problems: Found[] = []
  private readonly anchors = new Map<string, DocumentNode | 'open'>()
  private aliased = 0
  private readonly source: SourceText
  private readonly secretKeys: readonly string[]

  constructor(source: SourceText, secretKeys: readonly string[]) {
    this.source = source
    this.secretKeys = secretKeys
  }

  get full(): boolean {
    return this.problems.length >= mostProblems || this.aliased > mostAliasedNodes
  }

  build(node: unknown, fallback: number): DocumentNode {
    if (isAlias(node)) return this.alias(node.source, node.range?.[0] ?? fallback)
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined) this.anchors.set(anchor, 'open')
    const built = this.plain(node, fallback)
    if (anchor !== undefined) this.anchors.set(anchor, built)
    return built
  }

  private plain(node: unknown, fallback: number): DocumentNode {
    if (isMap<ParsedNode, ParsedNode | null>(node)) return this.map(node, fallback)
    if (isSeq<ParsedNode>(node)) return this.list(node, fallback)
    if (isScalar(node)) return this.scalar(node, fallback)
    return { value: null, start: fallback, end: fallback, size: 1 }
  }

  private scalar(node: Scalar, fallback: number): DocumentNode {
    const [start, end] = node.range ?? [fallback, fallback]
    return { value: node.value, start, end, size: 1 }
  }

  private list(node: YAMLSeq<ParsedNode>, fallback: number): DocumentNode {
    const [start, end] = node.range ?? [fallback, fallback]
    const items: DocumentNode[] = []
    for (const item of node.items) {
      if (this.full) break
      items.push(this.build(item, start))
    }
    return { value: items.map((item) => item.value), start, end, items, size: sum(items) }
  }

  private map(node: YAMLMap<ParsedNode, ParsedNode | null>, fallback: number): DocumentNode {
    const [start, end] = node.range ?? [fallback, fallback]
    const entries = new Map<string, DocumentEntry>()
    const value: Record<string, unknown> = {}
    for (const pair of node.items) {
      if (this.full) break
      const key = this.key(pair.key)
      const child = this.build(pair.value, key?.end ?? start)
      if (key !== undefined && isSecretKey(key.text, this.secretKeys)) this.hide(child)
      if (key === undefined || this.duplicate(key, entries)) continue
      entries.set(key.text, { keyStart: key.start, keyEnd: key.end, node: child })
      // A key such as `__proto__` must become a key, not a prototype.
      Object.defineProperty(value, key.text, { value: child.value, enumerable: true })
    }
    return { value, start, end, entries, size: sum([...entries.values()].map((entry) => entry.node)) }
  }

  /** A secret may be written on several lines, and beside a mistake whose excerpt would print it. */
  private hide(node: DocumentNode): void {
    if (node.entries === undefined && node.items === undefined) this.source.hide(node.start, node.end)
    for (const item of node.items ?? []) this.hide(item)
    for (const [key, { node: inner }] of node.entries ?? []) if (!isReference(key, inner)) this.hide(inner)
  }

  private key(node: ParsedNode | null): Key | undefined {
    const [start, end] = node?.range ?? [0, 1]
    if (!isScalar(node)) {
      this.refuse('a key must be plain text', start, end)
      return undefined
    }
    // As written: `1e3` and `0x10` are names here, not numbers.
    const text = typeof node.value === 'string' ? node.value : (node.source ?? '')
    if (text === '<<' && node.type === 'PLAIN') {
      this.refuse('merge keys (<<) are not supported: write the keys out', start, end)
      return undefined
    }
    return { text, start, end }
  }

  private duplicate(key: Key, entries: ReadonlyMap<string, DocumentEntry>): boolean {
    const first = entries.get(key.text)
    if (first === undefined) return false
    const { line } = this.source.position(first.keyStart, first.keyEnd)
    const shown = printable(key.text.slice(0, 80))
    const message = `the key "${shown}" stands here again: it is already on line ${line}`
    this.problems.push({ code: 'DUPLICATE', message, start: key.start, end: key.end })
    return true
  }

  private alias(name: string, start: number): DocumentNode {
    const target = this.anchors.get(name)
    const end = start + name.length + 1
    if (target !== undefined && target !== 'open') {
      this.aliased += target.size
      if (this.aliased > mostAliasedNodes)
        this.refuse(
          `aliases stand for more than ${mostAliasedNodes} values: write the values out`,
          start,
          end,
        )
      return target
    }
    const shown = printable(name.slice(0, 80))
    if (target === 'open') this.refuse(`the alias *${shown} stands inside its own anchor`, start, end)
    else this.refuse(`the alias *${shown} has no anchor before it`, start, end)
    return { value: null, start, end, size: 1 }
  }

  private refuse(message: string, start: number, end: number): void {
    this.problems.push({ code: 'YAML_SYNTAX', message, start, end })
  }
}

function sum(nodes: readonly DocumentNode[]): number {
  return nodes.reduce((total, node) => total + node.size, 1)
}

/** Composed YAML → values with positions; keys are compared and aliases resolved here, both within bounds. */
export function buildTree(
  contents: ParsedNode | null,
  source: SourceText,
  secretKeys: readonly string[],
): BuiltTree {
  if (contents === null || (isScalar(contents) && contents.value === null))
    return { problems: [], cut: false }
  const builder = new TreeBuilder(source, secretKeys)
  const root = builder.build(contents, 0)
  const problems = builder.problems.map(({ code, message, start, end }) =>
    diagnostic(code, message, source.position(start, end)),
  )
  return { root, problems, cut: builder.full }
}
