import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { quoted } from '../kernel/printable.ts'
import type { Inventory } from '../model/inventory.ts'
import type { HostPattern, Playbook } from '../model/playbook.ts'
import type { RolloutSettings } from '../model/rollout.ts'
import { hostsMatching } from './select.ts'

type NamedCanary = Extract<RolloutSettings['canary'], { readonly kind: 'named' }>

/** `accept`, `known` and the canary of a playbook. */
export type Exceptions = Partial<Pick<Playbook, 'accept' | 'known' | 'rollout'>>

interface Entry {
  readonly hosts: readonly string[]
  readonly patterns?: readonly HostPattern[]
}

interface Found<T> {
  readonly value: T
  readonly problems: readonly Diagnostic[]
}

/** Patterns of `accept`, `known` and the canary that match no host of the inventory (UNKNOWN_REFERENCE). */
export function exceptionPatternProblems(
  { accept = [], known = [], rollout }: Exceptions,
  inventory: Inventory,
): readonly Diagnostic[] {
  return [...canaryIn(rollout), ...accept, ...known].flatMap(({ patterns = [] }) =>
    patterns.flatMap((pattern) => {
      const found = hostsMatching(inventory, pattern)
      return found.kind === 'err' ? [found.error] : []
    }),
  )
}

/** The canary, where it is named. */
function canaryIn(rollout: RolloutSettings | undefined): readonly NamedCanary[] {
  return rollout?.canary.kind === 'named' ? [rollout.canary] : []
}

function withCanary(rollout: RolloutSettings, [named]: readonly NamedCanary[]): RolloutSettings {
  return named === undefined ? rollout : { ...rollout, canary: named }
}

/** An entry that is for none of the playbook's devices would never be told as unused. */
function notInPlaybook(pattern: HostPattern, names: ReadonlySet<string>): Diagnostic {
  const first = [...names].slice(0, 5)
  const more = names.size > first.length ? `, and ${names.size - first.length} more` : ''
  return diagnostic(
    'UNKNOWN_REFERENCE',
    `${quoted(pattern.text)} matches no device of this playbook`,
    pattern.at,
    `the playbook names ${first.join(', ')}${more}`,
  )
}

function nameHosts<T extends Entry>(
  entries: readonly T[],
  inventory: Inventory,
  inPlaybook: ReadonlySet<string>,
): Found<readonly T[]> {
  const problems: Diagnostic[] = []
  const value = entries.map((entry) => {
    const hosts = (entry.patterns ?? []).flatMap((pattern) => {
      const found = hostsMatching(inventory, pattern)
      if (found.kind === 'err') {
        problems.push(found.error)
        return []
      }
      const names = found.value.map((host) => host.name).filter((name) => inPlaybook.has(name))
      if (names.length === 0) problems.push(notInPlaybook(pattern, inPlaybook))
      return names
    })
    return { ...entry, hosts: [...new Set(hosts)] }
  })
  return { value, problems }
}

/**
 * Names the hosts of `accept`, `known` and the canary. Every pattern must match a device of the playbook.
 *
 * @param inPlaybook names of all its devices, whatever `--limit` leaves of them
 */
export function resolveExceptions(
  { accept, known, rollout }: Exceptions,
  inventory: Inventory,
  inPlaybook: ReadonlySet<string>,
): Found<Exceptions> {
  const accepted = nameHosts(accept ?? [], inventory, inPlaybook)
  const expected = nameHosts(known ?? [], inventory, inPlaybook)
  const canary = nameHosts(canaryIn(rollout), inventory, inPlaybook)
  return {
    value: {
      ...(accept === undefined ? {} : { accept: accepted.value }),
      ...(known === undefined ? {} : { known: expected.value }),
      ...(rollout === undefined ? {} : { rollout: withCanary(rollout, canary.value) }),
    },
    problems: [...canary.problems, ...accepted.problems, ...expected.problems],
  }
}
