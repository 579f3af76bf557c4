import { setMaxListeners } from 'node:events'

/**
 * The signal that ends a run. Every device at work listens to it, so Node's warning of a leak at the eleventh
 * listener would say nothing.
 */
export function runSignal(signal: AbortSignal = new AbortController().signal): AbortSignal {
  setMaxListeners(0, signal)
  return signal
}

/** Resolves when the signal aborts, at once where it has already. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
