import type { Schedules } from '../model/schedules.ts'
import type { ServeEvent, ServeEventAt } from '../model/serve-event.ts'
import type { ServeState } from '../model/serve-state.ts'
import type { ServeView } from '../model/serve-view.ts'
import type { ServePorts } from './ports.ts'

/** What a serve is made of, besides its ports. */
export interface ServeOptions {
  /** ikero's. */
  readonly version: string
  /**
   * What else an event changes in the state (what was told and waits to be told), called after the state itself has
   * taken the event. Pure.
   */
  readonly also?: (state: ServeState, told: ServeEventAt) => ServeState
}

/** What serve is begun with. */
export interface ServeStart {
  readonly schedules: Schedules
  /** As it stood on disk; absent where there is none. */
  readonly state?: ServeState
  /** For whoever looks at the status page: a state that could not be read, literal secrets. */
  readonly warnings?: readonly string[]
}

/** Schedules at work. All that happens is told to its listeners, in order. */
export interface Serve {
  /** Begins, once: settles what an earlier serve was killed in, tells what was missed, and goes by the clock from then. */
  start(start: ServeStart): void
  /**
   * Goes by another file, at once. A schedule whose times are the same keeps its run in hand and one that waits; a
   * changed cron line counts from now; the run in hand of one that is gone is finished.
   */
  replace(schedules: Schedules, warnings?: readonly string[]): void
  /** Tells of something that others did: a refused reload, a notice, a pruned store. The state takes it like the rest. */
  tell(event: ServeEvent): void
  /** Changes the state and saves it: told notices, the queue. */
  change(how: (state: ServeState) => ServeState): void
  state(): ServeState
  view(): ServeView
  /** Calls back with each event after the state has taken it; gives back how to end that. A throw is a warning. */
  on(listener: (told: ServeEventAt, state: ServeState) => void): () => void
  /** Begins nothing any more, aborts what is at work, and resolves when that has ended and the state is saved. */
  stop(): Promise<void>
}

/** A serve that has not begun. */
export type CreateServe = (ports: ServePorts, options: ServeOptions) => Serve
