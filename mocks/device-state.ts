import type { ConfigTree } from './config-tree.ts'
import type { ClearRequest } from './ike.ts'
import type { AttemptView, FlowView, SaView } from './ike-types.ts'
import type { Boot } from './power.ts'
import type { ScenarioDevice } from './scenario.ts'

/** Where every login to a simulated device comes from, as it prints it. */
export const loginFrom = '192.0.2.200'

/** A change that the box takes back by itself, unless it is confirmed (IOS). */
export interface PendingRevert {
  readonly setAtMs: number
  readonly minutes: number
  readonly by: string
  /** Where the configuration from before was put, and what it was. */
  readonly file: string
  readonly backup: ConfigTree
}

/** One line in the log that a box keeps of its configuration (IOS). */
export interface LoggedLine {
  readonly index: number
  readonly session: number
  readonly user: string
  /** Indented as it stands in the configuration. */
  readonly text: string
}

/** What outlives a session. A value: a line makes another one. */
export interface DeviceState {
  readonly box: ScenarioDevice
  /** ASA in multiple context mode: whose configuration this is; absent in the system space. */
  readonly context?: string
  readonly running: ConfigTree
  readonly startup: ConfigTree
  /** When and by whom running was changed last (by nobody: read at a boot), and saved; absent: not since the start. */
  readonly changed?: { readonly atMs: number; readonly by?: string }
  readonly saved?: { readonly atMs: number; readonly by: string }
  /** How often somebody tried to save while `saving` of the scenario says what goes wrong. */
  readonly saveTries?: number
  readonly revert?: PendingRevert
  /** What it has logged of such changes, the oldest first. */
  readonly log?: readonly string[]
  /** The configuration log, the oldest line first, and how often somebody went into configuration mode. */
  readonly configLog?: readonly LoggedLine[]
  readonly configSessions?: number
}

/** Something that the device waits for instead of a command. */
export type Dialogue =
  | { readonly kind: 'enable'; readonly tries: number }
  | { readonly kind: 'configure-from' }
  | { readonly kind: 'copy-name' }
  | { readonly kind: 'overwrite' }
  | { readonly kind: 'reload-save' }
  | { readonly kind: 'reload' }
  | { readonly kind: 'confirm'; readonly question: string; readonly request: ClearRequest }
  | {
      readonly kind: 'banner'
      readonly line: string
      readonly delimiter: string
      readonly lines: readonly string[]
    }

/** What one terminal line remembers. */
export interface SessionState {
  /** Who logged in. */
  readonly user: string
  readonly privileged: boolean
  /** ASA in multiple context mode: where it is; absent in the system space. */
  readonly context?: string
  /** Where in the configuration it stands: absent outside configuration mode, empty at its top. */
  readonly config?: readonly string[]
  /** The number of its stay in configuration mode, for the configuration log. */
  readonly configSession?: number
  readonly dialogue?: Dialogue
  readonly pageLength: number
  readonly width: number
}

/** The world as a device sees it when a line is typed. */
export interface Surroundings {
  readonly nowMs: number
  /** The device's clock, UTC. */
  readonly wall: Date
  readonly uptimeMs: number
  /** The last boot since the scenario began; absent: none. */
  readonly boot?: Boot
  /** Nobody reaches it: it boots, or the way there is lost. */
  readonly away: boolean
  /** Of child SAs, in seconds. */
  readonly ipsecLifetime: number
  readonly sas: readonly SaView[]
  /** IPsec SAs whose IKE SA has lapsed. */
  readonly flows: readonly FlowView[]
  readonly attempts: readonly AttemptView[]
  /** Names of the contexts that the box has now; empty in single mode. */
  readonly contexts: readonly string[]
}

/** What a command sees. */
export interface Call {
  readonly device: DeviceState
  readonly session: SessionState
  readonly around: Surroundings
  readonly args: Readonly<Record<string, string>>
  readonly canonical: string
}

/** What a command does; absent parts stay as they are. */
export interface Reply {
  /** Lines ended by `\n`, or nothing. */
  readonly output?: string
  readonly device?: DeviceState
  readonly session?: SessionState
  readonly close?: boolean
  readonly clear?: ClearRequest
  /** A context of the box that is no longer there. */
  readonly removed?: string
  /** Every context is saved too: `write memory all`. */
  readonly saveAll?: boolean
  /** The box boots. */
  readonly reload?: boolean
  /** The argument whose value does not fit: refused with the marker under it. */
  readonly badArgument?: string
  /** The argument that is an exec command to run from here: `do show …`. */
  readonly execArgument?: string
}

export type Command = (call: Call) => Reply
