import { isAddress } from '../src/model/address.ts'
import type { ArgumentKind, TableNode } from './command-table.ts'

/** What a device makes of a typed line; columns count from 0 in the line. */
export type CommandMatch<Run> =
  | {
      readonly kind: 'found'
      readonly run: Run
      readonly args: Readonly<Record<string, string>>
      /** Where each argument stands: the marker goes there when its value does not fit. */
      readonly columns: Readonly<Record<string, number>>
      /** With every keyword written out: what a configuration keeps. */
      readonly canonical: string
    }
  | { readonly kind: 'invalid'; readonly column: number }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'incomplete' }

interface Token {
  readonly text: string
  readonly column: number
}

function tokens(line: string): readonly Token[] {
  return [...line.matchAll(/\S+/g)].map((match) => ({ text: match[0], column: match.index }))
}

function accepts(kind: ArgumentKind, text: string): boolean {
  switch (kind) {
    case 'number':
      return /^\d{1,10}$/.test(text)
    case 'address':
      return isAddress(text)
    case 'word':
    case 'rest':
      return true
  }
}

/** Walks a line through a parse tree: exact words win, then a single abbreviation, then arguments. */
export function matchCommand<Run>(root: TableNode<Run>, line: string): CommandMatch<Run> {
  let node = root
  const args: Record<string, string> = {}
  const columns: Record<string, number> = {}
  const words: string[] = []
  const typed = tokens(line)
  for (const token of typed) {
    const step = nextStep(node, token, line)
    if (step.kind !== 'step') return step
    words.push(step.word)
    if (step.name !== undefined) {
      args[step.name] = step.word
      columns[step.name] = token.column
    }
    node = step.next
    if (step.ends) break
  }
  if (node.run === undefined) {
    const last = typed.at(-1)
    const dead = node.keywords.size === 0 && node.arguments.length === 0
    return dead && last !== undefined ? { kind: 'invalid', column: last.column } : { kind: 'incomplete' }
  }
  return { kind: 'found', run: node.run, args, columns, canonical: words.join(' ') }
}

type Step<Run> =
  | {
      readonly kind: 'step'
      readonly next: TableNode<Run>
      readonly word: string
      readonly name?: string
      readonly ends?: boolean
    }
  | { readonly kind: 'invalid'; readonly column: number }
  | { readonly kind: 'ambiguous' }

function nextStep<Run>(node: TableNode<Run>, token: Token, line: string): Step<Run> {
  const text = token.text.toLowerCase()
  const exact = node.keywords.get(text)
  if (exact !== undefined) return { kind: 'step', next: exact, word: text }
  const near = [...node.keywords].filter(([keyword]) => keyword.startsWith(text))
  const [only, ...more] = near
  if (only !== undefined) {
    return more.length > 0 ? { kind: 'ambiguous' } : { kind: 'step', next: only[1], word: only[0] }
  }
  for (const argument of node.arguments) {
    if (argument.kind === 'rest') {
      const word = line.slice(token.column).trimEnd()
      return { kind: 'step', next: argument.next, word, name: argument.name, ends: true }
    }
    if (!accepts(argument.kind, token.text)) continue
    return { kind: 'step', next: argument.next, word: token.text, name: argument.name }
  }
  return {
    kind: 'invalid',
    column: token.column + agreeing(text, [...node.keywords.keys()]),
  }
}

/** How many characters any known keyword shares: the marker stands under the first that none does. */
function agreeing(text: string, keywords: readonly string[]): number {
  let best = 0
  for (const keyword of keywords) {
    let shared = 0
    while (shared < text.length && keyword[shared] === text[shared]) shared += 1
    best = Math.max(best, shared)
  }
  return best
}
