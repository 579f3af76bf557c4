import { type Diagnostic, diagnostic, type SourcePosition } from '../kernel/diagnostics.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { assertNever } from '../kernel/never.ts'
import { quoted } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { wildcardMatches } from '../kernel/wildcard.ts'
import { type HostSelector, noHostPattern, parseHostPattern } from '../model/host-pattern.ts'
import type { Inventory, InventoryHost } from '../model/inventory.ts'

/** A host pattern and where it was written; without a place it came from the command line. */
export interface SelectPattern {
  readonly text: string
  readonly at?: SourcePosition
}

function matches(selector: HostSelector, host: InventoryHost): boolean {
  switch (selector.kind) {
    case 'name':
      return host.name === selector.name
    case 'group':
      return host.groups.includes(selector.group)
    case 'glob':
      return wildcardMatches(selector.glob, host.name)
    default:
      return assertNever(selector)
  }
}

function nothingFound(inventory: Inventory, pattern: SelectPattern, selector: HostSelector): Diagnostic {
  const names = inventory.hosts.map((host) => host.name)
  const groups = [...new Set(inventory.hosts.flatMap((host) => host.groups))]
  const where = `in ${inventory.path}`
  switch (selector.kind) {
    case 'glob':
      return diagnostic('UNKNOWN_REFERENCE', `${quoted(pattern.text)} matches no host ${where}`, pattern.at)
    case 'group': {
      const hint = didYouMean(
        pattern.text,
        groups.map((group) => `group:${group}`),
      )
      const message = `there is no group ${quoted(selector.group)} ${where}`
      return diagnostic('UNKNOWN_REFERENCE', message, pattern.at, hint)
    }
    case 'name': {
      const hint = groups.includes(selector.name)
        ? `did you mean "group:${selector.name}"?`
        : didYouMean(selector.name, names)
      const message = `there is no host ${quoted(selector.name)} ${where}`
      return diagnostic('UNKNOWN_REFERENCE', message, pattern.at, hint)
    }
    default:
      return assertNever(selector)
  }
}

/** The hosts of one pattern, or why there are none. */
export function hostsMatching(
  inventory: Inventory,
  pattern: SelectPattern,
): Result<readonly InventoryHost[], Diagnostic> {
  const selector = parseHostPattern(pattern.text)
  if (selector === undefined) {
    return err(noHostPattern(pattern.text, pattern.at))
  }
  const found = inventory.hosts.filter((host) => matches(selector, host))
  return found.length === 0 ? err(nothingFound(inventory, pattern, selector)) : ok(found)
}

/**
 * The hosts that patterns name, each once, in the order of the patterns (within one pattern: of the
 * inventory). A pattern that matches nothing is a mistake (UNKNOWN_REFERENCE), never an empty selection.
 */
export function selectHosts(
  inventory: Inventory,
  patterns: readonly SelectPattern[],
): Result<readonly InventoryHost[], readonly Diagnostic[]> {
  const problems: Diagnostic[] = []
  const selected = new Set<InventoryHost>()
  for (const pattern of patterns) {
    const found = hostsMatching(inventory, pattern)
    if (found.kind === 'err') problems.push(found.error)
    else for (const host of found.value) selected.add(host)
  }
  return problems.length > 0 ? err(problems) : ok([...selected])
}

/** Which hosts `--limit` lets through, by name. */
export type Limit = ReadonlySet<string>

/**
 * `hub1,group:asas,!asa-hq`: patterns as in a playbook, separated by commas; those with `!` are left out
 * again. Only exclusions mean "all but these".
 */
export function parseLimit(inventory: Inventory, text: string): Result<Limit, readonly Diagnostic[]> {
  const patterns = text.split(',').map((part) => part.trim())
  if (patterns.includes('')) {
    const message = `--limit ${quoted(text)} has an empty pattern`
    return err([diagnostic('USAGE', message, undefined, 'write patterns separated by single commas')])
  }
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'))
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  const some = selectHosts(
    inventory,
    wanted.map((pattern) => ({ text: pattern })),
  )
  const without = selectHosts(
    inventory,
    unwanted.map((pattern) => ({ text: pattern })),
  )
  if (some.kind === 'err' || without.kind === 'err') {
    const both = [some, without].flatMap((one) => (one.kind === 'err' ? one.error : []))
    return err(both.map((one) => ({ ...one, message: `--limit: ${one.message}` })))
  }
  const from = wanted.length === 0 ? inventory.hosts : some.value
  return ok(new Set(from.filter((host) => !without.value.includes(host)).map((host) => host.name)))
}
