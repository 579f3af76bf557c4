import { formatDuration } from '../../kernel/duration.ts'
import { formatMoment } from '../../kernel/moment.ts'
import { someOf } from '../../kernel/some-of.ts'
import { blocks } from '../../model/finding.ts'
import type { DeviceOutcome, Status, TargetOutcome } from '../../model/outcome.ts'
import type { TargetValue } from '../../model/plan.ts'
import type { ChangeRecord } from '../../model/record.ts'
import type { HeldDevice, RemediationRules } from '../../model/remediation.ts'
import type { Amount, ChangeWindow } from '../../model/rollout.ts'
import { budgetText, stopsAt } from '../rollout/budgets.ts'
import { closedAt } from '../rollout/times.ts'
import { waveSize } from '../rollout/waves.ts'

/** How a run that holds something back is gone on with. */
export const remediateAgain = 'run drift --remediate again'

/** All that is decided from; nothing of it is asked for here. */
export interface RemediationFacts {
  /** What drift found, all devices of the run. */
  readonly devices: readonly DeviceOutcome[]
  readonly rules: RemediationRules
  /** All of them are kept to. */
  readonly windows: readonly ChangeWindow[]
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** When remediation wrote to each host within the breaker's period; ISO, oldest first. */
  readonly history: ReadonlyMap<string, readonly string[]>
  /** The last change of the targets that are due, by host and target; absent where none is on record. */
  readonly lastChanges: ReadonlyMap<string, ReadonlyMap<string, LastChange>>
  /** `rollout.stopAfter.unreachable`; a share is of the devices of the run. */
  readonly unreachable: Amount
  readonly onBlocked: 'device' | 'target'
  /** Whether somebody wrote down that a status of a device is expected. */
  readonly isKnown: (host: string, status: Status) => boolean
  /** The run was ended while it looked. */
  readonly interrupted: boolean
}

/** What decides whether a target may be set again by itself. */
export interface LastChange extends Pick<ChangeRecord, 'runId' | 'status' | 'wanted' | 'undone'> {
  /** What the playbook asks of the target. */
  readonly asked: TargetValue
}

export interface RemediationDecision {
  /** Devices that drifted or are unsaved, in the order of the run. */
  readonly due: readonly string[]
  /** The devices that are begun, each with the targets that drifted or are unsaved, and no other. */
  readonly begun: readonly { readonly host: string; readonly targets: readonly string[] }[]
  /** The others of `due`. */
  readonly held: readonly HeldDevice[]
}

type Held = Omit<HeldDevice, 'host'>

/** The targets of a device that remediation is for: an earlier run had set them. Never those that nobody set yet. */
export function dueTargets({ targets }: DeviceOutcome): readonly TargetOutcome[] {
  return targets.filter(({ pendingKind }) => pendingKind === 'drifted' || pendingKind === 'unsaved')
}

/**
 * Who is put back, with what, and who is held and why. What is the matter with one device stands before what holds
 * all of them. Pure: every guard rail is here, but those that can only be kept while devices are changed.
 */
export function decideRemediation(facts: RemediationFacts): RemediationDecision {
  const due = facts.devices.filter((device) => dueTargets(device).length > 0)
  const all = due.length === 0 ? undefined : holdsAll(facts, due)
  const begun: RemediationDecision['begun'][number][] = []
  const held: HeldDevice[] = []
  for (const device of due) {
    const { host } = device
    const why = ofDevice(device, facts) ?? fought(host, facts) ?? all
    if (why !== undefined) held.push({ host, ...why })
    else
      begun.push({
        host,
        targets: dueTargets(device).flatMap((one) => (isRefused(device, one) ? [] : one.name)),
      })
  }
  return { due: due.map(({ host }) => host), begun, held }
}

const wrong: readonly Status[] = ['unknown', 'failed', 'rolled-back', 'unreachable', 'blocked']

function isRefused({ findings }: DeviceOutcome, { name }: TargetOutcome): boolean {
  return findings.some((finding) => finding.target === name && blocks(finding))
}

/** Something else is the matter with the device, or nothing of it could be put back. */
function ofDevice(device: DeviceOutcome, facts: RemediationFacts): Held | undefined {
  const { isKnown, onBlocked } = facts
  const { host, status } = device
  if (isKnown(host, 'pending'))
    return {
      why: 'otherwise',
      reason: `${host} is expected to be pending: it is left as it is until that has ended`,
      next: 'take its entry out of known, or out of the baseline, to have it put back',
    }
  const what = otherFault(device, onBlocked)
  if (what === undefined) return notOurs(device, facts)
  const kinds = dueTargets(device).some(({ pendingKind }) => pendingKind === 'drifted')
    ? 'drifted'
    : 'unsaved'
  return {
    why: 'otherwise',
    reason: `${host} is ${kinds}, and not only that (${status}): ${what}`,
    next: `see to that first, then ${remediateAgain}; ikero apply says what it would refuse`,
  }
}

/**
 * Set again by itself is only what a run set as asked and saw to its end: not what somebody has had taken away, or set
 * otherwise, with ikero itself (such a run may be at work now), nor what did not come to an end, nor a standby unit.
 */
function notOurs(device: DeviceOutcome, { lastChanges }: RemediationFacts): Held | undefined {
  const { host, findings } = device
  for (const { name, pendingKind } of dueTargets(device)) {
    if (pendingKind !== 'drifted') continue
    const unsynced = findings.find(({ code, target }) => code === 'FAILOVER_UNSYNCED' && target === name)
    if (unsynced !== undefined)
      return { why: 'otherwise', reason: `${host} stands by: ${unsynced.message}`, next: unsynced.next }
    const last = lastChanges.get(host)?.get(name)
    if (last === undefined) continue
    const decided = personNeeded(name, last)
    if (decided !== undefined) return { why: 'otherwise', ...decided }
  }
  return undefined
}

