import type { SourcePosition } from '../kernel/diagnostics.ts'
import type { Path } from './json.ts'
import type { SourceText } from './source.ts'
import { keyPosition, type Located, valuePosition } from './tree.ts'

/**
 * One place of a document, for the rooms that turn it into nouns. Whatever is not of the asked type is
 * absent: the schema has already said what is wrong with it, so rules may run on a file with mistakes.
 */
export interface Place {
  readonly path: Path
  readonly value: unknown
  /** Where the value stands. */
  at(): SourcePosition
  /** Where the key in front of it stands; the value, for an item of a list. */
  keyAt(): SourcePosition
  readonly text: string | undefined
  readonly number: number | undefined
  get(key: string): Place | undefined
  /** Keys and values of a map, in the order of the file; empty for anything else. */
  entries(): readonly (readonly [key: string, value: Place])[]
  /** Items of a list; empty for anything else. */
  items(): readonly Place[]
}

export function placeOf(source: SourceText, located: Located, path: Path): Place {
  const { node } = located
  return {
    path,
    value: node.value,
    at: () => valuePosition(source, located),
    keyAt: () => keyPosition(source, located),
    text: typeof node.value === 'string' ? node.value : undefined,
    number: typeof node.value === 'number' ? node.value : undefined,
    get: (key) => {
      const entry = node.entries?.get(key)
      return entry === undefined ? undefined : placeOf(source, { node: entry.node, entry }, [...path, key])
    },
    entries: () =>
      [...(node.entries ?? [])].map(([key, entry]) => [
        key,
        placeOf(source, { node: entry.node, entry }, [...path, key]),
      ]),
    items: () => (node.items ?? []).map((item, index) => placeOf(source, { node: item }, [...path, index])),
  }
}
