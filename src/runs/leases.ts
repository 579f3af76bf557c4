import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { unreadableReason } from '../kernel/unreadable.ts'
import type { RunId } from '../model/ids.ts'
import type { Lease, LeaseView } from '../model/lease.ts'
import { isCode } from './files.ts'
import { type LeaseFiles, nodeLeaseFiles } from './lease-files.ts'
import { type OwnProcess, ownerState } from './lease-owner.ts'
import { decodeLease, encodeLease, heartbeatMs, hostOfLeaseFile, leaseFileOf } from './lease-record.ts'

export interface LeaseOptions {
  /** The state directory; its `leases` folder is made with the first lease. */
  readonly dir: string
  readonly clock: Pick<Clock, 'wall' | 'sleep'>
  readonly own: OwnProcess
  /** So many random bytes, in hexadecimal. */
  readonly randomHex: (bytes: number) => string
  readonly files?: LeaseFiles
}

/** Why somebody's lease was taken over. */
export type TakenFrom = { readonly lease: Lease; readonly reason: 'process-ended' | 'no-heartbeat' }

export type TakeAnswer =
  | { readonly kind: 'taken'; readonly lease: Lease; readonly from?: TakenFrom }
  | { readonly kind: 'held'; readonly view: LeaseView }

type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'lease'; readonly lease: Lease }
  | { readonly kind: 'unreadable'; readonly why: string }

/** Another process is at a lease for milliseconds only: it is looked at again so often, after a pause. */
const mostLooks = 20
const pauseMs = 50
/** A heartbeat that has stopped is watched for longer than one is due: the clocks of two machines may differ. */
const watchMs: number = heartbeatMs + 5000

/**
 * The leases of one state directory. A lease is made by the exclusive creation of its file. Whoever removes or replaces
 * one that stands creates a guard beside it first, exclusively too, and looks again while it holds the guard: of many
 * that find the same dead lease one takes it. A guard that was left behind by a kill is for a person (`break`).
 */
