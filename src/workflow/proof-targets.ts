import type { DeviceFacts } from '../model/facts.ts'
import { entryName } from '../model/intent.ts'
import type { TargetPlan, TargetState } from '../model/plan.ts'
import { peersOfTunnels } from '../model/tunnel-peers.ts'
import type { ProofTarget } from '../proof/attribute.ts'

/** A target as the rules of proof see it. */
export function proofTarget(target: TargetPlan): ProofTarget {
  return { name: target.name, ...tunnelOf(target.state) }
}

export function tunnelOf(state: TargetState): Omit<ProofTarget, 'name'> {
  return { peers: state.peers, policyBased: state.target.kind === 'crypto-map-entry' }
}

/** The other tunnels of the device: profiles and entries that are watched and not changed. */
export function otherTunnels(
  facts: DeviceFacts,
  targets: readonly { readonly name: string }[],
): readonly ProofTarget[] {
  const own = new Set(targets.map((target) => target.name))
  return [...profileTunnels(facts), ...entryTunnels(facts)].filter((target) => !own.has(target.name))
}

/** Also under a profile that the configuration does not define: the built-in one, or one that is missing. */
function profileTunnels({ profiles, tunnels }: DeviceFacts): readonly ProofTarget[] {
  const used = [...profiles.map(({ name }) => name), ...tunnels.map(({ profile }) => profile)]
  return [...new Set<string>(used)].map((name) => ({
    name,
    policyBased: false,
    peers: peersOfTunnels(tunnels.filter((tunnel) => tunnel.profile === name)),
  }))
}

function entryTunnels(facts: DeviceFacts): readonly ProofTarget[] {
  return facts.cryptoMaps
    .filter((entry) => entry.interfaces.length > 0)
    .map((entry) => ({
      name: entryName(entry, facts.context),
      policyBased: true,
      peers: { listed: entry.peers, any: entry.dynamic },
    }))
}
