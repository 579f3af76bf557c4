import { addressKey } from '../model/address.ts'
import { type Attribution, namesOf, peerKey } from './attribute.ts'
import type { PeerView } from './peer-verdict.ts'
import type { SeenSa, Watch } from './watch.ts'

/** Listed peers of each target, and those that came to it because it takes any. */
export function peersByTarget(watch: Watch): ReadonlyMap<string, readonly PeerView[]> {
  const sas = byPeer(watch.sas)
  const views = new Map(watch.targets.map((target) => [target.name, new Map<string, PeerView>()]))
  const add = (name: string, peer: string, owner: Attribution): void => {
    const key = peerKey(peer, owner)
    const target = views.get(name)
    if (target !== undefined && !target.has(key))
      target.set(key, { key, peer, owner, sas: sas.get(key) ?? [] })
  }
  for (const target of watch.targets) {
    for (const peer of target.peers.listed) add(target.name, peer, watch.attribute(peer))
  }
  const alive = watch.sas.filter((seen) => seen.sa.established)
  for (const { peer, owner } of [...watch.before.values(), ...alive]) {
    for (const name of namesOf(owner)) add(name, peer, owner)
  }
  // Its session tells nothing of the tunnel: only where no other is possible it is one's own.
  for (const [address, peer] of watch.withoutIke) {
    const owner = watch.attribute(peer)
    const target = owner.kind === 'one' ? views.get(owner.name) : undefined
    if (target === undefined || owner.kind !== 'one') continue
    if (![...target.values()].some((view) => addressKey(view.peer) === address)) add(owner.name, peer, owner)
  }
  return new Map([...views].map(([name, peers]) => [name, [...peers.values()]]))
}

function byPeer(sas: readonly SeenSa[]): ReadonlyMap<string, readonly SeenSa[]> {
  const groups = new Map<string, SeenSa[]>()
  for (const seen of sas) {
    const known = groups.get(seen.peerKey)
    if (known === undefined) groups.set(seen.peerKey, [seen])
    else known.push(seen)
  }
  return groups
}
