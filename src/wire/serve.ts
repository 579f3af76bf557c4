import { type Clock, systemClock } from '../kernel/clock.ts'
import { type Diagnostic, lineOf } from '../kernel/diagnostics.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import { createRedactor } from '../kernel/redact.ts'
import { runSignal, untilAborted } from '../kernel/run-signal.ts'
import type { Schedule, Schedules } from '../model/schedules.ts'
import type { ServeState } from '../model/serve-state.ts'
import { type ServeFiles, serveFiles } from '../runs/serve-files.ts'
import type { LoadedSchedules } from '../serve/load.ts'
import { createLog, type LogOptions, type ServeLog } from '../serve/log.ts'
import { createServeMetrics } from '../serve/metrics.ts'
import { parseServeState } from '../serve/parse-state.ts'
import { createServe, type Serve } from '../serve/serve.ts'
import { nextAfter } from '../serve/times.ts'
import type { Invalid, RunOptions } from './options.ts'
import { createSecretsFor } from './secrets.ts'
import { createDoor, type Door } from './serve-http.ts'
import { loadServe } from './serve-load.ts'
import { lockServe } from './serve-lock.ts'
import { createNotices } from './serve-notices.ts'
import { keepTidy } from './serve-retention.ts'
import { serveRuns } from './serve-runs.ts'
import { elsewhere, stateDirFor } from './state.ts'
import { version } from './version.ts'

/** What `ikero serve` is asked. Nothing is taken from the process: environment, time and signals are given. */
export interface ServeOptions
  extends Pick<RunOptions, 'env' | 'cwd' | 'stateDir' | 'knownHosts' | 'uid' | 'self' | 'clock' | 'halt'> {
  /** Path of the schedules file. */
  readonly schedules: string
  /** Ends serving: what is in hand is finished. */
  readonly signal: AbortSignal
  /** Where and how its log is written. */
  readonly log: Pick<LogOptions, 'write' | 'level' | 'format'>
  /** Hands out what is to be done when somebody asks for the files to be read anew. */
  readonly onReload?: (act: () => void) => void
  /** Schedules are in force, and the page is served at `url`, if anywhere. */
  readonly onReady?: (url: string | undefined) => void
}

/** Why serving could not begin now. */
export interface BeginProblem {
  /** LEASE_FAILED, SERVE_STATE_FAILED. */
  readonly code?: string
  readonly message: string
  readonly next: string
}

/** Either the files or the place are wrong and nothing was begun, or it served until it was ended. */
export type ServeAnswer =
  | Invalid
  /** The files are right and the moment is not: another serve, a port that is taken, a full disk. Later it may do. */
  | { readonly kind: 'cannot-begin'; readonly problem: BeginProblem }
  /** `why`: it had to end by itself. */
  | { readonly kind: 'ended'; readonly why?: string }

/** When schedules are due next, without serving them. */
export type TimesAnswer =
  | Invalid
  | {
      readonly kind: 'times'
      readonly schedules: readonly {
        readonly name: string
        readonly cron: string
        readonly timezone: string
        readonly playbook: string
        readonly mode: 'check' | 'remediate'
        /** The next few; ISO. */
        readonly next: readonly string[]
      }[]
      readonly warnings: readonly Diagnostic[]
    }

/** Checks a schedules file and all files that it names, and says when each schedule is due. Contacts nothing. */
export function scheduleTimes(
  options: Pick<ServeOptions, 'schedules' | 'env' | 'cwd' | 'clock' | 'stateDir' | 'uid'>,
): TimesAnswer {
  const loaded = loadServe(options.schedules, options)
  if (loaded.kind === 'err') return { kind: 'invalid', diagnostics: loaded.error }
  const dir = stateDirFor(options, options.schedules)
  if (dir.kind === 'err') return { kind: 'invalid', diagnostics: dir.error }
  const now = (options.clock ?? systemClock).wall().getTime()
  return {
    kind: 'times',
    schedules: loaded.value.schedules.schedules.map((schedule) => {
      const { name, cron, timezone, playbook, mode } = schedule
      return { name, cron, timezone, playbook, mode, next: nextFew(schedule, now) }
    }),
    warnings: [...loaded.value.warnings, ...elsewhere(dir.value, loaded.value.schedules.schedules, options)],
  }
}

