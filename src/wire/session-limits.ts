import pLimit, { type LimitFunction } from 'p-limit'
import type { Clock } from '../kernel/clock.ts'
import type { Result } from '../kernel/result.ts'
import type { Space } from '../model/device-request.ts'
import type { ReadShell, Unreachable } from '../model/shell.ts'
import type { PlainSessions } from '../workflow/ports.ts'
import { untilClosed } from './session-queue.ts'

/** What an inventory may ask for, to spare AAA servers and jump hosts. */
export interface SessionLimits {
  /** Logins that may begin within a second, over all devices; absent: as many as run at once. */
  readonly loginsPerSecond?: number
}

/**
 * Logins begin no faster than the inventory's `loginsPerSecond`, and a jump host carries no more sessions at a
 * time than its `sessions`. The second login of the change step needs no place of its own: all places could be
 * taken by changes that wait for theirs.
 */
export function limited(sessions: PlainSessions, clock: Clock, limits: SessionLimits): PlainSessions {
  const jumps = new Map<string, LimitFunction>()
  const open = new Map<string, number>()
  const pace = paceOf(clock, limits.loginsPerSecond)

  const within = async <S extends ReadShell>(
    { host }: Space,
    signal: AbortSignal | undefined,
    begin: () => Promise<Result<S, Unreachable>>,
  ): Promise<Result<S, Unreachable>> => {
    const before = open.get(host.name) ?? 0
    const releases: (() => void)[] = []
    open.set(host.name, before + 1)
    // Always in one order: two chains that share their jump hosts never wait for each other.
    const asked = (before > 0 ? [] : (host.via ?? [])).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    for (const { name, sessions: most } of asked) {
      if (most === undefined) continue
      const places = jumps.get(name) ?? pLimit(most)
      jumps.set(name, places)
      releases.push(await placeIn(places))
    }
    const release = (): void => {
      open.set(host.name, (open.get(host.name) ?? 1) - 1)
      for (const each of releases) each()
    }
    return untilClosed(release, async () => {
      await pace(signal)
      return begin()
    })
  }
  return {
    read: (space, signal) => within(space, signal, () => sessions.read(space, signal)),
    write: (space) => within(space, undefined, () => sessions.write(space)),
  }
}

/** Waits for one of the places; what it gives sets the place free again. */
function placeIn(places: LimitFunction): Promise<() => void> {
  return new Promise((resolve) => {
    void places(() => new Promise<void>((free) => resolve(free)))
  })
}

/** Waits until the next login may begin; an abort ends the waiting. */
function paceOf(clock: Clock, perSecond: number | undefined): (signal?: AbortSignal) => Promise<void> {
  if (perSecond === undefined) return async () => {}
  let nextMs = 0
  return async (signal) => {
    const nowMs = clock.monotonicMs()
    const atMs = Math.max(nowMs, nextMs)
    nextMs = atMs + 1000 / perSecond
    if (atMs > nowMs) await clock.sleep(atMs - nowMs, signal)
  }
}
