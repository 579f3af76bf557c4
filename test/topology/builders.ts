import type {
  CryptoMapEntry,
  DeviceFacts,
  IkeSa,
  IpsecProfile,
  OsFamily,
  Role,
  TunnelInterface,
} from '../../src/model/facts.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { WantedState } from '../../src/model/intent.ts'
import type { TargetState } from '../../src/model/plan.ts'
import { peersOfTunnels } from '../../src/model/tunnel-peers.ts'
import type { TopologyDevice, TopologyInput } from '../../src/topology/input.ts'
import { judgeTopology } from '../../src/topology/judge.ts'
import { entryTarget, profileTarget } from '../names.ts'

/** An established IKE SA with a peer. */
export function sa(peer: string, role: Role, over: Partial<IkeSa> = {}): IkeSa {
  return {
    version: 1,
    peer,
    state: 'QM_IDLE',
    established: true,
    halfOpen: false,
    role,
    evidence: `${peer} ${role}`,
    ...over,
  }
}

/** A tunnel that calls one destination. */
export function tunnel(profile: string, over: Partial<TunnelInterface> = {}): TunnelInterface {
  const name = over.name ?? 'Tunnel1'
  return {
    name,
    profile,
    anyPeer: over.destination === undefined,
    shared: false,
    evidence: `interface ${name}\n tunnel protection ipsec profile ${profile}`,
    ...over,
  }
}

export function profile(name: string, over: Partial<IpsecProfile> = {}): IpsecProfile {
  return { name, responderOnly: false, usedBy: [], ...over }
}

/** A static entry of an ASA, bound to `outside`. */
export function entry(
  seq: number,
  peers: readonly string[],
  over: Partial<CryptoMapEntry> = {},
): CryptoMapEntry {
  return {
    map: 'outside_map',
    seq,
    dynamic: false,
    peers,
    proposals: ['AES'],
    interfaces: ['outside'],
    evidence: [
      `crypto map outside_map ${seq} set peer ${peers.join(' ')}`,
      ...(over.connectionType === undefined
        ? []
        : [`crypto map outside_map ${seq} set connection-type ${over.connectionType}`]),
    ],
    ...over,
  }
}

/** What was read of a device at one address; an ASA unless it is told to be something else. */
export function facts(
  address: string,
  over: Partial<DeviceFacts> = {},
  os: OsFamily = 'ios-xe',
): DeviceFacts {
  return {
    platform: os === 'asa' || os === 'pix' ? 'asa' : 'ios',
    software: { os, version: os === 'asa' ? '9.16(3)' : '17.9.4', evidence: `version of ${os}` },
    hostname: 'box',
    privileged: true,
    configComplete: true,
    profiles: [],
    profilesUsedButNotDefined: [],
    tunnels: [],
    cryptoMaps: [],
    tunnelGroups: [],
    peerDescriptions: {},
    ownAddresses: [address],
    reading: { sas: [], unreadable: [] },
    ...over,
  }
}

export function reading(...sas: readonly IkeSa[]): Pick<DeviceFacts, 'reading'> {
  return { reading: { sas, unreadable: [] } }
}

/** The state of one profile of these facts, as the checks of a platform would make it. */
export function profileState(of: DeviceFacts, name: string, over: Partial<TargetState> = {}): TargetState {
  const users = of.tunnels.filter((one) => one.profile === name)
  const found = of.profiles.find((one) => one.name === name)
  return {
    target: profileTarget(name),
    before: found?.responderOnly === true ? 'responder-only' : 'bidirectional',
    wanted: 'responder-only',
    usedBy: users.map((one) => one.name),
    peers: peersOfTunnels(users),
    findings: [],
    basis: [],
    ...over,
  }
}

/** The state of one crypto map entry of these facts. */
export function entryState(of: DeviceFacts, seq: number, over: Partial<TargetState> = {}): TargetState {
  const found = of.cryptoMaps.find((one) => one.seq === seq)
  return {
    target: entryTarget('outside_map', seq),
    before: found?.connectionType ?? 'bidirectional',
    wanted: 'answer-only',
    usedBy: found?.interfaces ?? [],
    peers: { listed: found?.peers ?? [], any: false },
    findings: [],
    basis: [],
    ...over,
  }
}

/** A device of the playbook. */
export function device(
  host: string,
  of: DeviceFacts,
  targets: readonly TargetState[],
  over: Partial<TopologyDevice> = {},
): TopologyDevice {
  const wanted: WantedState = over.wanted ?? 'responder-only'
  return {
    host,
    facts: of,
    targets: wanted === 'bidirectional' ? targets.map((state) => ({ ...state, wanted })) : targets,
    wanted,
    ...over,
  }
}

/** A run over these devices, with nothing else known. */
export function run(devices: readonly TopologyDevice[], over: Partial<TopologyInput> = {}): TopologyInput {
  return {
    devices,
    read: [],
    unread: [],
    inventoryHosts: [],
    declared: [],
    seenAsInitiator: () => undefined,
    ...over,
  }
}

/** The findings of one host with one code. */
export function found(input: TopologyInput, host: string, code: string): readonly Finding[] {
  return (judgeTopology(input).get(host) ?? []).filter((finding) => finding.code === code)
}

/** `block VPN 203.0.113.2`: what a finding is about, in one line. */
export function brief(findings: readonly Finding[]): readonly string[] {
  return findings.map((one) => [one.severity, one.target ?? '-', ...(one.peers ?? [])].join(' '))
}

/** A router with one tunnel to one peer, its profile `VPN`, and that profile as its target. */
export function router(
  host: string,
  own: string,
  peer: string,
  over: {
    responderOnly?: boolean
    facts?: Partial<DeviceFacts>
    wanted?: WantedState
    state?: Partial<TargetState>
  } = {},
): TopologyDevice {
  const of = facts(own, {
    profiles: [profile('VPN', { responderOnly: over.responderOnly ?? false })],
    tunnels: [tunnel('VPN', { destination: peer, sourceAddresses: [own] })],
    ...over.facts,
  })
  return device(
    host,
    of,
    [profileState(of, 'VPN', over.state)],
    over.wanted === undefined ? {} : { wanted: over.wanted },
  )
}

/** An ASA with one entry to some peers, and that entry as its target. */
export function asa(
  host: string,
  own: string,
  peers: readonly string[],
  over: {
    entry?: Partial<CryptoMapEntry>
    facts?: Partial<DeviceFacts>
    wanted?: WantedState
    state?: Partial<TargetState>
  } = {},
): TopologyDevice {
  const of = facts(own, { cryptoMaps: [entry(10, peers, over.entry)], ...over.facts }, 'asa')
  return device(
    host,
    of,
    [entryState(of, 10, over.state)],
    over.wanted === undefined ? {} : { wanted: over.wanted },
  )
}

/** The same device as the inventory reads it: no target of the run. */
export function onlyRead({ host, facts: of, endpoints }: TopologyDevice): TopologyInput['read'][number] {
  return { host, facts: of, ...(endpoints === undefined ? {} : { endpoints }) }
}
