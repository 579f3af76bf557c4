import type { DeviceFacts } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import type { DeviceIntent } from '../model/intent.ts'
import type { InventoryHost } from '../model/inventory.ts'
import type { Assessment, PlannedRevertTimer, TargetState } from '../model/plan.ts'
import { revertTimerMinutes } from '../model/revert-timer.ts'
import type { Driver } from '../platform/driver.ts'

type Timeouts = InventoryHost['timeouts']

/** What a timer is planned from. */
export interface RevertTimerInput {
  readonly intent: DeviceIntent
  readonly facts: DeviceFacts
  readonly assessment: Assessment
  readonly driver: Driver
  /** How patient the sessions of the device are; absent: the command pushes nothing. */
  readonly timeouts?: Timeouts
}

/** Whether the lines of a device are sent under a revert timer, and what speaks against it. */
export interface RevertTimerPlan {
  /** Absent: none is used. */
  readonly timer?: PlannedRevertTimer
  /** Each of them refuses the whole device. */
  readonly findings: readonly Finding[]
}

/** Of `auto`: long enough for a person to see what happens, and never shorter than it must be. */
const autoMinutes = 5
const minuteMs = 60_000

/**
 * Decides on the timer of one device that is to be changed. Pure. `auto` asks for it where this session comes
 * through a tunnel, on a platform that has one; a number asks for it everywhere. A timer that cannot be used
 * safely is no reason to go on without: what a person asked for as a guard is not left out silently. One that is
 * pending already refuses the device in any case, where it was looked for: it would take the change back unseen.
 */
export function planRevertTimer(input: RevertTimerInput): RevertTimerPlan {
  const { intent, facts, assessment, driver, timeouts } = input
  const wish = intent.revertTimer
  const changing = assessment.targets.filter(isToChange)
  if (timeouts === undefined || changing.length === 0) return { findings: [] }
  if (wish === undefined) return { findings: pendingTimer(facts) }
  if (wish === 'auto' && (driver.revertTimer === undefined || facts.managementThrough?.tunnel !== true))
    return { findings: [] }
  const why = unavailable(facts, driver)
  if (why !== undefined) return { findings: [unavailableFinding(why, wish === 'auto')] }
  const needed = neededMinutes(linesOf(changing, facts, driver), timeouts)
  const longest = revertTimerMinutes.most
  const minutes = wish === 'auto' ? Math.min(Math.max(autoMinutes, needed), longest) : wish.minutes
  return { timer: { minutes }, findings: [...pendingTimer(facts), ...tooShort(minutes, needed)] }
}

function isToChange({ before, wanted }: TargetState): boolean {
  return before !== wanted && before !== 'absent'
}

function linesOf(changing: readonly TargetState[], facts: DeviceFacts, driver: Driver): number {
  if (driver.access === 'read-only') return 0
  const steps = changing.map(({ target, wanted }) => driver.change(facts, target, wanted).lines.length)
  return steps.reduce((total, one) => total + one, 0)
}

/**
 * Twice what may pass until the confirm: each line, the ways into and out of configuration mode, reading back
 * and the SAs may take `commandTimeout` each, all of it `totalTimeout` at most; then a login.
 */
export function neededMinutes(lines: number, { connectMs, commandMs, totalMs }: Timeouts): number {
  const pushMs = Math.min((lines + 4) * commandMs, totalMs)
  return Math.ceil((2 * (pushMs + connectMs + commandMs)) / minuteMs)
}

function unavailable(facts: DeviceFacts, driver: Driver): string | undefined {
  if (driver.revertTimer === undefined) return 'this platform has no revert timer'
  if (facts.revertTimer === undefined) return 'the device was not asked for its revert timer'
  return facts.revertTimer.unavailable
}

function unavailableFinding(why: string, auto: boolean): Finding {
  const where = auto ? 'this session comes through a tunnel, where the playbook wants' : 'the playbook wants'
  return {
    code: 'REVERT_TIMER_UNAVAILABLE',
    severity: 'block',
    message: `${where} a revert timer, and it cannot be set: ${why}`,
    next: auto
      ? "configure 'archive' with a 'path' on the box's own flash; or write revertTimer: off"
      : "configure 'archive' with a 'path' on the box's own flash (IOS); or write revertTimer: auto or off, or give the devices without one a playbook of their own",
  }
}

/** Refuses a device of which it is known that a timer is pending, whosever it is. */
export function pendingTimer({ revertTimer }: Pick<DeviceFacts, 'revertTimer'>): readonly Finding[] {
  if (revertTimer?.state.kind !== 'pending') return []
  const { minutes, user, evidence } = revertTimer.state
  const whose = user === undefined ? 'somebody' : user
  const long = minutes === undefined ? '' : ` of ${minutes} min`
  return [
    {
      code: 'REVERT_TIMER_PENDING',
      severity: 'block',
      message: `a revert timer${long} is pending already (${whose}): when it runs out, the device takes back everything since it was set, this change too`,
      evidence,
      next: "ask whose change it is; wait until it was confirmed ('configure confirm') or taken back, then run this again",
    },
  ]
}

function tooShort(minutes: number, needed: number): readonly Finding[] {
  if (minutes >= needed) return []
  const possible = needed <= revertTimerMinutes.most
  return [
    {
      code: 'REVERT_TIMER_TOO_SHORT',
      severity: 'block',
      message: `a revert timer of ${minutes} min could run out in the middle of the change: twice what it may take is ${needed} min`,
      next: possible
        ? `write revertTimer: ${needed}m or more, or auto; or shorten commandTimeout and totalTimeout in the inventory`
        : 'shorten commandTimeout and totalTimeout in the inventory',
    },
  ]
}
