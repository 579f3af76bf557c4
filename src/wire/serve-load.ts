import { filesIn } from '../document/files.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Schedule } from '../model/schedules.ts'
import { type LoadedSchedules, loadSchedules } from '../serve/load.ts'
import { loadRun } from './load.ts'
import type { RunOptions } from './options.ts'

/** What the files of a serve are read with. */
export type ServeFileOptions = Pick<RunOptions, 'env' | 'cwd' | 'clock'>

/**
 * A schedules file with every playbook, inventory and baseline that it names: all mistakes of all files at once, each
 * once. Contacts nothing, and fetches no secret.
 */
export function loadServe(
  path: string,
  options: ServeFileOptions,
): Result<LoadedSchedules, readonly Diagnostic[]> {
  const home = options.env.HOME
  const loaded = loadSchedules(path, {
    files: filesIn(options.cwd, undefined),
    ...(home === undefined ? {} : { home }),
  })
  if (loaded.kind === 'err') return loaded
  const { schedules, warnings } = loaded.value
  const told: Diagnostic[] = [...warnings]
  let wrong = false
  // Many schedules look at few files.
  const read = new Map<string, ReturnType<typeof loadRun>>()
  for (const schedule of schedules.schedules) {
    const files = filesOf(schedule)
    const key = JSON.stringify(files)
    const run = read.get(key) ?? loadRun({ ...options, ...files }, { expiredKnown: 'kept' })
    read.set(key, run)
    wrong ||= run.kind === 'err'
    const problems = run.kind === 'err' ? run.error : run.value.warnings
    told.push(...problems.map((problem) => placed(problem, schedule)))
  }
  const each = once(told)
  return wrong ? err(each) : ok({ schedules, warnings: each })
}

/** The files of a schedule's run, as every run is given them. */
export function filesOf({
  playbook,
  inventory,
  baseline,
  limit,
}: Schedule): Pick<Schedule, 'playbook' | 'inventory' | 'baseline' | 'limit'> {
  return {
    playbook,
    ...(inventory === undefined ? {} : { inventory }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(limit === undefined ? {} : { limit }),
  }
}

/** What has no place of its own is about what the schedule says. */
function placed(problem: Diagnostic, { name, at }: Schedule): Diagnostic {
  return problem.at === undefined
    ? { ...problem, at, message: `schedule ${name}: ${problem.message}` }
    : problem
}

/** Two schedules may name one playbook. */
function once(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>()
  return problems.filter(({ at, message }) => {
    const key = `${at?.file}:${at?.line}:${at?.col} ${message}`
    return !seen.has(key) && seen.add(key)
  })
}
