import type { DeviceRequest } from '../model/device-request.ts'
import type { SaReading } from '../model/facts.ts'
import { blocks, type Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import { changesOf, contextOfPlan, type DevicePlan, savesOf, type TargetValue } from '../model/plan.ts'
import type { SavePolicy } from '../model/playbook.ts'
import type { WriteShell } from '../model/shell.ts'
import { driverFor } from '../platform/registry.ts'
import { isUnauthorised } from './config-refused.ts'
import { errorOf } from './faults.ts'
import { isHalted } from './halt.ts'
import { answeredBy, otherBox } from './identity-changed.ts'
import { openToWrite } from './open-session.ts'
import type { Ports } from './ports.ts'
import { pushSteps } from './push.ts'
import { pushIntent } from './push-intent.ts'
import { type ReadBack, readBack, readSas, recordReadBack } from './read-back.ts'
import { recover } from './recover.ts'
import { enterForChange, type RunningTimer } from './revert-timer.ts'
import { endTimer, recoverTimed, savedElsewhere } from './revert-timer-end.ts'
import { pendingTimer } from './revert-timer-plan.ts'
import { type ChangePlan, type RevertOutcome, revertTargets } from './rollback.ts'
import { notSaved, type SaveOutcome, saveIfWanted, secondLogin } from './settle.ts'
import { readDevice } from './survey.ts'
import { asked, type Foreign, foreignUnsaved } from './unsaved.ts'

/** What became of one target that was to change. */
export type TargetChanged =
  /** Read back as wanted: proof can begin. */
  | { readonly kind: 'changed'; readonly value: TargetValue }
  /** Taken back, and the revert read back. */
  | { readonly kind: 'reverted'; readonly value: TargetValue; readonly error: DeviceError }
  /** Nothing of it is in effect, as read back or because nothing was sent. */
  | {
      readonly kind: 'not-changed'
      readonly sent: boolean
      readonly value?: TargetValue
      readonly error: DeviceError
    }
  /** The run was stopped while this device was being read again: nothing was sent. */
  | { readonly kind: 'skipped'; readonly reason: string }
  /** What was planned no longer fits the device: nothing was sent. */
  | { readonly kind: 'stale'; readonly finding: Finding }
  /** Its state could not be established. */
  | { readonly kind: 'unknown'; readonly error: DeviceError }

/** The change step of one device. Always a value. */
export interface ChangeOutcome extends Pick<SaveOutcome, 'findings' | 'foreignUnsaved' | 'mayBeSaved'> {
  readonly targets: ReadonlyMap<string, TargetChanged>
  readonly saved: 'yes' | 'no' | 'not-needed'
  /** The SAs just before the first line; absent when nothing was sent. */
  readonly readingBefore?: SaReading
  /** Monotonic time at the end of the push. */
  readonly pushedAtMs?: number
  /** The SAs just after the push, where they could be read. */
  readonly firstReading?: SaReading
  readonly roundTrips: number
  /** Those of the second login; absent when there was none. */
  readonly secondLoginRoundTrips?: number
}

/** What the steps of one device share. */
export interface ChangeContext {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  readonly targets: readonly ChangePlan[]
  readonly ports: Ports
  readonly save: SavePolicy
  /** Asked once more before the first line: why nothing may be sent any more. */
  readonly stopped: () => string | undefined
  /** When its time from login to second login (`totalTimeout`) is over, by the monotonic clock. */
  readonly endsAtMs: number
}

/**
 * Reads the device again, pushes each target, reads back, logs in a second time, saves. It is not ended
 * by an abort: a device in hand is always brought to a known state. Never throws.
 */
export async function change(
  request: DeviceRequest,
  plan: DevicePlan,
  save: SavePolicy,
  stopped: () => string | undefined,
  ports: Ports,
): Promise<ChangeOutcome> {
  const endsAtMs = ports.clock.monotonicMs() + request.host.timeouts.totalMs
  const context: ChangeContext = { request, plan, targets: changesOf(plan), ports, save, stopped, endsAtMs }
  ports.emit({ kind: 'step', host: plan.host, step: 'changing' })
  const opened = await openToWrite(request, ports)
  if (opened.kind === 'err') return notSent(context, opened.error, 0)
  const shell = opened.value
  try {
    return await changeOn(shell, context)
  } catch (thrown) {
    // Before the push intent nothing was sent; after it every path below settles the targets itself.
    return notSent(context, errorOf(thrown), shell.roundTrips)
  } finally {
    await shell.close()
    ports.emit({ kind: 'step', host: plan.host, step: 'changed' })
  }
}

async function changeOn(shell: WriteShell, context: ChangeContext): Promise<ChangeOutcome> {
  const { plan, targets, ports } = context
  const again = await readDevice(shell, { ...context.request, looksForTimer: true }, context.save)
  if (again.kind === 'failed' || again.kind === 'unreachable')
    return nothingSent(context, again.error, shell.roundTrips)
  const stale =
    again.kind === 'refused' ? refusedNow(again.findings) : movedTargets(targets, plan, again.plan)
  if (stale !== undefined || again.kind === 'refused') return staleOutcome(context, stale, shell.roundTrips)
  const reason = context.stopped()
  if (reason !== undefined) return notBegun(context, reason, shell.roundTrips)
  const readingBefore = again.plan.facts.reading
  await ports.journal.append(pushIntent(targets, again.plan))
  const entered = await enterForChange(shell, context)
  if (entered.kind === 'err') return notSent(context, entered.error, shell.roundTrips)
  const foreign = foreignUnsaved(again.plan.facts, asked(plan.targets), driverFor(plan.platform).startup)
  const settled = await pushAndRead(shell, context, foreign, entered.value)
  const { otherRoundTrips = 0, ...rest } = settled
  return { readingBefore, roundTrips: shell.roundTrips + otherRoundTrips, ...rest }
}

type Settled = Omit<ChangeOutcome, 'readingBefore' | 'roundTrips'> & {
  /** Of a session besides the one that changes the device. */
  readonly otherRoundTrips?: number
}

async function pushAndRead(
  shell: WriteShell,
  context: ChangeContext,
  foreign: Foreign,
  timer: RunningTimer | undefined,
): Promise<Settled> {
  const { plan, targets, ports } = context
  const refused = new Map<string, DeviceError>()
  const touched = new Set<string>()
  let complete = false
  try {
    for (const target of targets) {
      const about = {
        host: plan.host,
        ...contextOfPlan(plan),
        target: target.name,
        purpose: 'change',
      } as const
      const pushed = await pushSteps(shell, target.decision.change.lines, about, ports, () =>
        touched.add(target.name),
      )
      if (pushed.kind === 'refused')
        refused.set(target.name, refusedError(target, pushed.line, pushed.refusal))
    }
    complete = refused.size === 0
    await shell.leaveConfig()
    const pushedAtMs = ports.clock.monotonicMs()
    const values = await readBack(shell, plan, targets)
    await recordReadBack(plan.host, values, targets, 'wanted', ports)
    const sas = await readSas(shell, plan)
    const first = sas.kind === 'read' ? { firstReading: sas.reading } : {}
    if (sas.kind === 'read') await recordFirst(context, sas.reading)
    return { pushedAtMs, ...first, ...(await settle(shell, context, values, refused, { foreign, timer })) }
  } catch (thrown) {
    const pushedAtMs = ports.clock.monotonicMs()
    const cause = errorOf(thrown)
    const found =
      timer === undefined
        ? await recover(context, touched, cause)
        : await recoverTimed(shell, context, timer, { touched, cause, complete })
    return { pushedAtMs, ...found }
  }
}

/** What later proofs must not take for fresh: SAs that were half open just after the push. */
async function recordFirst({ plan, ports }: ChangeContext, reading: SaReading): Promise<void> {
  await ports.journal
    .append({ kind: 'sa-reading', host: plan.host, ...contextOfPlan(plan), afterPushMs: 0, reading })
    // The lines are sent by now: the settling that follows must not be given up for this record.
    .catch(() => undefined)
}

/** Reverts what was refused or not read back as wanted; the rest must survive a second login. */
async function settle(
  shell: WriteShell,
  context: ChangeContext,
  values: ReadonlyMap<string, ReadBack>,
  refused: ReadonlyMap<string, DeviceError>,
  { foreign, timer }: { readonly foreign: Foreign; readonly timer: RunningTimer | undefined },
): Promise<Pick<Settled, 'targets' | 'secondLoginRoundTrips' | 'otherRoundTrips' | keyof SaveOutcome>> {
  const { plan, targets, ports } = context
  const outcome = new Map<string, TargetChanged>()
  const bad = new Map<string, DeviceError>()
  for (const target of targets) {
    const read = values.get(target.name)
    const problem = refused.get(target.name) ?? readBackProblem(target, read)
    if (problem !== undefined) bad.set(target.name, problem)
    else outcome.set(target.name, { kind: 'changed', value: target.state.wanted })
  }
  // An unreadable configuration says nothing of any target: all lines of the device are taken back.
  const unreadable = [...values.values()].find((read) => read.kind === 'unreadable')
  const login = unreadable === undefined && outcome.size > 0 ? await secondLogin(context) : undefined
  const whole = unreadable?.error ?? login?.error
  if (whole !== undefined) for (const target of targets) bad.set(target.name, bad.get(target.name) ?? whole)
  const revert = targets.filter((target) => bad.has(target.name))
  if (revert.length > 0) {
    const reverted = await revertTargets(shell, plan, revert, ports)
    for (const target of revert) {
      const error = bad.get(target.name)
      if (error !== undefined) outcome.set(target.name, afterRevert(reverted.get(target.name), error))
    }
  }
  const loggedIn = login === undefined ? {} : { secondLoginRoundTrips: login.roundTrips }
  const end = timer === undefined ? undefined : await endTimer(shell, context, timer, outcome)
  const told = { targets: end?.targets ?? outcome, otherRoundTrips: end?.otherRoundTrips ?? 0, ...loggedIn }
  const kept = targets.filter((target) => told.targets.get(target.name)?.kind === 'changed')
  if (kept.length === 0) return { ...told, findings: [], saved: 'not-needed' }
  if (end?.elsewhere === true) return { ...told, ...savedElsewhere(context, end.targets, undefined) }
  const lost = targets.flatMap(({ name }) => (told.targets.get(name)?.kind === 'unknown' ? [name] : []))
  if (lost.length > 0) return { ...told, ...besideUnknown(lost, context.save) }
  const toSave = [...kept, ...savesOf(plan)]
  return {
    ...told,
    ...(await saveIfWanted(shell, context, foreign, { what: 'change', targets: toSave })),
  }
}

/** Saving takes all of running: what nobody knows of would be saved with it, and a reload is the last way back. */
function besideUnknown(lost: readonly string[], save: SavePolicy): SaveOutcome {
  const why = `${lost.join(', ')} could not be taken back, and what stands there would be saved with it`
  return { findings: save === 'never' ? [] : [notSaved('change', why)], saved: 'no' }
}

function afterRevert(reverted: RevertOutcome | undefined, error: DeviceError): TargetChanged {
  if (reverted?.kind === 'reverted') return { kind: 'reverted', value: reverted.value, error }
  return { kind: 'unknown', error: reverted?.error ?? error }
}

function readBackProblem(target: ChangePlan, read: ReadBack | undefined): DeviceError | undefined {
  if (read?.kind === 'value' && read.value === target.state.wanted) return undefined
  if (read?.kind === 'unreadable') return read.error
  return {
    code: 'READ_BACK_FAILED',
    message: `${target.name} reads ${read?.value ?? 'nothing'} after the push, not ${target.state.wanted}: the device took the line and did not keep it`,
    next: 'look at the device and its logs before trying again',
  }
}

function refusedError(target: ChangePlan, line: string, refusal: string): DeviceError {
  const denied = isUnauthorised(refusal)
  return {
    code: denied ? 'PRIVILEGE_INSUFFICIENT' : 'LINE_REFUSED',
    message: `the device refused '${line}' for ${target.name}`,
    line,
    reply: refusal,
    next: denied
      ? 'allow this line for the account (command authorization), then run apply again'
      : 'type the line on the device to see why it is refused; nothing of this target is left behind where the revert was read back',
  }
}

function movedTargets(
  targets: readonly ChangePlan[],
  plan: DevicePlan,
  now: DevicePlan,
): ReadonlyMap<string, Finding> | undefined {
  const moved = new Map<string, Finding>()
  const other = otherBox(answeredBy(plan), answeredBy(now), 'the one that was read')
  if (other !== undefined) return new Map(targets.map(({ name }) => [name, { ...other, target: name }]))
  const timer = pendingTimer(now.facts)[0]
  if (timer !== undefined) return new Map(targets.map(({ name }) => [name, { ...timer, target: name }]))
  // What the plan tells already, accepted or on another target, is not new.
  const newBlock = now.findings.find(
    (finding) =>
      blocks(finding) &&
      !plan.findings.some((known) => known.code === finding.code && known.target === finding.target),
  )
  for (const target of targets) {
    const again = now.targets.find((other) => other.name === target.name)
    if (again?.fingerprint === target.fingerprint && newBlock === undefined) continue
    moved.set(target.name, {
      code: 'PLAN_STALE',
      severity: 'block',
      target: target.name,
      message:
        again?.fingerprint === target.fingerprint
          ? `a check now refuses this device: ${newBlock?.code ?? 'unknown'}`
          : `the configuration of ${target.name} changed between plan and push`,
      next: 'run plan again and look at what is different',
    })
  }
  return moved.size === 0 ? undefined : moved
}

function refusedNow(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const first = findings.find(blocks)
  return new Map(first === undefined ? [] : [['*', first]])
}

function staleOutcome(
  context: ChangeContext,
  stale: ReadonlyMap<string, Finding> | undefined,
  roundTrips: number,
): ChangeOutcome {
  const findings = [...(stale?.values() ?? [])]
  const fallback = findings[0]
  const targets = new Map<string, TargetChanged>()
  for (const target of context.targets) {
    const finding = stale?.get(target.name) ?? fallback
    if (finding !== undefined) targets.set(target.name, { kind: 'stale', finding })
  }
  return { targets, findings, saved: 'not-needed', roundTrips }
}

function notBegun(context: ChangeContext, reason: string, roundTrips: number): ChangeOutcome {
  return {
    targets: new Map(context.targets.map((target) => [target.name, { kind: 'skipped', reason }])),
    findings: [],
    saved: 'not-needed',
    roundTrips,
  }
}

/** What was stopped before its first line was not begun, whatever broke by it. */
function notSent(context: ChangeContext, error: DeviceError, roundTrips: number): ChangeOutcome {
  const reason = isHalted(context.ports) ? context.stopped() : undefined
  return reason === undefined
    ? nothingSent(context, error, roundTrips)
    : notBegun(context, reason, roundTrips)
}

function nothingSent(context: ChangeContext, error: DeviceError, roundTrips: number): ChangeOutcome {
  return {
    targets: new Map(
      context.targets.map((target) => [target.name, { kind: 'not-changed', sent: false, error }]),
    ),
    findings: [],
    saved: 'not-needed',
    roundTrips,
  }
}
