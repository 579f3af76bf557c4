import type { DeviceRequest } from '../model/device-request.ts'
import type { SaReading } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import type { DeviceError, DeviceOutcome } from '../model/outcome.ts'
import { changesOf, contextOfPlan, type DevicePlan, spaceInWords, type TargetPlan } from '../model/plan.ts'
import type { ReadShell, WriteShell } from '../model/shell.ts'
import { driverFor } from '../platform/registry.ts'
import { configRefused } from './config-refused.ts'
import { errorOf } from './faults.ts'
import { asTheRunHadIt, isToSave, type LaterRuns, rollbackPlan, startupHolds } from './judge-rollback.ts'
import { openToRead, openToWrite } from './open-session.ts'
import type { TargetResult } from './outcome.ts'
import type { Ports } from './ports.ts'
import { pushSteps } from './push.ts'
import { pushIntent } from './push-intent.ts'
import { type ReadBack, readBack, readSas, recordReadBack } from './read-back.ts'
import type { RecordedSpace } from './recorded-targets.ts'
import type { ChangePlan } from './rollback.ts'
import { saveNow } from './settle.ts'
import { readDevice } from './survey.ts'
import { foreignUnsaved, linesText } from './unsaved.ts'

/** A space of a device of which something is to be taken back. */
export interface SpaceToTakeBack {
  readonly request: DeviceRequest
  /** As it was agreed to. */
  readonly plan: DevicePlan
  readonly record: RecordedSpace
  readonly later: LaterRuns
}

/** What became of the targets that were to be taken back. Always a value. */
export interface TakenBack {
  readonly results: ReadonlyMap<string, TargetResult>
  readonly findings: readonly Finding[]
  readonly saved: DeviceOutcome['saved']
  readonly roundTrips: number
  /** Present when lines were sent: what their peers are watched from. */
  readonly sent?: { readonly before: SaReading; readonly atMs: number; readonly first?: SaReading }
}

/**
 * Reads the device again, sends the way back of what still reads as the run set it, reads it back, and saves
 * where the run had. An abort does not end it. Never throws.
 */
export async function takeBack(space: SpaceToTakeBack, ports: Ports): Promise<TakenBack> {
  const { request, plan } = space
  ports.emit({ kind: 'step', host: plan.host, step: 'changing' })
  const opened = await openToWrite(request, ports)
  if (opened.kind === 'err') return nothingSent(plan, opened.error, 0)
  const shell = opened.value
  try {
    return await takeBackOn(shell, space, ports)
  } catch (thrown) {
    // Whatever comes after the first line settles itself: here nothing was sent.
    return nothingSent(plan, errorOf(thrown), shell.roundTrips)
  } finally {
    await shell.close()
    ports.emit({ kind: 'step', host: plan.host, step: 'changed' })
  }
}

async function takeBackOn(shell: WriteShell, space: SpaceToTakeBack, ports: Ports): Promise<TakenBack> {
  const { request, plan, record, later } = space
  const again = await readDevice(shell, { ...request, looksForTimer: true }, 'if-clean')
  if (again.kind === 'failed' || again.kind === 'unreachable')
    return nothingSent(plan, again.error, shell.roundTrips)
  if (again.kind === 'refused') return refusedNow(plan, again.findings, shell.roundTrips)
  const now = rollbackPlan(again.input, record, later)
  const agreed = new Set(changesOf(plan).map((target) => target.name))
  const ours = changesOf(now).filter((target) => agreed.has(target.name))
  const results = new Map(
    plan.targets
      .filter(({ name }) => agreed.has(name))
      .map(({ name }) => [name, movedResult(now.targets.find((target) => target.name === name))]),
  )
  const left = { results, findings: now.findings, saved: 'not-needed' } as const
  if (ours.length === 0) return { ...left, roundTrips: shell.roundTrips }
  await ports.journal.append(pushIntent(ours, now))
  const entered = await shell.enterConfig()
  if (entered.kind === 'err') {
    const again = 'run rollback again; or type the lines of --print at its console'
    const error = configRefused('configure terminal', entered.error, again)
    for (const { name, state } of ours)
      results.set(name, { status: 'blocked', sent: false, after: state.before, error })
    return { ...left, roundTrips: shell.roundTrips }
  }
  const done = await sendBack(shell, { ...space, now, ours }, ports)
  for (const [name, result] of done.results) results.set(name, result)
  const roundTrips = shell.roundTrips + done.roundTrips
  return { ...done, results, findings: [...now.findings, ...done.findings], roundTrips }
}

