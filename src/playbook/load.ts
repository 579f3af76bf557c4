import { dirname, isAbsolute, join } from 'node:path'
import type { FileAccess } from '../document/files.ts'
import { openDocument } from '../document/load.ts'
import type { Place } from '../document/place.ts'
import { boundedProblems, mergeProblems } from '../document/problems.ts'
import { readText } from '../document/read.ts'
import { windowOf } from '../document/window.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { parseHostPattern } from '../model/host-pattern.ts'
import type {
  Acceptance,
  HostPattern,
  KnownEntry,
  Playbook,
  PlaybookItem,
  ProofSettings,
  SavePolicy,
} from '../model/playbook.ts'
import type { RolloutSettings } from '../model/rollout.ts'
import { driftOf } from './drift.ts'
import { acceptancesOf, knownOf, type PlaybookOptions } from './exceptions.ts'
import { itemsOf } from './items.ts'
import schema from './playbook.schema.json' with { type: 'json' }
import { rolloutOf } from './rollout.ts'
import { playbookProblems } from './rules.ts'

/**
 * Reads a playbook file. Hosts of `accept` and `known` are named by `resolvePlaybook`, with an inventory.
 *
 * @param path as the user gave it
 * @param files those of this machine where nothing else is said
 * @returns the playbook with its defaults, or every problem of file, syntax, schema and rules at once
 */
export function loadPlaybook(
  path: string,
  files: FileAccess | undefined,
  options: PlaybookOptions,
): Result<Playbook, readonly Diagnostic[]> {
  const text = readText(path, files)
  return text.kind === 'err' ? err([text.error]) : parsePlaybook(path, text.value, options)
}

/** The same from a text; `path` stands in positions, and relative paths go out from its folder. */
export function parsePlaybook(
  path: string,
  text: string,
  options: PlaybookOptions,
): Result<Playbook, readonly Diagnostic[]> {
  const { document, problems } = openDocument(text, { file: path, schema })
  const all =
    document === undefined ? problems : mergeProblems(problems, playbookProblems(document.root, options))
  return document === undefined || all.length > 0
    ? err(boundedProblems(all))
    : ok(playbookOf(path, document.root))
}

/** What can be said of a playbook that has mistakes: enough to check its inventory and hosts as well. */
export interface PlaybookOutline {
  readonly inventory?: string
  /** Items with their host patterns; targets are left out. */
  readonly items: readonly PlaybookItem[]
  /** For their patterns: what else they say may be wrong. */
  readonly accept?: readonly Acceptance[]
  readonly known?: readonly KnownEntry[]
  readonly rollout?: RolloutSettings
}

/** Reads a playbook with mistakes as far as it goes, so that all problems of both files are told at once. */
export function outlineOf(path: string, files?: FileAccess): PlaybookOutline {
  const text = readText(path, files)
  const root =
    text.kind === 'err' ? undefined : openDocument(text.value, { file: path, schema }).document?.root
  if (root === undefined) return { items: [] }
  const inventory = root.get('inventory')?.text
  const items = itemsOf(root).map((item) => ({
    ...item,
    targets: [],
    hosts: wellFormed(item.hosts),
  }))
  return {
    items,
    accept: acceptancesOf(root).map((one) => ({ ...one, patterns: wellFormed(one.patterns ?? []) })),
    rollout: outlinedRollout(rolloutOf(root.get('rollout'))),
    known: knownOf(root).map((one) => ({ ...one, patterns: wellFormed(one.patterns ?? []) })),
    ...(inventory === undefined || inventory === '' ? {} : { inventory: besideFile(path, inventory) }),
  }
}

function outlinedRollout(rollout: RolloutSettings): RolloutSettings {
  const { canary } = rollout
  if (canary.kind !== 'named') return rollout
  return { ...rollout, canary: { ...canary, patterns: wellFormed(canary.patterns) } }
}

function wellFormed(patterns: readonly HostPattern[]): readonly HostPattern[] {
  return patterns.filter((pattern) => parseHostPattern(pattern.text) !== undefined)
}

function playbookOf(path: string, root: Place): Playbook {
  const change = root.get('change')?.text
  const inventory = root.get('inventory')?.text
  return {
    path,
    name: root.get('name')?.text ?? '',
    ...(change === undefined ? {} : { change }),
    ...(inventory === undefined ? {} : { inventory: besideFile(path, inventory) }),
    items: itemsOf(root),
    state: root.get('state')?.text === 'bidirectional' ? 'bidirectional' : 'responder-only',
    rollout: rolloutOf(root.get('rollout')),
    ...windowOf(root.get('window')),
    proof: proofOf(root.get('proof')),
    save: saveOf(root.get('save')?.text),
    ...revertTimerOf(root.get('revertTimer')?.text),
    ...driftOf(root),
    ...exceptionsOf(root),
  }
}

function saveOf(text: string | undefined): SavePolicy {
  return text === 'always' || text === 'never' ? text : 'if-clean'
}

function revertTimerOf(text = 'off'): Pick<Playbook, 'revertTimer'> {
  if (text === 'off') return {}
  return { revertTimer: text === 'auto' ? text : { minutes: Number(text.slice(0, -1)) } }
}

function proofOf(proof: Place | undefined): ProofSettings {
  return {
    withinMs: parseDuration(proof?.get('within')?.text ?? '5m') ?? 0,
    lostAfterMs: parseDuration(proof?.get('lostAfter')?.text ?? '90s') ?? 0,
    ...(proof?.get('renegotiate')?.text === 'initiated' ? { renegotiate: 'initiated' } : {}),
    ...(proof?.get('require')?.value === true ? { require: true } : {}),
  }
}

function exceptionsOf(root: Place): Pick<Playbook, 'onBlocked' | 'accept' | 'known' | 'readPeers'> {
  const accept = acceptancesOf(root)
  const known = knownOf(root)
  return {
    ...(root.get('onBlocked')?.text === 'target' ? { onBlocked: 'target' } : {}),
    ...(accept.length === 0 ? {} : { accept }),
    ...(known.length === 0 ? {} : { known }),
    ...(root.get('readPeers')?.value === false ? { readPeers: false } : {}),
  }
}

function besideFile(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path)
}
