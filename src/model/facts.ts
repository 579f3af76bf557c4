import type { ContextName, PlatformId } from './ids.ts'
import type { RevertTimerFacts } from './revert-timer.ts'
import type { StartupState } from './startup.ts'

/** What a box says it is; `other` is a box that no family of ikero fits. */
export type OsFamily = 'ios' | 'ios-xe' | 'asa' | 'pix' | 'ftd' | 'nxos' | 'iosxr' | 'other'

/** The facts of `show version`. What the text does not show is absent, never guessed. */
export interface SoftwareFacts {
  readonly os: OsFamily
  /** As printed on the product line: `15.2(4)M6`, `17.9.4a`, `9.16(3)19`. */
  readonly version?: string
  /** The IOS-XE number or build name where a line of its own prints it. */
  readonly xeVersion?: string
  readonly hostname?: string
  readonly uptime?: string
  readonly model?: string
  readonly serial?: string
  readonly build?: string
  /** ASA in multiple context mode: which space printed this. */
  readonly contextMarker?: 'context' | 'system'
  /** IOS-XE SD-WAN: the configuration is owned by the controller. */
  readonly controllerManaged?: boolean
  /** FTD: the ASA engine's version, which must not be taken for an ASA. */
  readonly asaVersion?: string
  /** The deciding line, as printed. */
  readonly evidence: string
}

/** An IOS tunnel or virtual-template interface, or an ASA VTI, that an IPsec profile protects. */
export interface TunnelInterface {
  readonly name: string
  readonly profile: string
  /** `tunnel destination`; absent on multipoint tunnels and templates. */
  readonly destination?: string
  /** Peers that it chooses its destination from (a FlexVPN client with `tunnel destination dynamic`). */
  readonly destinations?: readonly string[]
  /** `tunnel source`: an interface name or an address. */
  readonly source?: string
  /** True where any peer may call (mGRE, virtual-template): peers are not listed in the configuration. */
  readonly anyPeer: boolean
  /** `shared` after the profile: every tunnel of this source is affected. */
  readonly shared: boolean
  /** Own addresses of `source`; absent where the configuration does not tell them (DHCP, unnumbered). */
  readonly sourceAddresses?: readonly string[]
  /** The interface is shut down: it has no peers. */
  readonly shutdown?: boolean
  readonly evidence: string
}

/** How long SAs live, as configured; absent: the platform's default, or not known. */
export interface Lifetimes {
  readonly ikeSeconds?: number
  readonly ipsecSeconds?: number
  readonly ipsecKilobytes?: number
}

/** What makes this device start a negotiation whatever its profiles say, with its own line. */
export interface Initiation {
  /** `tunnel protection ipsec initiate`, FlexVPN or EzVPN client, crypto map without answer-only, … */
  readonly kind: 'initiate' | 'flexvpn-client' | 'ezvpn-client' | 'crypto-map' | 'profile' | 'nhrp-client'
  /** The profile that it uses, where one is named. */
  readonly profile?: string
  /** The crypto map entry that it is. */
  readonly entry?: { readonly map: string; readonly seq: number }
  readonly what: string
  readonly evidence: string
}

/** A tunnel's part in NHRP. */
export interface NhrpRole {
  readonly tunnel: string
  readonly nextHopServers: readonly string[]
  /** NBMA addresses of the next-hop servers, where the configuration maps them. */
  readonly serverAddresses: readonly string[]
  /** NBMA addresses that static maps name besides: other hubs, or spokes that were written down. */
  readonly mappedAddresses?: readonly string[]
  /** Clients that were registered when it was read; absent when that was not shown. */
  readonly clients?: number
  /** The interface and its lines that name next-hop servers. */
  readonly evidence?: string
}

/** An ASA's part in a failover pair, or in one failover group. */
export interface FailoverFacts {
  readonly on: boolean
  /** `this host`: Active, Standby Ready, …, as printed; only the state's own column. */
  readonly state?: string
  readonly active: boolean
  /** False when the configuration of the pair is known to differ. */
  readonly synced?: boolean
  readonly group?: number
  /** Address of the active unit, where the output shows it. */
  readonly activeAddress?: string
  /** What tells the two units apart and together: both print both. */
  readonly units?: { readonly own: FailoverUnitFacts; readonly mate: FailoverUnitFacts }
  readonly evidence: string
}

/** One unit of a failover pair, as either of the two prints it. */
export interface FailoverUnitFacts {
  readonly serial?: string
  /** `outside 203.0.113.3`: its monitored interfaces that have an address. */
  readonly addresses: readonly string[]
}

export interface IpsecProfile {
  readonly name: string
  readonly responderOnly: boolean
  readonly ikev2Profile?: string
  readonly lifetimes?: Lifetimes
  /** Which IKE versions its tunnels speak; absent where it cannot be told. */
  readonly ikeVersions?: readonly (1 | 2)[]
  /** Names of the interfaces that use it, in configuration order. */
  readonly usedBy: readonly string[]
  /** The configuration lines of the profile and of everything that uses it: what a plan for it rests on. */
  readonly basis?: readonly string[]
}

/** How a crypto map entry may start: the word is normalised, `printed` is the device's own. */
export type ConnectionType = 'bidirectional' | 'answer-only' | 'originate-only'