/** Three: the second shows the rhythm, the third what is odd about it. */
function nextFew(schedule: Schedule, nowMs: number): readonly string[] {
  const times: string[] = []
  for (
    let at = nextAfter(schedule, nowMs);
    at !== undefined && times.length < 3;
    at = nextAfter(schedule, at)
  )
    times.push(new Date(at).toISOString())
  return times
}

/** Looks after playbooks by their schedules until the signal ends it. */
export async function serve(options: ServeOptions): Promise<ServeAnswer> {
  const clock = options.clock ?? systemClock
  const loaded = loadServe(options.schedules, options)
  const dir = stateDirFor(options, options.schedules)
  if (loaded.kind === 'err' || dir.kind === 'err') {
    const diagnostics = [loaded, dir].flatMap((one) => (one.kind === 'err' ? one.error : []))
    return { kind: 'invalid', diagnostics }
  }
  try {
    return await serveOnce(dir.value, loaded.value, { ...options, clock })
  } catch (thrown) {
    if (!(thrown instanceof IkeroError) || !isOfTheMoment(thrown)) throw thrown
    const { code, message, details } = thrown
    return { kind: 'cannot-begin', problem: { code, message, next: details.next ?? '' } }
  }
}

function isOfTheMoment({ code }: IkeroError): boolean {
  return code === 'LEASE_FAILED' || code === 'SERVE_STATE_FAILED'
}

async function serveOnce(stateDir: string, loaded: LoadedSchedules, options: Serving): Promise<ServeAnswer> {
  const lost = new AbortController()
  const lock = await lockServe(stateDir, options, options.clock, (why) => lost.abort(why))
  if (lock.kind === 'err') return { kind: 'cannot-begin', problem: lock.error }
  try {
    const signal = runSignal(AbortSignal.any([options.signal, lost.signal]))
    const problem = await serveFrom(stateDir, loaded, { ...options, signal })
    if (problem !== undefined) return { kind: 'cannot-begin', problem }
    return { kind: 'ended', ...(lost.signal.aborted ? { why: String(lost.signal.reason) } : {}) }
  } finally {
    await lock.value.release().catch(() => undefined)
  }
}

type Serving = ServeOptions & Required<Pick<ServeOptions, 'clock'>>

