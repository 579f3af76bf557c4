import { dirname } from 'node:path'
import type { FileAccess } from '../document/files.ts'
import { openDocument } from '../document/load.ts'
import type { Place } from '../document/place.ts'
import { boundedProblems, mergeProblems } from '../document/problems.ts'
import { readText } from '../document/read.ts'
import type { PathBase } from '../document/secret-ref.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Inventory } from '../model/inventory.ts'
import { credentialProblems } from './credentials.ts'
import { foreignSource } from './foreign-source.ts'
import { credentialReference, hostProblems, timeoutProblems } from './host-rules.ts'
import schema from './inventory.schema.json' with { type: 'json' }
import { jumpProblems } from './jump-rules.ts'
import { inventoryOf } from './nouns.ts'
import { peerProblems } from './peer-rules.ts'

export interface InventoryOptions {
  /** What `~/` stands for. */
  readonly home?: string
  /** Those of this machine where nothing else is said. */
  readonly files?: FileAccess
}

/** An inventory that may be used, and what deserves a word about it (LITERAL_SECRET). */
export interface LoadedInventory {
  readonly inventory: Inventory
  readonly warnings: readonly Diagnostic[]
}

/**
 * Reads an inventory file. Secrets are not fetched: only where they come from is read.
 *
 * @param path as the user or the playbook gave it
 * @returns the inventory, or every problem of file, syntax, schema and rules at once (warnings among them)
 */
export function loadInventory(
  path: string,
  options: InventoryOptions = {},
): Result<LoadedInventory, readonly Diagnostic[]> {
  const text = readText(path, options.files)
  return text.kind === 'err' ? err([text.error]) : parseInventory(path, text.value, options)
}

/** The same from a text; `path` stands in positions, and relative paths go out from its folder. */
export function parseInventory(
  path: string,
  text: string,
  { home }: InventoryOptions = {},
): Result<LoadedInventory, readonly Diagnostic[]> {
  const opened = openDocument(text, { file: path, schema })
  const foreign = foreignSource(path, text, opened)
  if (foreign !== undefined) return err([foreign])
  const { document, problems } = opened
  if (document === undefined) return err(boundedProblems(problems))
  const base: PathBase = { folder: dirname(path), ...(home === undefined ? {} : { home }) }
  const all = mergeProblems(problems, ruleProblems(document.root, base))
  return all.some((problem) => problem.severity === 'error')
    ? err(boundedProblems(all))
    : ok({ inventory: inventoryOf(path, document.root, base), warnings: all })
}

function ruleProblems(root: Place, base: PathBase): readonly Diagnostic[] {
  const credentials = (root.get('credentials')?.entries() ?? []).map(([name]) => name)
  return [
    ...credentialProblems(root, base),
    ...credentialReference(root.get('defaults')?.get('credential'), credentials),
    ...timeoutProblems(root.get('defaults')),
    ...hostProblems(root, credentials),
    ...jumpProblems(root, credentials),
    ...peerProblems(root),
  ]
}
