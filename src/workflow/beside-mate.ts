import type { Space } from '../model/device-request.ts'
import type { Finding } from '../model/finding.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import type { Surveyed } from './survey.ts'

/** What a target of a standby unit is, seen beside its active mate, which is judged in the same run. */
export type BesideMate =
  | { readonly kind: 'as-asked' }
  /** Not as asked there either: it is told of the mate, and of nobody twice. */
  | { readonly kind: 'of-mate' }
  /** The two differ: after a failover the setting would be gone. */
  | { readonly kind: 'differs'; readonly mate: DevicePlan; readonly finding: Finding }

/** The plan of an active mate, in the same context, as this run has read it. */
export function mateOf(
  { context }: Pick<Space, 'context'>,
  mate: string,
  surveyed: readonly Surveyed[],
): DevicePlan | undefined {
  const found = surveyed.find(({ request }) => request.host.name === mate && request.context === context)
  return found?.outcome.kind === 'planned' ? found.outcome.plan : undefined
}

/**
 * A standby unit's configuration is replicated from its mate (Cisco ASA configuration guide: failover), so what is
 * not as asked at both is one thing and not two.
 */
export function besideMate({ name, state }: TargetPlan, mate: DevicePlan | undefined): BesideMate {
  const { before, wanted } = state
  if (before === wanted) return { kind: 'as-asked' }
  const there = mate?.targets.find((one) => one.name === name)?.state.before
  if (mate === undefined || there === undefined || there === before) return { kind: 'of-mate' }
  return {
    kind: 'differs',
    mate,
    finding: {
      code: 'FAILOVER_UNSYNCED',
      severity: 'warn',
      target: name,
      message: `${name} reads ${before} on this standby unit and ${there} on its active mate ${mate.host}: after a failover the setting would be gone`,
      next: `let the pair synchronise (write standby on ${mate.host}), then look at both units again`,
    },
  }
}
