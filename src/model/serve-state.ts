import type { Coverage, Status } from './outcome.ts'

// What `serve` remembers over restarts: one JSON document. Times are ISO.

/** A run that came to an end. */
export interface EndedRun {
  readonly runId: string
  readonly dueAt: string
  readonly finishedAt: string
  readonly durationMs: number
  readonly exitCode: number
}

/** One schedule, by name. */
export interface ScheduleState {
  /** The cron line that it goes by, and since when: times before that were never missed. */
  readonly line?: { readonly cron: string; readonly timezone: string; readonly since: string }
  /** Since when it stands in the file no more; its history is kept for a while. Absent: it does. */
  readonly goneSince?: string
  /** The newest time that was begun or counted as missed: what lies between it and now was missed. */
  readonly lastDueAt?: string
  /** Absent: no run is at work. */
  readonly running?: {
    readonly dueAt: string
    readonly since: string
    readonly runId?: string
    /** In place of missed times, which are counted already. */
    readonly catchUp?: true
  }
  readonly lastRun?: EndedRun
  /** The newest that ended with 0. */
  readonly lastGood?: EndedRun
  /** Why the last one had no result. Absent: it had. */
  readonly broken?: {
    readonly at: string
    readonly code: string
    readonly message: string
    readonly next: string
  }
  /** Since the schedule was first seen. */
  readonly runs: number
  readonly missed: number
  readonly lastMissedAt?: string
}

/** How a device stands, for whoever looks at many. */
export interface DeviceStanding {
  readonly status: Status
  /** pending: what kind. */
  readonly kind?: 'drifted' | 'never-applied' | 'unsaved'
  /** Codes of what is wrong or deserves a word, worst first: ROLE_CONTRADICTED, PROOF_OVERDUE, DRIFT_FOUGHT … */
  readonly codes: readonly string[]
  /** The worst of it in one sentence, and what to do; absent where all is well. */
  readonly message?: string
  readonly next?: string
  /** Expected by the playbook or the baseline: told, not counted. */
  readonly known?: true
}

/** One device as a schedule sees it. */
export interface DeviceState {
  readonly schedule: string
  readonly host: string
  readonly now: DeviceStanding
  /** Since when it stands like that, and when it was last looked at. */
  readonly since: string
  readonly seenAt: string
  readonly runId: string
  readonly coverage?: Coverage
  /** SAs of its targets by what they say of this device. */
  readonly roles: Readonly<Partial<Record<'responder' | 'initiator' | 'no-sa' | 'unreadable', number>>>
  readonly roundTrips: number
  /** When a role or a life was last proven by a run: the newest `verified`, or `compliant` after one. */
  readonly provenAt?: string
  /** Changes of its standing, oldest first, the newest {@link mostHistory}. */
  readonly history: readonly { readonly at: string; readonly runId: string; readonly to: DeviceStanding }[]
}

/** So many changes of a device's standing are kept. */
export const mostHistory = 60

/** What was last told on a channel about a subject (`device hubs hub1`, `schedule hubs`). */
export interface ToldState {
  readonly channel: string
  readonly subject: string
  /** What was told: the same again is no news. */
  readonly key: string
  readonly at: string
  /** What was told of it as wrong lately, oldest first: shows what comes and goes. Absent: nothing. */
  readonly recent?: readonly { readonly key: string; readonly at: string }[]
}

/** A notice that waits for its delivery. */
export interface QueuedNotice {
  /** Unique: the receiver can know a second delivery of the same. */
  readonly id: string
  readonly channel: string
  readonly madeAt: string
  readonly attempts: number
  readonly nextAt: string
  /** What is posted; JSON without secrets. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface ServeState {
  readonly version: 1
  readonly schedules: Readonly<Record<string, ScheduleState>>
  readonly devices: readonly DeviceState[]
  readonly told: readonly ToldState[]
  readonly queue: readonly QueuedNotice[]
}

export const emptyServeState: ServeState = { version: 1, schedules: {}, devices: [], told: [], queue: [] }
