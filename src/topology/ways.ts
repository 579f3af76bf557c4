import { addressKey } from '../model/address.ts'
import type {
  CryptoMapEntry,
  DeviceFacts,
  IpsecProfile,
  Lifetimes,
  NhrpRole,
  TunnelInterface,
} from '../model/facts.ts'
import type { TargetState, TargetValue } from '../model/plan.ts'
import { destinationsOf } from '../model/tunnel-peers.ts'

/** One tunnel or crypto map entry of a device, as its peers meet it. Addresses are keys of `addressKey`. */
export interface Way {
  readonly kind: 'tunnel' | 'crypto-map'
  /** The target that it belongs to: `VPN`, `outside_map/10`. */
  readonly name: string
  /** Peers that it names: a destination, next-hop servers and static NHRP maps, `set peer`. */
  readonly to: readonly string[]
  /** It registers with its peers as an NHRP client does. */
  readonly registers: boolean
  /** Own addresses that it is called at, where known. */
  readonly from: readonly string[]
  /** One of `from`, as printed. */
  readonly at?: string
  /** Any peer may call it. */
  readonly open: boolean
  /** By its nature it never starts towards a peer that it does not name (dynamic map, virtual template). */
  readonly answersByNature: boolean
  readonly now: TargetValue
  /** What this run makes of it; `now` where it is no target of the run. */
  readonly later: TargetValue
  readonly lifetimes: Lifetimes
  readonly evidence: string
}

/** The values with which an end never starts. */
export function isResponder(value: TargetValue): boolean {
  return value === 'responder-only' || value === 'answer-only'
}

/** The ways that a device has to and from its peers; none for tunnels that are shut down or maps that are bound nowhere. */
export function waysOf(facts: DeviceFacts, targets: readonly TargetState[]): readonly Way[] {
  return [
    ...facts.tunnels
      .filter((tunnel) => tunnel.shutdown !== true)
      .map((tunnel) => ofTunnel(tunnel, facts, targets)),
    ...facts.cryptoMaps
      .filter((entry) => entry.interfaces.length > 0)
      .map((entry) => ofEntry(entry, facts, targets)),
  ]
}

function later(now: TargetValue, state: TargetState | undefined): TargetValue {
  return state === undefined || state.before === 'absent' ? now : state.wanted
}

function ofTunnel(tunnel: TunnelInterface, facts: DeviceFacts, targets: readonly TargetState[]): Way {
  const profile = facts.profiles.find((one) => one.name === tunnel.profile)
  const state = targets.find(
    ({ target }) => target.kind === 'ipsec-profile' && target.profile === tunnel.profile,
  )
  const now = profile?.responderOnly === true ? 'responder-only' : 'bidirectional'
  const servers = serversOf(facts, tunnel.name)
  const named = destinationsOf(tunnel)
  const [at] = tunnel.sourceAddresses ?? []
  return {
    kind: 'tunnel',
    name: tunnel.profile,
    to: [...named, ...servers, ...mappedOf(facts, tunnel.name)].map(addressKey),
    registers: servers.length > 0,
    from: (tunnel.sourceAddresses ?? []).map(addressKey),
    ...(at === undefined ? {} : { at }),
    open: tunnel.anyPeer,
    answersByNature: tunnel.anyPeer && /^Virtual-Template/i.test(tunnel.name),
    now,
    later: later(now, state),
    lifetimes: { ...profile?.lifetimes, ...state?.lifetimes },
    evidence: tunnelEvidence(tunnel, profile),
  }
}

/** The NBMA addresses of the next-hop servers that one tunnel registers with. */
export function serversOf(facts: DeviceFacts, tunnel: string): readonly string[] {
  return (facts.nhrp ?? []).filter((role) => role.tunnel === tunnel).flatMap((role) => role.serverAddresses)
}

/** The NBMA addresses that one tunnel maps by hand, those of next-hop servers left out. */
export function mappedOf(facts: DeviceFacts, tunnel: string): readonly string[] {
  return (facts.nhrp ?? []).filter((role) => role.tunnel === tunnel).flatMap(mappedBy)
}

function mappedBy({ mappedAddresses }: NhrpRole): readonly string[] {
  return mappedAddresses ?? []
}

/** Every NBMA address that a device's tunnels name: such a peer is not one that is known by its call only. */
export function nhrpAddresses({ nhrp = [] }: DeviceFacts): readonly string[] {
  return nhrp.flatMap((role) => [...role.serverAddresses, ...mappedBy(role)])
}

function tunnelEvidence(tunnel: TunnelInterface, profile: IpsecProfile | undefined): string {
  if (profile?.responderOnly !== true) return tunnel.evidence
  return `${tunnel.evidence}\ncrypto ipsec profile ${profile.name}\n responder-only`
}

/** On IOS a static crypto map starts whenever it has traffic: there is no such setting. */
function ofEntry(entry: CryptoMapEntry, facts: DeviceFacts, targets: readonly TargetState[]): Way {
  const state = targets.find(
    ({ target }) =>
      target.kind === 'crypto-map-entry' && target.map === entry.map && target.seq === entry.seq,
  )
  const now = facts.platform === 'asa' ? (entry.connectionType ?? 'bidirectional') : 'bidirectional'
  return {
    kind: 'crypto-map',
    name: `${entry.map}/${entry.seq}`,
    to: entry.peers.map(addressKey),
    registers: false,
    from: [],
    open: entry.dynamic,
    answersByNature: entry.dynamic,
    now,
    later: later(now, state),
    lifetimes: { ...entry.lifetimes, ...state?.lifetimes },
    evidence: entryLines(entry),
  }
}

function entryLines({ evidence }: CryptoMapEntry): string {
  const telling = evidence.filter((line) => / set (?:peer|connection-type) | dynamic /.test(line))
  return (telling.length > 0 ? telling : evidence).join('\n')
}
