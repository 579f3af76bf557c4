import { addressKey } from '../model/address.ts'
import type { CryptoMapEntry, IkeSa } from '../model/facts.ts'
import { declarationFor, type PeerDeclaration, type Target } from '../model/intent.ts'
import { type TargetState, targetName } from '../model/plan.ts'
import { type CallerPlace, callersAt } from './callers.ts'
import { type Here, type OtherEnd, otherEnds } from './ends.ts'
import type { GraphNode, PeerGraph } from './graph.ts'
import { spaceOf, type TopologyDevice, type TopologyInput } from './input.ts'
import { mappedOf, serversOf, type Way } from './ways.ts'

/** One remote end of a target, with everything that is known of it. */
export interface JudgedPeer {
  /** As the configuration or the SA prints it; for a caller that only its own configuration shows, its source. */
  readonly address: string
  /** `server`: a next-hop server of a multipoint tunnel; `caller`: it calls, no configuration here names it. */
  readonly kind: 'listed' | 'server' | 'caller'
  /** Established IKE SAs with it. */
  readonly sas: readonly IkeSa[]
  readonly ends: readonly OtherEnd[]
  readonly declared?: PeerDeclaration
  /** This device's own line that names it. */
  readonly evidence?: string
}

/** One target with its peers: what every rule is judged on. */
export interface TargetView {
  readonly device: TopologyDevice
  readonly state: TargetState
  readonly name: string
  readonly peers: readonly JudgedPeer[]
  /** The crypto map entry that it is, where it is one. */
  readonly entry?: CryptoMapEntry
}

interface Scene {
  readonly graph: PeerGraph
  readonly node: GraphNode
  /** The target's own tunnels or entry. */
  readonly ways: readonly Way[]
  readonly kind: Way['kind']
  readonly declaredFor: (address: string) => PeerDeclaration | undefined
}

/** A target and the remote ends that can be told: listed and mapped ones, next-hop servers, and callers that are known. */
export function viewTarget(
  input: TopologyInput,
  graph: PeerGraph,
  device: TopologyDevice,
  state: TargetState,
): TargetView {
  const { target, peers: wanted } = state
  const name = targetName(target)
  const entry = entryOf(device, target)
  const node = graph.nodes.get(spaceOf(device))
  if (node === undefined) return { device, state, name, peers: [] }
  const scene = sceneOf(graph, node, target, (address) =>
    declarationFor(input.declared, device.host, name, address),
  )
  const known = [
    ...distinct([...wanted.listed, ...namedByTarget(device, target, mappedOf)]).map((address) =>
      named(scene, address, 'listed'),
    ),
    ...distinct(namedByTarget(device, target, serversOf)).map((address) => named(scene, address, 'server')),
  ]
  const callers = wanted.any ? callersOf(scene, wanted.locals, known) : []
  return { device, state, name, peers: [...known, ...callers], ...(entry === undefined ? {} : { entry }) }
}

function sceneOf(
  graph: PeerGraph,
  node: GraphNode,
  target: Target,
  declaredFor: Scene['declaredFor'],
): Scene {
  const kind = target.kind === 'ipsec-profile' ? 'tunnel' : 'crypto-map'
  const name = target.kind === 'ipsec-profile' ? target.profile : `${target.map}/${target.seq}`
  const ways = node.ways.filter((way) => way.kind === kind && way.name === name)
  return { graph, node, ways, kind, declaredFor }
}

function entryOf({ facts }: TopologyDevice, target: Target): CryptoMapEntry | undefined {
  if (target.kind !== 'crypto-map-entry') return undefined
  return facts.cryptoMaps.find((one) => one.map === target.map && one.seq === target.seq)
}

/** What the target's tunnels name in NHRP. */
function namedByTarget(
  { facts }: TopologyDevice,
  target: Target,
  namedBy: typeof serversOf,
): readonly string[] {
  return facts.tunnels
    .filter(
      (one) => target.kind === 'ipsec-profile' && one.profile === target.profile && one.shutdown !== true,
    )
    .flatMap((tunnel) => namedBy(facts, tunnel.name))
}

function distinct(addresses: readonly string[]): readonly string[] {
  return [...new Map(addresses.map((address) => [addressKey(address), address])).values()]
}

function named(scene: Scene, address: string, kind: 'listed' | 'server'): JudgedPeer {
  const { graph, node, ways } = scene
  const key = addressKey(address)
  const towards = ways.filter((way) => way.to.includes(key))
  const here: Here = {
    space: node.space,
    kind: scene.kind,
    locals: new Set((towards.length > 0 ? towards : ways).flatMap((way) => way.from)),
    own: node.addresses,
  }
  const line = towards[0]?.evidence
  return {
    address,
    kind,
    sas: node.sas.get(key) ?? [],
    ends: otherEnds(graph, here, address),
    ...declaredBy(scene, address),
    ...(line === undefined ? {} : { evidence: line }),
  }
}

function declaredBy({ declaredFor }: Scene, address: string): { readonly declared?: PeerDeclaration } {
  const declared = declaredFor(address)
  return declared === undefined ? {} : { declared }
}

function callersOf(
  scene: Scene,
  locals: readonly string[] | undefined,
  known: readonly JudgedPeer[],
): readonly JudgedPeer[] {
  const place: CallerPlace = {
    node: scene.node,
    at: new Set(locals?.map(addressKey) ?? scene.node.addresses),
    known: new Set(known.flatMap(({ ends }) => ends.map(({ node }) => node.space))),
  }
  return callersAt(scene.graph, place).map((caller) => ({
    ...caller,
    kind: 'caller',
    ...declaredBy(scene, caller.address),
  }))
}
