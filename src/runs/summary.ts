import type { RunId } from '../model/ids.ts'
import type { ProcessMark } from '../model/lease.ts'
import { totalsOf } from '../model/outcome.ts'
import type { JournalLine } from '../model/record.ts'
import type { ListedRun } from '../model/run-view.ts'
import type { ReadFile } from './files.ts'
import { decodeLine, headOf } from './journal-line.ts'
import { countDamage } from './journal-reader.ts'
import { lastRawLine, rawLines } from './line-reader.ts'

/** One run as `ikero runs` lists it, by an id that has been checked. */
export interface RunSummary extends ListedRun {
  readonly runId: RunId
  /** Content hash of the saved plan that it applied. */
  readonly planHash?: string
  /** The run that it took back. */
  readonly of?: string
  /** Whose process it is, or was. */
  readonly holder?: ProcessMark
}

/** The runs that applied a saved plan, by the plan's content hash, in the order of `runs`. */
export function runsOfPlan(runs: readonly RunSummary[], planHash: string): readonly RunId[] {
  return runs.flatMap((run) => (run.command === 'apply' && run.planHash === planHash ? [run.runId] : []))
}

/**
 * Undefined where the first line cannot be believed. Of the lines between the first and the last only the checksums
 * are looked at; `ends`: they are not read at all, and no damage is told.
 */
export async function summarise(
  file: ReadFile,
  runId: RunId,
  how: 'checked' | 'ends' = 'checked',
): Promise<RunSummary | undefined> {
  const first = await firstLine(file)
  if (first?.entry.kind !== 'run-started') return undefined
  const { command, playbook, planFile, resumes, remediates, schedule, of, holder } = first.entry
  const plan = planFile === undefined ? {} : { planHash: planFile.contentHash }
  const resumed = resumes === undefined ? {} : { resumes }
  const writes = remediates === undefined ? {} : { remediates }
  const timed = schedule === undefined ? {} : { schedule }
  const process = holder === undefined ? {} : { holder }
  const back = of === undefined ? {} : { of }
  const damaged = how === 'ends' ? 0 : await countDamage(file)
  const damage = damaged === 0 ? {} : { damaged }
  const started = {
    runId,
    command,
    playbook,
    startedAt: first.at,
    ...plan,
    ...resumed,
    ...writes,
    ...timed,
    ...back,
    ...process,
    ...damage,
  }
  const raw = await lastRawLine(file)
  if (raw === undefined || headOf(raw.bytes).kind !== 'run-finished') return started
  const last = decodeLine(raw.bytes)
  if (last.kind === 'err' || last.value.entry.kind !== 'run-finished') return started
  const { exitCode, result } = last.value.entry
  const { startedAt, finishedAt } = result
  return { ...started, startedAt, finishedAt, exitCode, totals: totalsOf(result.devices) }
}

/** The line that a run begins with. */
export async function firstLine(file: ReadFile): Promise<JournalLine | undefined> {
  for await (const raw of rawLines(file)) {
    const line = raw.ended ? decodeLine(raw.bytes) : undefined
    return line?.kind === 'ok' ? line.value : undefined
  }
  return undefined
}

/** A journal of which at least one line was written whole, and whose beginning cannot be believed. */
export async function lostBeginning(file: ReadFile): Promise<true | undefined> {
  for await (const raw of rawLines(file)) {
    const line = raw.ended ? decodeLine(raw.bytes) : undefined
    return (
      line?.kind === 'err' || (line?.kind === 'ok' && line.value.entry.kind !== 'run-started') || undefined
    )
  }
  return undefined
}
