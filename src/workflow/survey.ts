import type { Capture } from '../model/capture.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { DeviceFacts, SoftwareFacts } from '../model/facts.ts'
import { blocks, type Finding } from '../model/finding.ts'
import { type DeviceIntent, splitByContext } from '../model/intent.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { SavePolicy } from '../model/playbook.ts'
import type { ReadShell } from '../model/shell.ts'
import type { Driver } from '../platform/driver.ts'
import { driverFor } from '../platform/registry.ts'
import { type DecideInput, decide } from './decide.ts'
import { errorOf, parseError } from './faults.ts'
import { openToRead } from './open-session.ts'
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

/** One space of a device, with what is asked of it there and what reading it came to. */
export interface Surveyed {
  readonly request: DeviceRequest
  readonly outcome: SurveyOutcome | NotRead
}

/** The run was stopped before this device was contacted. */
export interface NotRead {
  readonly kind: 'skipped'
  readonly reason: string
  readonly roundTrips: 0
}

/**
 * Reads and judges one device: where the login leads, then each context that is asked for and that the device
 * has, one after the other in sessions of their own. Sends read-only lines only.
 */
export async function survey(
  request: DeviceRequest,
  ports: Ports,
  signal: AbortSignal,
  save?: SavePolicy,
): Promise<readonly [Surveyed, ...Surveyed[]]> {
  const host = request.host.name
  ports.emit({ kind: 'step', host, step: 'connecting' })
  const how = { ports, signal, save }
  const outcome = await surveySpace(request, how, () => ports.emit({ kind: 'step', host, step: 'reading' }))
  const spaces = await contextsBeside({ request, outcome }, how)
  if (outcome.kind !== 'unreachable') ports.emit({ kind: 'step', host, step: 'read' })
  return spaces
}

interface SurveyHow {
  readonly ports: Ports
  readonly signal: AbortSignal
  readonly save: SavePolicy | undefined
}

/** Logs in, reads and judges one space, and logs out. */
async function surveySpace(
  request: DeviceRequest,
  { ports, signal, save }: SurveyHow,
  onOpen: () => void = () => undefined,
): Promise<SurveyOutcome> {
  const opened = await openToRead(request, ports, signal)
  if (opened.kind === 'err') {
    const { error } = opened
    if (error.code === 'PLATFORM_UNSUPPORTED') return foreignShell(request, error)
    return { kind: error.cause === undefined ? 'failed' : 'unreachable', error, roundTrips: 0 }
  }
  const shell = opened.value
  onOpen()
  try {
    const outcome = await readDevice(shell, request, save)
    return { ...outcome, roundTrips: shell.roundTrips }
  } catch (thrown) {
    return { kind: 'failed', error: errorOf(thrown), roundTrips: shell.roundTrips }
  } finally {
    await shell.close()
  }
}

/** The prompt has told what the device is, and no line was sent: refused as by its `show version`. */
function foreignShell({ host }: DeviceRequest, error: DeviceError): SurveyOutcome {
  const software: SoftwareFacts = { os: 'other', evidence: error.reply ?? error.message }
  return { kind: 'refused', software, findings: driverFor(host.platform).gate(software), roundTrips: 0 }
}

async function contextsBeside(home: Surveyed, how: SurveyHow): Promise<readonly [Surveyed, ...Surveyed[]]> {
  if (home.outcome.kind !== 'planned') return [home]
  const { host, intent: all } = home.request
  const { contexts: listed, software } = home.outcome.input.facts
  const entered = (name: string): boolean =>
    software.contextMarker !== undefined && listed?.includes(name) === true
  const { here, contexts } = splitByContext(all, entered)
  if (contexts.length === 0) return [home]
  const surveyed: Surveyed[] = []
  for (const { context, intent } of contexts) {
    const request = { host, context, intent }
    surveyed.push({ request, outcome: await surveySpace(request, how) })
  }
  return [{ request: { host, intent: here }, outcome: judgedAgain(home.outcome, here) }, ...surveyed]
}

