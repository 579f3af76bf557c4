import type { Lifetimes } from './facts.ts'
import type { PeerType, WantedState } from './intent.ts'
import type { SavePolicy } from './playbook.ts'

/** By what the kind of a remote end is known: its own `show version`, the inventory, or not at all. */
export type TypeBasis = 'read' | 'declared' | 'not-known'

/** Who started the SAs with a peer that were up when the devices had been read. */
export type StartedBy = 'peer' | 'this-device' | 'both' | 'nobody' | 'not-known'

/** Whether a remote end can start its tunnel, and why that is believed. */
export interface StartAnswer {
  readonly answer: 'yes' | 'no' | 'not-known'
  readonly why: string
}

/** One remote end of a target, as a person who decides about the change needs it. */
export interface PeerImpact {
  /** As the configuration or the SA prints it. */
  readonly address: string
  /** Its device, where that was read. */
  readonly name?: string
  /** What this device's configuration calls it. */
  readonly description?: string
  readonly type: PeerType
  readonly typeBasis: TypeBasis
  /** The line or declaration that the kind is known by. */
  readonly typeSource?: string
  readonly startedBy: StartedBy
  readonly canStart: StartAnswer
  /** Lifetimes that are known of that end. */
  readonly lifetimes?: Lifetimes
  /** How long its longest present SA lives on; absent where there is none, or none prints it. */
  readonly remainingSeconds?: number
  /** The device's own rows of its present SAs, the first of them and of each the head. */
  readonly evidence: readonly string[]
}

/**
 * What a change of one target means: gathered when all devices have been read, before anything is sent. Plain
 * data, and bounded: it stands in the record of the run.
 */
export interface TargetImpact {
  /** ISO. */
  readonly readAt: string
  /** The value that is asked for. */
  readonly wanted: string
  /** Peers that no configuration lists may call too. */
  readonly anyPeer: boolean
  /** Those of which something is against a start first. */
  readonly peers: readonly PeerImpact[]
  /** How many more there are. */
  readonly morePeers: number
  /** What SAs of this target live, by this device's configuration. */
  readonly lifetimes?: Lifetimes
  /** The target's own lines, and the same after the change; secrets hidden. Absent where none were printed. */
  readonly config?: { readonly before: readonly string[]; readonly after: readonly string[] }
  /** The lines of this target alone, and the way back. */
  readonly lines: readonly string[]
  readonly revert: readonly string[]
}

/** What a run was asked with: told by reports, judged by nothing. */
export interface RunBasis {
  readonly wanted: WantedState
  /** Of the playbook's bytes, in hexadecimal; absent in a run of a saved plan. */
  readonly playbookSha256?: string
  /** The same of the inventory. */
  readonly inventorySha256?: string
  /** When the saved plan that it applies was made; ISO. */
  readonly planMadeAt?: string
  /** The user that the environment of the run names; cron and containers name none. */
  readonly by?: string
  /** The account that it ran under, and the machine. */
  readonly account?: string
  readonly machine?: string
  /** ikero's. */
  readonly version: string
  readonly proof: {
    readonly withinSeconds: number
    readonly lostAfterSeconds: number
    readonly renegotiate: 'never' | 'initiated'
  }
  readonly save: SavePolicy
}
