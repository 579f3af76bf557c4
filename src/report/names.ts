import { printable } from '../kernel/printable.ts'
import { counts } from '../model/exit-code.ts'
import type { SoftwareFacts } from '../model/facts.ts'
import type { PlatformId } from '../model/ids.ts'
import {
  type AppliedPlan,
  type CommandName,
  type DeviceOutcome,
  type Status,
  statuses,
} from '../model/outcome.ts'
import { softwareName as nameOf } from '../model/software-name.ts'
import { isAsAsked } from './drift.ts'

/** `IOS-XE 17.9.4a`; the configured platform alone where the device was never read. */
export function softwareName(software: SoftwareFacts | undefined, platform: PlatformId): string {
  if (software === undefined) return platform === 'asa' ? 'ASA' : 'IOS'
  return nameOf(software)
}

/** A setting in words: `absent` reads as a fault where it only means that no line stands there. */
export function valueName(value: string): string {
  return value === 'absent' ? 'not set' : printable(value)
}

function rank(device: DeviceOutcome): number {
  // A changed host key may be an attack: it stands before everything else.
  if (device.error?.code === 'HOST_KEY_CHANGED') return -1
  // What the playbook expects does not stand in front of what nobody expected.
  return statuses.indexOf(device.status) + (device.known === undefined ? 0 : statuses.length)
}

/** The devices of a rollback: those that it could not reach stand before all others. */
export function unreachableFirst(devices: readonly DeviceOutcome[]): readonly DeviceOutcome[] {
  const away = worstFirst(devices.filter((device) => device.status === 'unreachable'))
  return [...away, ...worstFirst(devices.filter((device) => !away.includes(device)))]
}

/** Worst first; among equals those of one cause together, then by name as people count (`hub2`, `hub10`). */
export function worstFirst(devices: readonly DeviceOutcome[]): readonly DeviceOutcome[] {
  const byName = new Intl.Collator('en', { numeric: true })
  return [...devices].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      byName.compare(a.error?.code ?? '', b.error?.code ?? '') ||
      byName.compare(a.host, b.host),
  )
}

/** `1 failed, 2 unreachable, 40 verified`, worst first. */
export function tally(all: readonly Status[]): string {
  const counts: Partial<Record<Status, number>> = {}
  for (const status of all) counts[status] = (counts[status] ?? 0) + 1
  return tallyOf(counts)
}

/** The same of what has been counted already. */
export function tallyOf(counts: Readonly<Partial<Record<Status, number>>>): string {
  return statuses
    .flatMap((status) => (counts[status] === undefined ? [] : [`${counts[status]} ${status}`]))
    .join(', ')
}

/**
 * Whether a person should look at this device, beyond seeing it counted. A configuration that was not
 * saved because the playbook says so is no reason; where it was wanted, NOT_SAVED warns. In a rollback, what was
 * taken back is as it should be; to drift, what is as asked is, whatever else a plan would warn of, and what is expected,
 * but not what it has just put back: what was sent at night must be seen in the morning.
 */
export function needsAttention(device: DeviceOutcome, command?: CommandName): boolean {
  const { status } = device
  if (command === 'drift')
    return counts(device) && (!isAsAsked(device) || device.targets.some(({ sent }) => sent))
  const well = status === 'verified' || status === 'compliant'
  if (!well && !(command === 'rollback' && status === 'rolled-back')) return true
  if (device.error !== undefined) return true
  return device.findings.some((finding) => finding.severity !== 'info')
}

/** What a person should look at stands before the rest, each in the order given: in drift, green may be the worse status. */
export function attentionFirst(
  devices: readonly DeviceOutcome[],
  command: CommandName,
): readonly DeviceOutcome[] {
  const worth = devices.filter((device) => needsAttention(device, command))
  return [...worth, ...devices.filter((device) => !worth.includes(device))]
}

/** The plan file of a run: where it lay, its digest, and whose signature was asked for. Foreign text. */
export function savedPlanText({ path, contentHash, signedBy }: AppliedPlan): string {
  return `${path}, ${contentHash.slice(0, 23)}…${signedBy === undefined ? '' : `, signed by ${signedBy}`}`
}
