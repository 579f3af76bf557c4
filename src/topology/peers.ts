import { addressKey } from '../model/address.ts'
import type { CryptoMapEntry, DeviceFacts, IkeSa, TunnelInterface } from '../model/facts.ts'
import { declarationFor, type PeerDeclaration } from '../model/intent.ts'
import { type TargetState, targetName } from '../model/plan.ts'
import { configuredPeers } from '../model/tunnel-peers.ts'
import { type Here, type OtherEnd, otherEnds } from './ends.ts'
import type { GraphNode, PeerGraph } from './graph.ts'
import type { TopologyDevice, TopologyInput } from './input.ts'
import { serversOf } from './ways.ts'

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
  readonly input: TopologyInput
  readonly graph: PeerGraph
  readonly device: TopologyDevice
  readonly state: TargetState
  readonly name: string
  readonly tunnels: readonly TunnelInterface[]
  readonly entry: CryptoMapEntry | undefined
}

/** A target and the remote ends that can be told: listed ones, next-hop servers, and callers that are known. */
export function viewTarget(
  input: TopologyInput,
  graph: PeerGraph,
  device: TopologyDevice,
  state: TargetState,
): TargetView {
  const { target } = state
  const tunnels = device.facts.tunnels.filter(
    (one) => target.kind === 'ipsec-profile' && one.profile === target.profile && one.shutdown !== true,
  )
  const entry = device.facts.cryptoMaps.find(
    (one) => target.kind === 'crypto-map-entry' && one.map === target.map && one.seq === target.seq,
  )
  const name = targetName(target)
  const scene = { input, graph, device, state, name, tunnels, entry }
  const listed = distinct(state.peers.listed).map((address) => named(scene, address, 'listed'))
  const servers = distinct(tunnels.flatMap((tunnel) => serversOf(device.facts, tunnel.name))).map((address) =>
    named(scene, address, 'server'),
  )
  const known = [...listed, ...servers]
  const peers = [...known, ...(state.peers.any ? callers(scene, known) : [])]
  return { device, state, name, peers, ...(entry === undefined ? {} : { entry }) }
}

function distinct(addresses: readonly string[]): readonly string[] {
  return [...new Map(addresses.map((address) => [addressKey(address), address])).values()]
}

function established(facts: DeviceFacts): readonly IkeSa[] {
  return facts.reading.sas.filter((sa) => sa.established && sa.peer !== undefined)
}

function here(scene: Scene, address: string | undefined): Here {
  const { device, tunnels, state } = scene
  const towards = tunnels.filter(
    (tunnel) =>
      address !== undefined &&
      [
        ...(tunnel.destination === undefined ? [] : [tunnel.destination]),
        ...serversOf(device.facts, tunnel.name),
      ].some((to) => addressKey(to) === addressKey(address)),
  )
  const locals = (towards.length > 0 ? towards : tunnels).flatMap((tunnel) => tunnel.sourceAddresses ?? [])
  return {
    host: device.host,
    kind: state.target.kind === 'ipsec-profile' ? 'tunnel' : 'crypto-map',
    locals: new Set(locals.map(addressKey)),
    own: scene.graph.nodes.get(device.host)?.addresses ?? new Set(),
  }
}

function declaredOf({ input, device, name }: Scene, address: string): { declared?: PeerDeclaration } {
  const declared = declarationFor(input.declared, device.host, name, address)
  return declared === undefined ? {} : { declared }
}

function named(scene: Scene, address: string, kind: 'listed' | 'server'): JudgedPeer {
  const { facts } = scene.device
  const key = addressKey(address)
  const line = lineNaming(scene, address)
  return {
    address,
    kind,
    sas: established(facts).filter((sa) => addressKey(sa.peer ?? '') === key),
    ends: otherEnds(scene.graph, here(scene, address), address),
    ...declaredOf(scene, address),
    ...(line === undefined ? {} : { evidence: line }),
  }
}

function lineNaming({ tunnels, entry, device }: Scene, address: string): string | undefined {
  const key = addressKey(address)
  const tunnel =
    tunnels.find((one) => one.destination !== undefined && addressKey(one.destination) === key) ??
    tunnels.find((one) => serversOf(device.facts, one.name).some((to) => addressKey(to) === key))
  return tunnel?.evidence ?? entry?.evidence.find((line) => / set peer /.test(line))
}

/** Devices whose configuration calls this target, then peers that only its SAs show. */
function callers(scene: Scene, known: readonly JudgedPeer[]): readonly JudgedPeer[] {
  const devices = callingDevices(scene, known)
  const theirs = new Set(devices.flatMap(({ ends }) => ends.flatMap(({ node }) => [...node.addresses])))
  const { device, state } = scene
  const servers = (device.facts.nhrp ?? []).flatMap((role) => role.serverAddresses)
  const elsewhere = new Set([...configuredPeers(device.facts), ...servers].map(addressKey))
  const locals = state.peers.locals?.map(addressKey)
  const rows = established(device.facts).filter((sa) => {
    const key = addressKey(sa.peer ?? '')
    const atTarget = locals === undefined || sa.local === undefined || locals.includes(addressKey(sa.local))
    return atTarget && !elsewhere.has(key) && !theirs.has(key)
  })
  const unknown = distinct(rows.map((sa) => sa.peer ?? '')).map((address) => ({
    address,
    kind: 'caller' as const,
    sas: rows.filter((sa) => addressKey(sa.peer ?? '') === addressKey(address)),
    ends: [],
    ...declaredOf(scene, address),
  }))
  return [...devices, ...unknown]
}

function callingDevices(scene: Scene, known: readonly JudgedPeer[]): readonly JudgedPeer[] {
  const { graph, device, state } = scene
  const spoken = new Set([device.host, ...known.flatMap(({ ends }) => ends.map(({ node }) => node.host))])
  const lists = new Set(configuredPeers(device.facts).map(addressKey))
  const at = state.peers.locals?.map(addressKey) ?? here(scene, undefined).own
  const found = new Map<string, GraphNode>()
  for (const key of at) {
    for (const { node, way } of graph.pointing.get(key) ?? []) {
      // A tunnel of one peer that this device names elsewhere belongs there; a client that registers belongs here.
      const belongsElsewhere = !way.registers && [...node.addresses].some((address) => lists.has(address))
      if (!spoken.has(node.host) && !belongsElsewhere) found.set(node.host, node)
    }
  }
  return [...found.values()].map((node) => caller(scene, node))
}

function caller(scene: Scene, node: GraphNode): JudgedPeer {
  const sas = established(scene.device.facts).filter((sa) => node.addresses.has(addressKey(sa.peer ?? '')))
  const at = here(scene, undefined)
  const targeted =
    scene.state.peers.locals === undefined ? at.own : new Set(scene.state.peers.locals.map(addressKey))
  const ways = node.ways.filter((way) => way.to.some((to) => targeted.has(to)))
  const address = sas[0]?.peer ?? ways.find((way) => way.at !== undefined)?.at ?? node.host
  return { address, kind: 'caller', sas, ends: [{ node, ways }], ...declaredOf(scene, address) }
}
