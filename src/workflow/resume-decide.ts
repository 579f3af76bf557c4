import type { DeviceError, Status } from '../model/outcome.ts'
import type { TargetChange, TargetPlan, TargetValue } from '../model/plan.ts'
import type { RecordedPush, RecordedTarget } from '../model/recorded-push.ts'
import type { UnfinishedTarget } from './resume-open.ts'
import type { RunningTimer } from './revert-timer.ts'

/** What is to be done about one unfinished target; `why` is for people. */
export type ResumeStep =
  /** It stands as the run wanted it: second login, save, proof, as apply would have gone on. */
  | { readonly kind: 'settle'; readonly change: TargetChange; readonly why: string }
  /** The run was giving it up: the way back is finished. Nothing is sent where it reads as before already. */
  | {
      readonly kind: 'take-back'
      readonly change: TargetChange
      readonly why: string
      readonly error?: DeviceError
    }
  /** The run's revert timer may take it back yet: how that ends comes first. */
  | {
      readonly kind: 'timer'
      readonly change: TargetChange
      readonly timer: RunningTimer
      readonly why: string
    }
  /** It reads as before: a change anew, with every check of apply. */
  | { readonly kind: 'push'; readonly why: string }
  | {
      readonly kind: 'leave'
      readonly status: Status
      readonly why: string
      /** It is not what was agreed to any more: PLAN_STALE. */
      readonly stale?: true
      readonly error?: DeviceError
    }

export interface ResumeFacts {
  readonly push: RecordedPush
  /** As the device reads now, with the lines that ikero would send. */
  readonly now: TargetPlan
  /** The recorded lines as steps that may be sent; absent: they are not what ikero sends. */
  readonly change?: TargetChange
  /** Part of the run's journal cannot be believed, and may be about this device. */
  readonly damaged: boolean
  /** A newer run changed the same target. */
  readonly newer?: string
  /** Why nothing that was not begun is begun now. */
  readonly noPush?: string
  /** A timer that the push was sent under, and that is not known to be over. */
  readonly timer?: RunningTimer
}

/** Record and reading → step. Pure; whatever was sent, the reading decides what of it took effect. */
export function decideResume({ name, recorded, known }: UnfinishedTarget, facts: ResumeFacts): ResumeStep {
  const { now, damaged, newer } = facts
  if (newer !== undefined)
    return {
      kind: 'leave',
      status: now.state.before === now.state.wanted ? 'compliant' : 'failed',
      why: `the newer run ${newer} changed it: what this run began there is over`,
      ...(now.state.before === now.state.wanted ? {} : { error: newerError(name, newer) }),
    }
  if (facts.timer !== undefined) return underTimer(name, facts.timer, facts)
  const value = now.state.before
  const sent = recorded.lines.some(({ purpose }) => purpose === 'change')
  if (value === known.before) return readsAsBefore(name, recorded, known.before, sent, facts)
  if (value !== known.wanted) return changedSince(name, value, known)
  if (!sent && !damaged)
    return {
      kind: 'leave',
      status: 'compliant',
      why: 'as wanted, and not by this run: no line of it was sent',
    }
  if (damaged) {
    return lookAt(
      name,
      `it reads ${value}, as the run wanted, and damaged records hide whether the run was taking it back`,
    )
  }
  if (facts.change === undefined)
    return lookAt(name, `it reads ${value}, and its record does not hold the lines that ikero sends`)
  const given = givenUp(name, recorded, facts.push)
  if (given === undefined) return { kind: 'settle', change: facts.change, why: `reads ${value}, as wanted` }
  return { kind: 'take-back', change: facts.change, ...given }
}

function underTimer(name: string, timer: RunningTimer, { now, damaged, change }: ResumeFacts): ResumeStep {
  const why = `reads ${now.state.before}, and the revert timer of ${timer.minutes} min that the run set is not over`
  if (damaged) return lookAt(name, `${why}; on damaged records it is not ended`)
  if (change === undefined) return lookAt(name, `${why}; its record does not hold the lines that ikero sends`)
  return { kind: 'timer', change, timer, why }
}

