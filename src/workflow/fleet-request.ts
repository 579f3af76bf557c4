import type { DeviceRequest } from '../model/device-request.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { ProofSettings, SavePolicy } from '../model/playbook.ts'
import type { RunSurroundings } from './judge-run.ts'

/** What a run does with the devices that were chosen. */
export interface FleetRequest {
  readonly devices: readonly DeviceRequest[]
  readonly concurrency: number
  readonly proof: ProofSettings
  readonly save: SavePolicy
  readonly signal: AbortSignal
  /** Absent: each device is judged by itself. */
  readonly around?: RunSurroundings
}

/** What became of them. */
export interface FleetResult {
  readonly devices: readonly DeviceOutcome[]
  /** Plans of the devices that could be read. */
  readonly plans: readonly DevicePlan[]
}
