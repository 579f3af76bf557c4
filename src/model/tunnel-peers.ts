import type { DeviceFacts, TunnelInterface } from './facts.ts'
import type { TargetPeers } from './plan.ts'

/**
 * The peers of some tunnel interfaces together, as one target or one tunnel that is watched. Interfaces that
 * are shut down have none.
 */
export function peersOfTunnels(tunnels: readonly TunnelInterface[]): TargetPeers {
  const up = tunnels.filter((tunnel) => tunnel.shutdown !== true)
  const open = up.filter((tunnel) => tunnel.anyPeer)
  const locals = open.flatMap((tunnel) => tunnel.sourceAddresses ?? [])
  const known = open.length > 0 && open.every((tunnel) => (tunnel.sourceAddresses ?? []).length > 0)
  return {
    listed: [...new Set(up.flatMap(destinationsOf))],
    any: open.length > 0,
    ...(known ? { locals: [...new Set(locals)] } : {}),
  }
}

/** Every peer that a configuration names: which end of an SA is the other one. */
export function configuredPeers(facts: Pick<DeviceFacts, 'tunnels' | 'cryptoMaps'>): readonly string[] {
  return [
    ...new Set([
      ...facts.tunnels.flatMap(destinationsOf),
      ...facts.cryptoMaps.flatMap((entry) => entry.peers),
    ]),
  ]
}

/** The peers that a tunnel's configuration names: its destination, or those that it chooses from. */
export function destinationsOf({ destination, destinations }: TunnelInterface): readonly string[] {
  return destination === undefined ? (destinations ?? []) : [destination]
}
