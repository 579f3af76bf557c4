import { addressKey } from '../model/address.ts'
import type { GraphNode, PeerGraph } from './graph.ts'
import type { Way } from './ways.ts'

/** The device at the other end of a peer address, and those of its tunnels and entries that lead back here. */
export interface OtherEnd {
  readonly node: GraphNode
  readonly ways: readonly Way[]
}

/** From where a target calls a peer: keys of `addressKey`; `own` holds every address of the device. */
export interface Here {
  readonly space: string
  readonly kind: Way['kind']
  /** Addresses at which exactly this target stands, where known. */
  readonly locals: ReadonlySet<string>
  readonly own: ReadonlySet<string>
}

/**
 * Which devices that were read stand at a peer's address. An address may have several owners: two units of a
 * failover pair, a virtual address of two routers, or private addresses that repeat at every site. Then those
 * count that state it as an endpoint, that are active, and that name this device; where that leaves several
 * that do not name it, nobody is known to be there.
 */
export function otherEnds(graph: PeerGraph, here: Here, address: string): readonly OtherEnd[] {
  const key = addressKey(address)
  const owners = (graph.owners.get(key) ?? []).filter((node) => node.space !== here.space)
  const stated = prefer(owners, (node) => node.endpoints.has(key))
  const active = prefer(stated, (node) => node.facts.failover?.on !== true || node.facts.failover.active)
  const ends = active.map((node) => ({ node, ways: waysBack(node, here, key) }))
  const named = ends.filter((end) => end.ways.some((way) => names(way, here.own)))
  if (named.length > 0) return named
  return ends.length > 1 ? [] : ends
}

function prefer<T>(all: readonly T[], test: (one: T) => boolean): readonly T[] {
  const better = all.filter(test)
  return better.length > 0 ? better : all
}

function names(way: Way, addresses: ReadonlySet<string>): boolean {
  return way.to.some((to) => addresses.has(to))
}

/** The best matches only: naming this target's own address, standing at that very address, of the same kind. */
function waysBack(node: GraphNode, here: Here, key: string): readonly Way[] {
  const naming = node.ways.filter((way) => names(way, here.own))
  const candidates = naming.length > 0 ? naming : node.ways.filter((way) => way.open)
  const exact = prefer(candidates, (way) => names(way, here.locals))
  const there = prefer(exact, (way) => way.from.includes(key))
  return prefer(there, (way) => way.kind === here.kind)
}
