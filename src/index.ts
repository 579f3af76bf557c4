/**
 * The library's door: what the command line does, for programs. It prints nothing, ends no process and
 * takes time, signals and environment from its caller.
 */

export type { Clock } from './kernel/clock.ts'
export type { Diagnostic } from './kernel/diagnostics.ts'
export type { AdoptedSpace, Adoption } from './model/adoption.ts'
export type { HostReport } from './model/doctor.ts'
export type { Emit, RunEvent } from './model/event.ts'
export type { Finding } from './model/finding.ts'
export type { PlatformId } from './model/ids.ts'
export type { Lease, LeaseView, OwnerState, Unlocked } from './model/lease.ts'
export type { DeviceOutcome, RunResult, Status } from './model/outcome.ts'
export type { DevicePlan } from './model/plan.ts'
export type { ResumeTarget, ResumeView } from './model/resume-view.ts'
export type { ConsoleLines, RollbackQuestion } from './model/rollback.ts'
export type { ListedRun, OpenTarget, RunView } from './model/run-view.ts'
export type { KeyPrint, KnownPrint, TrustOutcome, TrustQuestion, TrustResult } from './model/trust.ts'
export type { UndeclaredPeer } from './model/undeclared-peer.ts'
export { type AdoptAnswer, type AdoptOptions, adopt } from './wire/adopt.ts'
export { type DoctorAnswer, type DoctorOptions, doctor } from './wire/doctor.ts'
export type {
  ApplyOptions,
  PlanOptions,
  RunAnswer,
  RunOptions,
  SavedPlanNote,
  SelfProcess,
} from './wire/options.ts'
export { type ParseRequest, type ParseResult, parse } from './wire/parse.ts'
export { type ResumeAnswer, type ResumeOptions, resume } from './wire/resume.ts'
export {
  type NothingToTakeBack,
  type PrintedRollback,
  printRollback,
  type RollbackAnswer,
  type RollbackOptions,
  rollback,
} from './wire/rollback.ts'
export { apply, plan, verify } from './wire/run.ts'
export {
  listRuns,
  type OpenAnswer,
  openTargets,
  type RunsAnswer,
  type RunsOptions,
  type ShowAnswer,
  showRun,
} from './wire/runs.ts'
export { type TrustAnswer, type TrustOptions, trust } from './wire/trust.ts'
export {
  type LeasesAnswer,
  type LeasesOptions,
  listLeases,
  type UnlockAnswer,
  type UnlockOptions,
  unlock,
} from './wire/unlock.ts'
export { type ValidateAnswer, validate } from './wire/validate.ts'
export type { Approve } from './workflow/ports.ts'
