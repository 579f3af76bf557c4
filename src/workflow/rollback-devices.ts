import type { DeviceRequest } from '../model/device-request.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { SpaceOutcome } from './join-spaces.ts'
import type { LaterRuns } from './judge-rollback.ts'
import type { RecordedSpace } from './recorded-targets.ts'

/** One device of the run, with what the record has of each of its spaces. */
export interface RecordedDevice {
  readonly host: string
  readonly records: readonly RecordedSpace[]
  /** Absent: the inventory does not have it. */
  readonly request?: DeviceRequest
}

/** A space that was read, and what is to be taken back there. */
export interface ReadSpace {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  readonly later: LaterRuns
  readonly roundTrips: number
  readonly record?: RecordedSpace
}

export interface ReadRecord {
  readonly device: RecordedDevice
  readonly spaces: readonly (ReadSpace | SpaceOutcome)[]
}
