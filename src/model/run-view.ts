import type { ProcessMark } from './lease.ts'
import type { AppliedPlan, CommandName, Coverage, RunResult, Status } from './outcome.ts'
import type { JournalEntry } from './record.ts'

/** Whose process a run is, for people. */
export type RunOwner = Pick<ProcessMark, 'owner' | 'machine' | 'pid'>

/** One recorded run, as `ikero runs --json` prints it; a run that was cut off has no end. */
export interface ListedRun {
  readonly runId: string
  readonly command: CommandName
  readonly playbook: string
  readonly startedAt: string
  readonly finishedAt?: string
  readonly exitCode?: number
  /** The run that it finishes. */
  readonly resumes?: string
  /** drift that puts back what has drifted. */
  readonly remediates?: true
  /** The schedule of `ikero serve` that it is a run of. */
  readonly schedule?: string
  /** Who is at work on it now; absent for a run that has ended or was cut off. */
  readonly atWork?: RunOwner
  readonly totals?: Readonly<Partial<Record<Status, number>>>
  /** How many places of its journal cannot be believed; absent where all can, or it was not checked. */
  readonly damaged?: number
}

/** A target whose last change, made by `runId`, is not settled yet. */
export interface OpenTarget {
  readonly runId: string
  readonly host: string
  readonly target: string
  /** `unproven`: the proof is outstanding; `unknown`: a person must look. */
  readonly status: 'unproven' | 'unknown'
  /** When the change was made; ISO. */
  readonly changedAt: string
  /** By the newest run that judged it. */
  readonly coverage?: Coverage
  /** When the last old SA ends at the latest; ISO. Absent where nothing is waited for, or it is not known. */
  readonly completeBy?: string
  /** Coverage and time in one sentence, for people. */
  readonly text?: string
  /** The newest run that judged it found PROOF_OVERDUE. */
  readonly overdue?: true
}

/** One step of a run as its journal has it; SA readings and the result are left out. */
export interface RunStep {
  readonly at: string
  /** In the format of the journal, which is not part of what the library promises. */
  readonly entry: Exclude<
    JournalEntry,
    { readonly kind: 'run-started' } | { readonly kind: 'sa-reading' } | { readonly kind: 'run-finished' }
  >
}

/** One recorded run in full. */
export interface RunView {
  readonly run: ListedRun
  readonly folder: string
  readonly change?: string
  readonly planFile?: AppliedPlan
  /** Why the playbook's window was not kept to. */
  readonly ignoreWindow?: string
  /** The run that it took back. */
  readonly of?: string
  readonly steps: readonly RunStep[]
  /** What it changed, with each target's status since, over all later runs. */
  readonly changes: readonly { readonly host: string; readonly target: string; readonly status: Status }[]
  readonly open: readonly OpenTarget[]
  readonly result?: RunResult
  /** Places of the journal that cannot be believed. */
  readonly damage: readonly { readonly line: number; readonly byte: number; readonly reason: string }[]
}
