import type { Clock } from '../kernel/clock.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import type { Emit } from '../model/event.ts'
import type { RunResult } from '../model/outcome.ts'
import type { UndeclaredPeer } from '../model/undeclared-peer.ts'
import type { Approve } from '../workflow/ports.ts'
import type { SaveTo } from './plan-file-write.ts'
import type { SignatureOptions } from './signature.ts'

/** The process that runs ikero, and what it can tell of others of its machine. */
export interface SelfProcess {
  readonly pid: number
  /** Whether a process of this number runs, whoever's it is. */
  readonly isRunning?: (pid: number) => boolean
}

/** What a program asks of ikero. Nothing is taken from the process: environment, time and signals are given. */
export interface RunOptions {
  /** Path of the playbook; for verify also a run id, or the path of a run's folder. */
  readonly playbook: string
  /** Overrides the inventory that the playbook names. */
  readonly inventory?: string
  /** Only these devices of the playbook; matching nothing is an error. */
  readonly limit?: string
  /** Overrides `rollout.concurrency`. */
  readonly concurrency?: number
  /** Why the playbook's window is not kept to; stands in the record of the run. */
  readonly ignoreWindow?: string
  /** The same as `proof.require: true`. */
  readonly requireProof?: true
  /** known_hosts files; default `~/.ssh/known_hosts`. Host keys are always verified. */
  readonly knownHosts?: readonly string[]
  /** Where runs are recorded; default: IKERO_STATE, else the nearest `.ikero` (rules of state). */
  readonly stateDir?: string
  /** A folder for transcripts: what was sent to each device and received, secrets hidden. */
  readonly transcripts?: string
  /** HOME, IKERO_STATE, SSH_AUTH_SOCK and the variables that the inventory's secrets name. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths above are relative to this folder. */
  readonly cwd: string
  /** Ends the run: what is in hand is finished, the rest skipped. */
  readonly signal?: AbortSignal
  /** Stops a run that `signal` ends: no line is begun any more, devices in hand are left as they are. */
  readonly halt?: AbortSignal
  /** Hears everything that a run tells while it works. */
  readonly onEvent?: Emit
  /** Asks a person for a secret; without it, `prompt` secrets are unavailable. */
  readonly promptSecret?: (label: string) => Promise<string | undefined>
  /** The user that runs ikero, where the system has such numbers: a state directory of another is refused. */
  readonly uid?: number
  /** This process, as leases of devices name it; without it Linux is asked, and elsewhere heartbeats alone decide. */
  readonly self?: SelfProcess
  /** For tests; default: the system's. */
  readonly clock?: Clock
}

export interface PlanOptions extends RunOptions {
  /** Saves the plan in a file, for its owner only. */
  readonly saveTo?: SaveTo
}

export interface ApplyOptions extends RunOptions {
  /** The same as plan: nothing is asked and nothing is sent. */
  readonly dryRun?: boolean
  /** A plan file that is older is refused. Default: 7 days. */
  readonly maxAgeMs?: number
  /** A plan file without a signature by one of these is refused. */
  readonly requireSignature?: SignatureOptions
  /** Asked once, with every plan that changes something, before the first line is sent. */
  readonly approve: Approve
  /**
   * Asked once after it, with the plans that clear SAs (`proof.renegotiate: initiated`). Absent, or a no: the
   * change runs and no SA is cleared.
   */
  readonly approveClears?: Approve
}

/** A plan file that was written, or why none was. */
export type SavedPlanNote =
  | {
      readonly kind: 'saved'
      readonly path: string
      readonly contentHash: string
      readonly planned: number
      readonly notPlanned: number
    }
  | { readonly kind: 'not-saved'; readonly message: string }

/** Either the files are wrong and nothing was contacted (exit 64), or there is a result. */
export type RunAnswer =
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'done'
      readonly result: RunResult
      /** Where the run is recorded. */
      readonly folder: string
      readonly exitCode: number
      readonly warnings: readonly Diagnostic[]
      /** Peers of ASA entries that the inventory does not declare. */
      readonly undeclaredPeers: readonly UndeclaredPeer[]
      /** What became of saving the plan, where that was asked for. */
      readonly savedPlan?: SavedPlanNote
    }
