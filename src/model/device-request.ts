import type { ContextName } from './ids.ts'
import type { DeviceIntent } from './intent.ts'
import type { InventoryHost } from './inventory.ts'

/** Where a session works: where the login leads, or one context of an ASA in multiple context mode. */
export interface Space {
  readonly host: InventoryHost
  /** Absent: where the login leads. */
  readonly context?: ContextName
}

/** One device of a run, or one space of it: how to reach it, and all that the playbook asks of it there. */
export interface DeviceRequest extends Space {
  readonly intent: DeviceIntent
  /** A revert timer of anybody's is looked for, where the device's configuration has what one needs. */
  readonly looksForTimer?: true
}

/** `fw1`, `fw1/customer-a`: the name of a space, unique in a run; no name of a host holds a slash. */
export function spaceName(host: string, context: string | undefined): string {
  return context === undefined ? host : `${host}/${context}`
}
