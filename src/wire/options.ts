import type { Clock } from '../kernel/clock.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import type { Emit } from '../model/event.ts'
import type { RunResult } from '../model/outcome.ts'
import type { FreezePeriod } from '../model/remediation.ts'
import type { ChangeWindow } from '../model/rollout.ts'
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
  /** Path of the inventory; overrides the one that the playbook names. */
  readonly inventory?: string
  /**
   * Playbooks, inventories and plan files that are no files: YAML or JSON text by path, read in place of whatever
   * stands there. Paths inside them go out from the folder of that path.
   */
  readonly documents?: Readonly<Record<string, string>>
  /** Only these devices of the playbook; matching nothing is an error. */
  readonly limit?: string
  /** How many devices at once, 1 to 1000; overrides `rollout.concurrency`. */
  readonly concurrency?: number
  /** apply, and drift that remediates: why no window is kept to; stands in the record of the run. */
  readonly ignoreWindow?: string
  /** apply: the same as `proof.require: true`. */
  readonly requireProof?: boolean
  /** known_hosts files; default `~/.ssh/known_hosts`. Host keys are always verified. */
  readonly knownHosts?: readonly string[]
  /** Where runs are recorded; default: IKERO_STATE, else the nearest `.ikero` (rules of state). */
  readonly stateDir?: string
  /** A folder for transcripts: what was sent to each device and received, secrets hidden. */
  readonly transcripts?: string
  /**
   * HOME (known_hosts, SSH configuration, `~/`), IKERO_STATE, SSH_AUTH_SOCK and the variables that the inventory's
   * secrets name; also the environment of programs that fetch secrets.
   */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths above are relative to this folder. */
  readonly cwd: string
  /** Ends the run: what is in hand is finished, the rest skipped. */
  readonly signal?: AbortSignal
  /** Stops a run that `signal` ends: no line is begun any more, devices in hand are left as they are. */
  readonly halt?: AbortSignal
  /** Hears everything that a run tells while it works, secrets masked. It is not waited for. */
  readonly onEvent?: Emit
  /** Asks a person for a secret; without it, `prompt` secrets are unavailable. */
  readonly promptSecret?: (label: string) => Promise<string | undefined>
  /** The user that runs ikero, where the system has such numbers: a state directory of another is refused. */
  readonly uid?: number
  /** This process, as leases of devices name it; without it Linux is asked, and elsewhere heartbeats alone decide. */
  readonly self?: SelfProcess
  /** The time of timeouts, polls and records; default: the system's. */
  readonly clock?: Clock
}

/** What `plan` is asked. */
export interface PlanOptions extends RunOptions {
  /** Saves the plan in a file, for its owner only. */
  readonly saveTo?: SaveTo
}

/** What `drift` is asked. */
export interface DriftOptions extends RunOptions {
  /** A file with a `known` list: expected of devices, told and not counted. */
  readonly baseline?: string
  /**
   * Puts back what has drifted and saves what is unsaved, within the guard rails of the playbook's `drift`; takes
   * `approve`. Absent or false: nothing is written, and what follows here is refused.
   */
  readonly remediate?: boolean
  /** More devices that drifted than that, and none is touched; from 1. Overrides `drift.maxDevices`. */
  readonly maxDevices?: number
  /** Besides the playbook's window: both are kept to. */
  readonly window?: ChangeWindow
  /** Besides those of the playbook. */
  readonly freeze?: readonly FreezePeriod[]
  /** Asked once, with every plan that puts something back, before the first line is sent. */
  readonly approve?: Approve
  /** As in `apply`: the second question, about clears only. */
  readonly approveClears?: Approve
}

/** What `apply` is asked. */
export interface ApplyOptions extends RunOptions {
  /** The same as plan: nothing is asked and nothing is sent. */
  readonly dryRun?: boolean
  /** A plan file that is older, in milliseconds, is refused. Default: 7 days. */
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
      /** `sha256:…`, over all that it says. */
      readonly contentHash: string
      /** How many devices it has, and how many of the playbook's it leaves out. */
      readonly planned: number
      readonly notPlanned: number
    }
  | { readonly kind: 'not-saved'; readonly message: string }

/** What was asked, or a file that it names, is wrong: nothing was contacted and nothing recorded (exit code 64). */
export interface Invalid {
  readonly kind: 'invalid'
  /** All mistakes at once, in the order of the files; warnings may stand among them. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Either the files are wrong, or there is a result. */
export type RunAnswer =
  | Invalid
  | {
      readonly kind: 'done'
      readonly result: RunResult
      /** Where the run is recorded. */
      readonly folder: string
      /** As the command line would end: 0, 1, 2, 3, 4 or 130. */
      readonly exitCode: number
      /** What deserves a word and is no result: of files, of the way to devices, of the caller's own functions. */
      readonly warnings: readonly Diagnostic[]
      /** Peers of ASA entries that the inventory does not declare. */
      readonly undeclaredPeers: readonly UndeclaredPeer[]
      /** What became of saving the plan, where that was asked for. */
      readonly savedPlan?: SavedPlanNote
    }
