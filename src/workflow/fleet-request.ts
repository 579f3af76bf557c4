import type { DeviceRequest } from '../model/device-request.ts'
import type { DeviceOutcome } from '../model/outcome.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { PlannedDevice } from '../model/plan-file.ts'
import type { ProofSettings, SavePolicy } from '../model/playbook.ts'
import type { RemediationReport } from '../model/remediation.ts'
import type { RolloutReport } from '../model/rollout.ts'
import type { RunSurroundings } from './judge-run.ts'
import type { RolloutRules } from './rollout/rollout.ts'

/** What a run does with the devices that were chosen. */
export interface FleetRequest {
  readonly devices: readonly DeviceRequest[]
  readonly concurrency: number
  readonly proof: ProofSettings
  readonly save: SavePolicy
  readonly signal: AbortSignal
  /** Absent: all devices at once, at any time. */
  readonly rollout?: RolloutRules
  /** Absent: each device is judged by itself. */
  readonly around?: RunSurroundings
  /** A saved plan: what is not as it says is refused. */
  readonly saved?: readonly PlannedDevice[]
  /** Another box than that of the last change is refused, and not taken with the consent to the change. */
  readonly refusesOtherBox?: true
  /** What is put on record and told of a device, from what its change came to. Absent: just that. */
  readonly asTold?: (outcome: DeviceOutcome) => DeviceOutcome
}

/** What became of them. */
export interface FleetResult {
  readonly devices: readonly DeviceOutcome[]
  /** Plans of the devices that could be read. */
  readonly plans: readonly DevicePlan[]
  /** plan only: the plan of every space that was read, with what earlier runs say of it. */
  readonly spaces?: readonly DevicePlan[]
  readonly rollout?: RolloutReport
  /** Remediation only: what it did with the devices that needed it. */
  readonly remediation?: RemediationReport
}
