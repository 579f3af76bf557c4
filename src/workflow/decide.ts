import type { DeviceFacts } from '../model/facts.ts'
import { blocks, type Finding } from '../model/finding.ts'
import type { DeviceIntent } from '../model/intent.ts'
import { type Decision, type DevicePlan, type TargetState, targetName } from '../model/plan.ts'
import type { Acceptance, SavePolicy } from '../model/playbook.ts'
import { beginWatch } from '../proof/watch.ts'
import { acceptFindings } from './accept.ts'
import { fingerprintOf } from './fingerprint.ts'
import { otherTunnels, tunnelOf } from './proof-targets.ts'
import { planRevertTimer, type RevertTimerInput } from './revert-timer-plan.ts'
import { foreignUnsaved, isUnsaved, unsavedChanges } from './unsaved.ts'

/** What is decided from: everything that was read, nothing that is to be done. */
export interface DecideInput extends RevertTimerInput {
  /** Of the session that read it. */
  readonly hostKey?: string
  /** Findings of the gate that do not block. */
  readonly gate: readonly Finding[]
  /** What only several devices together show. */
  readonly topology?: readonly Finding[]
  /** Whether the command saves; absent: it does not, and startup was not asked for. */
  readonly save?: SavePolicy
  /** Blocking findings of this device that a named person takes on. */
  readonly accept?: readonly Acceptance[]
  /** `target`: the other targets of a device with a refused one are changed. */
  readonly onBlocked?: 'device' | 'target'
  /** The host of the run that is the active mate of this standby unit. */
  readonly activeMate?: string
}

/** Facts and findings → the plan of one device. Pure: plan, apply and verify share this brain. */
export function decide(input: DecideInput): DevicePlan {
  const { intent, facts, assessment } = input
  const { timer, findings: timerFindings } = planRevertTimer(input)
  const found = [
    ...input.gate,
    ...assessment.findings,
    ...assessment.targets.flatMap((target) => target.findings),
    ...(input.topology ?? []),
    ...(intent.targets.length === 0 ? [] : duplicateFinding(facts, assessment.targets)),
    ...(intent.targets.length === 0 ? [] : unattributed(facts)),
    ...otherHostname(intent, facts),
    ...unsavedWork(input, timer !== undefined),
    ...timerFindings,
  ]
  const findings = acceptFindings(besideMate(found, input.activeMate), input.accept ?? [])
  const targets = assessment.targets.map((state) => ({
    name: targetName(state.target),
    state,
    fingerprint: fingerprintOf(state),
    decision: decideTarget(state, findings, input),
  }))
  const timed = timer !== undefined && targets.some(({ decision }) => decision.kind === 'change')
  return {
    host: intent.host,
    platform: intent.platform,
    wanted: intent.state,
    software: facts.software,
    facts,
    ...(input.hostKey === undefined ? {} : { hostKey: input.hostKey }),
    findings,
    targets,
    ...(timed ? { revertTimer: timer } : {}),
  }
}

function decideTarget(state: TargetState, findings: readonly Finding[], input: DecideInput): Decision {
  const name = targetName(state.target)
  const { activeMate } = input
  if (activeMate !== undefined) return { kind: 'skipped', reason: leftToMate(activeMate), mate: activeMate }
  const blocking = findings.filter(blocks)
  if (blocking.some((finding) => finding.target === name)) return { kind: 'blocked' }
  const unsaved = isUnsaved(input.facts, state, input.driver.startup, input.save)
  if (state.before === state.wanted && !unsaved) return { kind: 'no-change' }
  // A finding without a target concerns all of the device; one refused target does, unless the playbook
  // says that the others are to be changed.
  const others = input.onBlocked === 'target' ? blocking.filter((one) => one.target === undefined) : blocking
  if (others.length > 0 || input.driver.access === 'read-only') return { kind: 'blocked' }
  if (unsaved) return { kind: 'save' }
  return { kind: 'change', change: input.driver.change(input.facts, state.target, state.wanted) }
}

