/** IKE version of an SA. */
export type IkeVersion = 1 | 2

/** A party's end of one or more tunnels, as its present configuration has it. */
export interface IkeEndpoint {
  readonly local: string
  /** The remote addresses that it lists, or any: mGRE, a virtual template, a dynamic crypto map entry. */
  readonly peers: 'any' | readonly string[]
  readonly versions: readonly IkeVersion[]
  readonly mayStart: boolean
  readonly mayAnswer: boolean
  /** May be the end that rekeys an IKE SA which is up, whoever started that; absent: as `mayStart`. */
  readonly mayRekey?: boolean
  /** The listed addresses are one peer and its backups: the entry has an SA with one of them only. */
  readonly onePeer?: boolean
  /** Ends a session after so long without traffic: policy-based sessions of an ASA. Milliseconds. */
  readonly idleMs?: number
  /** IKE lifetime that this end is configured with, in seconds; absent: the world's. */
  readonly ikeSeconds?: Readonly<Partial<Record<IkeVersion, number>>>
  /** Interface that shows carry it: `Tunnel1`, `outside`. */
  readonly interface: string
  /** IPsec profile, or `MAP/SEQ`. */
  readonly origin: string
  /** VRF of the outer packets, and of what the tunnel carries; absent: the global table. */
  readonly fvrf?: string
  readonly ivrf?: string
}

/** What a party does by itself, besides what its configuration allows. */
export interface IkeHabits {
  /** Tears its tunnels down and sets them up anew every so often. */
  readonly renews: boolean
  /** Rekeys an IKE SA before it ends, where its configuration lets it. */
  readonly rekeys?: boolean
  /** Lets an IKE SA lapse: the next comes when the IPsec SAs, which live on, are rekeyed. */
  readonly lapses?: boolean
  /** Starts only when it has traffic, which is so often. Milliseconds, as the others. */
  readonly onTrafficMs?: number
  /** How long its tunnels stay down when it renews them. */
  readonly gapMs?: number
  /** From then on it is dead: it sends nothing, not even a delete. Counted from the world's start. */
  readonly diesMs?: number
}

/** Everybody who can have a tunnel: simulated boxes, and ends that are only an address. */
export interface IkeParty extends IkeHabits {
  readonly name: string
  /** All own addresses: what an end means that names this party. */
  readonly addresses: readonly string[]
  readonly endpoints: readonly IkeEndpoint[]
}

export type SideName = 'a' | 'b'

/** An entry with backup peers, and how many of its peers stand before this one. */
export interface PeerOrder {
  readonly entry: string
  readonly rank: number
}

export interface LinkSide {
  readonly party: string
  readonly endpoint: IkeEndpoint
  readonly mayStart: boolean
  readonly mayAnswer: boolean
  readonly mayRekey: boolean
  readonly habits: IkeHabits
  readonly order?: PeerOrder
}

/** Two ends that list or accept each other, with one protocol: the only place where SAs can be. */
export interface IkeLink {
  readonly key: string
  readonly version: IkeVersion
  readonly a: LinkSide
  readonly b: LinkSide
}

/** One IKE SA with its child SAs. Numbers are per party, unique and rising. */
export interface IkeWorldSa {
  readonly initiator: SideName
  readonly startedMs: number
  readonly endsMs: number
  readonly numbers: Readonly<Record<SideName, number>>
  /** Another SA stands in for it already; it ends soon. */
  readonly rekeyed?: boolean
}

/** IPsec SAs whose IKE SA has lapsed. */
export interface LapsedChildren {
  readonly sinceMs: number
  readonly endsMs: number
}

export interface LinkState {
  readonly link: IkeLink
  readonly sas: readonly IkeWorldSa[]
  /** When the last SA went (or the tunnel was configured): a new one comes a moment later. */
  readonly downMs: number
  /** Nobody starts before then: a gap, or no traffic. */
  readonly quietMs?: number
  /** When an end that renews does it next; absent where none does. */
  readonly renewMs?: number
  readonly children?: LapsedChildren
}

export interface IkeTimes {
  readonly renewMs?: number
  /** Of IKE SAs, where no configuration says another. */
  readonly lifetimeMs: number
  /** True: configured lifetimes do not count. */
  readonly lifetimeFixed?: boolean
  /** Of IPsec SAs. */
  readonly childMs?: number
}

/** All tunnels of a scenario at one moment. A value: advancing makes another. */
export interface IkeWorld {
  readonly nowMs: number
  readonly times: IkeTimes
  readonly parties: readonly IkeParty[]
  readonly links: ReadonlyMap<string, LinkState>
  /** How many SAs each party has had. */
  readonly counters: ReadonlyMap<string, number>
}

/** One SA as one party sees it. */
export interface SaView {
  readonly version: IkeVersion
  readonly local: string
  readonly peer: string
  readonly initiator: boolean
  /** Rises by one with every SA of this party. */
  readonly number: number
  readonly peerNumber: number
  readonly peerName: string
  readonly startedMs: number
  readonly ageSeconds: number
  /** As this end is configured: IKEv2 does not negotiate it. */
  readonly lifetimeSeconds: number
  /** Until one of the two ends lets it go. */
  readonly remainingSeconds: number
  readonly interface: string
  readonly origin: string
  readonly fvrf?: string
  readonly ivrf?: string
}

/** IPsec SAs that are up while no IKE SA is, as one party sees them. */
export interface FlowView {
  readonly version: IkeVersion
  readonly local: string
  readonly peer: string
  readonly interface: string
  readonly origin: string
  readonly ageSeconds: number
  readonly remainingSeconds: number
}

/** A negotiation that this party started and nobody answers. */
export interface AttemptView {
  readonly version: IkeVersion
  readonly local: string
  readonly peer: string
  readonly interface: string
  readonly origin: string
}