export interface CryptoMapEntry {
  readonly map: string
  readonly seq: number
  /** `ipsec-isakmp` or `ipsec-manual`, where printed. */
  readonly keying?: string
  readonly dynamic: boolean
  readonly dynamicMap?: string
  readonly peers: readonly string[]
  readonly acl?: string
  /** Transform sets or IKEv2 proposals, by name. */
  readonly proposals: readonly string[]
  /** Absent where the device printed none. */
  readonly connectionType?: ConnectionType
  readonly connectionTypePrinted?: string
  readonly lifetimes?: Lifetimes
  /** Which IKE versions the entry can speak, by its proposals; absent where it cannot be told. */
  readonly ikeVersions?: readonly (1 | 2)[]
  /** Interfaces that the map is bound to. */
  readonly interfaces: readonly string[]
  /** All lines of this entry, as printed. */
  readonly evidence: readonly string[]
  /** Lines that this entry rests on besides its own: bindings, its ACL, its peers' tunnel-groups, lifetimes. */
  readonly related?: readonly string[]
}

export interface TunnelGroup {
  readonly name: string
  readonly type: string
}

/** Who touched a configuration last, in the words of its own heading: by the device's clock, which may be wrong. */
export interface LastChange {
  /** An ASA tells only of its last save. */
  readonly what: 'changed' | 'saved'
  readonly at: string
  readonly by?: string
  /** The device's own line. */
  readonly evidence: string
}

/** Who typed a line, by the log that a device keeps of its configuration: it has no times. */
export interface LoggedChange {
  readonly by: string
  /** The terminal line: `vty0`, `console`. */
  readonly from: string
  /** Nobody has changed anything in a later session. */
  readonly last: boolean
  /** The device's own rows, of this change only. */
  readonly evidence: string
}

/** Everything that the checks of one device need, read in one session. */
export interface DeviceFacts {
  readonly platform: PlatformId
  readonly software: SoftwareFacts
  /** From the configuration, else from the prompt. */
  readonly hostname: string
  /** Level 15 (`#`), as read after login. */
  readonly privileged: boolean
  /** The configuration ended with `end` / `: end`: only then it is believed. */
  readonly configComplete: boolean
  readonly profiles: readonly IpsecProfile[]
  /** Profiles that an interface names and that the configuration does not define. */
  readonly profilesUsedButNotDefined: readonly string[]
  /** The device printed a Responder-Only line: its release knows the setting, whatever its number. */
  readonly responderOnlyShown?: boolean
  readonly tunnels: readonly TunnelInterface[]
  readonly cryptoMaps: readonly CryptoMapEntry[]
  readonly tunnelGroups: readonly TunnelGroup[]
  /** Description by peer address, where an interface or tunnel names the peer (for `--write-peers`). */
  readonly peerDescriptions: Readonly<Record<string, string>>
  /** Addresses of the device's own interfaces: which end of an SA is this device. */
  readonly ownAddresses: readonly string[]
  readonly nhrp?: readonly NhrpRole[]
  /** What on this device still starts negotiations, besides what its targets say. */
  readonly initiations?: readonly Initiation[]
  readonly failover?: FailoverFacts
  /** ASA in multiple context mode: names of the contexts, from the system space. */
  readonly contexts?: readonly string[]
  /** The ASA context that all of this was read in; absent: where the login led. */
  readonly context?: ContextName
  /** Interface or tunnel through which this very session reaches the device; absent when not known. */
  readonly managementThrough?: { readonly name: string; readonly tunnel: boolean; readonly evidence: string }
  /** Absent where the device does not tell. */
  readonly lastChange?: LastChange
  /** It keeps a log of configuration lines, as its configuration says. */
  readonly keepsChangeLog?: true
  /** What is not saved; absent where it was not asked. */
  readonly startup?: StartupState
  /** Whether a change can be taken back by the device itself; absent where that was not asked, or is not known here. */
  readonly revertTimer?: RevertTimerFacts
  /** SAs when this was read. */
  readonly reading: SaReading
}

/** This device's part in an SA. */
export type Role = 'initiator' | 'responder' | 'unknown'

/** One IKE SA as one device lists it. */
export interface IkeSa {
  readonly version: 1 | 2
  /** conn-id, tunnel-id or index as printed; unique among the SAs of one device while it lives. */
  readonly identity?: string
  readonly peer?: string
  readonly local?: string
  readonly state: string
  readonly established: boolean
  /**
   * True while a handshake is in progress, whichever end began it (MM_NO_STATE, MM_WAIT_MSG…, IN-NEG). An
   * attempt of this device's own is half open and of the role initiator; where the role is not known, it may be.
   */
  readonly halfOpen: boolean
  readonly role: Role
  readonly ageSeconds?: number
  readonly remainingSeconds?: number
  /** The device's own lines. */
  readonly evidence: string
}

/** All SAs that a device listed at one moment. */
export interface SaReading {
  readonly sas: readonly IkeSa[]
  /** Rows that could not be read: they prove nothing either way. */
  readonly unreadable: readonly string[]
  /**
   * Peers whose session is up by its IPsec SAs while it has no IKE SA: IOS lets an IKE SA lapse before the
   * IPsec SAs and makes the next one when they are rekeyed. Where the rules of proof say "has no established
   * IKE SA", such a peer is neither absent nor proven. Source: state UP-NO-IKE of `show crypto session`
   * (IOS command reference: IPsec flows exist, no IKE SA; public `show dmvpn detail` captures of hubs whose
   * spokes are up; the OpenStack driver for CSR counts it as up).
   */
  readonly upWithoutIke?: readonly string[]
  /** Addresses of remote access users, whose SAs are no tunnel's: a clear by address would take them too. */
  readonly users?: readonly string[]
}
