import { commandShapes } from '../../../src/cli/command-shapes.ts'
import { explain } from '../../../src/model/explain.ts'
import { inventoryKeys, type Key, playbookKeys } from './keys.ts'

/** A heading of the reference. */
export interface Target {
  readonly page: string
  readonly anchor: string
}

/** A piece of a text that has a heading of its own. */
export interface Link {
  readonly start: number
  readonly text: string
  readonly target: Target
}

const commands = new Set(commandShapes().map(({ name }) => name))

interface NamedKey {
  readonly name: string
  readonly key: Key
  readonly target: Target
}

/**
 * Keys by the ways in which a text names them without doubt: `proof.within`, `revertTimer`, `save: always`. A key
 * whose name is also a plain word (`accept`, `window`) is none of them.
 */
const named: readonly NamedKey[] = [
  ...playbookKeys.map((key) => ({ key, page: 'playbook.md' })),
  ...inventoryKeys.map((key) => ({ key, page: 'inventory.md' })),
].map(({ key, page }) => ({ name: key.name, key, target: { page, anchor: key.anchor } }))

const byPath = new Map(named.filter(({ key }) => key.path.includes('.')).map((one) => [one.key.path, one]))
const byCamel = new Map(
  named
    .filter(({ name }, nth) => /[a-z][A-Z]/.test(name) && named.findIndex((one) => one.name === name) === nth)
    .map((one) => [one.name, one]),
)

const names = [...new Set(named.map(({ name }) => name))].join('|')
const pattern = new RegExp(
  [
    /\bikero ([a-z]+)\b/.source,
    /\b[A-Z]+(?:_[A-Z0-9]+)+\b/.source,
    /\b[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)+\b/.source,
    `\\b(${names}): ([a-z-]+)\\b`,
    /\b[a-z]+(?:[A-Z][a-z]+)+\b/.source,
  ].join('|'),
  'g',
)

/** All pieces of a text that have a place in the reference, in order. */
export function linksIn(text: string): readonly Link[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const target = targetOf(match)
    return target === undefined ? [] : [{ start: match.index, text: match[0], target }]
  })
}

function targetOf([text, command, key, value]: RegExpMatchArray): Target | undefined {
  if (command !== undefined)
    return commands.has(command) ? { page: 'commands.md', anchor: `ikero-${command}` } : undefined
  if (key !== undefined) return named.find((one) => one.name === key && takes(one.key, value ?? ''))?.target
  if (/^[A-Z_0-9]+$/.test(text ?? ''))
    return explain(text ?? '') === undefined
      ? undefined
      : { page: 'codes.md', anchor: (text ?? '').toLowerCase() }
  return (byPath.get(text ?? '') ?? byCamel.get(text ?? ''))?.target
}

/** Whether a word is one of the values of a key: `save: always` names the key, `next: run` does not. */
function takes({ schema }: Key, value: string): boolean {
  if (schema.type === 'boolean') return value === 'true' || value === 'false'
  return Array.isArray(schema.enum) && schema.enum.includes(value)
}
