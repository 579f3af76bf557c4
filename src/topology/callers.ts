import { addressKey } from '../model/address.ts'
import type { IkeSa } from '../model/facts.ts'
import { configuredPeers } from '../model/tunnel-peers.ts'
import type { OtherEnd } from './ends.ts'
import type { GraphNode, PeerGraph } from './graph.ts'
import { nhrpAddresses } from './ways.ts'

/** Where any peer may call a target: its device, and its own addresses as keys of `addressKey`. */
export interface CallerPlace {
  readonly node: GraphNode
  readonly at: ReadonlySet<string>
  /** Spaces that are peers of the target by its own configuration. */
  readonly known: ReadonlySet<string>
}

/** A peer that no configuration of the called device names. */
export interface Caller {
  readonly address: string
  readonly sas: readonly IkeSa[]
  readonly ends: readonly OtherEnd[]
}

/** Devices whose configuration calls there, then peers that only SAs at these addresses show. */
export function callersAt(graph: PeerGraph, place: CallerPlace): readonly Caller[] {
  const { node, at } = place
  const devices = callingDevices(graph, place).map((one) => callerOf(node, one, at))
  const theirs = new Set(devices.flatMap(({ ends }) => ends.flatMap((end) => [...end.node.addresses])))
  const elsewhere = new Set([...configuredPeers(node.facts), ...nhrpAddresses(node.facts)].map(addressKey))
  const strangers = [...node.sas]
    .filter(([key]) => !elsewhere.has(key) && !theirs.has(key))
    .map(([, sas]) => sas.filter(({ local }) => local === undefined || at.has(addressKey(local))))
    .flatMap((sas) => (sas[0]?.peer === undefined ? [] : [{ address: sas[0].peer, sas, ends: [] }]))
  return [...devices, ...strangers]
}

function callingDevices(graph: PeerGraph, { node, at, known }: CallerPlace): readonly GraphNode[] {
  const lists = new Set(configuredPeers(node.facts).map(addressKey))
  const found = new Map<string, GraphNode>()
  for (const key of at) {
    for (const { node: other, way } of graph.pointing.get(key) ?? []) {
      if (other.space === node.space || known.has(other.space) || found.has(other.space)) continue
      // A tunnel of a peer that this device names elsewhere belongs there; a client that registers belongs here.
      const belongsElsewhere = !way.registers && [...other.addresses].some((address) => lists.has(address))
      if (!belongsElsewhere) found.set(other.space, other)
    }
  }
  return [...found.values()].sort((a, b) => (a.space < b.space ? -1 : 1))
}

function callerOf(called: GraphNode, node: GraphNode, at: ReadonlySet<string>): Caller {
  const sas = [...node.addresses].flatMap((address) => called.sas.get(address) ?? [])
  const ways = node.ways.filter((way) => way.to.some((to) => at.has(to)))
  const address = sas[0]?.peer ?? ways.find((way) => way.at !== undefined)?.at ?? node.space
  return { address, sas, ends: [{ node, ways }] }
}
