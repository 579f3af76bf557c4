import { err, ok, type Result } from '../kernel/result.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { TargetValue } from '../model/plan.ts'
import type { RevertTimerState, RevertTimerStep } from '../model/revert-timer.ts'
import type { LineReply, ReadShell, WriteShell } from '../model/shell.ts'
import type { RevertTimerReader } from '../platform/driver.ts'
import { driverFor } from '../platform/registry.ts'
import type { ChangeContext, TargetChanged } from './change.ts'
import { configRefused, isUnauthorised } from './config-refused.ts'
import { errorOf } from './faults.ts'
import { type ReadBack, readBack } from './read-back.ts'

const again = 'run apply again'

/** A timer that a device runs since this run entered configuration mode. */
export interface RunningTimer {
  readonly minutes: number
  /** On the monotonic clock; the device has begun to count no later. */
  readonly setAtMs: number
}

/** What a device shows at one moment: whether a timer is pending, and what its targets read. */
export interface TimerLook {
  readonly state: RevertTimerState
  readonly values: ReadonlyMap<string, ReadBack>
}

/** The value that each target must read for the timer to be ended. */
export type Goal = ReadonlyMap<string, TargetValue>

/** The platform's own part: where there is a planned timer there is this, because the plan asked for it. */
export function readerOf({ plan }: Pick<ChangeContext, 'plan'>): RevertTimerReader {
  const { revertTimer } = driverFor(plan.platform)
  if (revertTimer === undefined) throw new Error(`${plan.platform} has no revert timer`)
  return revertTimer
}

function waysOf({ plan }: Pick<ChangeContext, 'plan'>) {
  const { revertTimer } = driverFor(plan.platform).grammar
  if (revertTimer === undefined) throw new Error(`${plan.platform} has no revert timer`)
  return revertTimer
}

/** `setting` and `confirming` go before their line: where they cannot be recorded, nothing is sent. */
function recordBefore(
  { plan, ports }: ChangeContext,
  minutes: number,
  step: 'setting' | 'confirming',
  line: string,
): Promise<void> {
  return ports.journal.append({ kind: 'revert-timer', host: plan.host, minutes, step, line })
}

/** What the device has told; it holds whether or not it can be written down. */
export async function recordTold(
  { plan, ports }: ChangeContext,
  { minutes }: Pick<RunningTimer, 'minutes'>,
  step: Exclude<RevertTimerStep, 'setting' | 'confirming'>,
): Promise<void> {
  const entry = { kind: 'revert-timer', host: plan.host, minutes, step } as const
  await ports.journal.append(entry).catch(() => undefined)
}

/**
 * Into configuration mode, under the timer where the plan has one; the error says that nothing was sent.
 * A broken session is thrown on where no timer was to be set, and is an error otherwise.
 */
export async function enterForChange(
  shell: WriteShell,
  context: ChangeContext,
): Promise<Result<RunningTimer | undefined, DeviceError>> {
  const { plan, ports } = context
  if (plan.revertTimer === undefined) {
    const entered = await shell.enterConfig()
    return entered.kind === 'ok'
      ? ok(undefined)
      : err(configRefused('configure terminal', entered.error, again))
  }
  const { minutes } = plan.revertTimer
  const line = waysOf(context).enter(minutes)
  await recordBefore(context, minutes, 'setting', line)
  try {
    const entered = await shell.enterConfig({ revertMinutes: minutes })
    if (entered.kind === 'err') return err(await notSet(shell, context, line, entered.error))
  } catch (thrown) {
    const error = errorOf(thrown)
    return err({
      ...error,
      next: `nothing of the change was sent; the timer of ${minutes} min may run all the same and takes back what anybody changes meanwhile: look with '${readerOf(context).line}', and end it with '${waysOf(context).confirm}'`,
    })
  }
  await recordTold(context, { minutes }, 'set')
  return ok({ minutes, setAtMs: ports.clock.monotonicMs() })
}

/** Refused, or not said to run: should it run all the same, it is ended, because nothing was changed under it. */
async function notSet(
  shell: WriteShell,
  context: ChangeContext,
  line: string,
  said: string,
): Promise<DeviceError> {
  const { grammar } = driverFor(context.plan.platform)
  const held = said.split('\n').some((one) => grammar.locked.some((locked) => locked.test(one)))
  if (held || isUnauthorised(said)) return configRefused(line, said, again)
  const minutes = context.plan.revertTimer?.minutes ?? 0
  const state = await shell
    .run(readerOf(context).line)
    .then((capture) => readerOf(context).state(capture))
    .catch((): RevertTimerState => ({ kind: 'none' }))
  // Just before, none was pending: one of exactly this length and user is the one that was asked for here.
  const runs = state.kind === 'pending' && state.minutes !== undefined && isOurs(state, minutes, context)
  if (runs) await confirm(shell, context, minutes).catch(() => undefined)
  return {
    code: 'REVERT_TIMER_UNAVAILABLE',
    message: 'the device did not set the revert timer; nothing of the change was sent',
    line,
    reply: said,
    next: "look at the device's archive ('show archive') and its free space, or write revertTimer: off",
  }
}

/** Nothing that the device shows of it speaks against its being the one that this run has set. */
export function isOurs(
  state: Extract<RevertTimerState, { readonly kind: 'pending' }>,
  minutes: number,
  { request }: Pick<ChangeContext, 'request'>,
): boolean {
  const { username } = request.host.credential
  const sameUser = state.user === undefined || state.user.toLowerCase() === username.toLowerCase()
  return sameUser && (state.minutes === undefined || state.minutes === minutes)
}

/** Ends the timer, on record before it is sent. What the device has then is read, not taken from the answer. */
export async function confirm(
  shell: WriteShell,
  context: ChangeContext,
  minutes: number,
): Promise<LineReply> {
  await recordBefore(context, minutes, 'confirming', waysOf(context).confirm)
  return shell.confirm()
}

/** Whether a timer is pending, and what the targets read: both in one go. Throws a SessionFault. */
export async function lookAt(shell: ReadShell, context: ChangeContext): Promise<TimerLook> {
  const { line, state } = readerOf(context)
  const told = state(await shell.run(line))
  return { state: told, values: await readBack(shell, context.plan, context.targets) }
}

/** What ends the timer: every target as wanted, or as before where it was taken back; undefined: one is neither. */
export function goalOf(outcome: ReadonlyMap<string, TargetChanged>): Goal | undefined {
  const goal = new Map<string, TargetValue>()
  for (const [name, target] of outcome) {
    if (target.kind !== 'changed' && target.kind !== 'reverted') return undefined
    goal.set(name, target.value)
  }
  return goal
}

export function reads(look: TimerLook, name: string, value: TargetValue): boolean {
  const read = look.values.get(name)
  return read?.kind === 'value' && read.value === value
}

/** The outcome of a target that the device itself has taken back. */
export function takenBack(value: TargetValue, minutes: number, cause?: DeviceError): TargetChanged {
  const itself = `the device took the change back by itself when its revert timer of ${minutes} min ran out, as its whole configuration shows`
  const error: DeviceError =
    cause === undefined
      ? {
          code: 'REVERT_TIMER_FIRED',
          message: itself,
          next: 'find out why it could not be confirmed in time before trying again',
        }
      : { ...cause, message: `${cause.message}; ${itself}`, next: nextAfterFiring }
  return { kind: 'reverted', value, error }
}

const nextAfterFiring =
  'find out what cut the session off before trying again; what others changed on the device meanwhile is gone too'
