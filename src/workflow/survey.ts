import type { DeviceRequest } from '../model/device-request.ts'
import type { DeviceFacts, SoftwareFacts } from '../model/facts.ts'
import { blocks, type Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { ReadShell } from '../model/shell.ts'
import type { Driver } from '../platform/driver.ts'
import { driverFor } from '../platform/registry.ts'
import { type DecideInput, decide } from './decide.ts'
import { errorOf, parseError } from './faults.ts'
import type { Ports } from './ports.ts'

/** What reading one device came to. Always a value: one device's trouble is never another's. */
export type SurveyOutcome =
  | {
      readonly kind: 'planned'
      /** As this device alone is judged. */
      readonly plan: DevicePlan
      /** What the plan was decided from: judged again when all devices have been read. */
      readonly input: DecideInput
      /** Targets of which both ends only answer already: not as asked, but failed. */
      readonly deadTargets?: readonly string[]
      readonly roundTrips: number
    }
  /** Another platform, or a release without the feature: nothing else was asked. */
  | {
      readonly kind: 'refused'
      readonly software: SoftwareFacts
      readonly findings: readonly Finding[]
      readonly roundTrips: number
    }
  | { readonly kind: 'unreachable'; readonly error: DeviceError; readonly roundTrips: number }
  | {
      readonly kind: 'failed'
      readonly error: DeviceError
      readonly software?: SoftwareFacts
      readonly roundTrips: number
    }

/** Logs in, reads and judges one device, and logs out. Sends read-only lines only. */
export async function survey(
  request: DeviceRequest,
  ports: Ports,
  signal: AbortSignal,
): Promise<SurveyOutcome> {
  ports.emit({ kind: 'step', host: request.host.name, step: 'connecting' })
  const opened = await ports.sessions.read(request.host, signal)
  if (opened.kind === 'err') return { kind: 'unreachable', error: opened.error, roundTrips: 0 }
  const shell = opened.value
  ports.emit({ kind: 'step', host: request.host.name, step: 'reading' })
  try {
    const outcome = await readDevice(shell, request)
    return { ...outcome, roundTrips: shell.roundTrips }
  } catch (thrown) {
    return { kind: 'failed', error: errorOf(thrown), roundTrips: shell.roundTrips }
  } finally {
    await shell.close()
    ports.emit({ kind: 'step', host: request.host.name, step: 'read' })
  }
}

/** Everything that one open session tells of a device, judged against what is asked of it. */
export async function readDevice(shell: ReadShell, request: DeviceRequest): Promise<SurveyOutcome> {
  const driver = driverFor(request.intent.platform)
  const version = await shell.run(driver.identify)
  const software = driver.software(version.text)
  const gate = driver.gate(software)
  if (gate.some(blocks)) return { kind: 'refused', software, findings: gate, roundTrips: shell.roundTrips }
  const facts = await readFacts(shell, driver, software, version, request.intent.endpoints)
  if ('error' in facts) return { kind: 'failed', error: facts.error, software, roundTrips: shell.roundTrips }
  const assessment = driver.precheck(facts.facts, request.intent)
  const input: DecideInput = { intent: request.intent, facts: facts.facts, assessment, driver, gate }
  return { kind: 'planned', plan: decide(input), input, roundTrips: shell.roundTrips }
}

async function readFacts(
  shell: ReadShell,
  driver: Driver,
  software: SoftwareFacts,
  version: Awaited<ReturnType<ReadShell['run']>>,
  endpoints: readonly string[],
): Promise<{ readonly facts: DeviceFacts } | { readonly error: DeviceError }> {
  const captures = await shell.runAll(driver.probes(software).map((probe) => probe.line))
  const facts = driver.facts([version, ...captures], {
    hostname: shell.hostname,
    privileged: shell.privileged,
    endpoints,
  })
  return facts.kind === 'ok' ? { facts: facts.value } : { error: parseError(facts.error) }
}
