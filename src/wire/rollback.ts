import { resolve } from 'node:path'
import { filesIn } from '../document/files.ts'
import { loadInventory } from '../inventory/load.ts'
import { parseLimit } from '../inventory/select.ts'
import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable, quoted } from '../kernel/printable.ts'
import { createRedactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { someOf } from '../kernel/some-of.ts'
import { parseRunId, type RunId } from '../model/ids.ts'
import type { Inventory } from '../model/inventory.ts'
import type { RunResult } from '../model/outcome.ts'
import type { ConsoleLines, RollbackQuestion } from '../model/rollback.ts'
import { allAtOnce } from '../model/rollout.ts'
import type { RunStore } from '../runs/store.ts'
import type { StoredRun } from '../runs/stored-run.ts'
import { runsOfPlan } from '../runs/summary.ts'
import { type RecordedSpace, recordedSpaces, revertLines } from '../workflow/recorded-targets.ts'
import { storyOf } from '../workflow/resume-open.ts'
import { rollBackRun, rollbackIntent } from '../workflow/roll-back-run.ts'
import { execute, prepare, refuseAll } from './execute.ts'
import type { LoadedRun } from './load.ts'
import type { Invalid, RunAnswer, RunOptions } from './options.ts'
import { readPlanFile } from './plan-file.ts'
import { foreignPrograms } from './plan-file-trust.ts'
import { resumedBy } from './resumed-runs.ts'
import { foreignRun } from './run.ts'
import { stateFrom } from './saved-plan.ts'
import { findRun, namesRun, stateDirFor, storeFor } from './state.ts'

/** What a program asks for when it takes a run back. */
export interface RollbackOptions extends Omit<RunOptions, 'playbook'> {
  /** The run to take back: its id, the path of its folder, or a plan file: the newest run that changed something by it. */
  readonly run: string
  /** Only these targets, by the names that every output has; each must be one that the run changed. */
  readonly targets?: readonly string[]
  /** Asked once, when all devices were read, before the first line is sent. */
  readonly approve: (question: RollbackQuestion) => Promise<boolean>
}

/** There is nothing to take back: nothing was contacted and no run recorded. The result bears the id of the run named. */
export interface NothingToTakeBack {
  readonly kind: 'nothing'
  readonly why: string
  readonly result: RunResult
}

/** The result of the run that takes another back; or there was nothing to take back. */
export type RollbackAnswer = RunAnswer | NothingToTakeBack

/** The lines of the way back, for a console. */
export type PrintedRollback =
  | Invalid
  | NothingToTakeBack
  | {
      readonly kind: 'printed'
      readonly of: string
      readonly spaces: readonly ConsoleLines[]
      /** Targets of which the record cannot be used, and why: foreign text. */
      readonly refused: readonly string[]
      readonly warnings: readonly Diagnostic[]
    }

type Found = Pick<
  RollbackOptions,
  'run' | 'targets' | 'limit' | 'inventory' | 'documents' | 'stateDir' | 'env' | 'cwd' | 'clock' | 'uid'
>

// The playbook may have changed or gone since: what counts of it does not count here.
const rollout = allAtOnce(50)
const proof = { withinMs: 60_000, lostAfterMs: 90_000 } as const

/** Takes back what a run changed: reads, asks `approve`, sends, reads back, and watches the peers for a minute. */
export async function rollback(asked: RollbackOptions): Promise<RollbackAnswer> {
  const named = await namingRun(asked)
  if (named.kind === 'err') return { kind: 'invalid', diagnostics: named.error }
  const options = named.value
  const found = await whatToTakeBack(options)
  if (found.kind === 'err') return { kind: 'invalid', diagnostics: found.error }
  const { stored, runs, spaces: all } = found.value
  if (all.length === 0) return nothing(stored, options)
  const inventory = inventoryOf(options, stored)
  if (inventory.kind === 'err') return { kind: 'invalid', diagnostics: inventory.error }
  const spaces = narrowed(all, options, inventory.value.inventory)
  if (spaces.kind === 'err') return { kind: 'invalid', diagnostics: spaces.error }
  const programs = byPlan(asked, options)
    ? foreignPrograms(inventory.value.inventory, hostsOf(spaces.value, inventory.value.inventory))
    : []
  if (programs.length > 0) return { kind: 'invalid', diagnostics: programs }
  const { playbookPath } = stored.started
  const run: RunOptions = { ...options, playbook: playbookPath, stateDir: resolve(stored.folder, '..', '..') }
  const ground = prepare(run)
  if (ground.kind === 'err') return { kind: 'invalid', diagnostics: ground.error }
  const loaded = loadedRun(stored, spaces.value, {
    ...inventory.value,
    warnings: [...inventory.value.warnings, ...damaged(stored)],
  })
  const work = { runId: stored.summary.runId, runs, spaces: spaces.value, approve: options.approve }
  return execute('rollback', run, loaded, ground.value, refuseAll, (request, ports) =>
    rollBackRun(work, request, ports),
  )
}

/** A plan file has led to the state directory, and so to the run that names the inventory: nobody else has. */
function byPlan({ run, stateDir, env }: Found, found: Found): boolean {
  return run !== found.run && found.inventory === undefined && stateDir === undefined && !env.IKERO_STATE
}

function hostsOf(spaces: readonly RecordedSpace[], { hosts }: Inventory): Inventory['hosts'] {
  return hosts.filter(({ name }) => spaces.some(({ host }) => host === name))
}

/** The same lines for a console: contacts nothing, fetches no secret, and needs an inventory for `--limit` only. */
export async function printRollback(asked: Found): Promise<PrintedRollback> {
  const named = await namingRun(asked)
  if (named.kind === 'err') return { kind: 'invalid', diagnostics: named.error }
  const options = named.value
  const found = await whatToTakeBack(options)
  if (found.kind === 'err') return { kind: 'invalid', diagnostics: found.error }
  const { stored, spaces: all } = found.value
  if (all.length === 0) return nothing(stored, options)
  const inventory = options.limit === undefined ? undefined : inventoryOf(options, stored)
  if (inventory?.kind === 'err') return { kind: 'invalid', diagnostics: inventory.error }
  const spaces = narrowed(all, options, inventory?.value.inventory)
  if (spaces.kind === 'err') return { kind: 'invalid', diagnostics: spaces.error }
  return {
    kind: 'printed',
    of: stored.summary.runId,
    spaces: spaces.value.flatMap(consoleLines),
    refused: spaces.value.flatMap(({ host, targets }) =>
      targets.flatMap((one) => (one.kind === 'refused' ? [`${host} ${one.name}: ${one.why}`] : [])),
    ),
    warnings: damaged(stored),
  }
}

function consoleLines({ host, context, saved, targets }: RecordedSpace): readonly ConsoleLines[] {
  const changes = targets.flatMap((one) => (one.kind === 'change' ? [one] : []))
  if (changes.length === 0) return []
  const space = context === undefined ? { host } : { host, context }
  return [
    { ...space, targets: changes.map((one) => ({ name: one.name, lines: revertLines(one) })), save: saved },
  ]
}

interface ToTakeBack {
  readonly stored: StoredRun
  /** Its id and those of the runs that resumed it. */
  readonly runs: ReadonlySet<string>
  readonly spaces: readonly RecordedSpace[]
}

async function whatToTakeBack(options: Found): Promise<Result<ToTakeBack, readonly Diagnostic[]>> {
  const deps = { clock: options.clock ?? systemClock, redactor: createRedactor() }
  const found = await findRun(options.run, options, deps)
  if (found.kind === 'err') return found
  const stored = found.value
  const store = storeFor({ ...options, stateDir: resolve(stored.folder, '..', '..') }, undefined, deps)
  if (store.kind === 'err') return store
  // A run and those that resumed it are one change: what they finished, saved or took back counts too.
  const later = await resumedBy(store.value, stored.summary.runId)
  if (later.kind === 'err') return err([diagnostic('UNKNOWN_REFERENCE', later.error)])
  const story = storyOf(
    stored.steps,
    later.value.map(({ steps }) => steps),
  )
  const { spaces, odd } = recordedSpaces(story)
  if (odd.length > 0) return err([oddRecord(stored, odd)])
  const runs = new Set<string>([stored, ...later.value].map(({ summary }) => summary.runId))
  return ok({ stored, runs, spaces })
}

/** The same with a run's id in place of a plan file: that of the newest run that changed something by it. */
async function namingRun<T extends Found>(options: T): Promise<Result<T, readonly Diagnostic[]>> {
  const { run: path, cwd } = options
  if (namesRun(path, cwd)) return ok(options)
  const read = readPlanFile(path, filesIn(cwd, options.documents))
  if (read.kind === 'refused') return err(read.diagnostics)
  if (read.kind === 'other') return ok(options)
  const dir = stateDirFor(options, stateFrom(read, cwd))
  if (dir.kind === 'err') return dir
  const deps = { clock: options.clock ?? systemClock, redactor: createRedactor() }
  const store = storeFor({ ...options, stateDir: dir.value }, undefined, deps)
  if (store.kind === 'err') return store
  const runs = runsOfPlan(await store.value.list(), read.plan.contentHash)
  const [newest] = runs
  if (newest === undefined) return err([notApplied(path)])
  const run = (await changing(runs, store.value)) ?? newest
  return ok({ ...options, run, stateDir: dir.value })
}

/** The first of some runs that changed something: a later one may have been refused, as the plan was stale by then. */
async function changing(runs: readonly RunId[], store: RunStore): Promise<RunId | undefined> {
  for (const run of runs) {
    const stored = await store.read(run)
    if (stored.kind === 'ok' && recordedSpaces(stored.value.steps).spaces.length > 0) return run
  }
  return undefined
}

function notApplied(path: string): Diagnostic {
  return diagnostic(
    'UNKNOWN_REFERENCE',
    `no recorded run has applied the plan file ${quoted(path)}: there is nothing to take back`,
    undefined,
    'name the state directory of the run with --state-dir; ikero runs lists the runs',
  )
}

function oddRecord({ folder }: StoredRun, odd: readonly string[]): Diagnostic {
  const names = someOf(odd.map(printable), 3)
  return diagnostic(
    'INVALID_VALUE',
    `${printable(folder)} is no record of ikero's: it names ${names}, which no device or context is called`,
    undefined,
    'nothing of it is sent anywhere; find out where this folder comes from',
  )
}

/** Lines that cannot be believed may have been about more targets than those that are taken back. */
function damaged({ damage, folder }: StoredRun): readonly Diagnostic[] {
  const torn = damage.filter(({ reason }) => reason !== 'it was cut off while it was written')
  const [first] = torn
  if (first === undefined) return []
  return [
    {
      code: 'INVALID_VALUE',
      severity: 'warning',
      message: `the journal in ${printable(folder)} is damaged in ${torn.length === 1 ? 'one place' : `${torn.length} places`}, first in line ${first.line}: what it said there is not taken back`,
      hint: 'ikero show RUN tells the places; compare the devices with what should stand there',
    },
  ]
}

function nothing({ summary, started }: StoredRun, { clock }: Found): NothingToTakeBack {
  const { runId, command } = summary
  const { playbook, change } = started
  const at = (clock ?? systemClock).wall().toISOString()
  const why =
    started.command === 'rollback'
      ? `run ${runId} took ${started.of === undefined ? 'another run' : `run ${printable(started.of)}`} back itself; to change the targets again, apply their playbook`
      : `run ${runId} (${command}) changed nothing that it did not take back itself`
  return {
    kind: 'nothing',
    why: `nothing to take back: ${why}`,
    result: {
      command: 'rollback',
      runId,
      playbook,
      ...(change === undefined ? {} : { change }),
      of: runId,
      startedAt: at,
      finishedAt: at,
      devices: [],
      interrupted: false,
    },
  }
}

interface Loaded {
  readonly inventory: Inventory
  readonly warnings: readonly Diagnostic[]
}

function inventoryOf(options: Found, { started }: StoredRun): Result<Loaded, readonly Diagnostic[]> {
  const byPath = parseRunId(options.run) === undefined
  if (options.inventory === undefined && byPath) return err([foreignRun(started.inventoryPath)])
  const path = options.inventory ?? started.inventoryPath
  if (path === undefined) {
    return err([
      diagnostic('USAGE', 'the run does not say which inventory it used', undefined, 'give it with -i FILE'),
    ])
  }
  const home = options.env.HOME
  return loadInventory(path, {
    files: filesIn(options.cwd, options.documents),
    ...(home === undefined ? {} : { home }),
  })
}

/** What `--limit` and `--target` leave; matching nothing is a mistake. */
function narrowed(
  spaces: readonly RecordedSpace[],
  { limit, targets = [] }: Pick<Found, 'limit' | 'targets'>,
  inventory: Inventory | undefined,
): Result<readonly RecordedSpace[], readonly Diagnostic[]> {
  const allowed = limit === undefined || inventory === undefined ? undefined : parseLimit(inventory, limit)
  if (allowed?.kind === 'err') return allowed
  const inside = spaces.filter(({ host }) => allowed?.value.has(host) ?? true)
  if (inside.length === 0) {
    const names = someOf([...new Set(spaces.map(({ host }) => host))], 5)
    const message = `--limit ${quoted(limit ?? '')} matches no device that the run changed`
    return err([diagnostic('USAGE', message, undefined, `the run changed ${names}`)])
  }
  const names = new Set(inside.flatMap((space) => space.targets.map(({ name }) => name)))
  const missing = targets.filter((name) => !names.has(name))
  if (missing.length > 0) {
    const hint = `the run changed ${someOf([...names].map(printable), 8)}${limit === undefined ? '' : ' there'}`
    return err(
      missing.map((name) =>
        diagnostic('USAGE', `--target ${quoted(name)} is no target that the run changed`, undefined, hint),
      ),
    )
  }
  if (targets.length === 0) return ok(inside)
  return ok(
    inside
      .map((space) => ({ ...space, targets: space.targets.filter(({ name }) => targets.includes(name)) }))
      .filter((space) => space.targets.length > 0),
  )
}

/** The run as `execute` needs one: devices and their recorded targets, without the playbook's own settings. */
function loadedRun(
  { started, summary }: StoredRun,
  spaces: readonly RecordedSpace[],
  { inventory, warnings }: Loaded,
): LoadedRun {
  const devices = [...new Set(spaces.map(({ host }) => host))].flatMap((name) => {
    const host = inventory.hosts.find((one) => one.name === name)
    if (host === undefined) return []
    const records = spaces.filter((space) => space.host === name)
    return [{ host, intent: rollbackIntent(host, records) }]
  })
  return {
    playbook: {
      path: started.playbookPath,
      name: started.playbook,
      items: [],
      state: started.wanted === 'bidirectional' ? 'responder-only' : 'bidirectional',
      rollout,
      proof,
      save: 'if-clean',
      ...(started.change === undefined ? {} : { change: started.change }),
    },
    inventory,
    devices,
    warnings,
    record: { of: summary.runId },
  }
}