function readsAsBefore(
  name: string,
  recorded: RecordedTarget,
  before: TargetValue,
  sent: boolean,
  { push, now, change, damaged, noPush }: ResumeFacts,
): ResumeStep {
  const given = givenUp(name, recorded, push)
  const reverting = recorded.lines.some(({ purpose }) => purpose === 'revert')
  if (reverting && given !== undefined && change !== undefined && !damaged)
    return { kind: 'take-back', change, ...given, why: `reads ${before}, as before: it was taken back` }
  if (given?.error !== undefined)
    return {
      kind: 'leave',
      status: 'failed',
      why: `reads ${before}, as before, and is not sent again: ${given.why}`,
      error: given.error,
    }
  const effect = sent ? 'what was sent had no effect' : 'nothing of it was sent'
  const why = `reads ${before}, as before: ${effect}`
  if (damaged)
    return {
      kind: 'leave',
      status: 'failed',
      why: `${why}; nothing is sent on damaged records`,
      error: {
        code: 'PLAN_STALE',
        message: `${name} reads ${before}, as before the run; its records are damaged, so nothing was sent`,
        next: 'run plan, then apply, for this device',
      },
    }
  if (noPush !== undefined) return { kind: 'leave', status: 'skipped', why: `${why}; ${noPush}` }
  const left = notAgreedTo(recorded, now)
  return left === undefined
    ? { kind: 'push', why }
    : { ...left, kind: 'leave', status: 'blocked', why: `${why}; ${left.why}` }
}

/** A push anew must be the very one that was agreed to. */
function notAgreedTo(
  { intent }: RecordedTarget,
  { fingerprint, decision }: TargetPlan,
): { readonly why: string; readonly stale?: true } | undefined {
  if (fingerprint !== intent.fingerprint)
    return { why: 'its configuration changed since, so nothing is sent', stale: true }
  if (decision.kind === 'blocked') return { why: 'a check refuses it now, so nothing is sent' }
  const lines = decision.kind === 'change' ? decision.change.lines.map(({ line }) => line) : []
  const same = lines.length === intent.lines.length && lines.every((line, nth) => line === intent.lines[nth])
  return same
    ? undefined
    : { why: 'other lines would be sent than the run recorded, so nothing is sent', stale: true }
}

/** What on record shows that the run was taking the target back, or had to; undefined: it was going forward. */
function givenUp(
  name: string,
  { lines, readBack, intent }: RecordedTarget,
  push: RecordedPush,
): { readonly why: string; readonly error?: DeviceError } | undefined {
  const refused = lines.find(({ purpose, reply }) => purpose === 'change' && reply === 'refused')
  if (refused !== undefined) {
    return {
      why: `the device refused '${refused.line}'`,
      error: {
        code: 'LINE_REFUSED',
        message: `the device refused '${refused.line}' for ${name} in the run that was cut off`,
        line: refused.line,
        next: 'type the line on the device to see why it is refused',
      },
    }
  }
  const reverting = lines.some(({ purpose }) => purpose === 'revert')
  // What is read back after the way back was begun says nothing of the push.
  const other = readBack !== undefined && readBack !== intent.wanted && readBack !== 'unreadable'
  if (other && !reverting && lines.length > 0) {
    return {
      why: `the run read ${readBack} back after its push`,
      error: {
        code: 'READ_BACK_FAILED',
        message: `${name} read ${readBack} after the push: the device took the line and did not keep it`,
        next: 'look at the device and its logs before trying again',
      },
    }
  }
  if (push.secondLogin === false) {
    return {
      why: 'a new login after the push failed',
      error: {
        code: 'SECOND_LOGIN_FAILED',
        message: `a new login after the change failed in the run that was cut off: ${name} is taken back`,
        next: 'find out why new sessions failed before trying again',
      },
    }
  }
  return reverting ? { why: 'the run had begun to take it back' } : undefined
}

function lookAt(name: string, why: string): ResumeStep {
  return {
    kind: 'leave',
    status: 'unknown',
    why,
    error: {
      code: 'PLAN_STALE',
      message: `${name}: ${why}; nothing was sent`,
      next: `log in and look at ${name}; ikero show lists every line that was sent`,
    },
  }
}

function changedSince(
  name: string,
  value: TargetValue,
  { before, wanted }: { readonly before: TargetValue; readonly wanted: TargetValue },
): ResumeStep {
  const message = `${name} reads ${value}: neither ${wanted}, as the run wanted, nor ${before}, as it was; somebody changed it since, and it was left alone`
  const next = `ask who changed ${name}, then run plan`
  return {
    kind: 'leave',
    status: 'failed',
    why: `reads ${value}: somebody changed it since; left alone`,
    error: { code: 'PLAN_STALE', message, next },
  }
}

function newerError(name: string, run: string): DeviceError {
  return {
    code: 'PLAN_STALE',
    message: `${name}: the newer run ${run} changed it, and it was left alone`,
    next: `look at run ${run}, then run plan`,
  }
}
