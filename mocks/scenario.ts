import type { PlatformId } from '../src/model/ids.ts'
import type { Initiates, PeerType } from '../src/model/intent.ts'
import type { DeviceFaults } from './faults/faults.ts'
import type { IkeHabits } from './ike-types.ts'

/** Who may log in, and with what; `enable` is the password that `enable` asks for. */
export interface ScenarioLogin {
  readonly username: string
  readonly password: string
  readonly enable: string
}

/** The login of a scenario file; who builds it gives the password where the file has none. */
export interface FileLogin {
  readonly username: string
  readonly password?: string
  readonly enable?: string
}

/**
 * `full`: there is no room. `busy`, `busy-once`: another save runs. `asks`: startup is of another image, and a
 * question comes first (IOS). `forgets`: it says [OK], and startup stays as it was.
 */
export const savings = ['full', 'busy', 'busy-once', 'asks', 'forgets'] as const
export type Saving = (typeof savings)[number]

/** What somebody else types on a box, in a login of his own and in configuration mode or above it. */
export interface ScenarioEdit {
  /** So long after the start of the scenario, or after the line. */
  readonly afterMs: number
  /** The first such line that anybody types; absent: the start of the scenario. */
  readonly line?: RegExp
  readonly types: readonly string[]
}

/** A box's place in a failover pair of two devices. */
export interface ScenarioFailover {
  readonly pair: string
  readonly unit: 'primary' | 'secondary'
  readonly state: 'active' | 'standby'
  /** False: what the active unit configures does not reach its mate. */
  readonly synced: boolean
}

/** A security context: a firewall with a configuration of its own. */
export interface ScenarioContext {
  readonly name: string
  readonly admin: boolean
  readonly config: string
  /** Those that its configuration names. */
  readonly interfaces: readonly string[]
}

/** One simulated box as the scenario file describes it, defaults filled in. */
export interface ScenarioDevice {
  readonly name: string
  readonly platform: PlatformId
  /** As `show version` names the hardware: `CISCO2911/K9`, `C8300-1N1S-6T`, `ASA5516`. */
  readonly model: string
  /** As the product line prints it: `15.2(4)M6`, `17.9.4a`, `9.16(3)19`. */
  readonly version: string
  readonly hostname: string
  readonly groups: readonly string[]
  readonly startsIn: 'user' | 'privileged'
  readonly banner: string
  /** Running configuration lines, as the device prints them. */
  readonly config: string
  /** Lines that are in running and not in startup. */
  readonly unsaved: string
  /** What goes wrong when somebody saves; absent: nothing. */
  readonly saving?: Saving
  /** IOS: somebody else's change waits to be confirmed, so long from the start on. */
  readonly pendingRevertMs?: number
  readonly edits: readonly ScenarioEdit[]
  /** What it does with its tunnels by itself. */
  readonly habits: IkeHabits
  readonly labels?: Readonly<Record<string, string>>
  readonly failover?: ScenarioFailover
  /** ASA in multiple context mode: `config` is that of the system space then. */
  readonly contexts?: readonly ScenarioContext[]
  /** What goes wrong between it and whoever logs in. */
  readonly faults: DeviceFaults
  /** The jump hosts on the way to it, the nearest first. */
  readonly via?: readonly string[]
  /** What its clock shows at the start, where that is not the scenario's. */
  readonly clock?: Date
  /** Lines that this device refuses as it refuses what it does not know. */
  readonly refuse?: RegExp
  /** Lines that its AAA server does not allow. */
  readonly deny?: RegExp
  /** Only lines that one of them fits are authorised; absent: all. */
  readonly permit?: readonly RegExp[]
}

/** A remote end that is not a simulated box: it has an address, a protocol, and a will to start or not. */
export interface ScenarioEnd {
  readonly name: string
  readonly address: string
  readonly protocol: 'ikev1' | 'ikev2'
  readonly type: PeerType
  readonly starts: boolean
  readonly habits: IkeHabits
  /** Its own IKE lifetime; absent: the world's. */
  readonly lifetimeMs?: number
  /** Neither starts nor answers. */
  readonly silent: boolean
  /** What the inventory says of it besides its type; absent from the inventory when not `declared`. */
  readonly declared: boolean
  readonly version?: string
  readonly initiates?: Initiates
  /** Device names or addresses that it has a tunnel with. */
  readonly to: readonly string[]
}

/** A jump host: devices name it in `via`. */
export interface ScenarioJump {
  readonly name: string
  /** Only those of TCP and SSH. */
  readonly faults: DeviceFaults
  /** It dies, for good, when it is asked to carry one connection more than so many. */
  readonly dies?: number
}

/** How the IKE world behaves. */
export interface ScenarioPeers {
  /** Every so often far ends tear their tunnels down and set them up anew; absent: never. */
  readonly renewMs?: number
  /** For all, whatever their configurations say; absent: what those say, else a day. */
  readonly ikeLifetimeMs?: number
  readonly ipsecLifetimeMs: number
  readonly ends: readonly ScenarioEnd[]
}

/** A scenario file as it is meant. */
export interface Scenario {
  /** As given when it was loaded. */
  readonly path: string
  /** What the devices' clocks show when the scenario starts. */
  readonly clock: Date
  /** The same on every device. */
  readonly login: FileLogin
  readonly devices: readonly ScenarioDevice[]
  readonly jumps: readonly ScenarioJump[]
  readonly peers: ScenarioPeers
}
