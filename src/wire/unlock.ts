import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { quoted } from '../kernel/printable.ts'
import { parseDeviceName } from '../model/ids.ts'
import type { LeaseView, Unlocked } from '../model/lease.ts'
import type { LeaseFolder } from '../runs/leases.ts'
import { leaseFolder } from './leases.ts'
import type { Invalid, RunOptions } from './options.ts'
import { stateDirFor } from './state.ts'

/** Where leases are looked for; no playbook is named. */
export type LeasesOptions = Pick<RunOptions, 'stateDir' | 'env' | 'cwd' | 'clock' | 'uid' | 'self'>

export interface UnlockOptions extends LeasesOptions {
  /** Also breaks a lease whose owner is alive. */
  readonly force?: boolean
  /** Asked for each lease before it is broken. */
  readonly approve: (view: LeaseView) => Promise<boolean>
}

/** The leases that stand, by device. */
export type LeasesAnswer = Invalid | { readonly kind: 'done'; readonly leases: readonly LeaseView[] }

/** What became of each lease. */
export type UnlockAnswer =
  | Invalid
  | {
      readonly kind: 'done'
      readonly hosts: readonly Unlocked[]
      /** 1 where a lease stands that was to be broken. */
      readonly exitCode: 0 | 1
    }

/** The leases of a state directory, by device. Contacts nothing. Rejects with LEASE_FAILED where they cannot be read. */
export async function listLeases(options: LeasesOptions): Promise<LeasesAnswer> {
  const dir = stateDirFor(options, undefined)
  if (dir.kind === 'err') return { kind: 'invalid', diagnostics: dir.error }
  return { kind: 'done', leases: await leaseFolder(dir.value, options, options.clock ?? systemClock).list() }
}

/**
 * Breaks the leases of some devices, after a look at each owner: one that is alive on this machine, or has a heartbeat
 * on another, keeps its lease unless `force`. Contacts nothing, and ends no run: one that is at work sends nothing more
 * in a new session.
 */
export async function unlock(names: readonly string[], options: UnlockOptions): Promise<UnlockAnswer> {
  const dir = stateDirFor(options, undefined)
  const wrong = names.flatMap((name) => (parseDeviceName(name) === undefined ? [noName(name)] : []))
  const diagnostics = [...(dir.kind === 'err' ? dir.error : []), ...wrong]
  if (dir.kind === 'err' || diagnostics.length > 0) return { kind: 'invalid', diagnostics }
  const leases = leaseFolder(dir.value, options, options.clock ?? systemClock)
  const hosts: Unlocked[] = []
  for (const host of new Set(names)) hosts.push(await unlockOne(host, leases, options))
  const left = hosts.some(({ result }) => result !== 'broken' && result !== 'not-leased')
  return { kind: 'done', hosts, exitCode: left ? 1 : 0 }
}

async function unlockOne(
  host: string,
  leases: LeaseFolder,
  { force = false, approve }: UnlockOptions,
): Promise<Unlocked> {
  const seen = await leases.look(host)
  if (seen === undefined) return { host, state: 'dead', result: 'not-leased' }
  const view = force ? seen : await watched(seen, leases)
  if (view.state === 'alive' && !force) return { ...view, result: 'refused' }
  if (!(await approve(view))) return { ...view, result: 'kept' }
  try {
    if (await leases.break(view)) return { ...view, result: 'broken' }
    return { ...view, result: 'failed', problem: 'another run has taken it meanwhile' }
  } catch (thrown) {
    return { ...view, result: 'failed', problem: messageOf(thrown) }
  }
}

/** A heartbeat that goes on while one looks is alive, whatever the clocks of the two machines say. */
async function watched(view: LeaseView, leases: LeaseFolder): Promise<LeaseView> {
  if (view.state !== 'unknown' || view.lease === undefined) return view
  return (await leases.staysSilent(view.lease)) ? view : { ...view, state: 'alive' }
}

function noName(name: string): Diagnostic {
  return diagnostic(
    'USAGE',
    `${quoted(name)} is not the name of a device`,
    undefined,
    'name devices as the inventory does; without any, ikero unlock lists the leases',
  )
}
