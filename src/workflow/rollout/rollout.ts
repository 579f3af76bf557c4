import type { Clock } from '../../kernel/clock.ts'
import { formatDuration } from '../../kernel/duration.ts'
import { formatMoment } from '../../kernel/moment.ts'
import { someOf } from '../../kernel/some-of.ts'
import type { DeviceRequest } from '../../model/device-request.ts'
import type { Emit } from '../../model/event.ts'
import type { Status } from '../../model/outcome.ts'
import { allAtOnce, type ChangeWindow, type RolloutSettings } from '../../model/rollout.ts'
import { Budget } from './budgets.ts'
import { windowAt } from './window.ts'

/** What a run keeps to while it goes over its devices. */
export interface RolloutRules {
  readonly settings: RolloutSettings
  /** Absent: changes may begin at any time, or somebody said why not to keep to it. */
  readonly window?: ChangeWindow
  /** Whether the playbook expects a status of a device: what it expects uses no budget up. */
  readonly isKnown: (host: string, status: Status) => boolean
}

/** Without rules of a playbook. A lost peer or a contradiction stops all the same. */
const atOnce: RolloutRules = { settings: allAtOnce(1), isKnown: () => false }

/** Why no further device is begun, and how to go on. */
export interface Stop {
  readonly reason: string
  readonly next: string
}

const applyAgain = 'run apply again: what is changed already is left as it is, and the others are begun anew'

export interface RolloutAbout {
  readonly rules?: RolloutRules | undefined
  /** Devices of the run. */
  readonly devices: number
  readonly lostAfterMs: number
  readonly clock: Clock
  readonly emit: Emit
}

/** One rollout while it runs: its budgets, its window, and whether it was stopped. */
export class Rollout {
  readonly rules: RolloutRules
  /** Resolves when the rollout is stopped. */
  readonly whenStopped: Promise<void>
  readonly #about: RolloutAbout
  readonly #unreachable: Budget
  #failed: Budget
  #stopped: Stop | undefined
  #tell: () => void = () => undefined

  constructor(about: RolloutAbout) {
    this.#about = about
    this.rules = about.rules ?? atOnce
    const { stopAfter } = this.rules.settings
    this.#unreachable = new Budget(stopAfter.unreachable, about.devices)
    this.#failed = new Budget(stopAfter.failed, about.devices)
    this.whenStopped = new Promise((resolve) => {
      this.#tell = resolve
    })
  }

  get stopped(): Stop | undefined {
    return this.#stopped
  }

  /** The devices that are to be changed are known by now: shares of them are counted from here on. */
  begin(toChange: number): void {
    this.#failed = new Budget(this.rules.settings.stopAfter.failed, toChange)
  }

  /** No further device is begun; the first reason stands. */
  stop(reason: string, next: string = `find out why; then ${applyAgain}`): void {
    if (this.#stopped !== undefined) return
    this.#stopped = { reason, next }
    this.#about.emit({ kind: 'rollout-stopped', reason })
    this.#tell()
  }

  /** A device that came to a status, or is about to: counted once, however often it is told. */
  count(host: string, status: Status): void {
    if (this.rules.isKnown(host, status)) return
    if (status === 'unreachable') this.#countUnreachable(host)
    if (status === 'failed' || status === 'rolled-back' || status === 'unknown') this.#countFailed(host)
  }

  #countUnreachable(host: string): void {
    const budget = this.#unreachable
    budget.count(host)
    if (!budget.usedUp) return
    const { length } = budget.hosts
    this.stop(
      `${length} of ${this.#about.devices} devices cannot be reached (${someOf(budget.hosts, 5)}), and rollout.stopAfter.unreachable is ${budget.text}`,
      `make them reachable, or list them under known, leave them out with --limit, or raise rollout.stopAfter.unreachable; then ${applyAgain}`,
    )
  }

  #countFailed(host: string): void {
    const budget = this.#failed
    budget.count(host)
    if (!budget.usedUp) return
    const { length } = budget.hosts
    const what = length === 1 ? '1 device' : `${length} devices`
    this.stop(
      `${what} failed, went back or cannot be told (${someOf(budget.hosts, 5)}), and rollout.stopAfter.failed is ${budget.text}`,
    )
  }

  /** Why nothing may be begun now; undefined while the window is open, or where there is none. */
  get closed(): Stop | undefined {
    const { window } = this.rules
    if (window === undefined) return undefined
    const state = windowAt(window, this.#now())
    if (state.open) return undefined
    const opens = formatMoment(state.opensAtMs)
    return {
      reason: `the window (${windowText(window)}) is closed; it opens at ${opens}`,
      next: `run apply again when the window is open, from ${opens} on, or give --ignore-window with the reason`,
    }
  }

  /** Stops the rollout when a device that is begun now might not be done by the end of the window. */
  stopIfLate(spaces: readonly DeviceRequest[]): void {
    const { window } = this.rules
    if (window === undefined || this.#stopped !== undefined) return
    const { closed } = this
    if (closed !== undefined) {
      this.stop(closed.reason, closed.next)
      return
    }
    const now = this.#now()
    const state = windowAt(window, now)
    const needsMs = mayNeedMs(spaces, this.#about.lostAfterMs)
    if (!state.open || now + needsMs <= state.endsAtMs) return
    const opens = windowAt(window, state.endsAtMs)
    const again = opens.open ? state.endsAtMs : opens.opensAtMs
    this.stop(
      `the window (${windowText(window)}) ends at ${formatMoment(state.endsAtMs)}, and ${spaces[0]?.host.name ?? 'a device'} may need ${formatDuration(needsMs)}`,
      `run apply again when the window opens next, at ${formatMoment(again)}`,
    )
  }

  #now(): number {
    return this.#about.clock.wall().getTime()
  }
}

/** What one device may take from its login to the moment from which a lost peer would be known. */
export function mayNeedMs(spaces: readonly DeviceRequest[], lostAfterMs: number): number {
  return spaces.reduce((total, { host }) => total + host.timeouts.totalMs, lostAfterMs)
}

/** `22:00 to 04:00 Asia/Tokyo`. */
export function windowText({ from, to, timezone }: ChangeWindow): string {
  return `${from} to ${to} ${timezone}`
}
