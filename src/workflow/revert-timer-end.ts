import { formatDuration } from '../kernel/duration.ts'
import type { DeviceError } from '../model/outcome.ts'
import { contextOfPlan } from '../model/plan.ts'
import type { LineReply, WriteShell } from '../model/shell.ts'
import type { ChangeContext, ChangeOutcome, TargetChanged } from './change.ts'
import { isUnauthorised } from './config-refused.ts'
import { errorOf } from './faults.ts'
import { haltFault, isHalted } from './halt.ts'
import { openToWrite } from './open-session.ts'
import { recordReadBack } from './read-back.ts'
import {
  confirm,
  type Goal,
  goalOf,
  isOurs,
  lookAt,
  type RunningTimer,
  reads,
  recordTold,
  type TimerLook,
  takenBack,
} from './revert-timer.ts'
import { notSaved } from './settle.ts'

/** How the timer of a device ended. */
export interface TimerEnd {
  readonly targets: ReadonlyMap<string, TargetChanged>
  /** The session that made the change is of no use any more: what is left to do was found in another one. */
  readonly elsewhere: boolean
  /** Of sessions besides the one that made the change. */
  readonly otherRoundTrips: number
}

const minuteMs = 60_000
/** How often a device is tried that cannot be reached: often at first, when it may only have been a session. */
const [earlyPollMs, earlyMs, pollMs] = [5_000, minuteMs, 30_000] as const
/** A device may need so long to replace its configuration. */
export const replacingMs = 60_000
/** After so long beyond its time a timer that should have run out is not waited for any more. */
const graceMs: number = 5 * minuteMs

/** What is known while the end of a timer is waited for. */
interface Waiting {
  readonly timer: RunningTimer
  /** Why it is not simply confirmed in the session that made the change; absent: no reason but the timer itself. */
  readonly cause?: DeviceError
  /** What became of the targets so far; empty where nothing was read since the push. */
  readonly outcome: ReadonlyMap<string, TargetChanged>
  /** Absent: the timer is left to run out, unless nothing of the change stands. */
  readonly goal?: Goal
  /** Targets of which a line may have reached the device. */
  readonly touched: ReadonlySet<string>
}

/**
 * Ends the timer when everything it guards is good: read back, logged in to again, and what was bad taken back
 * and read back. Also after a revert it is ended and not left to run out: the device would replace its whole
 * configuration by the one from before, and with it what others changed meanwhile; and until then no other
 * change could be guarded. Where a revert itself failed it is the way back that is left: it is waited for.
 * Never throws.
 */
export async function endTimer(
  shell: WriteShell,
  context: ChangeContext,
  timer: RunningTimer,
  outcome: ReadonlyMap<string, TargetChanged>,
): Promise<TimerEnd> {
  const touched = new Set(outcome.keys())
  const goal = goalOf(outcome)
  const bad = [...outcome.values()].find((one) => one.kind === 'unknown')
  if (goal === undefined)
    return wait(shell, context, {
      timer,
      outcome,
      touched,
      ...(bad === undefined ? {} : { cause: bad.error }),
    })
  try {
    const reply = await confirm(shell, context, timer.minutes)
    const look = await lookAt(shell, context)
    if (look.state.kind === 'pending')
      return wait(shell, context, { timer, outcome, touched, cause: notConfirmed(timer, reply) })
    // It ran out while the confirm was on its way, or somebody ended it: what is read a little later decides.
    if (reply.kind === 'refused') return wait(shell, context, { timer, outcome, touched, goal })
    const targets = await settled(context, { timer, outcome, touched, goal }, look, true)
    return { targets, elsewhere: false, otherRoundTrips: 0 }
  } catch (thrown) {
    return wait(shell, context, { timer, outcome, touched, goal, cause: errorOf(thrown) })
  }
}

/**
 * The session broke before the confirm. `complete`: the device had accepted every line; then a new session that
 * reads all of it as wanted is itself the proof of access that the timer waits for. Never throws.
 */