/** A target that was agreed to and is not taken back, by what it reads now. */
function movedResult(now: TargetPlan | undefined): TargetResult {
  if (now === undefined) return { status: 'blocked', sent: false }
  const after = { sent: false, after: now.state.before }
  return { ...after, status: now.decision.kind === 'no-change' ? 'compliant' : 'blocked' }
}

interface Sending extends SpaceToTakeBack {
  /** As read again in this session. */
  readonly now: DevicePlan
  readonly ours: readonly ChangePlan[]
}

async function sendBack(shell: WriteShell, sending: Sending, ports: Ports): Promise<TakenBack> {
  const { now, ours } = sending
  ports.emit({ kind: 'step', host: now.host, step: 'reverting' })
  const refused = new Map<string, DeviceError>()
  const before = now.facts.reading
  try {
    for (const { name, decision } of ours) {
      const about = { host: now.host, ...contextOfPlan(now), target: name, purpose: 'revert' } as const
      const pushed = await pushSteps(shell, decision.change.lines, about, ports)
      if (pushed.kind === 'refused') refused.set(name, refusedError(pushed.line, pushed.refusal))
    }
    await shell.leaveConfig()
    const atMs = ports.clock.monotonicMs()
    const values = await readBack(shell, now, ours)
    await recordReadBack(now.host, values, ours, 'wanted', ports)
    const results = settled(sending, values, refused)
    const sas = await readSas(shell, now)
    if (sas.kind === 'read') await recordFirst(now, sas.reading, ports)
    const first = sas.kind === 'read' ? { first: sas.reading } : {}
    const back = ours.filter(({ name }) => results.get(name)?.status === 'rolled-back')
    const kept = await keep(shell, sending, back, ports)
    return { results, ...kept, roundTrips: 0, sent: { before, atMs, ...first } }
  } catch (thrown) {
    const atMs = ports.clock.monotonicMs()
    return { ...(await readAnew(sending, refused, errorOf(thrown), ports)), sent: { before, atMs } }
  }
}

async function recordFirst(plan: DevicePlan, reading: SaReading, ports: Ports): Promise<void> {
  const entry = {
    kind: 'sa-reading',
    host: plan.host,
    ...contextOfPlan(plan),
    afterPushMs: 0,
    reading,
  } as const
  await ports.journal.append(entry).catch(() => undefined)
}

/** Only a value that was read back as before the run counts as taken back. */
function settled(
  { now, ours }: Pick<Sending, 'now' | 'ours'>,
  values: ReadonlyMap<string, ReadBack>,
  errors: ReadonlyMap<string, DeviceError>,
): Map<string, TargetResult> {
  const results = new Map<string, TargetResult>()
  for (const target of ours) {
    const { name, state } = target
    const read = values.get(name)
    if (read?.kind === 'value' && read.value === state.wanted) {
      results.set(name, { status: 'rolled-back', sent: true, after: read.value })
      continue
    }
    const after = read?.kind === 'value' ? { after: read.value } : {}
    const cause = errors.get(name) ?? (read?.kind === 'unreadable' ? read.error : notBack(target, read))
    results.set(name, { status: 'unknown', sent: true, ...after, error: failedError(now, ours, cause) })
  }
  return results
}

function notBack({ name, state }: ChangePlan, read: ReadBack | undefined): DeviceError {
  const value = read?.kind === 'value' ? read.value : 'nothing'
  const message = `${name} reads ${value} after the lines back; before the run it was ${state.wanted}`
  return { code: 'REVERT_FAILED', message, next: '' }
}

function refusedError(line: string, reply: string): DeviceError {
  const message = `the device refused to be taken back at '${line}'`
  return { code: 'REVERT_FAILED', message, line, reply, next: '' }
}

/** REVERT_FAILED with everything that somebody at the console needs to type. */
function failedError(plan: DevicePlan, ours: readonly ChangePlan[], cause: DeviceError): DeviceError {
  const lines = ours.flatMap(({ decision }) => decision.change.lines.map(({ line }) => line))
  const { cause: _reach, ...rest } = cause
  return {
    ...rest,
    code: 'REVERT_FAILED',
    next: `log in to ${spaceInWords(plan)} and type: ${['configure terminal', ...lines, 'end'].join(' / ')}`,
  }
}

