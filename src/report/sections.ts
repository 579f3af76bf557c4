import { blocks } from '../model/finding.ts'
import type { DeviceOutcome } from '../model/outcome.ts'

/** A device to be shown in full, and those that the same section stands for. */
export interface Section {
  readonly device: DeviceOutcome
  readonly others: readonly DeviceOutcome[]
}

/** What devices must share to be shown once; undefined for a device that is always shown by itself. */
function likeness(device: DeviceOutcome): string | undefined {
  const { error, findings, status, targets } = device
  if (targets.some((target) => target.sent) || error?.code === 'HOST_KEY_CHANGED') return undefined
  switch (status) {
    case 'unreachable':
      return JSON.stringify([status, error?.code, error?.cause, error?.next, device.known])
    case 'blocked':
    case 'skipped':
      return JSON.stringify([
        status,
        error?.code,
        device.known,
        findings.map((finding) => [finding.code, finding.severity, finding.accepted]),
      ])
    case 'pending':
      return JSON.stringify([
        status,
        device.software?.os,
        device.change,
        targets.map((target) => [target.name, target.before, target.status, target.pendingKind]),
        findings.map((finding) => [
          finding.code,
          finding.severity,
          finding.target,
          finding.message,
          finding.peers,
          finding.accepted,
        ]),
        device.known,
      ])
    default:
      return undefined
  }
}

/**
 * One section a device, in order; with `alike`, devices of one cause that were sent nothing, and devices
 * that would get the same lines, share one: forty dead links must not hide the one refused device.
 */
export function gather(devices: readonly DeviceOutcome[], alike: boolean): readonly Section[] {
  const sections: { readonly device: DeviceOutcome; readonly others: DeviceOutcome[] }[] = []
  const byLikeness = new Map<string, DeviceOutcome[]>()
  for (const device of devices) {
    const key = alike ? likeness(device) : undefined
    const others = key === undefined ? undefined : byLikeness.get(key)
    if (others !== undefined) {
      others.push(device)
      continue
    }
    const section = { device, others: [] }
    sections.push(section)
    if (key !== undefined) byLikeness.set(key, section.others)
  }
  return sections
}

/** The code that a device stands under: of its error, else of what refused or warned; its status where there is none. */
export function causeOf(device: DeviceOutcome): string {
  const refusal = device.findings.find(blocks)
  const warning = device.findings.find(({ severity }) => severity === 'warn')
  return device.error?.code ?? refusal?.code ?? warning?.code ?? device.status
}

/**
 * A few of each status and cause, in the order given and no more than `most`: one that is common must not crowd out
 * the others.
 */
export function fewOfEach<T>(
  all: readonly T[],
  deviceOf: (one: T) => DeviceOutcome,
  each: number,
  most: number,
): readonly T[] {
  const seen = new Map<string, number>()
  const few = all.filter((one) => {
    const device = deviceOf(one)
    const cause = `${device.status} ${causeOf(device)}`
    const count = (seen.get(cause) ?? 0) + 1
    seen.set(cause, count)
    return count <= each
  })
  return few.slice(0, most)
}
