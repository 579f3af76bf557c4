import type { DeviceFaults } from './faults.ts'
import { createLineFaults, type LineFaults } from './line-faults.ts'

/** A device's faults, with what has been met of them by now. */
export interface RunningFaults extends DeviceFaults {
  readonly met: LineFaults
}

/** Begins the life of a device with these faults. */
export function runningFaults(faults: DeviceFaults): RunningFaults {
  return { ...faults, met: createLineFaults(faults.lines) }
}