/** Undefined when it served; a problem where it could not begin. */
async function serveFrom(
  stateDir: string,
  loaded: LoadedSchedules,
  options: Serving,
): Promise<BeginProblem | undefined> {
  const { clock, signal } = options
  const redactor = createRedactor()
  const log = createLog({ ...options.log, clock, redactor })
  const files = serveFiles(stateDir)
  const state = await remembered(files, log)
  const inForce: InForce = { schedules: loaded.schedules }
  const secrets = (): ReturnType<typeof createSecretsFor> => createSecretsFor(options, redactor)
  const lastTurn = turningClock(clock)
  const notices = createNotices({ ...options, redactor, log, settings: () => inForce.schedules })
  const running: Serve = createServe(
    {
      clock: lastTurn.clock,
      random: Math.random,
      ...serveRuns({ ...options, stateDir }, () => inForce.schedules),
      saveState: (after) => files.write(JSON.stringify(after)),
    },
    { version, also: notices.also },
  )
  const metrics = createServeMetrics()
  running.on(log.tell)
  running.on(metrics.tell)
  keepTidy(running, { ...options, stateDir }, () => inForce.schedules.retention, log)
  const channels = (): readonly string[] => inForce.schedules.channels.map(({ name }) => name)
  const door = createDoor(running, {
    clock,
    redactor,
    secrets,
    metrics,
    log,
    lastTurnMs: lastTurn.ms,
    channels,
  })
  // From here on, and in turn: two at once would both open the page, and one that comes before all is begun waits.
  let begun = (): void => undefined
  let reloads = new Promise<void>((resolve) => {
    begun = resolve
  })
  options.onReload?.(() => {
    reloads = reloads
      .then(() => (signal.aborted ? undefined : reload(running, inForce, { door, log, options })))
      .catch((thrown: unknown) => running.tell({ kind: 'reload-refused', problems: [messageOf(thrown)] }))
  })
  const opened = await door.open(inForce.schedules.listen)
  if (opened.kind === 'err') return { message: opened.error.message, next: opened.error.next }
  log.note({ level: 'info', msg: `the state is kept in ${stateDir}`, fields: { event: 'state' } })
  const warnings = [...loaded.warnings, ...elsewhere(stateDir, loaded.schedules.schedules, options)]
  tellWarnings(warnings, log)
  running.start({
    schedules: inForce.schedules,
    ...(state.value === undefined ? {} : { state: state.value }),
    warnings: [...state.warnings, ...warnings.map(lineOf)],
  })
  notices.start(running)
  begun()
  options.onReady?.(opened.value)
  await untilAborted(signal)
  // What is told from here on waits in the state for the next serve: none of it is lost between two queues.
  await notices.end()
  await running.stop()
  await door.close()
  return undefined
}

/** The files that serving goes by: replaced as a whole, by files without a mistake only. */
interface InForce {
  schedules: Schedules
}

async function reload(
  running: Serve,
  inForce: InForce,
  { door, log, options }: { readonly door: Door; readonly log: ServeLog; readonly options: Serving },
): Promise<void> {
  const again = loadServe(options.schedules, options)
  const opened = again.kind === 'ok' ? await door.open(again.value.schedules.listen) : undefined
  if (again.kind === 'err' || opened?.kind === 'err') {
    const problems =
      again.kind === 'err' ? again.error.filter(({ severity }) => severity === 'error').map(lineOf) : []
    running.tell({
      kind: 'reload-refused',
      problems: opened?.kind === 'err' ? [opened.error.message] : problems,
    })
    return
  }
  inForce.schedules = again.value.schedules
  tellWarnings(again.value.warnings, log)
  running.replace(again.value.schedules, again.value.warnings.map(lineOf))
}

/** The state of the serve before this one; one that cannot be understood is told, and is written over. */
async function remembered(
  files: ServeFiles,
  log: ServeLog,
): Promise<{ readonly value?: ServeState; readonly warnings: readonly string[] }> {
  const text = await files.read()
  if (text === undefined) return { warnings: [] }
  const state = parseServeState(text)
  if (state.kind === 'ok') return { value: state.value, warnings: [] }
  const warning = `what serve remembered is not used: ${state.error}; what was missed before now is not known`
  log.note({ level: 'warn', msg: warning, fields: { event: 'state-unusable' } })
  return { warnings: [warning] }
}

/** A clock that remembers when somebody last waited by it: the loop of schedules does so at least once a minute. */
function turningClock(clock: Clock): { readonly clock: Clock; readonly ms: () => number } {
  let last = clock.monotonicMs()
  const turn = (): void => {
    last = clock.monotonicMs()
  }
  return {
    ms: () => last,
    clock: {
      monotonicMs: () => clock.monotonicMs(),
      wall: () => clock.wall(),
      sleep: (ms, signal) => {
        turn()
        return clock.sleep(ms, signal)
      },
      timer: (ms, fire) => {
        turn()
        return clock.timer(ms, fire)
      },
    },
  }
}

function tellWarnings(warnings: readonly Diagnostic[], log: ServeLog): void {
  for (const { code, message, at } of warnings)
    log.note({
      level: 'warn',
      msg: message,
      fields: { event: 'file-warning', code, ...(at === undefined ? {} : { file: at.file, line: at.line }) },
    })
}
