import type { FileAccess } from '../document/files.ts'
import { openDocument } from '../document/load.ts'
import { boundedProblems, mergeProblems } from '../document/problems.ts'
import { readText } from '../document/read.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { KnownEntry } from '../model/playbook.ts'
import schema from './baseline.schema.json' with { type: 'json' }
import { exceptionProblems, knownOf, type PlaybookOptions } from './exceptions.ts'

// The `known` list of a playbook in a file of its own, so that whoever watches a fleet can write down what is expected
// without editing what changes it.

/**
 * Reads a baseline file. Hosts are named by `resolvePlaybook`, with an inventory.
 *
 * @param path as the user gave it
 * @returns its entries, also those that have expired, or every problem of file, syntax, schema and rules at once
 */
export function loadBaseline(
  path: string,
  files: FileAccess | undefined,
  { today }: PlaybookOptions,
): Result<readonly KnownEntry[], readonly Diagnostic[]> {
  const text = readText(path, files)
  if (text.kind === 'err') return err([text.error])
  const { document, problems } = openDocument(text.value, { file: path, schema })
  const all =
    document === undefined
      ? problems
      : mergeProblems(problems, exceptionProblems(document.root, { today, expiredKnown: 'kept' }))
  return document === undefined || all.length > 0 ? err(boundedProblems(all)) : ok(knownOf(document.root))
}
