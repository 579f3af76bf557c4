import type { Clock } from '../../kernel/clock.ts'
import { someOf } from '../../kernel/some-of.ts'
import type { DeviceRequest } from '../../model/device-request.ts'
import type { Emit } from '../../model/event.ts'
import type { Status } from '../../model/outcome.ts'
import type { FreezePeriod, HoldReason } from '../../model/remediation.ts'
import { allAtOnce, type ChangeWindow, type RolloutSettings } from '../../model/rollout.ts'
import { Budget } from './budgets.ts'
import { closedAt, endsTooEarly } from './times.ts'

/** What a run keeps to while it goes over its devices. */
export interface RolloutRules {
  readonly settings: RolloutSettings
  /** All of them are kept to. Absent: changes may begin at any time, or somebody said why not to keep to them. */
  readonly windows?: readonly ChangeWindow[]
  /** Nothing is begun in one of these: remediation only. */
  readonly freeze?: readonly FreezePeriod[]
  /** Whether the playbook expects a status of a device: what it expects uses no budget up. */
  readonly isKnown: (host: string, status: Status) => boolean
}

/** Without rules of a playbook. A lost peer or a contradiction stops all the same. */
const atOnce: RolloutRules = { settings: allAtOnce(1), isKnown: () => false }

/** Why no further device is begun, and how to go on. */
export interface Stop {
  readonly reason: string
  readonly next: string
  /** What remediation calls it. Absent: what became of devices. */
  readonly why?: HoldReason
}

export interface RolloutAbout {
  readonly rules?: RolloutRules | undefined
  /** Devices of the run. */
  readonly devices: number
  readonly lostAfterMs: number
  /** The command that goes on after a stop. Absent: `apply`. */
  readonly command?: string
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

  /** How to go on, in words. */
  get again(): string {
    return `run ${this.#about.command ?? 'apply'} again`
  }

  /** No further device is begun; the first reason stands. */
  stop(reason: string, next: string = `find out why; then ${this.#goOn}`): void {
    this.#stop({ reason, next })
  }

  get #goOn(): string {
    return `${this.again}: what is changed already is left as it is, and the others are begun anew`
  }

  #stop(stop: Stop): void {
    if (this.#stopped !== undefined) return
    this.#stopped = stop
    this.#about.emit({ kind: 'rollout-stopped', reason: stop.reason })
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
    this.#stop({
      reason: `${length} of ${this.#about.devices} devices cannot be reached (${someOf(budget.hosts, 5)}), and rollout.stopAfter.unreachable is ${budget.text}`,
      next: `make them reachable, or list them under known, leave them out with --limit, or raise rollout.stopAfter.unreachable; then ${this.#goOn}`,
      why: 'budget',
    })
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

  /** Why nothing may be begun now; undefined while every window is open and nothing is frozen. */
  get closed(): Stop | undefined {
    const { windows = [], freeze = [] } = this.rules
    return closedAt({ windows, freeze, nowMs: this.#now(), again: this.again })
  }

  /** Stops the rollout when a device that is begun now might not be done by the end of the window. */
  stopIfLate(spaces: readonly DeviceRequest[]): void {
    if (this.#stopped !== undefined) return
    const { windows = [], freeze = [] } = this.rules
    const needsMs = mayNeedMs(spaces, this.#about.lostAfterMs)
    const late = { windows, freeze, nowMs: this.#now(), again: this.again }
    const stop = this.closed ?? endsTooEarly(late, needsMs, spaces[0]?.host.name ?? 'a device')
    if (stop !== undefined) this.#stop(stop)
  }

  #now(): number {
    return this.#about.clock.wall().getTime()
  }
}

/** What one device may take from its login to the moment from which a lost peer would be known. */
export function mayNeedMs(spaces: readonly DeviceRequest[], lostAfterMs: number): number {
  return spaces.reduce((total, { host }) => total + host.timeouts.totalMs, lostAfterMs)
}
