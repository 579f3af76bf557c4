import type { SourcePosition } from '../kernel/diagnostics.ts'
import type { Path } from './json.ts'
import type { SourceText } from './source.ts'

/** A value of a document with the place where it was written. Values of an alias share the node of their anchor. */
export interface DocumentNode {
  /** The plain JSON value, children included. */
  readonly value: unknown
  /** Offsets in the text; equal where nothing is written (`hosts:`). */
  readonly start: number
  readonly end: number
  readonly entries?: ReadonlyMap<string, DocumentEntry>
  readonly items?: readonly DocumentNode[]
  /** How many nodes it is, itself included. */
  readonly size: number
}

export interface DocumentEntry {
  readonly keyStart: number
  readonly keyEnd: number
  readonly node: DocumentNode
}

/** What a path leads to; the entry is there when its last step is a map's key. */
export interface Located {
  readonly node: DocumentNode
  readonly entry?: DocumentEntry
}

function step(from: DocumentNode, key: string | number): Located | undefined {
  const entry = from.entries?.get(String(key))
  if (entry !== undefined) return { node: entry.node, entry }
  const item = from.items?.[Number(key)]
  return item === undefined ? undefined : { node: item }
}

/** Follows a path as far as it goes: a missing key leads to the value that lacks it. */
export function locate(root: DocumentNode, path: Path): Located {
  let found: Located = { node: root }
  for (const key of path) {
    const next = step(found.node, key)
    if (next === undefined) return found
    found = next
  }
  return found
}

/** Points at the key where there is one, else at the value. */
export function keyPosition(source: SourceText, { node, entry }: Located): SourcePosition {
  if (entry !== undefined) return source.position(entry.keyStart, entry.keyEnd)
  return source.position(node.start, node.entries === undefined ? node.end : node.start + 1)
}

/** Points at the value, or at its key where nothing is written. */
export function valuePosition(source: SourceText, located: Located): SourcePosition {
  const { node, entry } = located
  return node.start === node.end && entry !== undefined
    ? keyPosition(source, located)
    : source.position(node.start, node.end)
}
