import type { RunEvent, Step } from '../model/event.ts'
import type { CommandName, Status } from '../model/outcome.ts'
import { changesOf, isBlocked } from '../model/plan.ts'
import { counted } from './layout.ts'
import { type Busy, type DeviceLine, deviceLinesOf } from './progress-devices.ts'

/** The rows of the terminal; their number never grows with the number of devices. */
export const rowNames = ['survey', 'change', 'proof'] as const
export type RowName = (typeof rowNames)[number]

interface Device {
  step?: Step
  status?: Status
  cause?: string
  /** Of each space that is being proven. */
  readonly proof: Map<string | undefined, { readonly proven: number; readonly peers: number }>
}

/** Counts of devices, folded from what is told in constant time each; drawing reads it, nothing else does. */
export interface Board {
  /** Empty for a row that this command has no use for. */
  title(row: RowName): string
  /** The run has come so far that this row will not change any more. */
  isDone(row: RowName): boolean
  /** Failures, and the devices longest in their present step. */
  lines(limit: number): readonly DeviceLine[]
}

/** The board of a run. */
export interface RunBoard extends Board {
  take(event: RunEvent): void
}

const troubled: readonly Status[] = ['unknown', 'failed', 'rolled-back', 'unreachable', 'blocked']

const nextWhen = {
  alive: '; next wave: when alive for a minute',
  verified: '; next wave: when verified',
} as const

