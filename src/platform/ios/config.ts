import { isAddress } from '../../model/address.ts'
import type {
  CryptoMapEntry,
  Initiation,
  IpsecProfile,
  NhrpRole,
  TunnelInterface,
} from '../../model/facts.ts'
import { withClientPeers } from './config-clients.ts'
import { initiationsOf } from './config-initiations.ts'
import { type ConfigInterface, interfacesOf } from './config-interfaces.ts'
import { type LifetimeSettings, lifetimeSettings, lifetimesOf, type Negotiation } from './config-lifetimes.ts'
import { cryptoMapsOf, type DynamicMapEntry, dynamicMapsOf, mapDescriptions } from './config-maps.ts'
import { type ConfigRoutes, routesOf } from './config-routes.ts'
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
  readonly nhrp: readonly NhrpRole[]
  readonly initiations: readonly Initiation[]
  readonly routes: ConfigRoutes
  readonly peerDescriptions: Readonly<Record<string, string>>
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}

/** Without an IKEv2 profile of its own or in the tunnel's protection, a tunnel speaks IKEv1. */
function negotiationOf(profile: ConfigNode, users: readonly ConfigInterface[]): Negotiation {
  const own = firstIn(profile.children, /^set ikev2-profile (\S+)/)
  if (own !== undefined) return { versions: [2], ikev2Profiles: [own] }
  const named = users.flatMap((user) => user.ikev2Profile ?? [])
  const versions = users.length > 0 && named.length === users.length ? [2 as const] : [1 as const, 2 as const]
  return { versions: named.length === 0 ? [1] : versions, ikev2Profiles: unique(named) }
}

/** The lines by which a profile's lifetimes are set elsewhere: global ones, and those of its IKE profiles. */
function lifetimeLines(profile: ConfigNode, users: readonly ConfigInterface[], settings: LifetimeSettings) {
  const named = [
    ...profile.children.flatMap((child) => /^set (?:ikev2|isakmp)-profile (\S+)/.exec(child.line)?.[1] ?? []),
    ...users.flatMap((user) => user.ikev2Profile ?? []),
  ]
  return [...settings.globalLines, ...unique(named).flatMap((name) => settings.profileLines.get(name) ?? [])]
}

function groupedBy<T>(values: readonly T[], keyOf: (value: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}

function profilesOf(
  nodes: readonly ConfigNode[],
  interfaces: readonly ConfigInterface[],
  settings: LifetimeSettings,
): readonly IpsecProfile[] {
  const byProfile = groupedBy(interfaces, (each) => each.tunnel?.profile)
  const byName = groupedBy(interfaces, (each) => each.name)
  return nodes.flatMap((node) => {
    const name = /^crypto ipsec profile (\S+)$/.exec(node.line)?.[1]
    if (name === undefined) return []
    const users = byProfile.get(name) ?? []
    const sources = unique(users.flatMap((each) => each.tunnel?.source ?? []))
    const ikev2Profile = firstIn(node.children, /^set ikev2-profile (\S+)/)
    const negotiation = negotiationOf(node, users)
    const lifetimes = lifetimesOf(node, settings, negotiation)
    return [
      {
        name,
        responderOnly: node.children.some((child) => child.line === 'responder-only'),
        ...(ikev2Profile === undefined ? {} : { ikev2Profile }),
        ...(Object.keys(lifetimes).length === 0 ? {} : { lifetimes }),
        ikeVersions: negotiation.versions,
        usedBy: users.map((each) => each.name),
        basis: [
          ...linesBelow(node),
          ...users.flatMap((each) => each.basis),
          ...sources.flatMap((source) => byName.get(source) ?? []).flatMap((each) => each.basis),
          ...lifetimeLines(node, users, settings),
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
  const interfaces = withClientPeers(interfacesOf(tree.nodes), tree.nodes)
  const settings = lifetimeSettings(tree.nodes)
  const profiles = profilesOf(tree.nodes, interfaces, settings)
  const cryptoMaps = cryptoMapsOf(tree.nodes, interfaces, settings)
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
    cryptoMaps,
    dynamicMaps: dynamicMapsOf(tree.nodes),
    ownAddresses: unique(interfaces.flatMap((each) => each.addresses)),
    nhrp: interfaces.flatMap((each) => each.nhrp ?? []),
    routes: routesOf(tree.nodes),
    initiations: initiationsOf(tree.nodes, interfaces, profiles, cryptoMaps),
    peerDescriptions: descriptionsOf(tree.nodes, interfaces),
  }
}
