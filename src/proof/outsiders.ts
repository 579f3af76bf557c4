import { addressKey } from '../model/address.ts'
import { namesOf } from './attribute.ts'
import { type PeerLife, wentTogether } from './peer-life.ts'
import type { Watch } from './watch.ts'

/**
 * Peers of configured tunnels that are not changed. A peer of no tunnel, and one that a dynamic map entry
 * took, may be a remote access user, who comes and goes: it says nothing of this device or its path.
 */
export function outsidersOf(watch: Watch): readonly PeerLife[] {
  const changed = new Set(watch.targets.map((target) => target.name))
  const others = new Map(watch.others.map((tunnel) => [tunnel.name, tunnel]))
  const listed = new Set(watch.others.flatMap((tunnel) => tunnel.peers.listed).map(addressKey))
  return [...watch.before.values()].filter((life) => {
    const names = namesOf(life.owner)
    if (names.length === 0 || names.some((name) => changed.has(name))) return false
    return listed.has(addressKey(life.peer)) || names.every((name) => others.get(name)?.policyBased === false)
  })
}

/** Those of them that vanished at the same time as this peer, and are away. */
export function goneWith(outsiders: readonly PeerLife[], life: PeerLife): readonly string[] {
  return outsiders.filter((outsider) => wentTogether(outsider, life)).map((outsider) => outsider.peer)
}
