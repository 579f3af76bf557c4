import { clearsOf, type DevicePlan } from '../model/plan.ts'
import type { Ports } from './ports.ts'

/** One peer at a time over all devices of a run, and one stop for all of them. */
export class ClearTurns {
  #stopped: string | undefined
  #taken = false
  readonly #waiting = new Set<() => void>()

  /** `stopped`: why nothing may be cleared at all. */
  constructor(stopped?: string) {
    this.#stopped = stopped
  }

  /** Why no further peer is cleared, on any device. */
  get stopped(): string | undefined {
    return this.#stopped
  }

  /** True: this device may clear one peer now, and must `release` when it is back. */
  take(): boolean {
    if (this.#taken || this.#stopped !== undefined) return false
    this.#taken = true
    return true
  }

  release(): void {
    this.#taken = false
    this.#wake()
  }

  /** Ends the clearing of the whole run; the first reason stands. */
  stop(why: string): void {
    this.#stopped ??= why
    this.#wake()
  }

  /** Called once when it is worth trying again. */
  whenFree(wake: () => void): void {
    this.#waiting.add(wake)
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}

/**
 * Asks the second question where any clear is planned. `refusal`: the change itself may not be made. A no
 * lets the change run, and clears nothing.
 */
export async function askForClears(
  plans: readonly DevicePlan[],
  refusal: string | undefined,
  ports: Pick<Ports, 'approveClears'>,
): Promise<ClearTurns> {
  const clearing = plans.filter((plan) => clearsOf(plan).length > 0)
  if (refusal !== undefined || clearing.length === 0) return new ClearTurns()
  const approved = await (ports.approveClears?.(clearing) ?? false)
  return new ClearTurns(approved ? undefined : 'the clears were not approved')
}
