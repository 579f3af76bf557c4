import type { Clock } from '../kernel/clock.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { Finding } from '../model/finding.ts'
import type { DevicePlan } from '../model/plan.ts'
import type { RecordedPush } from '../model/recorded-push.ts'
import { isOurs, type RunningTimer } from './revert-timer.ts'
import { replacingMs } from './revert-timer-end.ts'
import { pendingTimer } from './revert-timer-plan.ts'

const minuteMs = 60_000

interface Read {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
}

/**
 * The timer of a push that was cut off, where the device may take the push back by it yet: it is pending, or the
 * device does not tell and its time is not over, or it ran out so lately that the device may be at it.
 */
export function standingTimer(
  { openTimer, targets }: RecordedPush,
  { request, plan }: Read,
  clock: Clock,
): RunningTimer | undefined {
  if (openTimer === undefined) return undefined
  const { minutes, setAt } = openTimer
  const agoMs = clock.wall().getTime() - Date.parse(setAt)
  const timer = { minutes, setAtMs: clock.monotonicMs() - agoMs }
  const leftMs = minutes * minuteMs - agoMs
  const state = plan.facts.revertTimer?.state
  if (state?.kind === 'pending') return isOurs(state, minutes, { request }) ? timer : undefined
  if (state?.kind !== 'none') return leftMs > -replacingMs ? timer : undefined
  const asBefore = targets.every(
    ({ intent }) => plan.targets.find(({ name }) => name === intent.name)?.state.before === intent.before,
  )
  return !asBefore && Math.abs(leftMs) < replacingMs ? timer : undefined
}

/** Refuses a device on which a timer is pending that none of these pushes can have set. */
export function foreignTimer(pushes: readonly RecordedPush[], read: Read, clock: Clock): Finding | undefined {
  const [pending] = pendingTimer(read.plan.facts)
  return pushes.some((push) => standingTimer(push, read, clock) !== undefined) ? undefined : pending
}