/** After a broken link a new session only reads, and nothing is sent again: what the device shows decides. */
async function readAnew(
  sending: Sending,
  refused: ReadonlyMap<string, DeviceError>,
  cause: DeviceError,
  ports: Ports,
): Promise<TakenBack> {
  const { request, now, ours, record } = sending
  const unknown = (): Map<string, TargetResult> =>
    settled(sending, new Map(), new Map(ours.map(({ name }) => [name, refused.get(name) ?? cause])))
  const opened = await openToRead(request, ports)
  if (opened.kind === 'err') return { results: unknown(), findings: [], saved: 'no', roundTrips: 0 }
  const shell: ReadShell = opened.value
  try {
    const values = await readBack(shell, now, ours)
    const results = settled(
      sending,
      values,
      new Map(ours.map(({ name }) => [name, refused.get(name) ?? cause])),
    )
    // What the device shows is told even when it can no longer be written down.
    await recordReadBack(now.host, values, ours, 'wanted', ports).catch(() => undefined)
    const unsaved =
      record.saved !== 'no' && [...results.values()].some(({ status }) => status === 'rolled-back')
    const findings = unsaved ? [notSaved(`the session broke before the end: ${cause.message}`)] : []
    return { results, findings, saved: unsaved ? 'no' : 'not-needed', roundTrips: shell.roundTrips }
  } catch {
    return { results: unknown(), findings: [], saved: 'no', roundTrips: shell.roundTrips }
  } finally {
    await shell.close()
  }
}

/** Saves if and only if the run had saved; says so where startup has the run's value all the same. */
async function keep(
  shell: WriteShell,
  { now, record }: Sending,
  back: readonly ChangePlan[],
  ports: Ports,
): Promise<Pick<TakenBack, 'findings' | 'saved'>> {
  if (back.length === 0) return { findings: [], saved: 'not-needed' }
  const driver = driverFor(now.platform)
  if (isToSave(now, record, driver)) {
    const targets = back.map(asTheRunHadIt)
    const foreign = foreignUnsaved(
      now.facts,
      targets.map(({ state }) => state),
      driver.startup,
    )
    const { findings, saved } = await saveNow(shell, now, { what: 'revert', targets }, ports)
    const besides = saved === 'yes' && foreign.kind === 'told' ? foreign.lines.length : 0
    return { saved, findings: besides === 0 ? findings : [...findings, savedBesides(besides)] }
  }
  const held = back.filter((target) => startupHolds(now, target, driver) === true)
  if (held.length > 0) {
    const names = held.map(({ name }) => name).join(', ')
    return {
      findings: [notSaved(`startup has the value of the run for ${names}, and the run had not saved it`)],
      saved: 'no',
    }
  }
  const told = now.facts.startup?.kind === 'compared'
  if (record.saved !== 'maybe' || told) return { findings: [], saved: 'not-needed' }
  const why = 'the run was cut off while it saved, and the device does not show what startup has'
  return { findings: [notSaved(why)], saved: 'no' }
}

function notSaved(evidence: string): Finding {
  return {
    code: 'NOT_SAVED',
    severity: 'warn',
    message:
      'the setting from before is back in the running configuration and not in startup: a reload brings the change of the run back',
    evidence,
    next: "look at the device and whose unsaved work stands there, then save ('write memory')",
  }
}

function savedBesides(count: number): Finding {
  return {
    code: 'UNSAVED_CHANGES',
    severity: 'warn',
    message: `the run had saved, so this was saved too, and with it ${linesText(count)} of somebody else's unsaved work`,
    next: 'ask whose lines they are; what was not meant to stay is to be removed and saved again',
  }
}

function nothingSent(plan: DevicePlan, error: DeviceError, roundTrips: number): TakenBack {
  const status = error.cause === undefined ? 'failed' : 'unreachable'
  const results = new Map<string, TargetResult>(
    changesOf(plan).map(({ name }) => [name, { status, sent: false, error }]),
  )
  return { results, findings: [], saved: 'not-needed', roundTrips }
}

function refusedNow(plan: DevicePlan, findings: readonly Finding[], roundTrips: number): TakenBack {
  const results = new Map<string, TargetResult>(
    changesOf(plan).map(({ name }) => [name, { status: 'blocked', sent: false }]),
  )
  return { results, findings, saved: 'not-needed', roundTrips }
}
