import { resolve } from 'node:path'
import { filesIn } from '../document/files.ts'
import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { createRedactor } from '../kernel/redact.ts'
import { parseRunId } from '../model/ids.ts'
import type { CommandName } from '../model/outcome.ts'
import type { StoredRun } from '../runs/stored-run.ts'
import { driftFleet } from '../workflow/drift.ts'
import { applyFleet, planFleet } from '../workflow/fleet.ts'
import { remediateFleet } from '../workflow/remediation/remediate.ts'
import { verifyFleet } from '../workflow/verify.ts'
import { type Asks, execute, type FleetStep, prepare, refuseAll } from './execute.ts'
import { type LoadedRun, loadRun } from './load.ts'
import type { ApplyOptions, DriftOptions, PlanOptions, RunAnswer, RunOptions } from './options.ts'
import { readPlanFile } from './plan-file.ts'
import { remediationOf, remediationProblems } from './remediation.ts'
import { applyPlanFile, asksOf, planToFile } from './saved-plan.ts'
import { findRun, namesRun, storeFor } from './state.ts'

/** Reads devices, runs the pre-checks and says what would change. Writes to no device. */
export function plan(options: PlanOptions): Promise<RunAnswer> {
  const { saveTo } = options
  return saveTo === undefined
    ? run('plan', options, refuseAll, planFleet)
    : planToFile({ ...options, saveTo })
}

/** Plans, or takes a saved plan, asks `approve`, changes, reads back and proves. */
export async function apply(options: ApplyOptions): Promise<RunAnswer> {
  const saved = readPlanFile(options.playbook, filesIn(options.cwd, options.documents))
  if (saved.kind === 'refused') return { kind: 'invalid', diagnostics: saved.diagnostics }
  if (saved.kind === 'plan') return applyPlanFile(saved, options)
  if (options.requireSignature !== undefined || options.maxAgeMs !== undefined)
    return { kind: 'invalid', diagnostics: [noPlanFile(options.playbook)] }
  if (options.dryRun === true) return run('plan', options, refuseAll, planFleet)
  return run('apply', options, asksOf(options), applyFleet)
}

function noPlanFile(path: string): Diagnostic {
  return diagnostic(
    'USAGE',
    `${printable(path)} is no plan file: only one that plan -o has written has an age and a signature`,
    undefined,
    'save a plan with ikero plan PLAYBOOK -o FILE, and apply FILE',
  )
}

/** Proves life and roles against the reading before the recorded change. Writes to no device. */
export async function verify(options: RunOptions): Promise<RunAnswer> {
  if (!namesRun(options.playbook, options.cwd)) return run('verify', options, refuseAll, verifyFleet)
  const deps = { clock: options.clock ?? systemClock, redactor: createRedactor() }
  const stored = await findRun(options.playbook, options, deps)
  if (stored.kind === 'err') return { kind: 'invalid', diagnostics: stored.error }
  const byPath = parseRunId(options.playbook) === undefined
  if (byPath && options.inventory === undefined) {
    return { kind: 'invalid', diagnostics: [foreignRun(stored.value.started.inventoryPath)] }
  }
  const { started, folder } = stored.value
  if (started.command === 'rollback') return { kind: 'invalid', diagnostics: [tookBack(stored.value)] }
  const back = await takenBack(stored.value, options, deps)
  if (back !== undefined) return { kind: 'invalid', diagnostics: [back] }
  const again: RunOptions = {
    ...options,
    playbook: started.playbookPath,
    stateDir: resolve(folder, '..', '..'),
    limit: options.limit ?? started.hosts.join(','),
    ...(options.inventory === undefined && started.inventoryPath !== undefined
      ? { inventory: started.inventoryPath }
      : {}),
  }
  return run('verify', again, refuseAll, verifyFleet)
}

/**
 * Compares the devices with the playbook, and with what the run store says was changed and proven. Writes to
 * no device, but with `remediate`: then it puts back what has drifted, as far as its guard rails let it.
 *
 * @param schedule of `ikero serve`, for the record
 */
