import type { PeerImpact, TargetImpact } from '../model/impact.ts'
import type { DevicePlan, TargetPlan } from '../model/plan.ts'
import { configAfter } from '../platform/config-after.ts'
import { maskedPath } from '../platform/config-difference.ts'
import type { PeersOfTarget } from '../topology/impact.ts'

// A hub of thousands of spokes must not fill the record of every run.
const keptPeers = 250
const keptLines = 60

/** Puts beside each target what a person decides about it by. */
export function withImpact(plan: DevicePlan, found: readonly PeersOfTarget[], readAt: string): DevicePlan {
  const byTarget = new Map(found.map(({ target, peers }) => [target, peers]))
  return {
    ...plan,
    targets: plan.targets.map((target) => ({
      ...target,
      impact: impactOf(target, byTarget.get(target.name) ?? [], readAt),
    })),
  }
}

function impactOf(target: TargetPlan, peers: readonly PeerImpact[], readAt: string): TargetImpact {
  const { state, decision } = target
  const sorted = [...peers].sort((a, b) => rank(a) - rank(b))
  const change = decision.kind === 'change' ? decision.change : undefined
  const lines = change?.lines.map((step) => step.line) ?? []
  const config = configAfter(maskedPath(state.basis), lines)
  return {
    readAt,
    wanted: state.wanted,
    anyPeer: state.peers.any,
    peers: sorted.slice(0, keptPeers),
    morePeers: Math.max(0, sorted.length - keptPeers),
    ...(state.lifetimes === undefined ? {} : { lifetimes: state.lifetimes }),
    ...(config === undefined || config.before.length > keptLines ? {} : { config }),
    lines,
    revert: change?.revert.map((step) => step.line) ?? [],
  }
}

const order: readonly PeerImpact['canStart']['answer'][] = ['no', 'not-known', 'yes']

/** What is against a start first, then what would be called by nobody that was seen to call. */
function rank({ canStart, startedBy }: PeerImpact): number {
  return order.indexOf(canStart.answer) * 2 + (startedBy === 'peer' ? 1 : 0)
}