export class LeaseFolder {
  readonly #options: LeaseOptions
  readonly #files: LeaseFiles
  readonly #folder: string

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#files = options.files ?? nodeLeaseFiles
    this.#folder = join(options.dir, 'leases')
  }

  /** Takes the lease of a device where it is free, or its owner is gone. Rejects with LEASE_FAILED. */
  take(host: string, runId: RunId): Promise<TakeAnswer> {
    return this.#told(host, () => this.#take(host, runId))
  }

  /**
   * Writes the time into a lease of ours. False when it is ours no more: it was broken or taken over, and is left
   * alone. Rejects with LEASE_FAILED.
   */
  renew(lease: Lease): Promise<boolean> {
    return this.#told(lease.host, async () => {
      const heartbeat = this.#options.clock.wall().toISOString()
      const isOurs = (text: string): boolean => tokenIn(text, lease.host) === lease.token
      const text = encodeLease({ ...lease, heartbeat })
      // The file may have been replaced while it was written: what stands there now decides.
      return (
        (await this.#files.overwrite(this.#pathOf(lease.host), isOurs, text)) && (await this.#stands(lease))
      )
    })
  }

  /** Removes a lease of ours; one that is ours no more is left alone. Rejects with LEASE_FAILED. */
  release(lease: Lease): Promise<void> {
    return this.#told(lease.host, async () => {
      for (let looks = 0; looks < mostLooks; looks += 1) {
        if ((await this.#remove(lease)) !== 'guarded') return
        await this.#options.clock.sleep(pauseMs)
      }
      throw new Error('another process was handing it over, and has not ended that')
    })
  }

  /** Every lease, and every guard that stands alone, by device. Rejects with LEASE_FAILED where the folder cannot be read. */
  async list(): Promise<readonly LeaseView[]> {
    const names = await this.#files.names(this.#folder).catch((thrown: unknown) => {
      throw new IkeroError('LEASE_FAILED', 'user', `${this.#folder} ${unreadableReason(thrown)}`, {}, thrown)
    })
    const hosts = new Set(names.flatMap((name) => hostOfLeaseFile(name.replace(/\.guard$/, '.json')) ?? []))
    const views: LeaseView[] = []
    for (const host of [...hosts].sort()) {
      const view = await this.look(host)
      if (view !== undefined) views.push(view)
    }
    return views
  }

  /** One device's lease; undefined where it is free. */
  async look(host: string): Promise<LeaseView | undefined> {
    const found = await this.#read(this.#pathOf(host), host)
    const guard = await this.#read(this.#guardOf(host), host)
    if (found.kind === 'none' && guard.kind === 'none') return undefined
    const problem = guardText(guard)
    const told = problem === undefined ? {} : { problem }
    if (found.kind === 'lease') return { host, state: this.#state(found.lease), lease: found.lease, ...told }
    if (found.kind === 'unreadable') return { host, state: 'unknown', problem: found.why }
    return { host, state: guard.kind === 'lease' ? this.#state(guard.lease) : 'unknown', ...told }
  }

  /** True when a lease that seems to have no heartbeat any more is still without one after a while of watching. */
  async staysSilent({ host, heartbeat, token }: Lease): Promise<boolean> {
    await this.#options.clock.sleep(watchMs)
    const now = await this.#read(this.#pathOf(host), host)
    return now.kind === 'lease' && now.lease.token === token && now.lease.heartbeat === heartbeat
  }

  /**
   * Removes the lease that a person has looked at, and a guard that was left behind. False when another one stands
   * there by now. Rejects with LEASE_FAILED.
   */
  break(view: LeaseView): Promise<boolean> {
    const { host } = view
    return this.#told(host, async () => {
      for (let looks = 0; looks < mostLooks; looks += 1) {
        const done = await this.#guarded(this.#newLease(host, undefined), () => this.#removeSeen(view))
        if (done !== 'guarded') return done
        await this.#options.clock.sleep(pauseMs)
      }
      await this.#files.remove(this.#guardOf(host))
      const done = await this.#guarded(this.#newLease(host, undefined), () => this.#removeSeen(view))
      return done !== 'guarded' && done
    })
  }

  async #take(host: string, runId: RunId): Promise<TakeAnswer> {
    await this.#makeFolder()
    const own = this.#newLease(host, runId)
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const found = await this.#read(this.#pathOf(host), host)
      if (found.kind === 'none' && (await this.#created(own))) return { kind: 'taken', lease: own }
      if (found.kind === 'lease') {
        const reason = await this.#mayTake(found.lease)
        if (reason === undefined) return { kind: 'held', view: { host, state: 'alive', lease: found.lease } }
        const taken = await this.#guarded(own, () => this.#replace(found.lease, own))
        if (taken === true) return { kind: 'taken', lease: own, from: { lease: found.lease, reason } }
      }
      // Unreadable: it may be in the making.
      await this.#options.clock.sleep(pauseMs)
    }
    const view = await this.look(host)
    return {
      kind: 'held',
      view: view ?? { host, state: 'unknown', problem: 'others took and left it meanwhile' },
    }
  }

  async #mayTake(lease: Lease): Promise<TakenFrom['reason'] | undefined> {
    const state = this.#state(lease)
    if (state === 'dead') return 'process-ended'
    return state === 'unknown' && (await this.staysSilent(lease)) ? 'no-heartbeat' : undefined
  }

  #state(lease: Lease): LeaseView['state'] {
    return ownerState(lease, this.#options.own, this.#options.clock.wall().getTime())
  }

  /** While the guard is held: the same lease still stands there, and ours takes its place at once. */
  async #replace(from: Lease, own: Lease): Promise<boolean> {
    const now = await this.#read(this.#pathOf(own.host), own.host)
    if (now.kind !== 'lease' || now.lease.token !== from.token || now.lease.heartbeat !== from.heartbeat)
      return false
    const beside = join(this.#folder, `${leaseFileOf(own.host)}.${own.token}.tmp`)
    await this.#files.create(beside, encodeLease(own))
    try {
      await this.#files.rename(beside, this.#pathOf(own.host))
    } catch (thrown) {
      await this.#files.remove(beside).catch(() => undefined)
      throw thrown
    }
    return this.#stands(own)
  }

  async #remove(lease: Lease): Promise<'guarded' | 'done'> {
    const removed = await this.#guarded(lease, async () => {
      if (!(await this.#stands(lease))) return false
      await this.#files.remove(this.#pathOf(lease.host))
      return true
    })
    return removed === 'guarded' ? 'guarded' : 'done'
  }

  async #removeSeen({ host, lease }: LeaseView): Promise<boolean> {
    const now = await this.#read(this.#pathOf(host), host)
    const same = now.kind === 'lease' ? now.lease.token === lease?.token : lease === undefined
    if (now.kind !== 'none' && !same) return false
    await this.#files.remove(this.#pathOf(host))
    return true
  }

  async #guarded<T>(mark: Lease, work: () => Promise<T>): Promise<T | 'guarded'> {
    const path = this.#guardOf(mark.host)
    try {
      await this.#files.create(path, encodeLease(mark))
    } catch (thrown) {
      if (isCode(thrown, 'EEXIST')) return 'guarded'
      throw thrown
    }
    try {
      return await work()
    } finally {
      await this.#files.remove(path)
    }
  }

  async #created(own: Lease): Promise<boolean> {
    try {
      await this.#files.create(this.#pathOf(own.host), encodeLease(own))
    } catch (thrown) {
      if (isCode(thrown, 'EEXIST')) return false
      throw thrown
    }
    return this.#stands(own)
  }

  async #stands(lease: Lease): Promise<boolean> {
    const found = await this.#read(this.#pathOf(lease.host), lease.host)
    return found.kind === 'lease' && found.lease.token === lease.token
  }

  async #read(path: string, host: string): Promise<Found> {
    try {
      const text = await this.#files.read(path)
      if (text === undefined) return { kind: 'none' }
      const lease = decodeLease(text, host)
      return lease.kind === 'ok'
        ? { kind: 'lease', lease: lease.value }
        : { kind: 'unreadable', why: lease.error }
    } catch (thrown) {
      return { kind: 'unreadable', why: `it ${unreadableReason(thrown)}` }
    }
  }

  #newLease(host: string, runId: RunId | undefined): Lease {
    const { clock, own, randomHex } = this.#options
    const now = clock.wall().toISOString()
    return {
      host,
      ...own.mark,
      runId: runId ?? noRun,
      takenAt: now,
      heartbeat: now,
      token: randomHex(16),
    }
  }

  async #makeFolder(): Promise<void> {
    await this.#files.ensureFolder(this.#folder)
    const kind = await this.#files.kindOf(this.#folder)
    if (kind !== 'folder') throw new Error(`${this.#folder} is a ${kind}, not a folder`)
  }

  #pathOf(host: string): string {
    return join(this.#folder, leaseFileOf(host))
  }

  #guardOf(host: string): string {
    return this.#pathOf(host).replace(/\.json$/, '.guard')
  }

  async #told<T>(host: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      const next = 'free space or fix the rights of that folder, then run the command again'
      const message = `the lease of ${host}, ${this.#pathOf(host)}, could not be written: ${messageOf(thrown)}`
      throw new IkeroError('LEASE_FAILED', 'user', message, { next }, thrown)
    }
  }
}

/** What a guard names that belongs to no run. */
const noRun = '00000000T000000-000000'

function tokenIn(text: string, host: string): string | undefined {
  const lease = decodeLease(text, host)
  return lease.kind === 'ok' ? lease.value.token : undefined
}

function guardText(guard: Found): string | undefined {
  if (guard.kind === 'none') return undefined
  if (guard.kind === 'unreadable') return `a process is handing it over, or ended while it did: ${guard.why}`
  const { owner, machine, pid } = guard.lease
  return `a process is handing it over, or ended while it did: ${printable(owner)} on ${printable(machine)}, pid ${pid}`
}