function personNeeded(
  name: string,
  { runId, status, wanted: set, asked, undone }: LastChange,
): Omit<Held, 'why'> | undefined {
  const apply = `ikero show ${runId} says what was done; ikero apply sets it where that is right`
  if (status === 'rolled-back')
    return { reason: `run ${runId} changed ${name} last, and it was taken back since`, next: apply }
  if (set !== undefined && set !== asked)
    return { reason: `run ${runId} set ${name} to ${set}: somebody wanted it so`, next: apply }
  if (status === 'unknown')
    return {
      reason: `run ${runId} changed ${name} last, and what became of that is not known: it was cut off, is at work, or is being taken back`,
      next: `once it is not at work any more: ikero resume ${runId}; or ikero apply sets it anew`,
    }
  // A remediation that was killed before its line came: the target is as it was found, and may be put back.
  if (status === 'failed' && undone !== true)
    return { reason: `run ${runId} tried to change ${name} last, and failed`, next: apply }
  return undefined
}

function otherFault(device: DeviceOutcome, onBlocked: 'device' | 'target'): string | undefined {
  const { error, findings, targets, status } = device
  if (error !== undefined) return `${error.code}: ${error.message}`
  // Whose box this is has to be settled by a person, whatever the severity of the finding.
  const other = findings.find(({ code }) => code === 'IDENTITY_CHANGED')
  const blocking =
    other ?? findings.find((one) => blocks(one) && (onBlocked === 'device' || !ofTarget(one.target, targets)))
  if (blocking !== undefined) return `${blocking.code}: ${blocking.message}`
  const faults = onBlocked === 'device' ? wrong : wrong.filter((one) => one !== 'blocked')
  const bad = targets.find((target) => faults.includes(target.status))
  if (bad !== undefined) return `${bad.name} is ${bad.status}`
  if (faults.includes(status)) return `the device is ${status}`
  const refused = dueTargets(device).filter((target) => isRefused(device, target))
  if (refused.length < dueTargets(device).length) return undefined
  return `a check refuses ${someOf(
    refused.map(({ name }) => name),
    5,
  )}`
}

function ofTarget(name: string | undefined, targets: readonly TargetOutcome[]): boolean {
  return name !== undefined && targets.some((target) => target.name === name)
}

/** Put back so often already: somebody, or something, wants it otherwise. */
function fought(host: string, { rules: { breaker }, history }: RemediationFacts): Held | undefined {
  const times = history.get(host) ?? []
  if (times.length < breaker.times) return undefined
  const within = formatDuration(breaker.withinMs)
  const last = formatMoment(Date.parse(times.at(-1) ?? ''))
  const often = times.length === 1 ? 'once' : `${times.length} times`
  return {
    why: 'breaker',
    reason: `${host} was put back ${often} within ${within}, at ${last} for the last time, and has drifted again: somebody or something takes the setting away`,
    next: `find out who does (LAST_CHANGE, the log of the device, AAA) and settle it with them; then ikero apply puts it back, or drift --remediate once ${within} have passed`,
  }
}

/** What holds every device of the run. */
function holdsAll(facts: RemediationFacts, due: readonly DeviceOutcome[]): Held | undefined {
  const { rules, windows, nowMs, interrupted } = facts
  if (interrupted)
    return {
      why: 'interrupted',
      reason: 'the run was interrupted before anything was put back',
      next: remediateAgain,
    }
  const away = unreachable(facts)
  if (away !== undefined) return away
  const closed = closedAt({ windows, freeze: rules.freeze, nowMs, again: remediateAgain })
  if (closed !== undefined) return { why: closed.why ?? 'window', reason: closed.reason, next: closed.next }
  return tooMany(facts, due)
}

/** Where so many are away, it is not known what else is wrong. */
function unreachable({ devices, unreachable: budget, isKnown }: RemediationFacts): Held | undefined {
  const away = devices.filter(({ host, status }) => status === 'unreachable' && !isKnown(host, 'unreachable'))
  if (away.length === 0 || away.length < stopsAt(budget, devices.length)) return undefined
  const names = someOf(
    away.map(({ host }) => host),
    5,
  )
  return {
    why: 'budget',
    reason: `${away.length} of ${devices.length} devices cannot be reached (${names}), and rollout.stopAfter.unreachable is ${budgetText(budget, devices.length)}`,
    next: `make them reachable, or list them under known, leave them out with --limit, or raise rollout.stopAfter.unreachable; then ${remediateAgain}`,
  }
}

/** One device is a mistake; many at once are an event, and somebody may be in the middle of it. */
function tooMany(
  { devices, rules: { maxDevices }, isKnown }: RemediationFacts,
  due: readonly DeviceOutcome[],
): Held | undefined {
  const most = waveSize(maxDevices, devices.length)
  const { length } = due.filter(({ host }) => !isKnown(host, 'pending'))
  if (length <= most) return undefined
  const limit =
    maxDevices.kind === 'count' ? String(most) : `${maxDevices.percent}% (${most} of ${devices.length})`
  return {
    why: 'devices',
    reason: `${length} of ${devices.length} devices have drifted or are unsaved, and drift.maxDevices is ${limit}: none is put back`,
    next: 'find out what happened to so many at once; then put them back with ikero apply, or give --max-devices',
  }
}
