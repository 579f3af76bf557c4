import type { DeviceRequest } from '../model/device-request.ts'
import type { Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import {
  contextOfPlan,
  type DevicePlan,
  spaceInWords,
  type TargetPlan,
  type TargetValue,
} from '../model/plan.ts'
import type { WriteShell } from '../model/shell.ts'
import { errorOf } from './faults.ts'
import { openToWrite } from './open-session.ts'
import type { Ports } from './ports.ts'
import { pushSteps } from './push.ts'
import { type ReadBack, readBack, recordReadBack } from './read-back.ts'
import { saveNow } from './settle.ts'

/** A target that is planned to change, with its lines and the way back. */
export type ChangePlan = TargetPlan & { readonly decision: { readonly kind: 'change' } }

/** What became of an attempt to take one target back. */
export type RevertOutcome =
  | { readonly kind: 'reverted'; readonly value: TargetValue }
  /** The device's state is not what it was, or not known: a person must look. `again`: no session could be had. */
  | { readonly kind: 'failed'; readonly error: DeviceError; readonly again?: true }

/**
 * Sends the revert lines of some targets on an open session and reads them back. Only a value that was
 * read back as it was before counts as reverted. Never throws.
 */
export async function revertTargets(
  shell: WriteShell,
  plan: DevicePlan,
  targets: readonly ChangePlan[],
  ports: Pick<Ports, 'journal' | 'emit' | 'halt'>,
): Promise<ReadonlyMap<string, RevertOutcome>> {
  const outcomes = new Map<string, RevertOutcome>()
  if (targets.length === 0) return outcomes
  ports.emit({ kind: 'step', host: plan.host, step: 'reverting' })
  shell.startClock()
  try {
    const entered = await shell.enterConfig()
    if (entered.kind === 'err')
      return allFailed(plan, targets, refusedError(plan, 'configure terminal', entered.error), true)
    for (const target of targets) {
      const about = {
        host: plan.host,
        ...contextOfPlan(plan),
        target: target.name,
        purpose: 'revert',
      } as const
      const pushed = await pushSteps(shell, target.decision.change.revert, about, ports)
      if (pushed.kind === 'refused') {
        outcomes.set(target.name, { kind: 'failed', error: refusedError(plan, pushed.line, pushed.refusal) })
      }
    }
    await shell.leaveConfig()
    const values = await readBack(shell, plan, targets)
    await recordReadBack(plan.host, values, targets, 'before', ports)
    for (const target of targets) {
      if (outcomes.has(target.name)) continue
      const read = values.get(target.name)
      outcomes.set(target.name, judgeRevert(plan, target, read))
    }
    return outcomes
  } catch (thrown) {
    return allFailed(plan, targets, errorOf(thrown), true)
  }
}

/** What a rollback in a session of its own came to. */
export interface Rollback {
  readonly targets: ReadonlyMap<string, RevertOutcome>
  readonly findings: readonly Finding[]
  /** Present when startup was written, or should have been. */
  readonly saved?: 'yes' | 'no'
  readonly roundTrips: number
}

/**
 * The same in a session of its own: for what proof finds later. Saved if and only if the run had saved, or
 * may have: a reload would bring the change back otherwise. Never throws.
 */
export async function rollback(
  request: DeviceRequest,
  plan: DevicePlan,
  targets: readonly ChangePlan[],
  save: boolean,
  ports: Ports,
): Promise<Rollback> {
  const opened = await openToWrite(request, ports)
  if (opened.kind === 'err')
    return { targets: allFailed(plan, targets, opened.error, true), findings: [], roundTrips: 0 }
  const shell = opened.value
  try {
    const { settled, ours } = await stillOurs(shell, plan, targets)
    const outcomes = new Map([...settled, ...(await revertTargets(shell, plan, ours, ports))])
    const reverted = targets.filter((target) => outcomes.get(target.name)?.kind === 'reverted')
    if (!save || reverted.length === 0)
      return { targets: outcomes, findings: [], roundTrips: shell.roundTrips }
    const { findings, saved } = await saveNow(shell, plan, { what: 'revert', targets: reverted }, ports)
    return { targets: outcomes, findings, saved, roundTrips: shell.roundTrips }
  } catch (thrown) {
    const failed = allFailed(plan, targets, errorOf(thrown), true)
    return { targets: failed, findings: [], roundTrips: shell.roundTrips }
  } finally {
    await shell.close()
  }
}

/** Only what still reads as the run set it is taken back: anything else is somebody's newer change. */
async function stillOurs(
  shell: WriteShell,
  plan: DevicePlan,
  targets: readonly ChangePlan[],
): Promise<{ readonly settled: ReadonlyMap<string, RevertOutcome>; readonly ours: readonly ChangePlan[] }> {
  const values = await readBack(shell, plan, targets)
  const settled = new Map<string, RevertOutcome>()
  for (const target of targets) {
    const read = values.get(target.name)
    if (read?.kind !== 'value' || read.value === target.state.wanted) continue
    settled.set(
      target.name,
      read.value === target.state.before
        ? { kind: 'reverted', value: read.value }
        : { kind: 'failed', error: changedMeanwhile(plan, target, read.value) },
    )
  }
  return { settled, ours: targets.filter((target) => !settled.has(target.name)) }
}

function changedMeanwhile(plan: DevicePlan, target: ChangePlan, value: TargetValue): DeviceError {
  return {
    code: 'REVERT_FAILED',
    message: `${target.name} reads ${value}: somebody changed it since, and it was left alone`,
    next: `look at ${target.name} on ${spaceInWords(plan)}; before this run it was ${target.state.before}`,
  }
}

function judgeRevert(plan: DevicePlan, target: ChangePlan, read: ReadBack | undefined): RevertOutcome {
  if (read?.kind === 'value' && read.value === target.state.before)
    return { kind: 'reverted', value: read.value }
  if (read?.kind === 'unreadable') return { kind: 'failed', error: read.error }
  return {
    kind: 'failed',
    error: {
      code: 'REVERT_FAILED',
      message: `${target.name} reads ${read?.value ?? 'nothing'} after the revert; it was ${target.state.before}`,
      next: byHand(plan, target),
    },
  }
}

function refusedError(plan: DevicePlan, line: string, refusal: string): DeviceError {
  return {
    code: 'REVERT_FAILED',
    message: `the device refused to be taken back at '${line}'`,
    line,
    reply: refusal,
    next: `log in to ${spaceInWords(plan)} and send the revert lines by hand`,
  }
}

function byHand(plan: DevicePlan, target: ChangePlan): string {
  return `log in to ${spaceInWords(plan)} and send: ${target.decision.change.revert.map((step) => step.line).join(' / ')}`
}

function allFailed(
  plan: DevicePlan,
  targets: readonly ChangePlan[],
  error: DeviceError,
  again: boolean,
): ReadonlyMap<string, RevertOutcome> {
  const retry = again ? { again: true as const } : {}
  return new Map(
    targets.map((target) => [
      target.name,
      { kind: 'failed', error: { ...error, code: 'REVERT_FAILED', next: byHand(plan, target) }, ...retry },
    ]),
  )
}
