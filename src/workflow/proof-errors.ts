import { printable } from '../kernel/printable.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { TargetVerdict } from '../proof/judge.ts'

/** A peer that had an SA before the push has none since. `then` says what was done about it. */
export function lostError(verdict: TargetVerdict, then: string, next: string): DeviceError {
  return {
    code: 'PEER_LOST',
    message: `lost ${verdict.lost.join(', ')} of ${verdict.name}: it had an SA before the change and has none since; ${then}`,
    next,
  }
}

/** This device started a fresh SA with a peer of a target that should only answer. */
export function contradictedError(verdict: TargetVerdict, then: string): DeviceError {
  const { peer = 'a peer', evidence } = verdict.contradictedBy ?? {}
  return {
    code: 'ROLE_CONTRADICTED',
    message: `this device started a new SA with ${peer} of ${verdict.name} after the change; ${then}`,
    next: 'find out what on this device still starts negotiations, then run plan again',
    ...(evidence === undefined ? {} : { reply: evidence }),
  }
}

/** A peer that a clear of this run took down has not called since; `called`: this device did instead. */
export function notBackError(verdict: TargetVerdict, peer: string, how: 'away' | 'called'): DeviceError {
  const next = 'find out why this peer does not start by itself before changing this end again'
  if (how === 'away') {
    const message = `lost ${printable(peer)} of ${verdict.name}: its SA was cleared and it has not called since; it was taken back`
    return { code: 'PEER_LOST', message, next }
  }
  const message = `this device started a new SA with ${printable(peer)} of ${verdict.name} after a clear, and the peer has not called; it was taken back`
  return {
    code: 'ROLE_CONTRADICTED',
    message,
    next: 'find out what on this device still starts negotiations, then run plan again',
  }
}
