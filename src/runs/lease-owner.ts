import type { Lease, OwnerState, ProcessMark } from '../model/lease.ts'
import { staleMs } from './lease-record.ts'

/** What the system says of a process. */
export type ProcessLook =
  | { readonly kind: 'gone' }
  /** `started`: as in {@link ProcessMark}; absent where the system does not tell. */
  | { readonly kind: 'there'; readonly started?: string }
  | { readonly kind: 'not-told' }

/** This process, and a look at others of this machine. */
export interface OwnProcess {
  readonly mark: ProcessMark
  look(pid: number): ProcessLook
}

/**
 * The state of a lease's owner. Only a process of this very machine can be called dead; everything else is a matter of
 * its heartbeat, and a heartbeat of the future counts as fresh.
 */
export function ownerState(lease: Lease, own: OwnProcess, nowMs: number): OwnerState {
  const here = lease.machine === own.mark.machine && lease.boot === own.mark.boot && lease.pid > 0
  const seen = here ? own.look(lease.pid) : undefined
  if (seen?.kind === 'gone') return 'dead'
  if (seen?.kind === 'there' && seen.started !== undefined && lease.pidStarted !== undefined)
    return seen.started === lease.pidStarted ? 'alive' : 'dead'
  return nowMs - Date.parse(lease.heartbeat) < staleMs ? 'alive' : 'unknown'
}