/** The same reading, judged against what remains to be asked there. */
function judgedAgain(
  outcome: Extract<SurveyOutcome, { readonly kind: 'planned' }>,
  intent: DeviceIntent,
): SurveyOutcome {
  const { driver, facts } = outcome.input
  const input = { ...outcome.input, intent, assessment: driver.precheck(facts, intent) }
  return { ...outcome, input, plan: decide(input) }
}

/**
 * Everything that one open session tells of a device, judged against what is asked of it. `save`: what the
 * playbook says of saving, where the command saves; startup is read with the rest then.
 */
export async function readDevice(
  shell: ReadShell,
  request: DeviceRequest,
  save?: SavePolicy,
): Promise<SurveyOutcome> {
  const { intent } = request
  const driver = driverFor(intent.platform)
  const version = await shell.run(driver.identify)
  const software = driver.software(version.text)
  const gate = driver.gate(software)
  if (gate.some(blocks)) return { kind: 'refused', software, findings: gate, roundTrips: shell.roundTrips }
  // The system space of an ASA has none of the targets.
  const asksStartup = save !== undefined && intent.targets.length > 0 && software.contextMarker !== 'system'
  const facts = await readFacts(shell, driver, {
    software,
    version,
    endpoints: intent.endpoints,
    asksStartup,
    asksTimer: asksStartup && intent.revertTimer !== undefined,
    looksForTimer: asksStartup && request.looksForTimer === true,
  })
  if ('error' in facts) return { kind: 'failed', error: facts.error, software, roundTrips: shell.roundTrips }
  const assessment = driver.precheck(facts.facts, intent)
  const more = {
    ...(save === undefined ? {} : { save, timeouts: request.host.timeouts }),
    ...(shell.hostKey === undefined ? {} : { hostKey: shell.hostKey }),
  }
  const input: DecideInput = { intent, facts: facts.facts, assessment, driver, gate, ...more }
  return { kind: 'planned', plan: decide(input), input, roundTrips: shell.roundTrips }
}

interface FactsAbout {
  readonly software: SoftwareFacts
  readonly version: Capture
  readonly endpoints: readonly string[]
  readonly asksStartup: boolean
  readonly asksTimer: boolean
  /** One line more, after the others: only where they show that somebody can have set one. */
  readonly looksForTimer: boolean
}

async function readFacts(
  shell: ReadShell,
  driver: Driver,
  { software, version, endpoints, asksStartup, asksTimer, looksForTimer }: FactsAbout,
): Promise<{ readonly facts: DeviceFacts } | { readonly error: DeviceError }> {
  const [startup, ...instead] = driver.startup.lines
  const asked = asksTimer ? driver.revertTimer : undefined
  const probes = [
    ...driver.probes(software).map((probe) => probe.line),
    ...(asked === undefined ? [] : [asked.line]),
  ]
  const captures = [...(await shell.runAll(asksStartup ? [...probes, startup] : probes))]
  for (const line of asksStartup ? instead : [])
    if (captures.at(-1)?.refusal !== undefined) captures.push(await shell.run(line))
  const { revertTimer } = driver
  const looked = asked === undefined && looksForTimer && revertTimer?.offered(captures, software) === true
  if (looked) captures.push(await shell.run(revertTimer.line))
  const timer = looked ? revertTimer : asked
  const facts = driver.facts([version, ...captures], {
    hostname: shell.hostname,
    privileged: shell.privileged,
    endpoints,
    ...(shell.context === undefined ? {} : { context: shell.context }),
  })
  if (facts.kind === 'err') return { error: parseError(facts.error) }
  const compared = asksStartup ? { startup: driver.startup.compare(captures) } : {}
  const timed = timer === undefined ? {} : { revertTimer: timer.facts(captures, software) }
  return { facts: { ...facts.value, ...compared, ...timed } }
}
