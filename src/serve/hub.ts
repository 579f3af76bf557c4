import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import type { ServeEvent, ServeEventAt } from '../model/serve-event.ts'
import type { ServeState } from '../model/serve-state.ts'
import type { ServePorts } from './ports.ts'
import { reduceServe } from './reduce.ts'
import { createSaver } from './saver.ts'

/** Called with each event after the state has taken it. */
export type Listener = (told: ServeEventAt, state: ServeState) => void

/** The one place that events pass through, and that the state stands in. */
export interface Hub {
  tell(event: ServeEvent): void
  change(how: (state: ServeState) => ServeState): void
  state(): ServeState
  on(listener: Listener): () => void
  /** What a person should know, by what it is about: a later word replaces an earlier one, undefined takes it back. */
  warn(about: string, warning: string | undefined): void
  warnings(): readonly string[]
  /** Resolves when it has been tried to save the state as it is now. */
  saved(): Promise<void>
  finish(): Promise<void>
}

/** @param also what else an event changes in the state */
export function createHub(
  { clock, saveState }: Pick<ServePorts, 'clock' | 'saveState'>,
  first: ServeState,
  also: (before: ServeState, after: ServeState, told: ServeEventAt) => ServeState,
): Hub {
  let state = first
  const listeners = new Set<Listener>()
  const warnings = new Map<string, string>()
  const warn = (about: string, warning: string | undefined): void => {
    if (warning === undefined) warnings.delete(about)
    else warnings.set(about, warning)
  }
  const saver = createSaver(
    clock,
    async () => saveState(state),
    (failure) => {
      warn('state', failure === undefined ? undefined : `the state is not saved: ${failure}`)
      if (failure === undefined) return
      const next =
        'make room or give rights: it is tried again by itself, and a restart before that forgets what happened'
      tell({ kind: 'save-failed', message: failure, next })
    },
  )
  const change = (how: (before: ServeState) => ServeState): void => {
    const after = how(state)
    if (after === state) return
    state = after
    void saver.save()
  }
  // Whoever listens must not keep a run from being begun.
  const safely = (event: ServeEvent, how: () => void): void => {
    try {
      how()
    } catch (error) {
      warn('listener', `${event.kind} could not be told to all: ${printable(messageOf(error))}`)
    }
  }
  const tell = (event: ServeEvent): void => {
    const told: ServeEventAt = { at: clock.wall().toISOString(), event }
    const before = state
    change((now) => reduceServe(now, told))
    safely(event, () => change((after) => also(before, after, told)))
    for (const listener of [...listeners]) safely(event, () => listener(told, state))
  }
  return {
    tell,
    change,
    state: () => state,
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    warn,
    warnings: () => [...warnings.values()],
    saved: saver.save,
    finish: saver.finish,
  }
}
