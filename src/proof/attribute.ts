import { addressKey, sameAddress } from '../model/address.ts'
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

/** Answers for a peer, and for one of its SAs where this device's own address in it is known. */
export type Attribute = (peer: string, local?: string) => Attribution

/**
 * Answers for every peer of one device. Peers that a configuration lists come first (by address, however
 * written; ASA names by exact text); a peer that none lists belongs to the tunnels that take any peer at the
 * own address of its SA.
 */
export function attributor(tunnels: readonly ProofTarget[]): Attribute {
  const listed = new Map<string, string[]>()
  for (const tunnel of tunnels) {
    for (const key of new Set(tunnel.peers.listed.map(addressKey))) {
      listed.set(key, [...(listed.get(key) ?? []), tunnel.name])
    }
  }
  const open = tunnels.filter((tunnel) => tunnel.peers.any)
  return (peer, local) =>
    toAttribution(
      listed.get(addressKey(peer)) ??
        open.filter(({ peers }) => takesAt(peers, local)).map((tunnel) => tunnel.name),
    )
}

function takesAt({ locals }: TargetPeers, local: string | undefined): boolean {
  return locals === undefined || local === undefined || locals.some((own) => sameAddress(own, local))
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

/**
 * One text for a peer as one tunnel (or several that cannot be told apart) has it: an SA with another tunnel
 * of this device is no sign of life there.
 */
export function peerKey(peer: string, owner: Attribution): string {
  return [addressKey(peer), ...namesOf(owner)].join(' ')
}
