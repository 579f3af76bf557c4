import type { Clock } from '../kernel/clock.ts'
import type { Result } from '../kernel/result.ts'
import type { Space } from '../model/device-request.ts'
import type { Emit } from '../model/event.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { ChangeRecord, JournalEntry, KnownIdentity } from '../model/record.ts'
import type { ReadShell, Unreachable, WriteShell } from '../model/shell.ts'

/** Opens sessions, each in one space of a device. Never throws: no session is a value, and whatever is thrown later is a SessionFault. */
export interface Sessions {
  /** A session that has no way into configuration mode. */
  read(space: Space, signal?: AbortSignal): Promise<Result<ReadShell, Unreachable>>
  /** Handed out to the change and rollback steps only. Also refused where another run holds the lease of the device. */
  write(space: Space): Promise<Result<WriteShell, DeviceError>>
}

/** Sessions without leases: only what keeps a device out of reach refuses one. */
export interface PlainSessions extends Sessions {
  write(space: Space): Promise<Result<WriteShell, Unreachable>>
}

/** The record of a run. An append that resolves is on disk; one that rejects means: send nothing. */
export interface JournalPort {
  append(entry: JournalEntry): Promise<void>
}

export interface HistoryPort {
  /** The last change of a target that any run made, with the SAs before it. */
  lastChange(host: string, target: string): Promise<ChangeRecord | undefined>
  /** When peers were last seen to start: keys are host, target and peer with line feeds between. */
  seenAsInitiator(hosts: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Who some hosts were when they were last changed, or another box was taken for them; keys are names of spaces (`fw1`, `fw1/customer-a`). */
  identities(hosts: readonly string[]): Promise<ReadonlyMap<string, KnownIdentity>>
  /**
   * When remediation wrote to each host, by the runs that began since a moment (milliseconds since 1970): one ISO
   * time for each run, oldest first. Also of runs that were cut off.
   */
  remediations(sinceMs: number): Promise<ReadonlyMap<string, readonly string[]>>
}

/** The person, or `--yes`: the plans of the devices that are asked about. */
export type Approve = (plans: readonly DevicePlan[]) => Promise<boolean>

/** All that a run needs of the world outside; tests replace exactly this. */
export interface Ports {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly journal: JournalPort
  readonly history: HistoryPort
  readonly emit: Emit
  /** Aborted when somebody will not wait for devices in hand: no line is begun after it. */
  readonly halt?: AbortSignal
  readonly approve: Approve
  /** The second question, about clears only. Absent: none is sent. A no lets the change run without them. */
  readonly approveClears?: Approve
}
