import type { QueuedNotice, ServeState } from '../model/serve-state.ts'
import { forgotten } from './told.ts'

// Notices that wait for their delivery, as part of the state: a restart loses none. Pure.

/** So many may wait, over all channels. */
export const mostQueued = 1_000
/** So long is a notice tried. */
export const triedForMs: number = 24 * 3_600_000
const firstWaitMs = 5_000
const mostWaitMs = 30 * 60_000
/** A receiver that asks for more patience gets so much. */
export const mostAskedMs: number = 3_600_000

export interface Queued {
  readonly state: ServeState
  /** Notices that are lost: there was no room. */
  readonly dropped: readonly QueuedNotice[]
}

/** Puts notices at the end. Where there is no room the oldest are dropped, and what they told is news again. */
export function enqueue(state: ServeState, notices: readonly QueuedNotice[]): Queued {
  const ids = new Set(state.queue.map(({ id }) => id))
  const all = [...state.queue, ...notices.filter(({ id }) => !ids.has(id))]
  const dropped = all.slice(0, Math.max(0, all.length - mostQueued))
  const told = dropped.reduce(forgotten, state.told)
  return { state: { ...state, told, queue: all.slice(dropped.length) }, dropped }
}

/** The oldest of each channel: no other is sent before it. */
export function headsOf({ queue }: ServeState): readonly QueuedNotice[] {
  const heads = new Map<string, QueuedNotice>()
  for (const notice of queue) if (!heads.has(notice.channel)) heads.set(notice.channel, notice)
  return [...heads.values()]
}

/** How long a notice has still to wait; in milliseconds, 0 where it is due. */
export function waitOf({ nextAt }: QueuedNotice, nowMs: number): number {
  const ms = Date.parse(nextAt) - nowMs
  // No notice is made to wait for longer: the clock was set back, or that is no time.
  return ms > 0 && ms <= mostAskedMs ? ms : 0
}

/** What became of one try: `later` is tried again, `lost` is not. */
export type Try =
  | { readonly kind: 'sent' }
  | { readonly kind: 'later'; readonly message: string; readonly askedMs?: number }
  | { readonly kind: 'lost'; readonly message: string }

export interface Tried {
  readonly state: ServeState
  /** Counting this one. */
  readonly attempts: number
  readonly ended: 'sent' | 'later' | 'lost'
}

/**
 * The state after one try of a notice. What is tried again waits from 5 s up to 30 min, doubled each time and spread by
 * a quarter; longer where the receiver asks for it. After a day it is lost.
 *
 * @param random from 0 up to, not including, 1
 */
export function afterTry(
  state: ServeState,
  notice: QueuedNotice,
  result: Try,
  nowMs: number,
  random: number,
): Tried {
  const attempts = notice.attempts + 1
  const without = state.queue.filter(({ id }) => id !== notice.id)
  // Dropped while it was under way: that has been told.
  const waits = without.length < state.queue.length
  if (result.kind === 'sent') return { state: { ...state, queue: without }, attempts, ended: 'sent' }
  const madeMs = Date.parse(notice.madeAt)
  const endsMs = madeMs + triedForMs
  // Made in a future that a wrong clock showed, it would hold up its channel until then.
  if (result.kind === 'lost' || nowMs >= endsMs || madeMs - nowMs > triedForMs) {
    const told = waits ? forgotten(state.told, notice) : state.told
    return { state: { ...state, told, queue: without }, attempts, ended: 'lost' }
  }
  const nextMs = Math.min(endsMs, nowMs + waitMs(attempts, random, result.askedMs))
  const next = { ...notice, attempts, nextAt: new Date(nextMs).toISOString() }
  const queue = state.queue.map((one) => (one.id === notice.id ? next : one))
  return { state: { ...state, queue }, attempts, ended: 'later' }
}

function waitMs(attempts: number, random: number, askedMs: number = 0): number {
  const doubled = Math.min(mostWaitMs, firstWaitMs * 2 ** Math.min(20, attempts - 1))
  const spread = Math.min(mostWaitMs, Math.max(firstWaitMs, doubled * (0.75 + random / 2)))
  return Math.max(spread, Math.min(mostAskedMs, askedMs))
}
