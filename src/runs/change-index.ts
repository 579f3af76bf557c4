import type { RunId } from '../model/ids.ts'
import type { Status } from '../model/outcome.ts'
import type { ChangeRecord } from '../model/record.ts'
import { readAtOnce } from './at-once.ts'
import { statusOf } from './change-record.ts'
import { type PushSpots, type RunScan, type Spot, targetKey, targetOf } from './run-scan.ts'

/** The last change of a target and what became of it, as far as runs have been read. */
export interface IndexedChange {
  readonly runId: RunId
  readonly push: PushSpots
  readonly status: Status
  /** The run that says so: it, or a later one. */
  readonly statusFrom: RunId
  /** As in a {@link ChangeRecord}. */
  readonly undone?: true
}

/** What is known of a change before its run is come to: by which run, and whether that read it to be not in effect. */
interface Told {
  readonly status: Status
  readonly from: RunId
  readonly over?: true
}

/** Where a run has on record that a person took another box for a space. */
export interface IndexedBox {
  readonly runId: RunId
  readonly spot: Spot
}
const readAlone = 8

/**
 * The last change of every target, filled from the newest run backwards and only as far as somebody asks.
 * Memory is bounded by the number of targets, whatever the number of runs. What was changed before a person took
 * another box for the device stood on the old one, and is no change of this one.
 */
export class ChangeIndex {
  readonly #runs: readonly RunId[]
  readonly #scan: (run: RunId) => Promise<RunScan | undefined>
  readonly #changes = new Map<string, IndexedChange>()
  readonly #byHost = new Map<string, readonly IndexedChange[]>()
  readonly #statuses = new Map<string, Told>()
  readonly #boxes = new Map<string, IndexedBox>()
  #next = 0
  #reading: Promise<void> = Promise.resolve()

  constructor(runs: readonly RunId[], scan: (run: RunId) => Promise<RunScan | undefined>) {
    this.#runs = runs
    this.#scan = scan
  }

  /** True when it was made from these runs: nothing has been added since. */
  covers(runs: readonly RunId[]): boolean {
    return runs.length === this.#runs.length && runs.every((run, index) => run === this.#runs[index])
  }

  /** The last change of every target, by {@link targetKey}, newest run first; reads every run once. */
  async all(): Promise<ReadonlyMap<string, IndexedChange>> {
    await this.#inTurn(() => this.#readUntil(undefined))
    return this.#changes
  }

  /** The same by host: many devices ask, each for its own. */
  async byHost(): Promise<ReadonlyMap<string, readonly IndexedChange[]>> {
    const all = await this.all()
    if (this.#byHost.size === 0) {
      for (const [key, change] of all) {
        const { host } = targetOf(key)
        this.#byHost.set(host, [...(this.#byHost.get(host) ?? []), change])
      }
    }
    return this.#byHost
  }

  /** The last box that a person took for each space, by its key; reads every run once. */
  async boxes(): Promise<ReadonlyMap<string, IndexedBox>> {
    await this.all()
    return this.#boxes
  }

  async find(host: string, target: string): Promise<IndexedChange | undefined> {
    const key = targetKey(host, target)
    await this.#inTurn(() => this.#readUntil(key))
    return this.#changes.get(key)
  }

  /** One reader at a time: several devices ask at once, and each run is to be read once. */
  #inTurn(read: () => Promise<void>): Promise<void> {
    const turn = this.#reading.then(read)
    this.#reading = turn.catch(() => undefined)
    return turn
  }

  /** Reads on until a target's last change is known; to the end where none is named. */
  async #readUntil(key: string | undefined): Promise<void> {
    while (key === undefined || !this.#changes.has(key)) {
      const runs = this.#runs.slice(this.#next, this.#next + this.#ahead(key))
      if (runs.length === 0) return
      const scans = await Promise.all(runs.map((run) => this.#scan(run)))
      this.#next += runs.length
      for (const [index, run] of runs.entries()) {
        const scan = scans[index]
        if (scan !== undefined) this.#take(run, scan)
      }
    }
  }

  /** What was changed lately is found in the first few; whoever reads on waits mostly for the disk, once for several. */
  #ahead(key: string | undefined): number {
    return key === undefined || this.#next >= readAlone ? readAtOnce : 1
  }

  #take(runId: RunId, scan: RunScan): void {
    const madeHere = new Map(
      scan.changes
        .filter(({ space }) => !this.#boxes.has(space))
        .map((change) => [targetKey(change.host, change.target), change]),
    )
    for (const key of new Set([...scan.outcomes.keys(), ...scan.reverted, ...madeHere.keys()])) {
      if (this.#changes.has(key)) continue
      const change = madeHere.get(key)
      const outcome = scan.outcomes.get(key)
      // A run that began to take a change back knows how that ended, as one that made it does.
      const touched = change !== undefined || scan.reverted.has(key)
      // A resume that left the target as it was before is its end: the change is not in effect.
      const over = scan.notInEffect.has(key) && outcome !== 'unknown' && outcome !== 'unreachable'
      const found = this.#statuses.get(key) ?? toldOf(runId, statusOf(outcome, touched), over)
      if (change !== undefined) {
        const { status, from } = found ?? { status: 'unknown', from: runId }
        const undone = scan.remediates && found?.over === true ? ({ undone: true } as const) : {}
        this.#changes.set(key, { runId, push: change.push, status, statusFrom: from, ...undone })
        this.#statuses.delete(key)
      } else if (found !== undefined) this.#statuses.set(key, found)
    }
    for (const [space, spot] of scan.boxes)
      if (!this.#boxes.has(space)) this.#boxes.set(space, { runId, spot })
  }
}

function toldOf(from: RunId, status: Status | undefined, over: boolean): Told | undefined {
  if (status !== undefined) return { status, from }
  return over ? { status: 'failed', from, over } : undefined
}
