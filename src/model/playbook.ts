import type { SourcePosition } from '../kernel/diagnostics.ts'
import type { PlatformId } from './ids.ts'
import type { TargetIntent, WantedState } from './intent.ts'
import type { RemediationRules } from './remediation.ts'
import type { RevertTimerWish } from './revert-timer.ts'
import type { ChangeWindow, RolloutSettings } from './rollout.ts'

/** One item under `routers` or `asas`. */
export interface PlaybookItem {
  readonly platform: PlatformId
  /** Names, `group:NAME` and globs, each with its place in the file for messages about it. */
  readonly hosts: readonly HostPattern[]
  readonly targets: readonly TargetIntent[]
}

/** One item of `hosts`, with its place for messages about it. */
export interface HostPattern {
  readonly text: string
  readonly at: SourcePosition
}

export interface ProofSettings {
  /** How long apply waits for a fresh SA. */
  readonly withinMs: number
  /** A peer that had an SA and has none for so long is lost. */
  readonly lostAfterMs: number
  /** `initiated`: clear, one by one, the SAs that this device started. Absent: never. */
  readonly renegotiate?: 'never' | 'initiated'
  /** Unproven at the end is rolled back, and saving waits for the proof. Absent: no. */
  readonly require?: true
}

/** To startup: always, never, or only where nobody else's unsaved work would be saved with it. */
export type SavePolicy = 'always' | 'never' | 'if-clean'

/** A blocking finding that a named person takes on. */
export interface Acceptance {
  readonly code: string
  /** Names of the devices that its patterns matched; empty until they have been looked up in an inventory. */
  readonly hosts: readonly string[]
  /** As written, for whoever looks them up. */
  readonly patterns?: readonly HostPattern[]
  /** Targets or peer addresses; `*` written out means all. */
  readonly targets: readonly string[]
  readonly reason: string
  readonly by: string
  /** `2027-03-31`: the last day on which it holds. */
  readonly until: string
  readonly at: SourcePosition
}

/** What is expected of a device: printed, not counted. */
export interface KnownEntry {
  /** As in {@link Acceptance}. */
  readonly hosts: readonly string[]
  readonly patterns?: readonly HostPattern[]
  readonly status: string
  readonly reason: string
  readonly until: string
  readonly at: SourcePosition
}

/** A playbook as its file means it, defaults filled in. */
export interface Playbook {
  /** As given on the command line. */
  readonly path: string
  readonly name: string
  /** Ticket id, carried into every output. */
  readonly change?: string
  /** Resolved against the playbook's folder; absent where the file names none. */
  readonly inventory?: string
  readonly items: readonly PlaybookItem[]
  readonly state: WantedState
  readonly rollout: RolloutSettings
  /** Absent: changes may begin at any time. */
  readonly window?: ChangeWindow
  readonly proof: ProofSettings
  readonly save: SavePolicy
  /** Absent: off. */
  readonly revertTimer?: RevertTimerWish
  /** `target`: change the others of a device, list the refused ones. Absent: `device`. */
  readonly onBlocked?: 'device' | 'target'
  readonly accept?: readonly Acceptance[]
  readonly known?: readonly KnownEntry[]
  /** What remediation of drift keeps to. Absent: the defaults. */
  readonly drift?: RemediationRules
  /** False: peers that the playbook does not name are not read. Absent: they are. */
  readonly readPeers?: boolean
}
