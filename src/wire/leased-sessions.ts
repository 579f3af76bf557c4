import type { Clock } from '../kernel/clock.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { err } from '../kernel/result.ts'
import type { Emit } from '../model/event.ts'
import type { RunId } from '../model/ids.ts'
import type { Lease, LeaseView } from '../model/lease.ts'
import type { DeviceError } from '../model/outcome.ts'
import type { WriteShell } from '../model/shell.ts'
import { heartbeatMs } from '../runs/lease-record.ts'
import type { LeaseFolder, TakenFrom } from '../runs/leases.ts'
import type { JournalPort, Sessions } from '../workflow/ports.ts'

export interface LeasedDeps {
  readonly leases: Pick<LeaseFolder, 'take' | 'renew' | 'release'>
  readonly runId: RunId
  readonly clock: Pick<Clock, 'timer'>
  readonly journal: JournalPort
  /** The command that looks at a device's lease and breaks it. */
  readonly unlockCommand: (host: string) => string
}

/** The sessions of a run, none of which writes without the lease of its device. */
export interface LeasedSessions extends Sessions {
  /** Hears the run: the lease of a device that is finished is given back. */
  readonly hear: Emit
  /** Gives all leases back that are still held. Never rejects. */
  close(): Promise<void>
}

/**
 * Takes the lease of a device before the first session that may write to it, and looks before each further one, and
 * before the first line of each, whether it is still this run's: one that was broken is not taken again by this run.
 * Reading needs none.
 */
export function leasedSessions(sessions: Sessions, deps: LeasedDeps): LeasedSessions {
  const desk = new LeaseDesk(deps)
  return {
    read: (space, signal) => sessions.read(space, signal),
    write: async (space) => {
      const refused = await desk.hold(space.host.name)
      if (refused !== undefined) return err(refused)
      const opened = await sessions.write(space)
      if (opened.kind === 'ok') fence(opened.value, () => desk.hold(space.host.name))
      return opened
    },
    hear: (event) => {
      if (event.kind === 'device-finished') desk.giveBack(event.outcome.host)
    },
    close: () => desk.close(),
  }
}

/** The way back of what this session has sent stays open: only its first line needs the lease once more. */
function fence(shell: WriteShell, check: () => Promise<DeviceError | undefined>): void {
  const { enterConfig, confirm, save } = shell
  let sent = false
  const held = async (): Promise<void> => {
    const refused = sent ? undefined : await check()
    if (refused !== undefined)
      throw new IkeroError(refused.code, 'user', refused.message, { next: refused.next })
    sent = true
  }
  shell.enterConfig = async (how) => {
    await held()
    return enterConfig(how)
  }
  shell.confirm = async () => {
    await held()
    return confirm()
  }
  shell.save = async () => {
    await held()
    return save()
  }
}

class LeaseDesk {
  readonly #deps: LeasedDeps
  readonly #held = new Map<string, Lease>()
  readonly #lost = new Set<string>()
  /** One step at a time for each device. */
  readonly #turns = new Map<string, Promise<unknown>>()
  #stopBeat: (() => void) | undefined
  #beating: Promise<void> = Promise.resolve()

  constructor(deps: LeasedDeps) {
    this.#deps = deps
  }

  /** Undefined when the lease is this run's, as its file has it now. */
  hold(host: string): Promise<DeviceError | undefined> {
    return this.#inTurn(host, async () => {
      try {
        return this.#held.has(host) || this.#lost.has(host) ? await this.#keep(host) : await this.#take(host)
      } catch (thrown) {
        return this.#failed(host, thrown)
      }
    })
  }

  giveBack(host: string): void {
    void this.#inTurn(host, async () => {
      const lease = this.#held.get(host)
      this.#held.delete(host)
      // One that cannot be removed is dead when this process is, and taken over then.
      if (lease !== undefined) await this.#deps.leases.release(lease).catch(() => undefined)
    })
  }

  async close(): Promise<void> {
    this.#stopBeat?.()
    this.#stopBeat = undefined
    await this.#beating
    for (const host of this.#held.keys()) this.giveBack(host)
    await Promise.all(this.#turns.values())
  }

  async #take(host: string): Promise<DeviceError | undefined> {
    const answer = await this.#deps.leases.take(host, this.#deps.runId)
    if (answer.kind === 'held') return this.#leased(host, heldText(answer.view))
    const { lease, from } = answer
    try {
      if (from !== undefined) await this.#deps.journal.append(takenOver(host, from))
    } catch (thrown) {
      await this.#deps.leases.release(lease).catch(() => undefined)
      throw thrown
    }
    this.#held.set(host, lease)
    this.#beatLater()
    return undefined
  }

  async #keep(host: string): Promise<DeviceError | undefined> {
    const lease = this.#held.get(host)
    if (lease !== undefined && (await this.#deps.leases.renew(lease))) return undefined
    this.#held.delete(host)
    this.#lost.add(host)
    return this.#leased(
      host,
      'was taken from this run: somebody broke it, or it had no heartbeat for too long',
    )
  }

  #leased(host: string, what: string): DeviceError {
    return {
      code: 'DEVICE_LEASED',
      message: `the lease of ${host} ${what}; nothing was sent in this session`,
      next: `wait until that run has ended, or look with \`${this.#deps.unlockCommand(host)}\`, which asks before it breaks a lease`,
    }
  }

  #failed(host: string, thrown: unknown): DeviceError {
    const known = thrown instanceof IkeroError ? thrown : undefined
    return {
      code: known?.code === 'JOURNAL_FAILED' ? 'JOURNAL_FAILED' : 'LEASE_FAILED',
      message: known?.message ?? `the lease of ${host} could not be taken: ${messageOf(thrown)}`,
      next: `${known?.details.next ?? 'look at the state directory'}; nothing was sent in this session`,
    }
  }

  #beatLater(): void {
    this.#stopBeat ??= this.#deps.clock.timer(heartbeatMs, () => {
      this.#beating = this.#beat()
    })
  }

  /** One that cannot be renewed now is found out by the next session, which sends nothing then. */
  async #beat(): Promise<void> {
    for (const host of [...this.#held.keys()]) {
      await this.#inTurn(host, async () => {
        if (this.#held.has(host)) await this.#keep(host).catch(() => undefined)
      })
    }
    if (this.#stopBeat === undefined) return
    this.#stopBeat = undefined
    if (this.#held.size > 0) this.#beatLater()
  }

  #inTurn<T>(host: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(host) ?? Promise.resolve()).then(work)
    this.#turns.set(
      host,
      turn.catch(() => undefined),
    )
    return turn
  }
}

function takenOver(host: string, { lease, reason }: TakenFrom): Parameters<JournalPort['append']>[0] {
  const { owner, machine, pid, runId: fromRun, takenAt, heartbeat } = lease
  return { kind: 'lease-taken-over', host, reason, owner, machine, pid, fromRun, takenAt, heartbeat }
}

function heldText({ lease, problem }: LeaseView): string {
  if (lease === undefined) return `cannot be had: ${problem ?? 'its file cannot be read'}`
  const { runId, owner, machine, pid, takenAt } = lease
  const why = problem === undefined ? '' : ` (${problem})`
  return `is held by run ${runId} of ${printable(owner)} on ${printable(machine)}, pid ${pid}, since ${takenAt}${why}`
}
