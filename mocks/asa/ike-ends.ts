import { isAddress } from '../../src/model/address.ts'
import { type ConfigNode, type ConfigTree, wordsAfter } from '../config-tree.ts'
import type { IkeEndpoint, IkeVersion } from '../ike-types.ts'
import { isComplete, mapEntries } from './crypto-map.ts'

/** A named interface that is up. */
interface NamedInterface {
  readonly name: string
  readonly address: string
}

function isOff(node: ConfigNode): boolean {
  return node.children.some((child) => child.line === 'shutdown')
}

function interfaceNamed(tree: ConfigTree, name: string | undefined): NamedInterface | undefined {
  const face = tree.find((node) => node.children.some((child) => child.line === `nameif ${name}`))
  if (name === undefined || face === undefined || isOff(face)) return undefined
  const address = face.children.flatMap((child) => /^ip address (\S+)/.exec(child.line)?.[1] ?? [])[0]
  return address === undefined ? undefined : { name, address }
}

function boundTo(tree: ConfigTree, map: string): NamedInterface | undefined {
  const name = tree.flatMap(({ line }) => {
    const match = /^crypto map (\S+) interface (\S+)$/.exec(line)
    return match?.[1] === map && match[2] !== undefined ? [match[2]] : []
  })[0]
  return interfaceNamed(tree, name)
}

/** `name 203.0.113.20 branch-tyo`: what a name in `set peer` stands for. */
export function addressNamed(tree: ConfigTree, text: string): string {
  if (isAddress(text)) return text
  const line = tree
    .map((node) => node.line)
    .find((other) => other.split(' ')[2] === text && /^name /.test(other))
  return line?.split(' ')[1] ?? text
}

/** The name that shows print instead of an address while `names` is on. */
export function nameOf(tree: ConfigTree, address: string): string {
  if (!tree.some((node) => node.line === 'names')) return address
  const line = tree.map((node) => node.line).find((other) => other.startsWith(`name ${address} `))
  return line?.split(' ')[2] ?? address
}

/** Minutes of `vpn-idle-timeout` in the default group policy; 30 where nothing is said, none for `none`. */
function idleMs(tree: ConfigTree): number | undefined {
  const policy = tree.find((node) => node.line === 'group-policy DfltGrpPolicy attributes')
  const minutes = policy === undefined ? undefined : wordsAfter(policy.children, 'vpn-idle-timeout')
  if (minutes === 'none') return undefined
  return (minutes === undefined ? 30 : Number.parseInt(minutes, 10)) * 60_000
}

/** Lifetimes of the first policy of each version. */
function ikeSeconds(tree: ConfigTree): Pick<IkeEndpoint, 'ikeSeconds'> {
  const of = (start: RegExp, words: string): number | undefined => {
    const policy = tree.find((node) => start.test(node.line))
    const text = policy === undefined ? undefined : wordsAfter(policy.children, words)
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
  }
  const first = of(/^crypto (?:ikev1|isakmp) policy /, 'lifetime')
  const second = of(/^crypto ikev2 policy /, 'lifetime seconds')
  if (first === undefined && second === undefined) return {}
  return {
    ikeSeconds: {
      ...(first === undefined ? {} : { 1: first }),
      ...(second === undefined ? {} : { 2: second }),
    },
  }
}

function versions(one: boolean, two: boolean): readonly IkeVersion[] {
  return [...(one ? [1 as const] : []), ...(two ? [2 as const] : [])]
}

function mapEndpoints(tree: ConfigTree): readonly IkeEndpoint[] {
  const idle = idleMs(tree)
  return mapEntries(tree).flatMap((entry): readonly IkeEndpoint[] => {
    const bound = boundTo(tree, entry.map)
    if (bound === undefined || !isComplete(entry)) return []
    return [
      {
        local: bound.address,
        peers: entry.dynamic ? 'any' : entry.peers.map((peer) => addressNamed(tree, peer)),
        onePeer: true,
        versions: entry.dynamic ? [1, 2] : versions(entry.ikev1, entry.ikev2),
        mayStart: !entry.dynamic && entry.connectionType !== 'answer-only',
        mayAnswer: entry.connectionType !== 'originate-only',
        // The word governs the first exchange only; later ones may start here (syslog 713195, 713196).
        mayRekey: true,
        interface: bound.name,
        origin: `${entry.map}/${entry.seq}`,
        ...ikeSeconds(tree),
        ...(idle === undefined ? {} : { idleMs: idle }),
      },
    ]
  })
}

/** Route-based VPN, from 9.7 on: `interface TunnelN` with a profile that protects it. */
function vtiEndpoints(tree: ConfigTree): readonly IkeEndpoint[] {
  return tree.flatMap((face): readonly IkeEndpoint[] => {
    if (!face.line.startsWith('interface Tunnel') || isOff(face)) return []
    const name = wordsAfter(face.children, 'tunnel protection ipsec profile')
    const profile = tree.find((node) => node.line === `crypto ipsec profile ${name}`)
    const source = interfaceNamed(tree, wordsAfter(face.children, 'tunnel source interface'))
    const destination = wordsAfter(face.children, 'tunnel destination')
    if (name === undefined || profile === undefined || source === undefined || destination === undefined)
      return []
    const has = (start: string): boolean => profile.children.some(({ line }) => line.startsWith(start))
    const may = !has('responder-only')
    return [
      {
        local: source.address,
        peers: [addressNamed(tree, destination)],
        versions: versions(has('set ikev1 transform-set '), has('set ikev2 ipsec-proposal ')),
        mayStart: may,
        mayAnswer: true,
        mayRekey: may,
        interface: source.name,
        origin: name,
        ...ikeSeconds(tree),
      },
    ]
  })
}

/** The ends of tunnels that an ASA's configuration makes: complete entries of bound crypto maps, and VTIs. */
export function asaEndpoints(tree: ConfigTree): readonly IkeEndpoint[] {
  return [...mapEndpoints(tree), ...vtiEndpoints(tree)]
}

/** Own addresses of interfaces that are not shut down. */
export function asaAddresses(tree: ConfigTree): readonly string[] {
  return tree
    .filter((node) => node.line.startsWith('interface ') && !isOff(node))
    .flatMap((node) => node.children.flatMap((child) => /^ip address ([\d.]+)/.exec(child.line)?.[1] ?? []))
}
