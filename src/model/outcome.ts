import type { FailureCode } from './codes.ts'
import type { SoftwareFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import type { PlatformId } from './ids.ts'
import type { RunBasis, TargetImpact } from './impact.ts'
import type { RemediationReport } from './remediation.ts'
import type { ChangeWindow, RolloutReport, WindowState } from './rollout.ts'

/** Statuses of the contract, worst first: a device has its worst target's. */
export const statuses = [
  'unknown',
  'failed',
  'rolled-back',
  'unreachable',
  'blocked',
  'skipped',
  'unproven',
  'pending',
  'verified',
  'compliant',
] as const
/** How a target or a device stands at the end of a run. */
export type Status = (typeof statuses)[number]

/** The worst of some statuses; `compliant` where there are none. */
export function worst(all: readonly Status[]): Status {
  return statuses.find((status) => all.includes(status)) ?? 'compliant'
}

/** Why a device has no session. */
export type UnreachableCause = 'network' | 'host-key' | 'authentication' | 'session-limit'

/** Peers of a target, by what is known of their role: rules of proof, coverage. */
export interface Coverage {
  readonly peers: number
  readonly proven: number
  readonly waiting: number
  readonly atRisk: number
  readonly idle: number
  readonly lost: number
  /** Up, and may belong to several tunnels: their SAs prove nothing for one of them, now or later. */
  readonly ambiguous?: number
}

/** What one SA says about this device's role. */
export interface RoleRow {
  readonly target: string
  readonly peer: string
  readonly protocol: 'ikev1' | 'ikev2' | 'none'
  readonly reading: 'responder' | 'initiator' | 'no-sa' | 'unreadable'
  /** Made after the push, by its identity: only then it proves anything. */
  readonly fresh: boolean
  readonly proof:
    | 'proven'
    | 'waiting'
    | 'at-risk'
    | 'idle'
    | 'lost'
    | 'missing'
    | 'ambiguous'
    | 'contradicts'
    | 'not-on-record'
  readonly ageSeconds?: number
  readonly remainingSeconds?: number
  readonly evidence?: string
}

/** One IPsec profile or crypto map entry in the result of a run. */
export interface TargetOutcome {
  readonly kind: 'ipsec-profile' | 'crypto-map-entry'
  readonly name: string
  /** The ASA context that it stands in; absent: where the login leads. */
  readonly context?: string
  readonly before: string
  /** As read back; the same as `before` where nothing was sent; absent where it could not be read. */
  readonly after?: string
  readonly status: Status
  /** pending only. */
  readonly pendingKind?: 'drifted' | 'never-applied' | 'unsaved'
  /** Why nothing was begun; skipped only. */
  readonly reason?: string
  /** True when at least one line of this target was sent. */
  readonly sent: boolean
  readonly usedBy: readonly string[]
  readonly coverage?: Coverage
  /** For reports; not in `--json`, and absent in older records. */
  readonly impact?: TargetImpact
}

/** Why a device is failed, unreachable or unknown: `code` for programs, `message` and `next` for people. */
export interface DeviceError {
  readonly code: FailureCode
  readonly message: string
  readonly cause?: UnreachableCause
  /** The line that was sent when it happened, and what the device said. */
  readonly line?: string
  readonly reply?: string
  readonly next: string
}

/** How often the steps of one device had to wait for it. */
export interface RoundTrips {
  readonly survey: number
  /** Reading again, lines, read-back and saving, without the second login. */
  readonly change: number
  readonly secondLogin: number
  /** Polls, and what proof took back. */
  readonly proof: number
}

/** One device in the result of a run. */
export interface DeviceOutcome {
  readonly host: string
  readonly platform: PlatformId
  readonly software?: SoftwareFacts
  readonly status: Status
  readonly saved: 'yes' | 'no' | 'not-needed'
  /** How many lines of somebody else's stand in the way; with `saved: no` only. */
  readonly foreignUnsaved?: number
  readonly findings: readonly Finding[]
  readonly targets: readonly TargetOutcome[]
  readonly change: {
    readonly lines: readonly string[]
    readonly revert: readonly string[]
    /** The lines that clear SAs: planned ones; after apply those that were sent. */
    readonly clears: readonly string[]
    /** What the planned clears interrupt: so many tunnels, one at a time. Absent where none is planned. */
    readonly interruption?: { readonly peers: number; readonly atMostSecondsEach: number }
    /** The device takes the change back by itself after so many minutes, unless it is confirmed. Absent: no timer. */
    readonly revertTimer?: { readonly minutes: number }
  }
  /** The same lines by the space of the device that they belong in; absent where the login leads to all of it. */
  readonly spaces?: readonly {
    readonly context?: string
    readonly lines: readonly string[]
    readonly revert: readonly string[]
    readonly clears: readonly string[]
  }[]
  readonly roles: readonly RoleRow[]
  /** One sentence on coverage and time, for people; absent where nothing is to be proven. */
  readonly coverageText?: string
  /** How often the device was waited for, in all. */
  readonly roundTrips: number
  readonly roundTripsBy?: RoundTrips
  readonly error?: DeviceError
  /** Why it was not contacted; its targets may not be known by name. */
  readonly reason?: string
  /** Expected by the playbook: told, not counted. */
  readonly known?: { readonly reason: string; readonly until: string }
}

/** The commands that keep a record of their run. */
export type CommandName = 'plan' | 'apply' | 'verify' | 'drift' | 'resume' | 'rollback'

/** The plan file of a run. */
export interface AppliedPlan {
  readonly path: string
  readonly contentHash: string
  /** The principal, as the allowed signers file names it. */
  readonly signedBy?: string
}

/** The whole result of a run: what `--json` prints and every report is drawn from. */
export interface RunResult {
  readonly command: CommandName
  readonly runId: string
  readonly playbook: string
  readonly change?: string
  /** The saved plan that it applied, and whose signature was asked for and holds. */
  readonly planFile?: AppliedPlan
  /** The run that this one takes back. */
  readonly of?: string
  readonly startedAt: string
  readonly finishedAt: string
  readonly devices: readonly DeviceOutcome[]
  readonly interrupted: boolean
  /** How the change went over the devices; absent where nothing was to be changed. */
  readonly rollout?: RolloutReport
  /** The window of the run as it stood when it began: the playbook's, or of several the one that decides. */
  readonly window?: ChangeWindow & { readonly state: WindowState; readonly ignored?: string }
  /** drift --remediate: what was done with the devices that needed it. */
  readonly remediation?: RemediationReport
  /** Interrupted twice: devices in hand were left as they were. */
  readonly halted?: true
  /** For reports; not in `--json`, and absent in older records. */
  readonly basis?: RunBasis
}

export function totalsOf(devices: readonly DeviceOutcome[]): Readonly<Partial<Record<Status, number>>> {
  const totals: Partial<Record<Status, number>> = {}
  for (const device of devices) totals[device.status] = (totals[device.status] ?? 0) + 1
  return totals
}