export async function recoverTimed(
  shell: WriteShell,
  context: ChangeContext,
  timer: RunningTimer,
  { touched, cause, complete }: Required<Pick<Waiting, 'touched' | 'cause'>> & { readonly complete: boolean },
): Promise<Pick<ChangeOutcome, 'targets' | 'findings' | 'saved'> & { readonly otherRoundTrips: number }> {
  const goal = new Map(context.targets.map(({ name, state }) => [name, state.wanted]))
  const { targets, otherRoundTrips } = await wait(shell, context, {
    timer,
    outcome: new Map(),
    touched,
    cause,
    ...(complete ? { goal } : {}),
  })
  return { targets, otherRoundTrips, ...savedElsewhere(context, targets, cause) }
}

/** What a session that only looked has not saved. */
export function savedElsewhere(
  { save }: Pick<ChangeContext, 'save'>,
  targets: ReadonlyMap<string, TargetChanged>,
  cause: DeviceError | undefined,
): Pick<ChangeOutcome, 'findings' | 'saved'> {
  const changed = [...targets.values()].some((target) => target.kind === 'changed')
  if (!changed) return { findings: [], saved: 'not-needed' }
  const why = `the session broke before the end: ${cause?.message ?? 'the confirm of the revert timer'}`
  return { findings: save === 'never' ? [] : [notSaved('change', why)], saved: 'no' }
}

/**
 * The same for a timer of a run that was cut off, by its record: `complete` says that the device had accepted every
 * line of these targets. Never throws.
 */
export function endRecorded(
  context: ChangeContext,
  timer: RunningTimer,
  { touched, complete }: Pick<Waiting, 'touched'> & { readonly complete: boolean },
): Promise<TimerEnd> {
  const goal = new Map(context.targets.map(({ name, state }) => [name, state.wanted]))
  const waiting: Waiting = { timer, outcome: new Map(), touched, ...(complete ? { goal } : {}) }
  return wait({ close: async () => undefined }, context, waiting)
}

type Look =
  | { readonly kind: 'settled'; readonly targets: ReadonlyMap<string, TargetChanged> }
  | { readonly kind: 'pending' }
  /** `hopeless`: another login would be refused as well. */
  | { readonly kind: 'failed'; readonly why: string; readonly hopeless: boolean }

/**
 * Looks again in new sessions until the device has told how it ended, or should have long since. `shell`, which
 * made the change, is closed first: no other session that can confirm is opened beside it.
 */
async function wait(
  shell: Pick<WriteShell, 'close'>,
  context: ChangeContext,
  first: Waiting,
): Promise<TimerEnd> {
  const { ports, plan } = context
  await shell.close()
  const { timer } = first
  const dueMs = timer.setAtMs + timer.minutes * minuteMs
  const now = (): number => ports.clock.monotonicMs()
  const startedMs = now()
  let otherRoundTrips = 0
  let waiting = first
  ports.emit({ kind: 'step', host: plan.host, step: 'reverting' })
  for (let toldPending = false; ; ) {
    const { look, roundTrips, refused } = await lookAgain(context, waiting, dueMs)
    otherRoundTrips += roundTrips
    if (look.kind === 'settled') return { targets: look.targets, elsewhere: true, otherRoundTrips }
    if (isHalted(ports)) return { targets: leftRunning(context, waiting), elsewhere: true, otherRoundTrips }
    // What was refused once is not tried again: the timer is the way back then.
    if (refused) waiting = { ...withoutGoal(waiting) }
    if (look.kind === 'pending' && !toldPending) {
      await recordTold(context, timer, 'pending')
      toldPending = true
    }
    const over = now() >= dueMs + graceMs
    if (over || (look.kind === 'failed' && look.hopeless)) {
      const why = look.kind === 'failed' ? look.why : 'its revert timer is still pending'
      return { targets: unknown(context, waiting, why), elsewhere: true, otherRoundTrips }
    }
    const poll = now() - startedMs < earlyMs ? earlyPollMs : pollMs
    await ports.clock.sleep(look.kind === 'pending' ? Math.max(poll, dueMs - now()) : poll, ports.halt)
  }
}

