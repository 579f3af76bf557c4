import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import type { Redactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { parseRunId } from '../model/ids.ts'
import type { Schedule } from '../model/schedules.ts'
import { resolveStateDir, rightsProblem } from '../runs/state-dir.ts'
import { openRunStore, type RunStore } from '../runs/store.ts'
import type { StoredRun } from '../runs/stored-run.ts'
import type { RunOptions } from './options.ts'

type StateOptions = Pick<RunOptions, 'stateDir' | 'env' | 'cwd' | 'uid'>

/** The run store of a command; without a playbook it must exist already. */
export function storeFor(
  options: StateOptions,
  playbookPath: string | undefined,
  deps: { readonly clock: Clock; readonly redactor: Redactor },
): Result<RunStore, readonly Diagnostic[]> {
  const dir = stateDirFor(options, playbookPath)
  if (dir.kind === 'err') return dir
  return ok(
    openRunStore({ dir: dir.value, randomHex: (bytes) => randomBytes(bytes).toString('hex'), ...deps }),
  )
}

/** The state directory of a command; one that others may write to is refused. */
export function stateDirFor(
  options: StateOptions,
  playbookPath: string | undefined,
): Result<string, readonly Diagnostic[]> {
  const dir = resolveStateDir({
    cwd: options.cwd,
    exists: existsSync,
    folders: foldersIn,
    ...(options.stateDir === undefined ? {} : { flag: options.stateDir }),
    ...(options.env.IKERO_STATE === undefined ? {} : { env: options.env.IKERO_STATE }),
    ...(playbookPath === undefined ? {} : { playbookPath }),
  })
  if (dir.kind === 'err') return err([dir.error])
  const folders = [dir.value, join(dir.value, 'runs'), join(dir.value, 'leases')]
  const untrusted = folders.flatMap((path) => untrustedFolder(path, options))
  return untrusted.length > 0 ? err(untrusted.slice(0, 1)) : dir
}

/**
 * Playbooks of schedules of which `ikero apply`, left to itself, keeps its records elsewhere: what it applied is not
 * known here, and so is never-applied. Nothing where a directory is named: whoever names one does so for both.
 */
export function elsewhere(
  stateDir: string,
  schedules: readonly Pick<Schedule, 'name' | 'playbook' | 'at'>[],
  { stateDir: flag, env, cwd }: StateOptions,
): readonly Diagnostic[] {
  if (flag !== undefined || (env.IKERO_STATE ?? '') !== '') return []
  return schedules.flatMap(({ name, playbook, at }) => {
    const own = resolveStateDir({ cwd, exists: existsSync, playbookPath: playbook })
    if (own.kind === 'err' || own.value === stateDir || !existsSync(own.value)) return []
    const message = `schedule ${name}: runs of ${printable(playbook)} by hand are recorded in ${printable(own.value)}, and serve keeps ${printable(stateDir)}: what was applied there counts as never applied here`
    const hint =
      'before the first run move it beside the schedules file, or name one directory for both (IKERO_STATE, --state-dir)'
    return [{ code: 'USAGE', severity: 'warning', message, at, hint }]
  })
}

/** By name; none where it cannot be read. */
function foldersIn(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort()
  } catch {
    return []
  }
}

/** Empty for a folder that is not there yet; what cannot be looked at is told by whoever reads or makes it. */
function untrustedFolder(path: string, { uid }: StateOptions): readonly Diagnostic[] {
  try {
    const stats = statSync(path)
    const problem = rightsProblem(path, stats, uid)
    return problem === undefined ? [] : [problem]
  } catch {
    return []
  }
}

/** True for a run id, and for a folder that holds a run's journal. */
export function namesRun(name: string, cwd: string): boolean {
  return parseRunId(name) !== undefined || existsSync(join(resolve(cwd, name), 'journal.ndjson'))
}

/** A run by id or folder. */
export async function findRun(
  name: string,
  options: StateOptions,
  deps: { readonly clock: Clock; readonly redactor: Redactor },
): Promise<Result<StoredRun, readonly Diagnostic[]>> {
  const folder = parseRunId(name) === undefined ? resolve(options.cwd, name) : undefined
  // A run's folder stands in STATE/runs.
  const state = folder === undefined ? options : { ...options, stateDir: resolve(folder, '..', '..') }
  const store = storeFor(state, undefined, deps)
  if (store.kind === 'err') return store
  const run = await store.value.read(folder ?? name)
  if (run.kind === 'ok') return run
  return err([
    {
      code: 'UNKNOWN_REFERENCE',
      severity: 'error',
      message: run.error,
      hint: 'a run is named by its id, or by the path of its folder below STATE/runs',
    },
  ])
}
