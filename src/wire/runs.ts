import { resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { createRedactor } from '../kernel/redact.ts'
import type { ListedRun, OpenTarget, RunOwner, RunView } from '../model/run-view.ts'
import { lookAtWork } from './at-work.ts'
import { withLooks } from './open-looks.ts'
import type { Invalid, RunOptions } from './options.ts'
import { findRun, stateDirFor, storeFor } from './state.ts'

/** Where the recorded runs are looked for; no playbook is named. */
export type RunsOptions = Pick<RunOptions, 'stateDir' | 'env' | 'cwd' | 'clock' | 'uid' | 'self'>

/** The recorded runs. */
export type RunsAnswer =
  | Invalid
  | {
      readonly kind: 'done'
      /** Newest first. */
      readonly runs: readonly ListedRun[]
      /** Ids of runs of whose journal the beginning cannot be read: nothing else is known of them. */
      readonly unreadable: readonly string[]
    }

/** Targets that are unproven or unknown since their last change. */
export type OpenAnswer = Invalid | { readonly kind: 'done'; readonly open: readonly OpenTarget[] }

/** One recorded run. */
export type ShowAnswer = Invalid | { readonly kind: 'done'; readonly view: RunView }

/** The recorded runs. Contacts nothing. Rejects with RUNS_UNREADABLE where the folder cannot be read. */
export async function listRuns(options: RunsOptions): Promise<RunsAnswer> {
  const dir = stateDirFor(options, undefined)
  if (dir.kind === 'err') return { kind: 'invalid', diagnostics: dir.error }
  const store = storeFor({ ...options, stateDir: dir.value }, undefined, depsOf(options))
  if (store.kind === 'err') return { kind: 'invalid', diagnostics: store.error }
  const runs = await store.value.list()
  const ownerOf = await lookAtWork(runs, dir.value, options)
  return {
    kind: 'done',
    runs: runs.map((run) => withOwner(run, ownerOf(run))),
    unreadable: await store.value.unreadable(),
  }
}

/** Targets whose last change is not settled, over all runs, the newest first. Contacts nothing. */
export async function openTargets(options: RunsOptions): Promise<OpenAnswer> {
  const store = storeFor(options, undefined, depsOf(options))
  if (store.kind === 'err') return { kind: 'invalid', diagnostics: store.error }
  return { kind: 'done', open: await withLooks(await store.value.unsettled(), store.value) }
}

/** One recorded run, by id or by the path of its folder. Contacts nothing. */
export async function showRun(name: string, options: RunsOptions): Promise<ShowAnswer> {
  const stored = await findRun(name, options, depsOf(options))
  if (stored.kind === 'err') return { kind: 'invalid', diagnostics: stored.error }
  const { summary, folder, started, steps, changes, damage, result } = stored.value
  // A run's folder stands in STATE/runs.
  const state = { ...options, stateDir: resolve(folder, '..', '..') }
  const store = storeFor(state, undefined, depsOf(options))
  if (store.kind === 'err') return { kind: 'invalid', diagnostics: store.error }
  const ownerOf = await lookAtWork([summary], state.stateDir, options)
  const unsettled = (await store.value.unsettled()).filter((one) => one.runId === summary.runId)
  return {
    kind: 'done',
    view: {
      run: withOwner(summary, ownerOf(summary)),
      folder,
      steps,
      changes: changes.map(({ host, target, status }) => ({ host, target, status })),
      open: await withLooks(unsettled, store.value),
      damage,
      ...(started.change === undefined ? {} : { change: started.change }),
      ...(started.planFile === undefined ? {} : { planFile: started.planFile }),
      ...(started.ignoreWindow === undefined ? {} : { ignoreWindow: started.ignoreWindow }),
      ...(started.of === undefined ? {} : { of: started.of }),
      ...(result === undefined ? {} : { result }),
    },
  }
}

function withOwner(run: ListedRun, atWork: RunOwner | undefined): ListedRun {
  return atWork === undefined ? run : { ...run, atWork }
}

function depsOf({ clock }: RunsOptions): Parameters<typeof storeFor>[2] {
  return { clock: clock ?? systemClock, redactor: createRedactor() }
}
