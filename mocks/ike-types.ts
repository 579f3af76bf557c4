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
  /** Interface that shows carry it: `Tunnel1`, `outside`. */
  readonly interface: string
  /** IPsec profile, or `MAP/SEQ`. */
  readonly origin: string
}

/** Everybody who can have a tunnel: simulated boxes, and ends that are only an address. */
export interface IkeParty {
  readonly name: string
  /** All own addresses: what an end means that names this party. */
  readonly addresses: readonly string[]
  readonly endpoints: readonly IkeEndpoint[]
  /** Tears its tunnels down and sets them up anew every so often. */
  readonly renews: boolean
}

export type SideName = 'a' | 'b'

export interface LinkSide {
  readonly party: string
  readonly endpoint: IkeEndpoint
  readonly mayStart: boolean
  readonly mayAnswer: boolean
  readonly renews: boolean
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
}

export interface LinkState {
  readonly link: IkeLink
  readonly sas: readonly IkeWorldSa[]
  /** When the last SA went (or the tunnel was configured): a new one comes a moment later. */
  readonly downMs: number
  /** When an end that renews does it next; absent where none does. */
  readonly renewMs?: number
}

export interface IkeTimes {
  readonly renewMs?: number
  readonly lifetimeMs: number
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
  readonly lifetimeSeconds: number
  readonly remainingSeconds: number
  readonly interface: string
  readonly origin: string
}

/** A negotiation that this party started and nobody answers. */
export interface AttemptView {
  readonly version: IkeVersion
  readonly local: string
  readonly peer: string
  readonly interface: string
  readonly origin: string
}
