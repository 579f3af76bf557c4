import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import type { Journal } from '../runs/journal.ts'
import { LeaseFolder } from '../runs/leases.ts'
import type { Sessions } from '../workflow/ports.ts'
import { ownProcess } from './holder.ts'
import { type LeasedSessions, leasedSessions } from './leased-sessions.ts'
import type { RunOptions } from './options.ts'
import { shellWord } from './trust-command.ts'

/** The leases of a state directory, for this process. */
export function leaseFolder(
  dir: string,
  options: Pick<RunOptions, 'env' | 'self'>,
  clock: Clock,
): LeaseFolder {
  const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')
  return new LeaseFolder({ dir, clock, own: ownProcess(options), randomHex })
}

/** The sessions of a run that write only with the lease of their device. */
export function withLeases(
  sessions: Sessions,
  options: RunOptions,
  journal: Journal,
  clock: Clock,
): LeasedSessions {
  // A run's folder stands in STATE/runs.
  const leases = leaseFolder(resolve(journal.folder, '..', '..'), options, clock)
  const state = options.stateDir === undefined ? [] : ['--state-dir', options.stateDir]
  const unlockCommand = (host: string): string => `ikero unlock ${[host, ...state].map(shellWord).join(' ')}`
  return leasedSessions(sessions, { leases, runId: journal.runId, clock, journal, unlockCommand })
}
