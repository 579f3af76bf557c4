import type { LeaseView } from '../model/lease.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { ResumeView } from '../model/resume-view.ts'
import type { RollbackQuestion } from '../model/rollback.ts'
import type { TrustQuestion } from '../model/trust.ts'
import type { AdoptOptions as Adopt } from '../wire/adopt.ts'
import type { DoctorOptions as Doctor } from '../wire/doctor.ts'
import type {
  ApplyOptions as Apply,
  DriftOptions as Drift,
  PlanOptions as Plan,
  RunOptions as Run,
} from '../wire/options.ts'
import type { ReportFormat } from '../wire/report-files.ts'
import type { ResumeOptions as Resume } from '../wire/resume.ts'
import type { RollbackOptions as Rollback } from '../wire/rollback.ts'
import type { TrustOptions as Trust } from '../wire/trust-options.ts'
import type { UnlockOptions as Unlock } from '../wire/unlock.ts'
import type { VisitOptions } from '../wire/visits.ts'

// The options of the command line, with what a program may leave out, and with questions that may be answered at once.

/** Where a caller stands. ikero takes nothing from its process. */
export interface Surroundings {
  /**
   * HOME (known_hosts, SSH configuration, `~/`), IKERO_STATE, SSH_AUTH_SOCK and the variables that the inventory's
   * secrets name; also the environment of programs that fetch secrets. Default: empty. `process.env` makes it behave
   * like the command line.
   */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Relative paths go out from this folder. Default: the folder in which the process works, as with node:fs. */
  readonly cwd?: string
}

/**
 * A question to whoever decides. Only `true` is a yes; a function that throws or rejects has said no, and the answer's
 * `warnings` say so (CALLBACK_FAILED). When `signal` aborts, the question counts as answered with no.
 */
export type Ask<Question> = (question: Question) => boolean | Promise<boolean>

/** What `verify` is asked, and what all runs have in common. */
export interface RunOptions extends Omit<Run, keyof Surroundings>, Surroundings {}

/** What `validate` is asked. */
export interface ValidateOptions
  extends Pick<Run, 'playbook' | 'inventory' | 'documents' | 'limit' | 'clock'>,
    Surroundings {}

/** What `plan` is asked. */
export interface PlanOptions extends Omit<Plan, keyof Surroundings>, Surroundings {}

/** What `drift` is asked. */
export interface DriftOptions
  extends Omit<Drift, keyof Surroundings | 'approve' | 'approveClears'>,
    Surroundings {
  /** With `remediate`: asked once, with every plan that puts something back, before the first line is sent. */
  readonly approve?: Ask<readonly DevicePlan[]>
  /** As in {@link ApplyOptions}. */
  readonly approveClears?: Ask<readonly DevicePlan[]>
}

/** What `apply` is asked. */
export interface ApplyOptions
  extends Omit<Apply, keyof Surroundings | 'approve' | 'approveClears'>,
    Surroundings {
  /** Asked once, with every plan that changes something, before the first line is sent. */
  readonly approve: Ask<readonly DevicePlan[]>
  /**
   * Asked once after it, with the plans that clear SAs (`proof.renegotiate: initiated`). Absent, or a no: the change
   * runs and no SA is cleared.
   */
  readonly approveClears?: Ask<readonly DevicePlan[]>
}

/** What `resume` is asked. */
export interface ResumeOptions extends Omit<Resume, keyof Surroundings | 'confirm'>, Surroundings {
  /** Told what was and what was not applied, and asked once before anything is written. */
  readonly confirm: Ask<ResumeView>
}

/** What `rollback` is asked. */
export interface RollbackOptions extends Omit<Rollback, keyof Surroundings | 'approve'>, Surroundings {
  /** Asked once, when all devices were read, before the first line is sent. */
  readonly approve: Ask<RollbackQuestion>
}

/** What `printRollback` is asked. */
export interface PrintRollbackOptions
  extends Pick<
      Rollback,
      'run' | 'targets' | 'limit' | 'inventory' | 'documents' | 'stateDir' | 'clock' | 'uid'
    >,
    Surroundings {}

/** Where recorded runs and leases are looked for; no playbook is named. */
export interface StoreOptions extends Pick<Run, 'stateDir' | 'clock' | 'uid' | 'self'>, Surroundings {}

/** What `report` is asked. */
export interface ReportOptions extends StoreOptions {
  /** A run's id, or the path of its folder. */
  readonly run: string
  readonly format: ReportFormat
}

/** What `unlock` is asked. */
export interface UnlockOptions extends Omit<Unlock, keyof Surroundings | 'approve'>, Surroundings {
  /** Asked for each lease before it is broken. Here a function that throws ends the call (CALLBACK_FAILED). */
  readonly approve: Ask<LeaseView>
}

/** What `doctor` is asked: a playbook, or an inventory alone. */
export interface DoctorOptions extends Omit<Doctor, keyof (Surroundings & VisitOptions)>, Surroundings {}

/** What `trust` is asked. */
export interface TrustOptions
  extends Omit<Trust, keyof (Surroundings & VisitOptions) | 'approve'>,
    Surroundings {
  /** Asked before each key is stored, unless `fingerprint` is given. */
  readonly approve: Ask<TrustQuestion>
}

/** What `adopt` is asked: an inventory, and where the playbook will stand. */
export interface AdoptOptions extends Omit<Adopt, keyof (Surroundings & VisitOptions)>, Surroundings {}
