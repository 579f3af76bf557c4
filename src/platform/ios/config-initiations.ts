import type { CryptoMapEntry, Initiation, IpsecProfile } from '../../model/facts.ts'
import { clientLines, interfaceKey } from './config-clients.ts'
import type { ConfigInterface } from './config-interfaces.ts'
import { type ConfigNode, firstIn } from './config-tree.ts'

/** The IPsec profile that every IOS has, whether its configuration shows one of that name or not. */
export const builtInProfile = 'default'

type Interfaces = ReadonlyMap<string, ConfigInterface>

/** Both kinds of client connect by themselves unless they are told to wait for a person. */
function isManual(node: ConfigNode): boolean {
  return node.children.some((child) => child.line === 'connect manual')
}

function protectedBy(name: string | undefined, interfaces: Interfaces): ConfigInterface | undefined {
  const found = name === undefined ? undefined : interfaces.get(interfaceKey(name))
  return found?.shutdown === false && found.tunnel !== undefined ? found : undefined
}

/** FlexVPN clients: `client connect Tunnel1` says which tunnel one starts. */
function flexvpnClient(node: ConfigNode, interfaces: Interfaces): readonly Initiation[] {
  const name = /^crypto ikev2 client flexvpn (\S+)/.exec(node.line)?.[1]
  if (name === undefined || isManual(node)) return []
  const user = protectedBy(firstIn(node.children, /^client connect (.+)$/), interfaces)
  if (user?.tunnel === undefined) return []
  return [
    {
      kind: 'flexvpn-client',
      profile: user.tunnel.profile,
      what: `the FlexVPN client ${name} connects ${user.name} by itself`,
      evidence: clientLines(node).join('\n'),
    },
  ]
}

/** An EzVPN client starts once an interface has it as its outside; its tunnel may be a virtual template. */
function ezvpnClient(
  node: ConfigNode,
  interfaces: Interfaces,
  users: ReadonlyMap<string, readonly ConfigInterface[]>,
): readonly Initiation[] {
  const name = /^crypto ipsec client ezvpn (\S+)$/.exec(node.line)?.[1]
  const outside = name === undefined ? [] : (users.get(name) ?? [])
  if (name === undefined || outside.length === 0 || isManual(node)) return []
  const number = firstIn(node.children, /^virtual-interface (\d+)$/)
  const template = protectedBy(number === undefined ? undefined : `Virtual-Template${number}`, interfaces)
  const profile = (template ?? outside.find((each) => each.tunnel !== undefined))?.tunnel?.profile
  return [
    {
      kind: 'ezvpn-client',
      ...(profile === undefined ? {} : { profile }),
      what: `the EzVPN client ${name} connects on ${outside.map((each) => each.name).join(', ')} by itself`,
      evidence: clientLines(node).join('\n'),
    },
  ]
}

/** `tunnel protection ipsec initiate` (IOS-XE configuration model): the tunnel starts as soon as it is there. */
function startingTunnel(each: ConfigInterface): readonly Initiation[] {
  if (each.tunnel === undefined || each.shutdown || each.startsAtOnce !== true) return []
  return [
    {
      kind: 'initiate',
      profile: each.tunnel.profile,
      what: `${each.name} starts as soon as it is there`,
      evidence: `${each.tunnel.evidence}\n tunnel protection ipsec initiate`,
    },
  ]
}

/** Static entries on interfaces that are up: IOS has no such setting for them. `ipsec-manual` knows no IKE. */
function startingEntry(entry: CryptoMapEntry, interfaces: Interfaces): readonly Initiation[] {
  const up = entry.interfaces.filter((name) => interfaces.get(interfaceKey(name))?.shutdown === false)
  if (entry.dynamic || entry.keying === 'ipsec-manual' || up.length === 0) return []
  const peers = entry.peers.length === 0 ? '' : ` towards ${entry.peers.join(', ')}`
  return [
    {
      kind: 'crypto-map',
      entry: { map: entry.map, seq: entry.seq },
      what: `crypto map ${entry.map} ${entry.seq} starts on ${up.join(', ')}${peers}`,
      evidence: entry.evidence.filter((line) => /^crypto map | set peer /.test(line)).join('\n'),
    },
  ]
}

/** Profiles that are in use and not responder-only; those that only templates use answer, and renew SAs. */
function startingProfile(profile: IpsecProfile, interfaces: Interfaces): readonly Initiation[] {
  const up = profile.usedBy.flatMap((name) => protectedBy(name, interfaces) ?? [])
  if (profile.responderOnly || up.length === 0) return []
  const answers = up.every((each) => /^Virtual-Template/i.test(each.name))
  const names = up.map((each) => each.name).join(', ')
  return [
    {
      kind: 'profile',
      profile: profile.name,
      what: `the IPsec profile ${profile.name} ${answers ? 'renews the SAs of' : 'starts'} ${names}`,
      evidence: up.flatMap((each) => each.tunnel?.evidence ?? []).join('\n'),
    },
  ]
}

/**
 * Tunnels under the built-in profile, which works without a line in the configuration (`show crypto ipsec
 * profile` always lists it); whether it takes the setting is UNVERIFIED.
 */
function startingBuiltIn(
  interfaces: readonly ConfigInterface[],
  profiles: readonly IpsecProfile[],
): readonly Initiation[] {
  if (profiles.some(({ name }) => name === builtInProfile)) return []
  const users = interfaces.filter(({ shutdown, tunnel }) => !shutdown && tunnel?.profile === builtInProfile)
  if (users.length === 0) return []
  return [
    {
      kind: 'profile',
      profile: builtInProfile,
      what: `the built-in IPsec profile ${builtInProfile} starts ${users.map(({ name }) => name).join(', ')}`,
      evidence: users.flatMap((each) => each.tunnel?.evidence ?? []).join('\n'),
    },
  ]
}

/** Everything in a configuration that makes the device start IKE, targets of a run included. */
export function initiationsOf(
  nodes: readonly ConfigNode[],
  interfaces: readonly ConfigInterface[],
  profiles: readonly IpsecProfile[],
  entries: readonly CryptoMapEntry[],
): readonly Initiation[] {
  const byName: Interfaces = new Map(interfaces.map((each) => [interfaceKey(each.name), each]))
  const ezvpn = new Map<string, ConfigInterface[]>()
  for (const each of interfaces.filter(({ shutdown }) => !shutdown))
    for (const name of each.ezvpnClients) ezvpn.set(name, [...(ezvpn.get(name) ?? []), each])
  return [
    ...interfaces.flatMap(startingTunnel),
    ...nodes.flatMap((node) => flexvpnClient(node, byName)),
    ...nodes.flatMap((node) => ezvpnClient(node, byName, ezvpn)),
    ...entries.flatMap((entry) => startingEntry(entry, byName)),
    ...profiles.flatMap((profile) => startingProfile(profile, byName)),
    ...startingBuiltIn(interfaces, profiles),
  ]
}
