import type { DeviceState, SessionState, Surroundings } from './device-state.ts'
import { enterLine, type Family, type Outcome } from './machine.ts'
import type { SimulatedSession } from './types.ts'

/** How a session reaches what all sessions share. */
export interface SharedState {
  /** The device (in multiple context mode: a context of it) and the world as they are now. */
  look(context?: string): { readonly device: DeviceState; readonly around: Surroundings }
  /** Puts into force what a line changed. */
  settle(outcome: Outcome): void
}

/** A terminal line over the pure machine; it keeps nothing but its own session's state. */
export function openSession(family: Family, user: string, shared: SharedState): SimulatedSession {
  return new MachineSession(family, user, shared)
}

class MachineSession implements SimulatedSession {
  readonly banner: string
  readonly pagerMark: string
  readonly #family: Family
  readonly #shared: SharedState
  #state: SessionState
  /** Which boot of the device this session belongs to. */
  readonly #boot: number | undefined

  constructor(family: Family, user: string, shared: SharedState) {
    const { device, around } = shared.look()
    const { session, banner } = family.open(device, user)
    this.banner = banner
    this.pagerMark = family.pagerMark
    this.#family = family
    this.#shared = shared
    this.#state = session
    this.#boot = around.boot?.atMs
  }

  get prompt(): string {
    return this.#family.prompt(this.#shared.look(this.#state.context).device, this.#state)
  }

  get echo(): boolean {
    return this.#state.dialogue?.kind !== 'enable'
  }

  get pageLength(): number {
    return this.#state.pageLength
  }

  get mode(): string {
    const { dialogue, config, privileged } = this.#state
    if (dialogue !== undefined) return 'question'
    if (config !== undefined) return config.length === 0 ? 'config' : 'sub'
    return privileged ? 'privileged' : 'user'
  }

  enter(line: string): { readonly output: string; readonly close: boolean } {
    const { device, around } = this.#shared.look(this.#state.context)
    // Whoever types on after the device booted, or while nobody reaches it, is not heard.
    if (around.away || around.boot?.atMs !== this.#boot) return { output: '', close: true }
    const outcome = enterLine(this.#family, device, this.#state, around, line)
    this.#state = outcome.session
    this.#shared.settle(outcome)
    return { output: outcome.output, close: outcome.close }
  }

  key(key: 'ctrl-z' | 'ctrl-c'): { readonly output: string; readonly close: boolean } {
    const { dialogue, ...rest } = this.#state
    // A key ends an open question; only without one does Ctrl-Z leave configuration mode.
    if (dialogue !== undefined) this.#state = rest
    else if (key === 'ctrl-z') this.#state = this.#family.controlZ(this.#state)
    return { output: '', close: false }
  }
}