class CountingBoard implements RunBoard {
  readonly #devices = new Map<string, Device>()
  readonly #hosts = new Set<string>()
  /** Devices that are only read, as the other ends of tunnels. */
  readonly #others = new Set<string>()
  readonly #now: () => number
  readonly #counts = {
    read: 0,
    toChange: 0,
    blocked: 0,
    changed: 0,
    saved: 0,
    finished: 0,
    proven: 0,
    peers: 0,
  }
  /** Those at work, by when their present step began. */
  readonly #busy = new Map<string, Busy>()
  readonly #ended = new Map<Status, number>()
  readonly #trouble: DeviceLine[] = []
  readonly #read = new Set<string>()
  readonly #changed = new Set<string>()
  readonly #toChange = new Set<string>()
  readonly #blocked = new Set<string>()
  readonly #saved = new Set<string>()
  #command: CommandName | undefined
  #remediates = false
  #over = false
  /** The rollout begins no other device. */
  #stopped = ''
  /** Where the rollout is, for the row of changes. */
  #wave = ''
  /** What the next wave waits for. */
  #next = ''

  constructor(hosts: readonly string[], now: () => number) {
    this.#now = now
    this.#own(hosts)
  }

  #own(hosts: readonly string[]): void {
    for (const host of hosts) {
      this.#hosts.add(host)
      this.#device(host)
    }
  }

  #device(host: string): Device {
    const known = this.#devices.get(host)
    if (known !== undefined) return known
    const device: Device = { proof: new Map() }
    this.#devices.set(host, device)
    if (!this.#hosts.has(host)) this.#others.add(host)
    return device
  }

  take(event: RunEvent): void {
    switch (event.kind) {
      case 'run-started':
        this.#command = event.command
        this.#remediates = event.remediates === true
        this.#own(event.hosts)
        return
      case 'step':
        this.#step(event.host, event.step)
        return
      case 'planned':
        this.#mark(this.#read, event.plan.host, 'read')
        if (changesOf(event.plan).length > 0) this.#mark(this.#toChange, event.plan.host, 'toChange')
        else if (isBlocked(event.plan)) this.#mark(this.#blocked, event.plan.host, 'blocked')
        return
      case 'coverage': {
        const device = this.#device(event.host)
        const before = device.proof.get(event.context) ?? { proven: 0, peers: 0 }
        this.#counts.proven += event.proven - before.proven
        this.#counts.peers += event.peers - before.peers
        device.proof.set(event.context, { proven: event.proven, peers: event.peers })
        return
      }
      case 'wave-started':
        this.#wave = event.of < 2 ? '' : `, wave ${event.wave} of ${event.of}`
        this.#next = event.awaits === undefined ? '' : nextWhen[event.awaits]
        return
      case 'rollout-stopped':
        this.#stopped = 'stopped, '
        this.#wave = ''
        this.#next = ''
        return
      case 'saved':
        if (event.ok) this.#mark(this.#saved, event.host, 'saved')
        return
      case 'device-finished':
        this.#finish(event.outcome.host, event.outcome.status, event.outcome.error?.code)
        return
      case 'run-finished':
        this.#over = true
        return
      default:
        return
    }
  }

  /** Counts a device once, whatever the number of its contexts. */
  #mark(set: Set<string>, host: string, count: 'read' | 'changed' | 'toChange' | 'blocked' | 'saved'): void {
    if (set.has(host) || !this.#hosts.has(host)) return
    set.add(host)
    this.#counts[count] += 1
  }

  #step(host: string, step: Step): void {
    const device = this.#device(host)
    if (step !== device.step) {
      this.#busy.delete(host)
      if (step !== 'read' && step !== 'finished')
        this.#busy.set(host, { host, since: this.#now(), text: step })
    }
    device.step = step
    if (step === 'read') this.#mark(this.#read, host, 'read')
    if (step === 'changed') this.#mark(this.#changed, host, 'changed')
  }

  #finish(host: string, status: Status, cause: string | undefined): void {
    const device = this.#device(host)
    if (device.status !== undefined) return
    device.status = status
    device.step = 'finished'
    this.#busy.delete(host)
    this.#counts.finished += 1
    this.#ended.set(status, (this.#ended.get(status) ?? 0) + 1)
    if (!troubled.includes(status)) return
    this.#trouble.push({ host, status, text: cause ?? '' })
  }

  #ends(statuses: readonly Status[]): string {
    return statuses
      .flatMap((status) => (this.#ended.has(status) ? [`, ${this.#ended.get(status)} ${status}`] : []))
      .join('')
  }

  title(row: RowName): string {
    const { read } = this.#counts
    switch (row) {
      case 'survey':
        return `survey  ${read} of ${this.#hosts.size} read${this.#ends(['unreachable'])}${this.#otherEnds()}`
      case 'change':
        return this.#command === 'verify' || (this.#command === 'drift' && !this.#remediates)
          ? ''
          : `change  ${this.#changeCounts()}`
      case 'proof':
        return this.#command === 'plan' ? '' : `proof   ${this.#proofCounts()}`
    }
  }

  #otherEnds(): string {
    const { size } = this.#others
    return size === 0 ? '' : `, and ${counted(size, 'other end')}`
  }

  #changeCounts(): string {
    const { toChange, blocked, changed, saved } = this.#counts
    const stopped = blocked > 0 ? `, ${blocked} blocked` : ''
    const ends = this.#ends(['unknown', 'failed', 'rolled-back', 'skipped'])
    if (this.#command === 'plan') return `${toChange} would change${ends}${stopped}`
    const { due, done } = changeWords(this.#command)
    if (toChange === 0) return `none ${due} yet${ends}${stopped}`
    const kept = saved > 0 ? `, ${saved} saved` : ''
    // What went wrong stands before what a narrow window may cut off.
    return `${this.#stopped}${changed} of ${toChange} ${done}${ends}${stopped}${kept}${this.#wave}${this.#next}`
  }

  #proofCounts(): string {
    const { proven, peers } = this.#counts
    const ends = this.#ends(['verified', 'unproven', 'compliant'])
    // Life is the whole proof of a rollback: it asks for no role.
    const word = this.#command === 'rollback' ? 'up' : 'proven'
    return peers === 0 ? `waiting${ends}` : `${proven} of ${peers} peers ${word}${ends}`
  }

  isDone(row: RowName): boolean {
    const { read, finished, toChange, changed } = this.#counts
    const all = this.#hosts.size
    if (this.#over || (all > 0 && finished === all)) return true
    const gone = this.#ended.get('unreachable') ?? 0
    const surveyed = all > 0 && read + gone >= all
    if (row === 'survey') return surveyed
    return row === 'change' && surveyed && toChange > 0 && changed >= toChange
  }

  lines(limit: number): readonly DeviceLine[] {
    return deviceLinesOf(this.#trouble, this.#busy.values(), this.#now(), limit)
  }
}

function changeWords(command: CommandName | undefined): { readonly due: string; readonly done: string } {
  if (command === 'rollback') return { due: 'to take back', done: 'taken back' }
  return command === 'resume' ? { due: 'to finish', done: 'finished' } : { due: 'to change', done: 'changed' }
}

/** `now`: milliseconds of a clock that never goes back. */
export function createBoard(hosts: readonly string[], now: () => number): RunBoard {
  return new CountingBoard(hosts, now)
}
