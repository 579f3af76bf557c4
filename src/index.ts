/**
 * The library's door: what the command line does, for programs. It prints nothing, ends no process and
 * takes time, signals and environment from its caller. docs/library.md shows how it is used.
 */

export type { Clock } from './kernel/clock.ts'
export type { Diagnostic, SourcePosition } from './kernel/diagnostics.ts'
export { type ErrorDetails, type FaultOwner, IkeroError } from './kernel/errors.ts'
export * from './library/functions.ts'
export type {
  AdoptOptions,
  ApplyOptions,
  Ask,
  DoctorOptions,
  DriftOptions,
  PlanOptions,
  PrintRollbackOptions,
  ReportOptions,
  ResumeOptions,
  RollbackOptions,
  RunOptions,
  StoreOptions,
  Surroundings,
  TrustOptions,
  UnlockOptions,
  ValidateOptions,
} from './library/options.ts'
export type { AdoptedSpace, Adoption, UnreadSpace } from './model/adoption.ts'
export type { FailureCode, FaultCode, FindingCode } from './model/codes.ts'
export type { CommandCheck, Examination, HostReport, ReachedMachine, SshSeen, Told } from './model/doctor.ts'
export type { Emit, RunEvent, Step } from './model/event.ts'
export type { ConnectionType, Lifetimes, OsFamily, Role, SoftwareFacts } from './model/facts.ts'
export type { Finding, Severity } from './model/finding.ts'
export type {
  ClearLine,
  ConfigLine,
  ContextName,
  DeviceName,
  Fingerprint,
  MapName,
  PlatformId,
  ProfileName,
} from './model/ids.ts'
export type { PeerImpact, RunBasis, StartAnswer, StartedBy, TargetImpact, TypeBasis } from './model/impact.ts'
export type { PeerType, Target, WantedState } from './model/intent.ts'
export type { Lease, LeaseView, OwnerState, ProcessMark, Unlocked } from './model/lease.ts'
export type {
  AppliedPlan,
  CommandName,
  Coverage,
  DeviceError,
  DeviceOutcome,
  RoleRow,
  RoundTrips,
  RunResult,
  Status,
  TargetOutcome,
  UnreachableCause,
} from './model/outcome.ts'
export type {
  ParseAnswer,
  ParsedDmvpn,
  ParsedDynamicMap,
  ParsedFacts,
  ParsedFlow,
  ParsedIpsecSa,
  ParsedMapEntry,
  ParsedProfile,
  ParsedSa,
  ParsedSession,
  ParsedUnit,
} from './model/parsed.ts'
export type {
  ConfigStep,
  Decision,
  DevicePlan,
  PeerClear,
  PlannedClears,
  PlannedRevertTimer,
  TargetChange,
  TargetPeers,
  TargetPlan,
  TargetState,
  TargetValue,
} from './model/plan.ts'
export type { SavePolicy } from './model/playbook.ts'
export type { LinePurpose } from './model/record.ts'
export type { FreezePeriod, HeldDevice, HoldReason, RemediationReport } from './model/remediation.ts'
export type { ResumeTarget, ResumeView } from './model/resume-view.ts'
export type { ConsoleLines, RollbackQuestion } from './model/rollback.ts'
export type { ChangeWindow, RolloutReport, RolloutStop, WaveReport, WindowState } from './model/rollout.ts'
export type { ListedRun, OpenTarget, RunOwner, RunStep, RunView } from './model/run-view.ts'
export type {
  KeyPrint,
  KnownPrint,
  TrustOutcome,
  TrustQuestion,
  TrustResult,
  TrustStatus,
} from './model/trust.ts'
export type { UndeclaredPeer } from './model/undeclared-peer.ts'
export { type EventHead, eventLine } from './report/events.ts'
export { type JsonDevice, type JsonRunDocument, type JsonWindow, toJsonDocument } from './report/json.ts'
export type { AdoptAnswer } from './wire/adopt.ts'
export type { DoctorAnswer } from './wire/doctor.ts'
export type { Invalid, RunAnswer, SavedPlanNote, SelfProcess } from './wire/options.ts'
export type { ParseRequest, ParseResult } from './wire/parse.ts'
export type { SaveTo } from './wire/plan-file-write.ts'
export type { ReportFormat } from './wire/report-files.ts'
export type { ResumeAnswer } from './wire/resume.ts'
export type { NothingToTakeBack, PrintedRollback, RollbackAnswer } from './wire/rollback.ts'
export type { OpenAnswer, RunsAnswer, ShowAnswer } from './wire/runs.ts'
export type { SignatureOptions } from './wire/signature.ts'
export type { TrustAnswer } from './wire/trust-options.ts'
export type { LeasesAnswer, UnlockAnswer } from './wire/unlock.ts'
export type { ValidateAnswer } from './wire/validate.ts'
