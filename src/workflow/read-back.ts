import { captureOf } from '../model/capture.ts'
import type { SaReading } from '../model/facts.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { DevicePlan, TargetPlan, TargetValue } from '../model/plan.ts'
import type { ReadShell } from '../model/shell.ts'
import { configuredPeers } from '../model/tunnel-peers.ts'
import { driverFor } from '../platform/registry.ts'
import { parseError } from './faults.ts'
import type { Ports } from './ports.ts'

/** One target's setting as the device shows it now; `unreadable` is not a value. */
export type ReadBack =
  | { readonly kind: 'value'; readonly value: TargetValue }
  | { readonly kind: 'unreadable'; readonly error: DeviceError }

/** Asks the device for the settings: the only proof that a line took. Throws a SessionFault. */
export async function readBack(
  shell: ReadShell,
  plan: DevicePlan,
  targets: readonly TargetPlan[],
): Promise<ReadonlyMap<string, ReadBack>> {
  const driver = driverFor(plan.platform)
  const lines = [...new Set(targets.map((target) => driver.readBack(target.state.target)))]
  const captures = await shell.runAll(lines)
  const values = new Map<string, ReadBack>()
  for (const target of targets) {
    const line = driver.readBack(target.state.target)
    const capture = captureOf(captures, line) ?? { line, text: '' }
    const value = driver.valueIn(capture, target.state.target)
    values.set(
      target.name,
      value.kind === 'ok'
        ? { kind: 'value', value: value.value }
        : { kind: 'unreadable', error: parseError(value.error) },
    )
  }
  return values
}

/** Puts what was read back into the record, against the value that each target should have. */
export async function recordReadBack(
  host: string,
  values: ReadonlyMap<string, ReadBack>,
  targets: readonly TargetPlan[],
  should: 'wanted' | 'before',
  ports: Pick<Ports, 'journal' | 'emit'>,
): Promise<void> {
  for (const target of targets) {
    const read = values.get(target.name)
    const value = read?.kind === 'value' ? read.value : 'unreadable'
    const entry = { host, target: target.name, value, asWanted: value === target.state[should] }
    ports.emit({ kind: 'read-back', ...entry })
    await ports.journal.append({ kind: 'read-back', ...entry })
  }
}

/** All SAs that the device lists now. Throws a SessionFault; output that cannot be read is an error. */
export async function readSas(
  shell: ReadShell,
  plan: DevicePlan,
): Promise<
  | { readonly kind: 'read'; readonly reading: SaReading }
  | { readonly kind: 'unreadable'; readonly error: DeviceError }
> {
  const driver = driverFor(plan.platform)
  const captures = await shell.runAll(driver.saProbes(plan.software).map((probe) => probe.line))
  const reading = driver.reading(captures, plan.facts.ownAddresses, configuredPeers(plan.facts))
  return reading.kind === 'ok'
    ? { kind: 'read', reading: reading.value }
    : { kind: 'unreadable', error: parseError(reading.error) }
}
