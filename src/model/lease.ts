/**
 * Whose process it is: what tells a process that is gone from one that only shares its number. `boot` names one start
 * of one machine, with its process numbers; a process of the same machine name and another `boot` cannot be looked at.
 */
export interface ProcessMark {
  /** The user, as the system names the account; for people. */
  readonly owner: string
  /** The machine's name. */
  readonly machine: string
  /** Absent where the system does not tell it. */
  readonly boot?: string
  /** 0 where it is not known. */
  readonly pid: number
  /** When the process was started, in the system's own count; absent where it does not tell. */
  readonly pidStarted?: string
}

/** The right of one run to write to one device, as it stands in `STATE/leases`. */
export interface Lease extends ProcessMark {
  readonly host: string
  readonly runId: string
  /** ISO times by the owner's wall clock. */
  readonly takenAt: string
  readonly heartbeat: string
  /** Random: tells this lease from every other of the same device. */
  readonly token: string
}

/**
 * What is known of a lease's owner. `alive`: its process is seen on this machine, or its heartbeat is fresh on another.
 * `dead`: its process is gone from this machine. `unknown`: on another machine, and its heartbeat has stopped; or the
 * lease cannot be read.
 */
export type OwnerState = 'alive' | 'dead' | 'unknown'

/** One lease as `ikero unlock` lists it. */
export interface LeaseView {
  readonly host: string
  readonly state: OwnerState
  /** Absent where the file cannot be read. */
  readonly lease?: Lease
  /** Why it cannot be read; or what keeps it from being handed over. */
  readonly problem?: string
}

/** What `ikero unlock HOST` did. `kept`: nobody said yes. */
export interface Unlocked extends LeaseView {
  readonly result: 'broken' | 'refused' | 'kept' | 'not-leased' | 'failed'
}
