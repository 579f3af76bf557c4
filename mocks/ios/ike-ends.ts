import type { ConfigNode, ConfigTree } from '../config-tree.ts'
import { wordsAfter } from '../config-tree.ts'
import type { IkeEndpoint } from '../ike-types.ts'
import { flexClientOf } from './flexvpn.ts'
import { ikeSecondsOf } from './ike-lifetimes.ts'
import { isMultipoint, nextHopServers } from './nhrp.ts'

const isOn = (node: ConfigNode): boolean => !node.children.some((child) => child.line === 'shutdown')

/** `ip address A M` → A. */
export function addressOf(node: ConfigNode | undefined): string | undefined {
  return node === undefined ? undefined : wordsAfter(node.children, 'ip address')?.split(' ')[0]
}

/** `ipv6 address A/64` → A, in capitals as IOS prints it; link-local addresses are no tunnel ends. */
export function address6Of(node: ConfigNode | undefined): string | undefined {
  const lines = node?.children.flatMap(
    (child) => /^ipv6 address ([0-9A-Fa-f:.]+)\/\d+/.exec(child.line)?.[1] ?? [],
  )
  return lines?.[0]?.toUpperCase()
}

/** All interfaces of a configuration, in its order. */
export function interfacesOf(tree: ConfigTree): readonly ConfigNode[] {
  return tree.filter((node) => node.line.startsWith('interface '))
}

/** Own addresses of interfaces that are not shut down. */
export function addressesOf(tree: ConfigTree): readonly string[] {
  return interfacesOf(tree)
    .filter(isOn)
    .flatMap((node) => [addressOf(node) ?? [], address6Of(node) ?? []].flat())
}

/** The ends of tunnels that a router's configuration makes: tunnel protection, and crypto maps on interfaces. */
export function iosEndpoints(tree: ConfigTree): readonly IkeEndpoint[] {
  return interfacesOf(tree)
    .filter(isOn)
    .flatMap((node) => [...tunnelEndpoints(tree, node), ...mapEndpoints(tree, node)])
}

/** Whom a tunnel calls, and whether it does so whatever its profile says. */
interface Called {
  readonly peers: readonly string[]
  /** Takes calls of others too. */
  readonly any: boolean
  readonly anyway: boolean
  readonly onePeer: boolean
}

function calledBy(tree: ConfigTree, node: ConfigNode): Called | undefined {
  const none = { peers: [], any: false, anyway: false, onePeer: false }
  const flex = flexClientOf(tree, node)
  // What responder-only means for a client that connects by itself is not documented: the worse is simulated.
  if (flex !== undefined)
    return { ...none, peers: flex.byItself ? flex.peers : [], anyway: true, onePeer: true }
  const destination = wordsAfter(node.children, 'tunnel destination')
  // The same holds for `tunnel protection ipsec initiate` (IOS-XE model: start the tunnel right away).
  const anyway = node.children.some((child) => child.line === 'tunnel protection ipsec initiate')
  if (destination !== undefined) return { ...none, peers: [upper6(destination)], anyway }
  if (isMultipoint(node)) {
    return { ...none, peers: nextHopServers(node).flatMap((server) => server.nbma ?? []), any: true }
  }
  return node.line.startsWith('interface Virtual-Template') ? { ...none, any: true } : undefined
}

const upper6 = (address: string): string => (address.includes(':') ? address.toUpperCase() : address)

function tunnelEndpoints(tree: ConfigTree, node: ConfigNode): readonly IkeEndpoint[] {
  const profileName = wordsAfter(node.children, 'tunnel protection ipsec profile')?.split(' ')[0]
  const profile = tree.find((other) => other.line === `crypto ipsec profile ${profileName}`)
  const called = calledBy(tree, node)
  if (profileName === undefined || profile === undefined || called === undefined) return []
  const six = called.peers.some((peer) => peer.includes(':'))
  const local = sourceAddress(tree, wordsAfter(node.children, 'tunnel source'), six)
  if (local === undefined) return []
  const responder = profile.children.some((child) => child.line === 'responder-only')
  const ikev2 = wordsAfter(profile.children, 'set ikev2-profile')
  const fvrf = wordsAfter(node.children, 'tunnel vrf')
  const ivrf = vrfOf(node)
  const shared = {
    local,
    versions: [ikev2 === undefined ? (1 as const) : (2 as const)],
    mayAnswer: true,
    mayRekey: !responder,
    interface: node.line.slice('interface '.length),
    origin: profileName,
    ...ikeSecondsOf(tree, ikev2),
    ...(fvrf === undefined ? {} : { fvrf }),
    ...(ivrf === undefined ? {} : { ivrf }),
  }
  const { peers, onePeer, any, anyway } = called
  return [
    ...(peers.length === 0 ? [] : [{ ...shared, peers, onePeer, mayStart: anyway || !responder }]),
    ...(any ? [{ ...shared, peers: 'any' as const, mayStart: false }] : []),
  ]
}

function vrfOf(node: ConfigNode): string | undefined {
  return wordsAfter(node.children, 'vrf forwarding') ?? wordsAfter(node.children, 'ip vrf forwarding')
}

function sourceAddress(tree: ConfigTree, source: string | undefined, six: boolean): string | undefined {
  if (source === undefined) return undefined
  if (/^[\d.]+$|:/.test(source)) return upper6(source)
  const face = tree.find((node) => node.line === `interface ${source}` && isOn(node))
  return six ? address6Of(face) : addressOf(face)
}

function mapEndpoints(tree: ConfigTree, node: ConfigNode): readonly IkeEndpoint[] {
  const map = wordsAfter(node.children, 'crypto map')
  const local = addressOf(node)
  if (map === undefined || local === undefined) return []
  const fvrf = vrfOf(node)
  return tree.flatMap((entry): readonly IkeEndpoint[] => {
    const match = /^crypto map (\S+) (\d+) ipsec-isakmp( dynamic .*)?$/.exec(entry.line)
    if (match?.[1] !== map) return []
    const dynamic = match[3] !== undefined
    const peers = entry.children.flatMap((child) => /^set peer (\S+)/.exec(child.line)?.[1] ?? [])
    if (!dynamic && peers.length === 0) return []
    const ikev2 = wordsAfter(entry.children, 'set ikev2-profile')
    return [
      {
        local,
        peers: dynamic ? 'any' : peers,
        onePeer: true,
        versions: [ikev2 === undefined ? 1 : 2],
        mayStart: !dynamic,
        mayAnswer: true,
        mayRekey: true,
        interface: node.line.slice('interface '.length),
        origin: `${map}/${match[2]}`,
        ...ikeSecondsOf(tree, ikev2),
        ...(fvrf === undefined ? {} : { fvrf }),
      },
    ]
  })
}
