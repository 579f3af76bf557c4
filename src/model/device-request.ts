import type { DeviceIntent } from './intent.ts'
import type { InventoryHost } from './inventory.ts'

/** One device of a run: how to reach it, and all that the playbook asks of it. */
export interface DeviceRequest {
  readonly host: InventoryHost
  readonly intent: DeviceIntent
}