export async function drift(options: DriftOptions, schedule?: string): Promise<RunAnswer> {
  const diagnostics = remediationProblems(options)
  if (diagnostics.length > 0) return { kind: 'invalid', diagnostics }
  const { remediate, approve, approveClears } = options
  const timed = schedule === undefined ? {} : { schedule }
  if (remediate !== true || approve === undefined)
    return runLoaded('drift', options, refuseAll, (loaded) => ({
      loaded: { ...loaded, record: timed },
      step: driftFleet,
    }))
  const asks = asksOf({ approve, ...(approveClears === undefined ? {} : { approveClears }) })
  return runLoaded('drift', options, asks, (loaded) => ({
    loaded: { ...loaded, record: { ...timed, remediates: true } },
    step: (request, ports) =>
      remediateFleet({ ...request, remediation: remediationOf(options, loaded.playbook) }, ports),
  }))
}

/** A rollback has looked at the life of its peers itself, and asks for no role that could be proven. */
function tookBack({ summary: { runId }, started: { of } }: StoredRun): Diagnostic {
  return diagnostic(
    'USAGE',
    `run ${runId} took ${of === undefined ? 'a run' : `run ${printable(of)}`} back: there is no role to prove`,
    undefined,
    `ikero show ${runId} says what became of it; verify with a playbook looks at what it asks for`,
  )
}

/** Undefined where anything that the run changed was not taken back by a later run. */
async function takenBack(
  { summary: { runId }, changes, folder }: StoredRun,
  options: RunOptions,
  deps: Parameters<typeof storeFor>[2],
): Promise<Diagnostic | undefined> {
  if (changes.length === 0 || changes.some(({ status }) => status !== 'rolled-back')) return undefined
  const store = storeFor({ ...options, stateDir: resolve(folder, '..', '..') }, undefined, deps)
  if (store.kind === 'err') return undefined
  const later = (await store.value.list()).find((run) => run.command === 'rollback' && run.of === runId)
  if (later === undefined) return undefined
  return diagnostic(
    'USAGE',
    `run ${runId} was taken back by run ${later.runId} at ${later.finishedAt ?? later.startedAt}: nothing of it is in effect, and there is nothing to prove`,
    undefined,
    `ikero show ${later.runId} says what became of it; verify with a playbook looks at what it asks for`,
  )
}

/** A run's folder may come from somebody else, and an inventory can name commands to run for its secrets. */
export function foreignRun(inventory: string | undefined): Diagnostic {
  const named = inventory === undefined ? 'none' : printable(inventory)
  return diagnostic(
    'USAGE',
    'a run that is named by its folder is not trusted to name its inventory',
    undefined,
    `give the inventory with -i (the run names ${named}), or name the run by its id with --state-dir`,
  )
}

function run(command: CommandName, options: DriftOptions, asks: Asks, step: FleetStep): Promise<RunAnswer> {
  return runLoaded(command, options, asks, (loaded) => ({ loaded, step }))
}

/** `make`: what is done once the files are read, and what its record says besides. */
async function runLoaded(
  command: CommandName,
  options: DriftOptions,
  asks: Asks,
  make: (loaded: LoadedRun) => { readonly loaded: LoadedRun; readonly step: FleetStep },
): Promise<RunAnswer> {
  // A check at night must not end at one line that has expired: what it expected is counted again, and told.
  const read = loadRun(options, command === 'drift' ? { expiredKnown: 'kept' } : {})
  const ground = prepare(options)
  if (read.kind === 'err' || ground.kind === 'err') {
    const diagnostics = [read, ground].flatMap((one) => (one.kind === 'err' ? one.error : []))
    return { kind: 'invalid', diagnostics }
  }
  const { loaded, step } = make(read.value)
  return execute(command, options, loaded, ground.value, asks, step)
}
