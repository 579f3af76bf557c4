import { resolve } from 'node:path'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { type AdoptAnswer, adopt as adoptFleet } from '../wire/adopt.ts'
import { type DoctorAnswer, doctor as examine } from '../wire/doctor.ts'
import type { Invalid, RunAnswer } from '../wire/options.ts'
import { type ParseRequest, type ParseResult, parse as parseOutput } from '../wire/parse.ts'
import { renderReport, reportOf } from '../wire/report.ts'
import { type ResumeAnswer, resume as resumeRun } from '../wire/resume.ts'
import {
  type PrintedRollback,
  printRollback as printLines,
  type RollbackAnswer,
  rollback as rollBack,
} from '../wire/rollback.ts'
import { apply as applyRun, drift as driftRun, plan as planRun, verify as verifyRun } from '../wire/run.ts'
import {
  listRuns as list,
  type OpenAnswer,
  openTargets as open,
  type RunsAnswer,
  type ShowAnswer,
  showRun as show,
} from '../wire/runs.ts'
import { trust as learnKeys } from '../wire/trust.ts'
import type { TrustAnswer } from '../wire/trust-options.ts'
import {
  unlock as breakLeases,
  type LeasesAnswer,
  listLeases as leases,
  type UnlockAnswer,
} from '../wire/unlock.ts'
import { type ValidateAnswer, validate as validateFiles } from '../wire/validate.ts'
import { Caller, strictly } from './caller.ts'
import { type FunctionName, nameProblems, optionProblems } from './check.ts'
import type {
  AdoptOptions,
  ApplyOptions,
  DoctorOptions,
  DriftOptions,
  PlanOptions,
  PrintRollbackOptions,
  ReportOptions,
  ResumeOptions,
  RollbackOptions,
  RunOptions,
  StoreOptions,
  Surroundings,
  TrustOptions,
  UnlockOptions,
  ValidateOptions,
} from './options.ts'

/** Checks playbook and inventory offline, all problems at once. Contacts nothing and never throws. */
export function validate(options: ValidateOptions): ValidateAnswer {
  const problems = optionProblems('validate', options)
  return problems.length > 0 ? invalid(problems) : validateFiles(completed(options))
}

/** Reads devices, runs the pre-checks and says what would change. Writes to no device. */
export function plan(options: PlanOptions): Promise<RunAnswer> {
  return called('plan', options, (given) => run(given, (all) => planRun({ ...given, ...all })))
}

/** Plans, or takes a saved plan, asks `approve`, changes, reads back and proves. */
export function apply(options: ApplyOptions): Promise<RunAnswer> {
  return called('apply', options, (given) =>
    run(given, (all, caller) => {
      const { approve, approveClears, ...others } = given
      return applyRun({
        ...others,
        ...all,
        approve: caller.asking('approve', approve),
        ...(approveClears === undefined
          ? {}
          : { approveClears: caller.asking('approveClears', approveClears) }),
      })
    }),
  )
}

/** Proves life and roles against the reading before the recorded change. Writes to no device. */
export function verify(options: RunOptions): Promise<RunAnswer> {
  return called('verify', options, (given) => run(given, (all) => verifyRun({ ...given, ...all })))
}

/**
 * Compares the devices with the playbook, and with what the run store says was changed and proven. What waits for its
 * proof is no drift. Writes to no device, but with `remediate`: then it asks `approve` and puts back what has drifted,
 * as far as the guard rails of the playbook let it.
 */
export function drift(options: DriftOptions): Promise<RunAnswer> {
  return called('drift', options, (given) =>
    run(given, (all, caller) => {
      const { approve, approveClears, ...others } = given
      return driftRun({
        ...others,
        ...all,
        ...(approve === undefined ? {} : { approve: caller.asking('approve', approve) }),
        ...(approveClears === undefined
          ? {}
          : { approveClears: caller.asking('approveClears', approveClears) }),
      })
    }),
  )
}

/**
 * Finishes a run that was cut off, or that left devices in a state that is not known: reads every device that it had
 * begun, says what was and what was not applied, asks `confirm`, and brings each to an end.
 */
export function resume(options: ResumeOptions): Promise<ResumeAnswer> {
  return called('resume', options, (given) =>
    run(given, (all, caller) =>
      resumeRun({ ...given, ...all, confirm: caller.asking('confirm', given.confirm) }),
    ),
  )
}

/** Takes back what a run changed: reads, asks `approve`, sends, reads back, and watches the peers for a minute. */
export function rollback(options: RollbackOptions): Promise<RollbackAnswer> {
  return called('rollback', options, (given) =>
    run(given, (all, caller) =>
      rollBack({ ...given, ...all, approve: caller.asking('approve', given.approve) }),
    ),
  )
}

/** The lines that `rollback` would send, for a console. Contacts nothing and fetches no secret. */
export function printRollback(options: PrintRollbackOptions): Promise<PrintedRollback> {
  return called('printRollback', options, printLines)
}

/** The recorded runs, newest first. Contacts nothing. Rejects with RUNS_UNREADABLE where the folder cannot be read. */
export function listRuns(options: StoreOptions = {}): Promise<RunsAnswer> {
  return called('listRuns', options, list)
}

