import { isAddress } from '../../model/address.ts'
import type { CryptoMapEntry, IpsecProfile, TunnelInterface } from '../../model/facts.ts'
import { type ConfigInterface, interfacesOf } from './config-interfaces.ts'
import { cryptoMapsOf, type DynamicMapEntry, dynamicMapsOf, mapDescriptions } from './config-maps.ts'
import { type ConfigNode, firstIn, linesBelow, readConfigTree } from './config-tree.ts'

/** The IPsec part of a running configuration. */
export interface IosConfig {
  /** The text is an IOS configuration; false: nothing here means anything. */
  readonly recognised: boolean
  /** A device printed it (it has a heading or a `version` line). */
  readonly printed: boolean
  /** It ended with `end`: only then it is believed. */
  readonly complete: boolean
  readonly hostname?: string
  readonly version?: string
  readonly profiles: readonly IpsecProfile[]
  readonly profilesUsedButNotDefined: readonly string[]
  readonly tunnels: readonly TunnelInterface[]
  readonly cryptoMaps: readonly CryptoMapEntry[]
  readonly dynamicMaps: readonly DynamicMapEntry[]
  readonly ownAddresses: readonly string[]
  readonly peerDescriptions: Readonly<Record<string, string>>
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}

/** Lines by which a profile's lifetimes are set elsewhere: global ones, and those of its IKE profiles. */
function lifetimeLines(nodes: readonly ConfigNode[], profile: ConfigNode): readonly string[] {
  const named = profile.children.map((child) => /^set (?:ikev2|isakmp)-profile (\S+)/.exec(child.line)?.[1])
  return nodes.flatMap((node) => {
    if (/^crypto ipsec security-association lifetime /.test(node.line)) return [node.line]
    const name = /^crypto (?:ikev2|isakmp) profile (\S+)/.exec(node.line)?.[1]
    if (!/^crypto isakmp policy /.test(node.line) && (name === undefined || !named.includes(name))) return []
    const lifetimes = node.children.filter((child) => /^(?:lifetime|rekey|no rekey)\b/.test(child.line))
    return lifetimes.length === 0 ? [] : [node.line, ...lifetimes.map((child) => ` ${child.line}`)]
  })
}

function profilesOf(
  nodes: readonly ConfigNode[],
  interfaces: readonly ConfigInterface[],
): readonly IpsecProfile[] {
  return nodes.flatMap((node) => {
    const name = /^crypto ipsec profile (\S+)$/.exec(node.line)?.[1]
    if (name === undefined) return []
    const users = interfaces.filter((each) => each.tunnel?.profile === name)
    const sources = users.flatMap((each) => each.tunnel?.source ?? [])
    const ikev2Profile = firstIn(node.children, /^set ikev2-profile (\S+)/)
    return [
      {
        name,
        responderOnly: node.children.some((child) => child.line === 'responder-only'),
        ...(ikev2Profile === undefined ? {} : { ikev2Profile }),
        usedBy: users.map((each) => each.name),
        basis: [
          ...linesBelow(node),
          ...users.flatMap((each) => each.basis),
          ...interfaces.filter((each) => sources.includes(each.name)).flatMap((each) => each.basis),
          ...lifetimeLines(nodes, node),
        ],
      },
    ]
  })
}

function descriptionsOf(
  nodes: readonly ConfigNode[],
  interfaces: readonly ConfigInterface[],
): Readonly<Record<string, string>> {
  const ofTunnels = interfaces.flatMap((each) => {
    const peer = each.tunnel?.destination
    return peer === undefined || each.description === undefined ? [] : [[peer, each.description] as const]
  })
  return Object.fromEntries([...mapDescriptions(nodes), ...ofTunnels].filter(([peer]) => isAddress(peer)))
}

/** Reads `show running-config`. What stands in it is believed by the caller only when it is complete. */
export function readConfig(text: string): IosConfig {
  const tree = readConfigTree(text)
  const interfaces = interfacesOf(tree.nodes)
  const profiles = profilesOf(tree.nodes, interfaces)
  const tunnels = interfaces.flatMap((each) => each.tunnel ?? [])
  const defined = new Set(profiles.map((profile) => profile.name))
  const hostname = firstIn(tree.nodes, /^hostname (\S+)$/)
  const version = firstIn(tree.nodes, /^version (\d\S*)/)
  return {
    recognised: tree.recognised,
    printed: tree.printed,
    complete: tree.recognised && tree.complete,
    ...(hostname === undefined ? {} : { hostname }),
    ...(version === undefined ? {} : { version }),
    profiles,
    profilesUsedButNotDefined: unique(tunnels.map((tunnel) => tunnel.profile)).filter(
      (name) => !defined.has(name),
    ),
    tunnels,
    cryptoMaps: cryptoMapsOf(tree.nodes, interfaces),
    dynamicMaps: dynamicMapsOf(tree.nodes),
    ownAddresses: unique(interfaces.flatMap((each) => each.addresses)),
    peerDescriptions: descriptionsOf(tree.nodes, interfaces),
  }
}