function withoutGoal({ goal: _given, ...rest }: Waiting): Waiting {
  return rest
}

interface Looked {
  readonly look: Look
  readonly roundTrips: number
  /** A confirm was sent, and the timer is pending all the same. */
  readonly refused: boolean
}

async function lookAgain(context: ChangeContext, waiting: Waiting, dueMs: number): Promise<Looked> {
  const { request, ports } = context
  const opened = await openToWrite(request, ports)
  if (opened.kind === 'err') {
    const { cause, message } = opened.error
    const hopeless = cause === 'authentication' || cause === 'host-key'
    return { look: { kind: 'failed', why: message, hopeless }, roundTrips: 0, refused: false }
  }
  const shell = opened.value
  try {
    const { refused = false, ...look } = await lookIn(shell, context, waiting, dueMs)
    return { look, roundTrips: shell.roundTrips, refused }
  } catch (thrown) {
    const why = errorOf(thrown).message
    return { look: { kind: 'failed', why, hopeless: false }, roundTrips: shell.roundTrips, refused: false }
  } finally {
    await shell.close()
  }
}

async function lookIn(
  shell: WriteShell,
  context: ChangeContext,
  waiting: Waiting,
  dueMs: number,
): Promise<Look & { readonly refused?: boolean }> {
  const look = await lookAt(shell, context)
  const unreadable = [...look.values.values()].find((read) => read.kind === 'unreadable')
  if (unreadable !== undefined) return { kind: 'failed', why: unreadable.error.message, hopeless: false }
  const now = context.ports.clock.monotonicMs()
  // Whether it is pending is not told: then its time must be over before what is read counts.
  if (look.state.kind === 'not-told' && now < dueMs) return { kind: 'pending' }
  if (look.state.kind === 'pending') {
    if (!mayEnd(context, waiting, look)) return { kind: 'pending' }
    await recordSecondLogin(context)
    const reply = await confirm(shell, context, waiting.timer.minutes)
    const after = await lookAt(shell, context)
    if (after.state.kind === 'pending') return { kind: 'pending', refused: true }
    const targets = await settled(context, waiting, after, reply.kind === 'accepted')
    return { kind: 'settled', targets }
  }
  // The device may be replacing its configuration at this very moment; its clock began a little before ours.
  const asBefore = context.targets.every(({ name, state }) => reads(look, name, state.before))
  if (!asBefore && Math.abs(now - dueMs) < replacingMs)
    return { kind: 'failed', why: 'the device has not taken the change back yet', hopeless: false }
  return { kind: 'settled', targets: await settled(context, waiting, look, false) }
}

/** Everything as it should be, seen in a session that is the proof of access; or nothing of the change stands. */
function mayEnd(context: ChangeContext, { timer, goal }: Waiting, { state, values }: TimerLook): boolean {
  if (state.kind !== 'pending' || !isOurs(state, timer.minutes, context)) return false
  const look = { state, values }
  const nothingStands = context.targets.every((one) => reads(look, one.name, one.state.before))
  return nothingStands || (goal !== undefined && [...goal].every(([name, value]) => reads(look, name, value)))
}

async function recordSecondLogin({ plan, ports }: ChangeContext): Promise<void> {
  await ports.journal.append({ kind: 'second-login', host: plan.host, ...contextOfPlan(plan), ok: true })
}

