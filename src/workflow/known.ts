import type { DeviceOutcome } from '../model/outcome.ts'
import type { KnownEntry } from '../model/playbook.ts'

/**
 * Marks the devices whose state the playbook expects: they are told and not counted. `today` is
 * `YYYY-MM-DD`; an entry holds up to and including its last day.
 */
export function markKnown(
  devices: readonly DeviceOutcome[],
  known: readonly KnownEntry[],
  today: string,
): readonly DeviceOutcome[] {
  return devices.map((device) => {
    const entry = known.find(
      (one) => one.hosts.includes(device.host) && one.status === device.status && today <= one.until,
    )
    if (entry === undefined) return device
    return { ...device, known: { reason: entry.reason, until: entry.until } }
  })
}
