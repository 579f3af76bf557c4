import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { LeaseView } from '../model/lease.ts'
import { heartbeatMs, staleMs } from '../runs/lease-record.ts'
import { makeRunId } from '../runs/run-id.ts'
import { leaseFolder } from './leases.ts'
import type { RunOptions } from './options.ts'

/** The right to serve from a state directory. */
export interface ServeLock {
  release(): Promise<void>
}

const name = 'serve'

/**
 * One serve per state directory: two would each begin every run. Kept as the lease of a device is, so that one whose
 * process was killed is taken over at once. Rejects with LEASE_FAILED.
 *
 * @param onLost told once when somebody else has it, or it can be renewed no more: serving must end
 */
export async function lockServe(
  stateDir: string,
  options: Pick<RunOptions, 'env' | 'self'>,
  clock: Clock,
  onLost: (why: string) => void,
): Promise<Result<ServeLock, { readonly message: string; readonly next: string }>> {
  const leases = leaseFolder(join(stateDir, name), options, clock)
  const answer = await leases.take(name, makeRunId(clock.wall(), randomBytes(3).toString('hex')))
  if (answer.kind === 'held') return err(busy(answer.view, stateDir))
  const { lease } = answer
  let stopTimer = (): void => undefined
  let renewedMs = clock.monotonicMs()
  const beat = async (): Promise<void> => {
    try {
      if (!(await leases.renew(lease))) return onLost('another process has taken the state directory over')
      renewedMs = clock.monotonicMs()
    } catch (thrown) {
      // A full disk may have room again before anybody may take it over.
      if (clock.monotonicMs() - renewedMs > staleMs - 2 * heartbeatMs)
        return onLost(`the lease of the state directory cannot be renewed: ${messageOf(thrown)}`)
    }
    wait()
  }
  const wait = (): void => {
    stopTimer = clock.timer(heartbeatMs, () => void beat())
  }
  wait()
  return ok({
    release: () => {
      stopTimer()
      return leases.release(lease)
    },
  })
}

function busy({ lease, problem }: LeaseView, stateDir: string): { message: string; next: string } {
  const who =
    lease === undefined
      ? (problem ?? 'its owner cannot be told')
      : `${printable(lease.owner)} on ${printable(lease.machine)}, pid ${lease.pid}, since ${lease.takenAt}`
  return {
    message: `another ikero serve keeps ${printable(stateDir)} (${who})`,
    next: 'stop that one first, or give this one a state directory of its own with --state-dir',
  }
}
