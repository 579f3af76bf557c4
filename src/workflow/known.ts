import type { DeviceOutcome, Status } from '../model/outcome.ts'
import type { KnownEntry } from '../model/playbook.ts'

/** The entry that expects a status of a device. */
export function knownEntry(
  known: readonly KnownEntry[],
  host: string,
  status: Status,
  today: string,
): KnownEntry | undefined {
  return known.find((one) => one.hosts.includes(host) && one.status === status && today <= one.until)
}

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
    const entry = knownEntry(known, device.host, device.status, today)
    if (entry === undefined) return device
    return { ...device, known: { reason: entry.reason, until: entry.until } }
  })
}
