/** Time as a parameter, so that tests own it. Deadlines and ages use `monotonicMs`, never the wall clock. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number
  /** The time of day, for people and records only. */
  wall(): Date
  /** Resolves after `ms`, or at once when the signal aborts (also when it already has). Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `fire` once after `ms` unless the returned function is called before. */
  timer(ms: number, fire: () => void): () => void
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wall: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = (): void => {
        clearTimeout(timeout)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timeout = setTimeout(done, ms)
      signal?.addEventListener('abort', done, { once: true })
    }),
  timer: (ms, fire) => {
    const timeout = setTimeout(fire, ms)
    return () => clearTimeout(timeout)
  },
}
