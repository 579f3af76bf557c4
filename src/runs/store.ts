import { basename, join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import type { Redactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { spaceName } from '../model/device-request.ts'
import { parseRunId, type RunId } from '../model/ids.ts'
import type { ChangeRecord, KnownIdentity } from '../model/record.ts'
import type { OpenTarget } from '../model/run-view.ts'
import { severalAtOnce } from './at-once.ts'
import { ChangeIndex } from './change-index.ts'
import { readChange } from './change-record.ts'
import { isCode, nodeFiles, type ReadFile, type RunFiles } from './files.ts'
import { FileJournal, type Journal, journalFailed, journalName } from './journal.ts'
import { discard, oldRuns, type PruneRules, removeLeftovers, withoutDependants } from './prune.ts'
import { remediatedHosts } from './remediated.ts'
import { makeRunId, secondOf, startOf } from './run-id.ts'
import { entryAt, hostOf, type RunScan, type Spot, scanRun, targetOf } from './run-scan.ts'
import { type RunStarted, readStoredRun, type StoredRun } from './stored-run.ts'
import { firstLine, lostBeginning, type RunSummary, summarise } from './summary.ts'

export interface RunStoreOptions {
  /** The state directory; made when the first run begins. */
  readonly dir: string
  readonly clock: Pick<Clock, 'wall'>
  readonly redactor: Redactor
  /** So many random bytes, in hexadecimal. */
  readonly randomHex: (bytes: number) => string
  readonly files?: RunFiles
}

/** The runs of one state directory: `DIR/runs/RUN/journal.ndjson`. */
export interface RunStore {
  /** Begins a run; its first line is on disk when this resolves. Rejects with JOURNAL_FAILED. */
  begin(started: RunStarted): Promise<Journal>
  /** Newest first, the newest checked for damage; RUNS_UNREADABLE when the folder cannot be read. A run of which not even the first line is on disk has done nothing and is left out. */
  list(): Promise<readonly RunSummary[]>
  /** Runs that did something, and of whose journal the beginning cannot be read: `list` leaves them out. Newest first. */
  unreadable(): Promise<readonly RunId[]>
  /** By id, or by the path of a run's folder; the error says why there is none. */
  read(run: string): Promise<Result<StoredRun, string>>
  /** The last change of a target by any run but those that this store has open; or RUNS_UNREADABLE. */
  lastChange(host: string, target: string): Promise<ChangeRecord | undefined>
  /** Targets whose last change is unproven, or of which it is not known what became; newest run first; or RUNS_UNREADABLE. */
  unsettled(): Promise<readonly OpenTarget[]>
  /**
   * When peers of some hosts were last seen as initiators, by the results of the newest runs. Keys are
   * host, target and peer with line feeds between; values are ISO times.
   */
  seenAsInitiator(hosts: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Who some hosts were when they were last changed or another box was taken for them, by the name of each space; or RUNS_UNREADABLE. */
  identities(hosts: readonly string[]): Promise<ReadonlyMap<string, KnownIdentity>>
  /** Removes old runs that nothing depends on, and says which; or RUNS_UNREADABLE. */
  prune(rules: PruneRules): Promise<readonly RunId[]>
  /**
   * When runs that remediate wrote to each host: one ISO time for each run, oldest first. Only the runs that began
   * since a moment (milliseconds since 1970) are read, and none that this store has open; or RUNS_UNREADABLE.
   */
  remediations(sinceMs: number): Promise<ReadonlyMap<string, readonly string[]>>
}

/** A week of nightly runs, twice over: older sightings say little about today. */
const runsLookedBack = 14

/** As many as `ikero runs` shows at once: of older ones only both ends are read, and `ikero show` checks them whole. */
const checkedRuns = 30

/** How often another tail is drawn when a run's folder exists already. */
const attempts = 16

export function openRunStore(options: RunStoreOptions): RunStore {
  return new FolderRunStore(options)
}

class FolderRunStore implements RunStore {
  readonly #options: RunStoreOptions
  readonly #files: RunFiles
  readonly #runs: string
  readonly #open = new Set<RunId>()
  #index: ChangeIndex | undefined

  constructor(options: RunStoreOptions) {
    this.#options = options
    this.#files = options.files ?? nodeFiles
    this.#runs = join(options.dir, 'runs')
  }

  async begin(started: RunStarted): Promise<Journal> {
    const journal = await this.#create().catch((thrown: unknown) => {
      throw thrown instanceof IkeroError ? thrown : journalFailed(this.#runs, messageOf(thrown), thrown)
    })
    try {
      await journal.append(started)
      return journal
    } catch (thrown) {
      await journal.close()
      throw thrown
    }
  }

  list(): Promise<readonly RunSummary[]> {
    return this.#told(() => this.#list())
  }

  unreadable(): Promise<readonly RunId[]> {
    return this.#told(() => this.#unreadable())
  }

  read(run: string): Promise<Result<StoredRun, string>> {
    return this.#read(run).catch((thrown: unknown) => err(`${run} cannot be read: ${messageOf(thrown)}`))
  }

  lastChange(host: string, target: string): Promise<ChangeRecord | undefined> {
    return this.#told(() => this.#lastChange(host, target))
  }

  unsettled(): Promise<readonly OpenTarget[]> {
    return this.#told(() => this.#unsettled())
  }

  seenAsInitiator(hosts: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#told(() => this.#seenAsInitiator(new Set(hosts)))
  }

  identities(hosts: readonly string[]): Promise<ReadonlyMap<string, KnownIdentity>> {
    return this.#told(() => this.#identities(new Set(hosts)))
  }

  prune(rules: PruneRules): Promise<readonly RunId[]> {
    return this.#told(async () => {
      await removeLeftovers(this.#runs, this.#files)
      const runs = await this.#list()
      const old = oldRuns(runs, rules)
      if (old.length === 0) return []
      const index = await this.#changes()
      const changes = [...(await index.all()).values()].flatMap((one) => [one.runId, one.statusFrom])
      const boxes = [...(await index.boxes()).values()].map(({ runId }) => runId)
      const needed = new Set([...changes, ...boxes])
      const kept = (run: RunId): boolean => needed.has(run) || this.#open.has(run)
      const removable = await withoutDependants(runs, old, kept, (run) => this.#reading(run, scanRun))
      for (const run of removable) await discard(join(this.#runs, run), this.#files)
      return removable
    })
  }

  remediations(sinceMs: number): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#told(() => this.#remediations(sinceMs))
  }

  async #remediations(sinceMs: number): Promise<ReadonlyMap<string, readonly string[]>> {
    const since = secondOf(new Date(sinceMs))
    const written = new Map<string, readonly string[]>()
    for (const runId of (await this.#newestFirst()).toReversed()) {
      if (startOf(runId) < since || this.#open.has(runId)) continue
      const hosts = await this.#reading(runId, remediatedHosts)
      for (const [host, at] of hosts ?? []) written.set(host, [...(written.get(host) ?? []), at])
    }
    return written
  }

  async #identities(hosts: ReadonlySet<string>): Promise<ReadonlyMap<string, KnownIdentity>> {
    const known = new Map<string, KnownIdentity>()
    const index = await this.#changes()
    const byHost = await index.byHost()
    const spots = new Map<string, { readonly runId: RunId; readonly spot: Spot }>()
    const pushes = [...hosts].flatMap((host) => byHost.get(host) ?? [])
    const boxes = [...(await index.boxes())].flatMap(([space, box]) =>
      hosts.has(hostOf(space)) ? [box] : [],
    )
    for (const { runId, spot } of [...pushes.map((one) => ({ ...one, spot: one.push.intent })), ...boxes])
      spots.set(`${runId} ${spot.offset}`, { runId, spot })
    for (const { runId, spot } of spots.values()) {
      const found = await this.#reading(runId, (file) => entryAt(file, spot))
      if (found?.entry.kind !== 'push-intent' && found?.entry.kind !== 'identity-seen') continue
      const { host, context, identity } = found.entry
      const space = spaceName(host, context)
      const before = known.get(space)
      // A push of the run in which the box was taken may stand in the same millisecond, and is of the same box.
      if (identity !== undefined && (before === undefined || before.at < found.at))
        known.set(space, { identity, runId, at: found.at })
    }
    return known
  }

  async #seenAsInitiator(hosts: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
    const seen = new Map<string, string>()
    const runs = (await this.#newestFirst()).filter((run) => !this.#open.has(run)).slice(0, runsLookedBack)
    for (const runId of runs) {
      const run = await this.#read(runId)
      if (run.kind === 'err' || run.value.result === undefined) continue
      const { devices, finishedAt } = run.value.result
      for (const device of devices.filter((one) => hosts.has(one.host))) {
        for (const row of device.roles) {
          const key = `${device.host}\n${row.target}\n${row.peer}`
          if (row.reading === 'responder' && !seen.has(key)) seen.set(key, finishedAt)
        }
      }
    }
    return seen
  }

  /** A run that stands there and cannot be read may hold the change that somebody asks for: it is told. */
  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      const next = 'fix the rights of that folder, or name another one with --state-dir'
      const message = `the recorded runs cannot be read: ${messageOf(thrown)}`
      throw new IkeroError('RUNS_UNREADABLE', 'user', message, { next }, thrown)
    }
  }

  async #list(): Promise<readonly RunSummary[]> {
    const summaries = await severalAtOnce(await this.#newestFirst(), (runId, index) =>
      this.#reading(runId, (file) => summarise(file, runId, index < checkedRuns ? 'checked' : 'ends')),
    )
    return summaries.filter((summary) => summary !== undefined)
  }

  async #unreadable(): Promise<readonly RunId[]> {
    const runs = await this.#newestFirst()
    const lost = await severalAtOnce(runs, (run) => this.#reading(run, lostBeginning))
    return runs.filter((_run, index) => lost[index] === true)
  }

  async #read(run: string): Promise<Result<StoredRun, string>> {
    const folder = parseRunId(run) === undefined ? run : join(this.#runs, run)
    const runId = parseRunId(basename(folder))
    if (runId === undefined) return err(`${JSON.stringify(run)} is neither a run id nor a run's folder`)
    const kind = await this.#files.kindOf(folder)
    if (kind === 'none') return err(`there is no run ${run} in ${this.#runs}: see ikero runs`)
    if (kind !== 'folder') return err(`${folder} is a ${kind}, not a run's folder: it is not read`)
    const path = join(folder, journalName)
    if ((await this.#files.kindOf(path)) !== 'file') return err(`${folder} has no ${journalName}`)
    const stored = await this.#opened(path, (file) => readStoredRun(file, folder, runId))
    if (stored === undefined)
      return err(`the first line of ${path} cannot be read: nothing is known of this run`)
    return ok({ ...stored, changes: await this.#withLaterStatus(stored.changes) })
  }

  async #unsettled(): Promise<readonly OpenTarget[]> {
    const open: OpenTarget[] = []
    for (const [key, { runId, push, status }] of await (await this.#changes()).all()) {
      if (status !== 'unproven' && status !== 'unknown') continue
      const intent = await this.#reading(runId, (file) => entryAt(file, push.intent))
      if (intent !== undefined) open.push({ runId, ...targetOf(key), status, changedAt: intent.at })
    }
    return open
  }

  /** The index of changes, made anew when runs have come or gone. */
  async #changes(): Promise<ChangeIndex> {
    const runs = (await this.#newestFirst()).filter((run) => !this.#open.has(run))
    if (this.#index?.covers(runs) !== true) {
      this.#index = new ChangeIndex(runs, (run) => this.#reading<RunScan>(run, scanRun))
    }
    return this.#index
  }

  async #lastChange(host: string, target: string): Promise<ChangeRecord | undefined> {
    const found = await (await this.#changes()).find(host, target)
    if (found === undefined) return undefined
    return this.#reading(found.runId, (file) => readChange(file, { host, target, ...found }))
  }

  async #withLaterStatus(changes: readonly ChangeRecord[]): Promise<readonly ChangeRecord[]> {
    const out: ChangeRecord[] = []
    for (const change of changes) {
      const last = await this.#lastChange(change.host, change.target)
      out.push(last?.runId === change.runId ? { ...change, status: last.status } : change)
    }
    return out
  }

  async #create(): Promise<Journal> {
    const { clock, redactor, dir, randomHex } = this.#options
    await this.#files.ensureFolder(dir)
    await this.#makeRunsFolder()
    const start = clock.wall()
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const runId = makeRunId(start, randomHex(3))
      const folder = join(this.#runs, runId)
      if (!(await this.#made(folder))) continue
      const file = await this.#files.create(join(folder, journalName))
      try {
        for (const parent of [folder, this.#runs, dir]) await this.#files.syncFolder(parent)
      } catch (thrown) {
        await file.close()
        throw thrown
      }
      this.#open.add(runId)
      const onClosed = (): void => void this.#open.delete(runId)
      return new FileJournal({ runId, folder }, file, { clock, redactor, onClosed })
    }
    throw journalFailed(this.#runs, `${attempts} run ids in a row exist already`)
  }

  /** A link in its place could lead the record anywhere: it is refused. */
  async #makeRunsFolder(): Promise<void> {
    await this.#made(this.#runs)
    const kind = await this.#files.kindOf(this.#runs)
    if (kind !== 'folder') throw journalFailed(this.#runs, `${this.#runs} is a ${kind}, not a folder`)
  }

  /** False when something stands there already. */
  async #made(folder: string): Promise<boolean> {
    try {
      await this.#files.makeFolder(folder)
      return true
    } catch (thrown) {
      if (isCode(thrown, 'EEXIST')) return false
      throw thrown
    }
  }

  /** Run ids sort by their second; runs of the same second by their first line. */
  async #newestFirst(): Promise<readonly RunId[]> {
    const ids = (await this.#names())
      .flatMap((name) => parseRunId(name) ?? [])
      .sort()
      .reverse()
    const alone = (id: RunId, index: number): boolean =>
      [ids[index - 1], ids[index + 1]].every((other) => other === undefined || startOf(other) !== startOf(id))
    if (ids.every(alone)) return ids
    const keyed: { readonly id: RunId; readonly key: string }[] = []
    for (const [index, id] of ids.entries()) {
      const first = alone(id, index) ? undefined : await this.#reading(id, firstLine)
      keyed.push({ id, key: `${startOf(id)} ${first?.at ?? ''}` })
    }
    return keyed.sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0)).map(({ id }) => id)
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await this.#files.names(this.#runs)
    } catch (thrown) {
      if (isCode(thrown, 'ENOENT')) return []
      throw thrown
    }
  }

  /** Undefined for a run that is no folder of ours, or whose journal is not there. */
  async #reading<T>(runId: RunId, use: (file: ReadFile) => Promise<T | undefined>): Promise<T | undefined> {
    const folder = join(this.#runs, runId)
    if ((await this.#files.kindOf(folder)) !== 'folder') return undefined
    try {
      return await this.#opened(join(folder, journalName), use)
    } catch (thrown) {
      if (isCode(thrown, 'ENOENT', 'ELOOP')) return undefined
      throw thrown
    }
  }

  async #opened<T>(path: string, use: (file: ReadFile) => Promise<T>): Promise<T> {
    const file = await this.#files.openToRead(path)
    try {
      return await use(file)
    } finally {
      await file.close()
    }
  }
}
