import type { ConnectionType, OsFamily, Role } from './facts.ts'

/** One IKE SA as a show command lists it, in printed order. */
export interface ParsedSa {
  readonly version: 1 | 2
  /** False where an older IOS prints `IKE SA:` without a version, and means IKEv1. */
  readonly versionPrinted?: boolean
  /** As printed: `QM_IDLE`, `READY`, `MM_ACTIVE`; `listed` in `show vpn-sessiondb`, which prints none. */
  readonly state: string
  /** This device's part, where the output itself tells it. */
  readonly role: Role
  /** The part that follows from `localAddresses`; only with them, and only of `show crypto isakmp sa` of IOS. */
  readonly roleGivenLocal?: Role
  readonly established: boolean
  readonly local?: string
  readonly localPort?: number
  /** An address, or an ASA's name for one. */
  readonly peer?: string
  readonly peerPort?: number
  /** `show crypto isakmp sa` of IOS: who answered and who started, as printed. */
  readonly dst?: string
  readonly src?: string
  readonly connId?: number
  readonly tunnelId?: string
  /** The number in front of the row, ASA. */
  readonly index?: number
  /** The word behind the state of IOS: `ACTIVE`, `ACTIVE (deleted)`. */
  readonly status?: string
  /** `L2L` or `user`, ASA. */
  readonly type?: string
  readonly rekey?: string
  readonly encryption?: string
  readonly hash?: string
  readonly auth?: string
  readonly vrf?: string
  readonly ivrf?: string
  readonly interface?: string
  readonly sessionStatus?: string
  /** The tunnel-group's name, ASA. */
  readonly connection?: string
  readonly protocol?: string
  readonly lifetimeSeconds?: number
  readonly remainingSeconds?: number
  readonly activeSeconds?: number
}

/** One LAN-to-LAN session of `show vpn-sessiondb detail l2l`. */
export interface ParsedSession {
  readonly connection?: string
  readonly ipAddr?: string
  readonly index?: string
  /** As printed. */
  readonly duration?: string
  readonly ikeSessions?: number
}

/** An IPsec profile, of a configuration or of `show crypto ipsec profile`. */
export interface ParsedProfile {
  readonly name: string
  /** Absent where the release prints no such line. */
  readonly responderOnly?: boolean
  readonly ikev2Profile?: string
  /** Interfaces; of a configuration only. */
  readonly usedBy?: readonly string[]
}

/** A crypto map entry, of a configuration or of `show crypto map`. */
export interface ParsedMapEntry {
  readonly name: string
  readonly seq: number
  /** `ipsec-isakmp` or `ipsec-manual`. */
  readonly kind?: string
  readonly dynamic: boolean
  readonly dynamicMap?: string
  readonly peers: readonly string[]
  readonly interfaces: readonly string[]
  readonly acl?: string
  /** A word that is none of the three stands as printed. */
  readonly connectionType?: ConnectionType | (string & {})
  readonly responderOnly?: boolean
}

/** One entry of a `crypto dynamic-map`. */
export interface ParsedDynamicMap {
  readonly name: string
  readonly seq: number
  readonly peers: readonly string[]
}

/** One IPsec SA of `show crypto ipsec sa`. */
export interface ParsedIpsecSa {
  readonly direction: 'inbound' | 'outbound'
  readonly protocol: 'esp' | 'ah'
  /** As printed, without its decimal form. */
  readonly spi: string
  readonly connId?: number
  /** This device started it; newer IOS-XE only. */
  readonly initiator?: boolean
  readonly remainingKilobytes?: number
  readonly remainingSeconds?: number
  readonly status?: string
}

/** The SAs between two identities of `show crypto ipsec sa`. */
export interface ParsedFlow {
  readonly interface: string
  readonly mapTag?: string
  readonly local?: string
  readonly peer?: string
  readonly peerPort?: number
  readonly sas: readonly ParsedIpsecSa[]
}

/** One interface of `show dmvpn`; one with both families appears twice. */
export interface ParsedDmvpn {
  readonly interface: string
  readonly family: 4 | 6
  /** `Hub`, `Spoke` or `Hub/Spoke`, as printed. */
  readonly type?: string
  /** The number that the device prints. */
  readonly peerCount?: number
  readonly peers: readonly {
    /** Absent where the device does not know it. */
    readonly nbma?: string
    readonly tunnelAddress: string
    readonly state: string
    /** Letters of the legend. */
    readonly attributes: string
  }[]
}

/** One unit of `show failover` or `show failover state`. */
export interface ParsedUnit {
  readonly unit: string
  readonly state?: string
  /** States by failover group, of an active/active pair. */
  readonly groups?: Readonly<Record<number, string>>
}

/**
 * The facts of one show command's output; which keys there are depends on the command, and what the text does not show
 * is absent, never guessed. `ikero parse` prints the same object as JSON.
 */
export interface ParsedFacts {
  /** show version: what box printed it. */
  readonly os?: OsFamily
  /** As on the product line: `15.2(4)M6`, `9.16(3)19`. */
  readonly version?: string
  /** The IOS-XE number or build name. */
  readonly xeVersion?: string
  readonly hostname?: string
  /** As printed. */
  readonly uptime?: string
  readonly model?: string
  readonly modelId?: string
  /** ASA in multiple context mode: which space printed this. */
  readonly contextMarker?: 'context' | 'system'
  readonly build?: string
  /** FTD: the ASA engine's version. */
  readonly asaVersion?: string

  /** SAs and sessions; an empty list is a real result. */
  readonly sas?: readonly ParsedSa[]
  readonly sessions?: readonly ParsedSession[]
  /** Rows that could not be read, as printed: nothing is concluded from them. */
  readonly unreadable?: readonly string[]
  readonly ipsecFlows?: readonly ParsedFlow[]
  readonly dmvpn?: readonly ParsedDmvpn[]

  /** Configurations, `show crypto ipsec profile` and `show crypto map`. */
  readonly ipsecProfiles?: readonly ParsedProfile[]
  readonly cryptoMaps?: readonly ParsedMapEntry[]
  readonly dynamicMaps?: readonly ParsedDynamicMap[]
  readonly profilesUsedButNotDefined?: readonly string[]
  readonly configVersion?: string
  /** The configuration was cut off; absent where it was not. */
  readonly complete?: false

  /** ASA: show failover, show failover state. */
  readonly failover?: 'on' | 'off'
  /** What stands behind On or Off: `pseudo-Standby`. */
  readonly standing?: string
  readonly unit?: string
  readonly thisHost?: ParsedUnit
  readonly otherHost?: ParsedUnit
  readonly groups?: readonly {
    readonly group: number
    readonly thisHost?: string
    readonly otherHost?: string
  }[]
  /** Own software version and the mate's. */
  readonly versions?: readonly string[]
  /** `Sync Done`, `Syncing` …, as printed. */
  readonly configuration?: string

  /** ASA: show mode, show context. */
  readonly mode?: 'single' | 'multiple'
  readonly contexts?: readonly { readonly name: string; readonly url?: string }[]
  readonly adminContext?: string
  readonly total?: number

  /** IOS: show users. */
  readonly users?: readonly { readonly own: boolean; readonly line: string; readonly location?: string }[]
  /** ASA: addresses of show ssh sessions. */
  readonly clients?: readonly string[]
}

/** What one parser says of a text. `unrecognised`: it is no output of that command, and nothing is concluded from it. */
export type ParseAnswer =
  | { readonly kind: 'facts'; readonly facts: ParsedFacts }
  | { readonly kind: 'unrecognised'; readonly message: string }
