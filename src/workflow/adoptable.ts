import type { FindingCode } from '../model/codes.ts'
import type { DeviceFacts } from '../model/facts.ts'
import { blocks, type Finding } from '../model/finding.ts'
import { parseMapName } from '../model/ids.ts'
import { type Target, type TargetIntent, targetName } from '../model/intent.ts'
import type { Assessment } from '../model/plan.ts'

/** Everything in a space that a playbook might ask for: the platform's checks say what of it there is. */
export function candidateTargets(facts: DeviceFacts): readonly TargetIntent[] {
  const context = facts.context === undefined ? {} : { context: facts.context }
  const maps =
    facts.platform === 'asa'
      ? [...new Set(facts.cryptoMaps.map(({ map }) => map))].flatMap((name) => parseMapName(name) ?? [])
      : []
  // On a device with contexts there are no tunnel interfaces, and a playbook cannot name profiles there.
  const profiles =
    facts.platform === 'ios' || (facts.tunnels.length > 0 && facts.software.contextMarker === undefined)
  return [
    ...maps.map((map) => ({ kind: 'static-entries', map, except: [], ...context }) as const),
    ...(profiles ? [{ kind: 'profiles-in-use', except: [] } as const] : []),
  ]
}

/** What carries no tunnel, or must not be set by its very nature: a playbook of what a fleet has leaves it out. */
const carriesNothing: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'ENTRY_DYNAMIC',
  'ENTRY_INCOMPLETE',
  'ENTRY_ORIGINATE_ONLY',
  'MAP_UNBOUND',
  'PROFILE_MISSING',
  'PROFILE_UNUSED',
])

/** The targets that a playbook names, and the findings that tell what else there is and why it is left out. */
export function adoptableTargets({ targets, findings }: Assessment): {
  readonly targets: readonly Target[]
  readonly leftOut: readonly Finding[]
} {
  const out = targets.flatMap((state) => {
    const why = state.findings.filter((finding) => blocks(finding) && carriesNothing.has(finding.code))
    return why.length === 0 ? [] : [{ name: targetName(state.target), why }]
  })
  const names = new Set(out.map(({ name }) => name))
  return {
    targets: targets.map(({ target }) => target).filter((target) => !names.has(targetName(target))),
    leftOut: [
      ...out.flatMap(({ why }) => why),
      ...findings.filter(({ code, target }) => target === undefined && carriesNothing.has(code)),
    ],
  }
}
