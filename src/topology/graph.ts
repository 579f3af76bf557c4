import { addressKey } from '../model/address.ts'
import type { DeviceFacts, IkeSa } from '../model/facts.ts'
import type { TargetState } from '../model/plan.ts'
import { type ReadDevice, spaceOf, type TopologyInput } from './input.ts'
import { type Way, waysOf } from './ways.ts'

/** A device, or a context of one, that was read, with its addresses (as keys of `addressKey`) and its ways to peers. */
export interface GraphNode {
  /** Its name: `fw1`, `fw1/customer-a`. */
  readonly space: string
  readonly facts: DeviceFacts
  /** Own addresses, endpoints of the inventory included. */
  readonly addresses: ReadonlySet<string>
  /** Only those that the inventory states. */
  readonly endpoints: ReadonlySet<string>
  readonly ways: readonly Way[]
  /** Established IKE SAs by their peer. */
  readonly sas: ReadonlyMap<string, readonly IkeSa[]>
}

/** Who owns an address, and who points at it. */
export interface PeerGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly owners: ReadonlyMap<string, readonly GraphNode[]>
  readonly pointing: ReadonlyMap<string, readonly { readonly node: GraphNode; readonly way: Way }[]>
}

function nodeOf(device: ReadDevice, targets: readonly TargetState[]): GraphNode {
  const endpoints = new Set((device.endpoints ?? []).map(addressKey))
  return {
    space: spaceOf(device),
    facts: device.facts,
    addresses: new Set([...device.facts.ownAddresses.map(addressKey), ...endpoints]),
    endpoints,
    ways: waysOf(device.facts, targets),
    sas: sasByPeer(device.facts),
  }
}

function sasByPeer({ reading }: DeviceFacts): ReadonlyMap<string, readonly IkeSa[]> {
  const sas = new Map<string, IkeSa[]>()
  for (const sa of reading.sas) {
    if (sa.established && sa.peer !== undefined) append(sas, addressKey(sa.peer), sa)
  }
  return sas
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

/** All devices that were read, joined by their addresses; linear in what they print. */
export function buildGraph(input: Pick<TopologyInput, 'devices' | 'read'>): PeerGraph {
  const nodes = new Map<string, GraphNode>()
  for (const device of input.read) nodes.set(spaceOf(device), nodeOf(device, []))
  for (const device of input.devices) nodes.set(spaceOf(device), nodeOf(device, device.targets))
  const owners = new Map<string, GraphNode[]>()
  const pointing = new Map<string, { node: GraphNode; way: Way }[]>()
  for (const node of nodes.values()) {
    for (const address of node.addresses) append(owners, address, node)
    for (const way of node.ways) for (const to of new Set(way.to)) append(pointing, to, { node, way })
  }
  return { nodes, owners, pointing }
}
