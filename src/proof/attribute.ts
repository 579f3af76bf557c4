import { addressKey } from '../model/address.ts'
import type { TargetPeers } from '../model/plan.ts'

/** A target, or another tunnel of the same device, as the proof needs it. */
export interface ProofTarget {
  /** Display name: `VPN`, `outside_map/10`. */
  readonly name: string
  readonly peers: TargetPeers
  /** True for an ASA crypto map entry: its sessions may end by their idle timeout without harm. */
  readonly policyBased: boolean
}

/** Which of a device's tunnels a peer belongs to, by name. */
export type Attribution =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'several'; readonly names: readonly string[] }

/**
 * Answers for every peer of one device. Peers that a configuration lists come first (by address, however
 * written; ASA names by exact text); a peer that none lists belongs to the tunnels that take any peer.
 */
export function attributor(tunnels: readonly ProofTarget[]): (peer: string) => Attribution {
  const listed = new Map<string, string[]>()
  for (const tunnel of tunnels) {
    for (const key of new Set(tunnel.peers.listed.map(addressKey))) {
      listed.set(key, [...(listed.get(key) ?? []), tunnel.name])
    }
  }
  const open = toAttribution(tunnels.filter((tunnel) => tunnel.peers.any).map((tunnel) => tunnel.name))
  return (peer) => {
    const names = listed.get(addressKey(peer))
    return names === undefined ? open : toAttribution(names)
  }
}

function toAttribution(names: readonly string[]): Attribution {
  const [name, ...more] = names
  if (name === undefined) return { kind: 'none' }
  return more.length === 0 ? { kind: 'one', name } : { kind: 'several', names }
}

/** The names in an attribution; none, one or several. */
export function namesOf(attribution: Attribution): readonly string[] {
  if (attribution.kind === 'none') return []
  return attribution.kind === 'one' ? [attribution.name] : attribution.names
}
