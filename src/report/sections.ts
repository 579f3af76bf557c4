import type { DeviceOutcome } from '../model/outcome.ts'

/** A device to be shown in full, and the names of those that would read the same. */
export interface Section {
  readonly device: DeviceOutcome
  readonly others: readonly string[]
}

/** What two pending devices must share to be shown once: the lines, the settings, everything found. */
function likeness(device: DeviceOutcome): string {
  return JSON.stringify([
    device.software?.os,
    device.change,
    device.targets.map((target) => [target.name, target.before, target.status, target.pendingKind]),
    device.findings.map((finding) => [finding.code, finding.severity, finding.target, finding.message]),
  ])
}

/**
 * One section a device, in order; with `alike`, pending devices that would get the same lines share one:
 * a plan for hundreds of devices is read, not scrolled past.
 */
export function gather(devices: readonly DeviceOutcome[], alike: boolean): readonly Section[] {
  const sections: { readonly device: DeviceOutcome; readonly others: string[] }[] = []
  const byLikeness = new Map<string, string[]>()
  for (const device of devices) {
    const key =
      alike && device.status === 'pending' && device.error === undefined ? likeness(device) : undefined
    const others = key === undefined ? undefined : byLikeness.get(key)
    if (others !== undefined) {
      others.push(device.host)
      continue
    }
    const section = { device, others: [] }
    sections.push(section)
    if (key !== undefined) byLikeness.set(key, section.others)
  }
  return sections
}
