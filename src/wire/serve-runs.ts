import { resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, lineOf } from '../kernel/diagnostics.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { createRedactor } from '../kernel/redact.ts'
import type { Schedule, Schedules } from '../model/schedules.ts'
import type { RunStore } from '../runs/store.ts'
import type { RunSummary } from '../runs/summary.ts'
import type { ScheduledAnswer, ServePorts, SettledRun } from '../serve/ports.ts'
import type { DriftOptions, RunAnswer, RunOptions } from './options.ts'
import { resume } from './resume.ts'
import { drift, verify } from './run.ts'
import { openTargets } from './runs.ts'
import { filesOf } from './serve-load.ts'
import { storeFor } from './state.ts'

/** What every run of a serve is given. */
export type ServeRunOptions = Pick<
  RunOptions,
  'env' | 'cwd' | 'knownHosts' | 'uid' | 'self' | 'clock' | 'halt'
> & { readonly stateDir: string }

/** What the schedules file says at the moment: it may be replaced while runs are at work. */
export type InForce = Pick<Schedules, 'freeze' | 'schedules'>

type RunPorts = Pick<ServePorts, 'run' | 'verify' | 'open' | 'settle'>

/** The runs of a serve: each is one of `ikero drift`, `verify` or `resume`, with a record of its own. */
export function serveRuns(options: ServeRunOptions, inForce: () => InForce): RunPorts {
  return {
    run: (schedule, { signal, onRunId }) =>
      answering(() =>
        drift(
          {
            ...options,
            ...filesOf(schedule),
            ...(schedule.requireProof === true ? { requireProof: true } : {}),
            ...remediationOf(schedule, inForce()),
            signal,
            onEvent: (event) => {
              if (event.kind === 'run-started') onRunId(event.runId)
            },
          },
          schedule.name,
        ),
      ),
    verify: (runId, signal) => answering(() => verify({ ...options, playbook: runId, signal })),
    open: async () => {
      const answer = await openTargets(options)
      if (answer.kind === 'done') return answer.open
      throw new IkeroError('RUNS_UNREADABLE', 'user', textOf(answer.diagnostics))
    },
    settle: (runId, name, signal) =>
      settle(runId, name, signal, options, inForce()).catch(
        (thrown: unknown): SettledRun => left(runId, `it cannot be looked at: ${messageOf(thrown)}`),
      ),
  }
}

function remediationOf(schedule: Schedule, { freeze }: InForce): Partial<DriftOptions> {
  if (schedule.mode === 'check') return {}
  return {
    remediate: true,
    // The file is the consent, as --yes is; clears are sent only where the playbook asks for them.
    approve: async () => true,
    approveClears: async () => true,
    freeze,
    ...(schedule.window === undefined ? {} : { window: schedule.window }),
  }
}

/** Whatever a run comes to as a value: nothing that it throws may end the serve. */
async function answering(run: () => Promise<RunAnswer>): Promise<ScheduledAnswer> {
  try {
    const answer = await run()
    if (answer.kind === 'done') return { kind: 'ended', exitCode: answer.exitCode, result: answer.result }
    const [first] = answer.diagnostics.filter(({ severity }) => severity === 'error')
    return {
      kind: 'broken',
      code: first?.code ?? 'USAGE',
      message: textOf(answer.diagnostics),
      next: first?.hint ?? 'correct the files; the next run reads them again',
    }
  } catch (thrown) {
    if (thrown instanceof IkeroError) {
      const { code, message, details } = thrown
      return { kind: 'broken', code, message, next: details.next ?? 'see the log' }
    }
    return {
      kind: 'broken',
      code: 'INTERNAL',
      message: `ikero itself failed: ${messageOf(thrown)}`,
      next: 'please report this; the next run is begun all the same',
    }
  }
}

/** The first mistakes, each with its place; the log is no editor. */
function textOf(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const told = errors.slice(0, 3).map(lineOf)
  return [...told, ...(errors.length > 3 ? [`and ${errors.length - 3} more`] : [])].join('; ')
}

/**
 * A run that its serve was killed in. One that had sent something is resumed as `ikero resume` does it: every line that
 * is sent then belongs to what the schedule had begun, so that neither window nor freeze holds it back.
 */
async function settle(
  runId: string | undefined,
  name: string,
  signal: AbortSignal,
  options: ServeRunOptions,
  { schedules }: InForce,
): Promise<SettledRun> {
  const run = await cutOff(runId, name, options, schedules)
  if (run === undefined)
    return { what: 'nothing-open', message: 'it had no record yet: nothing was sent', next: '' }
  if (run.exitCode !== undefined)
    return { what: 'nothing-open', message: `${run.runId} had ended with ${run.exitCode}`, next: '' }
  // The state names the run, and schedules begin nothing else: a person's own run is never finished without that person.
  if (run.command !== 'drift') return left(run.runId, `it is the record of ${run.command}, no schedule’s`)
  const answer = await resume({
    ...options,
    run: run.runId,
    signal,
    confirm: async () => true,
  })
  if (answer.kind === 'nothing')
    return { what: 'nothing-open', message: `${run.runId} had nothing open: ${answer.why}`, next: '' }
  if (answer.kind === 'invalid')
    return run.remediates === true
      ? left(run.runId, textOf(answer.diagnostics))
      : { what: 'nothing-open', message: `${run.runId} only looked: nothing was sent`, next: '' }
  const { result, exitCode } = answer
  if (exitCode === 0 || exitCode === 3)
    return {
      what: 'resumed',
      message: `${run.runId} was finished by ${result.runId}, exit ${exitCode}`,
      next: `ikero show ${result.runId} says what was done`,
    }
  return left(run.runId, `${result.runId} tried to finish it and ended with ${exitCode}`)
}

function left(runId: string | undefined, why: string): SettledRun {
  const run = runId ?? 'RUN'
  return { what: 'left', message: why, next: `look at ikero show ${run}, then: ikero resume ${run}` }
}

/** The run by its id; else the schedule's newest, where that was cut off. */
async function cutOff(
  runId: string | undefined,
  name: string,
  options: ServeRunOptions,
  schedules: readonly Schedule[],
): Promise<RunSummary | undefined> {
  const store = storeOf(options)
  const runs = await store.list()
  if (runId !== undefined) return runs.find((run) => run.runId === runId)
  const playbook = schedules.find((one) => one.name === name)?.playbook
  // Records of an older ikero do not say whose they are.
  const newest = runs.find((run) => run.command === 'drift' && (run.schedule ?? name) === name)
  if (newest === undefined || newest.exitCode !== undefined || playbook === undefined) return undefined
  const stored = await store.read(newest.runId)
  // Of another playbook it is somebody else's: finishing it is for whoever began it.
  const ours = stored.kind === 'ok' && stored.value.started.playbookPath === resolve(options.cwd, playbook)
  return ours ? newest : undefined
}

function storeOf(options: ServeRunOptions): RunStore {
  const clock = options.clock ?? systemClock
  const store = storeFor(options, undefined, { clock, redactor: createRedactor() })
  if (store.kind === 'ok') return store.value
  throw new IkeroError('RUNS_UNREADABLE', 'user', textOf(store.error))
}
