import type { DeviceFacts } from './facts.ts'

/** What tells one box from another that answers under the same name. What it did not print is absent. */
export interface DeviceIdentity {
  readonly hostname: string
  /** Chassis as printed. */
  readonly model?: string
  /** Its serial number, and that of its failover mate: the two units of a pair are one identity. */
  readonly serials: readonly string[]
}

export function identityOf({
  hostname,
  software,
  failover,
}: Pick<DeviceFacts, 'hostname' | 'software' | 'failover'>): DeviceIdentity {
  const { own, mate } = failover?.units ?? {}
  const all = [software.serial, own?.serial, mate?.serial].flatMap((one) => one ?? [])
  // Releases that do not print the mate's number: after a changeover the other unit answers, with its own.
  const serials = failover?.on === true && mate?.serial === undefined ? [] : [...new Set(all)]
  const { model } = software
  return { hostname, serials, ...(model === undefined ? {} : { model }) }
}

/**
 * What is different, each as `what: before, now`; empty where it is the same box as far as both tell. What one
 * of the two does not tell is no difference.
 */
export function identityChanges(before: DeviceIdentity, now: DeviceIdentity): readonly string[] {
  const changes: string[] = []
  if (before.hostname.toLowerCase() !== now.hostname.toLowerCase())
    changes.push(`host name: ${before.hostname}, now ${now.hostname}`)
  const told = before.serials.length > 0 && now.serials.length > 0
  if (told && !before.serials.some((serial) => now.serials.includes(serial)))
    changes.push(`serial number: ${before.serials.join(' or ')}, now ${now.serials.join(' or ')}`)
  if (before.model !== undefined && now.model !== undefined && before.model !== now.model)
    changes.push(`chassis: ${before.model}, now ${now.model}`)
  return changes
}