/** Targets whose last change is not settled, over all runs, the newest first. Contacts nothing. */
export function openTargets(options: StoreOptions = {}): Promise<OpenAnswer> {
  return called('openTargets', options, open)
}

/** One recorded run, by id or by the path of its folder. Contacts nothing. */
export async function showRun(name: string, options: StoreOptions = {}): Promise<ShowAnswer> {
  const problems = nameProblems('showRun', name)
  return problems.length > 0 ? invalid(problems) : called('showRun', options, (given) => show(name, given))
}

/** A report: its text; or there is none, because the run was cut off and what became of it is not known. */
export type ReportAnswer =
  | Invalid
  | { readonly kind: 'cut-off'; readonly runId: string }
  | { readonly kind: 'done'; readonly text: string }

/** A recorded run as a page (HTML), a ticket (Markdown) or a build (JUnit) takes it. Contacts nothing, writes no file. */
export function report(options: ReportOptions): Promise<ReportAnswer> {
  return called('report', options, async (given): Promise<ReportAnswer> => {
    const found = await reportOf(given.run, given)
    return found.kind === 'done' ? { kind: 'done', text: renderReport(given.format, found.input) } : found
  })
}

/** The leases of a state directory, by device. Contacts nothing. Rejects with LEASE_FAILED where they cannot be read. */
export function listLeases(options: StoreOptions = {}): Promise<LeasesAnswer> {
  return called('listLeases', options, leases)
}

/**
 * Breaks the leases of some devices, after a look at each owner: one that is alive on this machine, or has a heartbeat
 * on another, keeps its lease unless `force`. Contacts nothing, and ends no run.
 */
export async function unlock(names: readonly string[], options: UnlockOptions): Promise<UnlockAnswer> {
  const problems = nameProblems('unlock', names)
  if (problems.length > 0) return invalid(problems)
  return called('unlock', options, (given) =>
    breakLeases(names, { ...given, approve: strictly(given.approve) }),
  )
}

/** Tries how each device is reached, and what the account may read there. Writes to no device. */
export function doctor(options: DoctorOptions): Promise<DoctorAnswer> {
  return called('doctor', options, (given) => run(given, (all) => examine({ ...given, ...all })))
}

/**
 * Learns host keys: connects to each host as far as the proof that it owns its key, asks, and writes it into
 * known_hosts. Nobody is logged in but at jump hosts. A changed key is refused unless `replace` is set, a revoked one
 * always.
 */
export function trust(options: TrustOptions): Promise<TrustAnswer> {
  return called('trust', options, (given) =>
    run(given, (all, caller) =>
      learnKeys({ ...given, ...all, approve: caller.asking('approve', given.approve) }),
    ),
  )
}

/** Reads a fleet and writes the playbook that describes it, as text. Writes to no device, and keeps no record. */
export function adopt(options: AdoptOptions): Promise<AdoptAnswer> {
  return called('adopt', options, (given) => run(given, (all) => adoptFleet({ ...given, ...all })))
}

/** Reads saved device output; what the text does not show is absent, never guessed. Contacts nothing and never throws. */
export function parse(request: ParseRequest): ParseResult {
  const problems = optionProblems('parse', request)
  return problems.length > 0 ? invalid(problems) : parseOutput(request)
}

function invalid(diagnostics: readonly Diagnostic[]): Invalid {
  return { kind: 'invalid', diagnostics }
}

type Completed<T> = T & Required<Surroundings>

function completed<T extends Surroundings>(options: T): Completed<T> {
  const given = { ...options }
  // Without exactOptionalPropertyTypes an option may be there and undefined: the same as absent.
  for (const key of Object.keys(given))
    if (Reflect.get(given, key) === undefined) Reflect.deleteProperty(given, key)
  return { ...given, env: options.env ?? {}, cwd: resolve(options.cwd ?? '.') }
}

/** Checks, completes and calls; whatever is thrown leaves as an IkeroError. */
async function called<T extends Surroundings, A>(
  name: FunctionName,
  options: T,
  work: (given: Completed<T>) => Promise<A>,
): Promise<A | Invalid> {
  const problems = optionProblems(name, options)
  if (problems.length > 0) return invalid(problems)
  try {
    return await work(completed(options))
  } catch (thrown) {
    if (thrown instanceof IkeroError) throw thrown
    throw new IkeroError('INTERNAL', 'bug', `ikero itself failed: ${messageOf(thrown)}`, {}, thrown)
  }
}

/** The caller's functions as a run may call them, and what became of them in the answer. */
async function run<A extends { readonly kind: string; readonly warnings?: readonly Diagnostic[] }>(
  given: Pick<RunOptions, 'signal' | 'onEvent' | 'promptSecret'>,
  work: (all: ReturnType<typeof guarded>, caller: Caller) => Promise<A>,
): Promise<A> {
  const caller = new Caller(given.signal)
  const answer = await work(guarded(given, caller), caller)
  const failed = caller.warnings()
  return answer.warnings === undefined || failed.length === 0
    ? answer
    : { ...answer, warnings: [...answer.warnings, ...failed] }
}

function guarded(
  { onEvent, promptSecret }: Pick<RunOptions, 'onEvent' | 'promptSecret'>,
  caller: Caller,
): Pick<RunOptions, 'onEvent' | 'promptSecret'> {
  return { ...caller.listening(onEvent), ...caller.prompting(promptSecret) }
}
