import type { RunId } from '../model/ids.ts'
import type { LeaseView, ProcessMark } from '../model/lease.ts'
import type { RunOwner } from '../model/run-view.ts'
import type { OwnProcess } from './lease-owner.ts'

/** A run without an end on record, and whose process it was begun by. */
export interface EndlessRun {
  readonly runId: RunId
  readonly holder?: ProcessMark
}

/**
 * Who is at work on a run that has no end on record; undefined where it was cut off. A process of this machine is told
 * by its number and start. Where that cannot be looked at (another machine, a system that does not tell, a record of
 * the first version), the leases of the run decide: one with a fresh heartbeat is a process at work.
 */
export function ownerAtWork(
  { runId, holder }: EndlessRun,
  leases: readonly LeaseView[],
  own: OwnProcess,
): RunOwner | undefined {
  const seen = holder === undefined ? undefined : seenHere(holder, own)
  if (seen === 'gone') return undefined
  if (holder !== undefined && seen === 'runs') return ownerOf(holder)
  const lease = leases.find((one) => one.lease?.runId === runId && one.state === 'alive')?.lease
  return lease === undefined ? undefined : ownerOf(lease)
}

/** Of this process itself its number tells nothing: a program may have had a run fail, and live on. */
function seenHere(holder: ProcessMark, own: OwnProcess): 'runs' | 'gone' | undefined {
  if (
    holder.machine !== own.mark.machine ||
    holder.boot !== own.mark.boot ||
    holder.pid === 0 ||
    holder.pid === own.mark.pid
  )
    return undefined
  const look = own.look(holder.pid)
  if (look.kind === 'gone') return 'gone'
  if (look.kind === 'not-told' || look.started === undefined || holder.pidStarted === undefined)
    return undefined
  return look.started === holder.pidStarted ? 'runs' : 'gone'
}

function ownerOf({ owner, machine, pid }: ProcessMark): RunOwner {
  return { owner, machine, pid }
}
