import type { Clock } from '../src/kernel/clock.ts'

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves time on by `ms`. Timers and sleepers that fall due fire one by one in the order of their time
   * (at the same time: in the order they were made), with all promises settled between two of them.
   */
  advance(ms: number): Promise<void>
  /** Jumps from timer to timer until `promise` settles, and gives its value; throws when nothing is left to wait for. */
  settle<T>(promise: Promise<T>): Promise<T>
  /** Timers and sleepers that still wait: 0 proves that nothing was left running. */
  readonly pending: number
}

interface Waiter {
  readonly due: number
  readonly fire: () => void
}

/** `startWall` is the time of day at monotonic 0. */
export function createFakeClock(startWall: Date = new Date('2026-11-24T19:30:00Z')): FakeClock {
  let now = 0
  const waiters: Waiter[] = []

  const remove = (waiter: Waiter): void => {
    const at = waiters.indexOf(waiter)
    if (at !== -1) waiters.splice(at, 1)
  }
  // Kept in order of time; equal times stay in the order of their making.
  const add = (waiter: Waiter): void => {
    const at = waiters.findIndex((other) => other.due > waiter.due)
    waiters.splice(at === -1 ? waiters.length : at, 0, waiter)
  }
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const fireNext = async (upTo: number): Promise<boolean> => {
    const next = waiters[0]
    if (next === undefined || next.due > upTo) return false
    waiters.shift()
    now = Math.max(now, next.due)
    next.fire()
    await turn()
    return true
  }

  return {
    get pending() {
      return waiters.length
    },
    monotonicMs: () => now,
    wall: () => new Date(startWall.getTime() + now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const done = (): void => {
          remove(waiter)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const waiter: Waiter = { due: now + Math.max(0, ms), fire: done }
        add(waiter)
        signal?.addEventListener('abort', done, { once: true })
      }),
    timer: (ms, fire) => {
      const waiter: Waiter = { due: now + Math.max(0, ms), fire }
      add(waiter)
      return () => remove(waiter)
    },
    async advance(ms) {
      const target = now + ms
      await turn()
      while (await fireNext(target));
      now = target
      await turn()
    },
    async settle(promise) {
      let settled = false
      const note = (): void => {
        settled = true
      }
      promise.then(note, note)
      // A few idle turns: what runs over real sockets or streams needs the event loop, not the clock.
      for (let idle = 0; !settled && idle < 100; idle += 1) {
        await turn()
        if (!settled && (await fireNext(Number.POSITIVE_INFINITY))) idle = 0
      }
      if (!settled) throw new Error('the promise waits for something that is not the clock')
      return promise
    },
  }
}