/** The timer is over: what each target reads says how. `kept`: the device has taken the confirm. */
async function settled(
  context: ChangeContext,
  waiting: Waiting,
  look: TimerLook,
  kept: boolean,
): Promise<ReadonlyMap<string, TargetChanged>> {
  const { plan, targets, ports } = context
  const append = (entry: Parameters<typeof ports.journal.append>[0]): Promise<void> =>
    ports.journal.append(entry).catch(() => undefined)
  await recordReadBack(plan.host, look.values, targets, 'wanted', { emit: ports.emit, journal: { append } })
  const outcome = new Map<string, TargetChanged>()
  let fired = false
  for (const target of targets) {
    const { name, state } = target
    const known = waiting.outcome.get(name)
    if (reads(look, name, state.before)) {
      const back = known?.kind === 'reverted' || known?.kind === 'not-changed' ? known : undefined
      fired ||= back === undefined && !kept
      outcome.set(name, back ?? (kept ? notStanding(waiting, target) : firedOutcome(waiting, target)))
    } else if (reads(look, name, state.wanted) && (known === undefined || known.kind === 'changed')) {
      outcome.set(name, { kind: 'changed', value: state.wanted })
    } else {
      outcome.set(
        name,
        known?.kind === 'unknown' ? known : { kind: 'unknown', error: neither(name, waiting) },
      )
    }
  }
  await recordTold(context, waiting.timer, fired ? 'fired' : 'confirmed')
  return outcome
}

type Target = ChangeContext['targets'][number]

function firedOutcome({ timer, cause }: Waiting, { state }: Target): TargetChanged {
  return takenBack(state.before, timer.minutes, cause)
}

/** The timer was ended because nothing of the change stood: nothing has to be taken back. */
function notStanding({ touched, cause }: Waiting, { name, state }: Target): TargetChanged {
  const error: DeviceError = cause ?? {
    code: 'REVERT_TIMER_FIRED',
    message: `${name} reads ${state.before} again`,
    next: 'look at the device before trying again',
  }
  const message = `${error.message}; read again in a new session: nothing of it took effect`
  return { kind: 'not-changed', sent: touched.has(name), value: state.before, error: { ...error, message } }
}

function neither(name: string, { cause, timer }: Waiting): DeviceError {
  return {
    code: 'READ_BACK_FAILED',
    message: `${cause === undefined ? '' : `${cause.message}; `}the revert timer of ${timer.minutes} min is over, and ${name} reads neither as before nor as wanted`,
    next: `look at ${name} on the device; the run's journal lists every line that was sent`,
  }
}

function unknown(
  { targets, plan }: ChangeContext,
  { cause, timer, touched }: Waiting,
  why: string,
): ReadonlyMap<string, TargetChanged> {
  const because = cause === undefined ? '' : `${cause.message}; and `
  return new Map(
    targets.map(({ name }): [string, TargetChanged] => {
      const error: DeviceError = {
        code: cause?.code ?? 'REVERT_FAILED',
        message: `${because}the device could not be read ${formatDuration(graceMs)} after its revert timer of ${timer.minutes} min should have taken the change back: ${why}`,
        next: `log in to ${plan.host} (at its console, if need be) and look at ${name}; 'show archive config rollback timer' tells whether the timer is pending`,
      }
      return [
        name,
        touched.has(name) || cause === undefined
          ? { kind: 'unknown', error }
          : { kind: 'not-changed', sent: false, error: cause },
      ]
    }),
  )
}

/** Halted: the timer runs on, and nobody is there to see how it ends. */
function leftRunning(context: ChangeContext, waiting: Waiting): ReadonlyMap<string, TargetChanged> {
  const { minutes } = waiting.timer
  const fault = errorOf(haltFault())
  const error: DeviceError = {
    ...fault,
    message: `${fault.message}; the revert timer of ${minutes} min may still run, and takes the change back then`,
    next: `run resume when the timer has ended, ${minutes} min after it was set: it reads the device, says what was applied, and finishes it`,
  }
  return new Map(
    context.targets.map(({ name }): [string, TargetChanged] => [
      name,
      waiting.touched.has(name) ? { kind: 'unknown', error } : { kind: 'not-changed', sent: false, error },
    ]),
  )
}

function notConfirmed({ minutes }: RunningTimer, reply: LineReply): DeviceError {
  const said = reply.kind === 'refused' ? reply.refusal : reply.said
  return {
    code: isUnauthorised(said) ? 'PRIVILEGE_INSUFFICIENT' : 'REVERT_TIMER_FIRED',
    message: `the revert timer of ${minutes} min could not be ended`,
    line: 'configure confirm',
    ...(said === '' ? {} : { reply: said }),
    next: "allow 'configure confirm' for the account, then run apply again",
  }
}