/** What saving would save besides: asked of devices that have targets in this playbook. */
function unsavedWork(
  { intent, facts, assessment, driver, save }: DecideInput,
  timed: boolean,
): readonly Finding[] {
  if (save === undefined || intent.targets.length === 0 || facts.startup === undefined) return []
  const { targets } = assessment
  const needed = targets.some(
    (state) => state.before !== state.wanted || isUnsaved(facts, state, driver.startup, save),
  )
  const own = targets.filter((state) => state.before === state.wanted || !state.findings.some(blocks))
  return unsavedChanges(foreignUnsaved(facts, own, driver.startup), timed ? 'timed' : save, needed)
}

/** How the reason begins why nothing is asked of a standby unit. */
export const standbyReason = 'this is the standby unit'

function leftToMate(mate: string): string {
  return `${standbyReason}, and its active mate ${mate} is in this run`
}

/** A standby unit whose active mate is changed in the same run gets the lines from there: its targets are not judged. */
function besideMate(found: readonly Finding[], mate: string | undefined): readonly Finding[] {
  if (mate === undefined) return found
  return found
    .filter((finding) => finding.target === undefined)
    .map((finding) => {
      if (finding.code !== 'FAILOVER_STANDBY') return finding
      return {
        ...finding,
        severity: 'info',
        message: `${leftToMate(mate)}: what is set there is replicated to here`,
        next: 'nothing to do: after the run, see that the pair is in sync (show failover state)',
      }
    })
}

/** The device calls itself something else than the inventory does: often harmless, sometimes the wrong box. */
function otherHostname(intent: DeviceIntent, facts: DeviceFacts): readonly Finding[] {
  // A context has a name of its own; where the login leads tells that of the device.
  if (facts.context !== undefined) return []
  const short = (name: string): string => name.toLowerCase().split('.')[0] ?? ''
  if (short(intent.host) === short(facts.hostname)) return []
  return [
    {
      code: 'HOSTNAME_MISMATCH',
      severity: 'info',
      message: `the inventory calls this device ${intent.host}; it calls itself ${facts.hostname}`,
      next: 'make sure that the address in the inventory leads to the device that is meant',
    },
  ]
}

/** An SA whose peer is not known is watched by nobody: that must be seen before anything is sent. */
function unattributed(facts: DeviceFacts): readonly Finding[] {
  const sas = facts.reading.sas.filter((sa) => sa.established && sa.peer === undefined)
  if (sas.length === 0) return []
  return [
    {
      code: 'ROLE_AMBIGUOUS',
      severity: 'warn',
      message: `${sas.length} established ${sas.length === 1 ? 'SA has' : 'SAs have'} no end that is known as this device's: neither role nor life of the peer can be told`,
      evidence: sas.map((sa) => sa.evidence).join('\n'),
      next: "state the device's own tunnel addresses as 'endpoints' in the inventory",
    },
  ]
}

/** The figure that shows why the change is made: peers with which several SAs were set up at once. */
function duplicateFinding(facts: DeviceFacts, targets: readonly TargetState[]): readonly Finding[] {
  const tunnels = targets.map((state) => ({ ...tunnelOf(state), name: targetName(state.target) }))
  const count = beginWatch({
    before: facts.reading,
    targets: tunnels,
    others: otherTunnels(facts, tunnels),
  }).duplicatesBefore
  if (count === 0) return []
  return [duplicateSas(count)]
}

/** The count before and, after a change, now. */
export function duplicateSas(before: number, now?: number): Finding {
  const then = now === undefined ? '' : `; ${now} after it`
  return {
    code: 'DUPLICATE_SAS',
    severity: 'info',
    message: `${before} ${before === 1 ? 'peer' : 'peers'} with more than one IKE SA${now === undefined ? ', as happens where both ends start' : ' before the change'}${then}`,
    next: 'nothing to do: duplicates are what the change ends',
  }
}
