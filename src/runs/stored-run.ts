import type { RunId } from '../model/ids.ts'
import type { RunResult } from '../model/outcome.ts'
import type { ChangeRecord, JournalEntry, JournalLine } from '../model/record.ts'
import type { RunStep } from '../model/run-view.ts'
import { readChange, statusOf } from './change-record.ts'
import type { ReadFile } from './files.ts'
import { type Damage, readJournal } from './journal-reader.ts'
import { isReportable } from './result-shape.ts'
import { scanRun, targetKey } from './run-scan.ts'
import { type RunSummary, summarise } from './summary.ts'

export type RunStarted = Extract<JournalEntry, { readonly kind: 'run-started' }>

/** One run, read back from its folder. */
export interface StoredRun {
  readonly summary: RunSummary
  readonly folder: string
  readonly started: RunStarted
  /** What it did, in the order of its journal. */
  readonly steps: readonly RunStep[]
  /** Absent when the run was cut off. */
  readonly result?: RunResult
  /** What it changed, each with the SAs before and after, and the target's status since. */
  readonly changes: readonly ChangeRecord[]
  /** Places of the journal that cannot be believed; everything else is used. */
  readonly damage: readonly Damage[]
}

/** Damage is told for so many places and no more: a file of noise has millions. */
const toldDamages = 20

/** Undefined where the journal's first line cannot be believed. */
export async function readStoredRun(
  file: ReadFile,
  folder: string,
  runId: RunId,
): Promise<StoredRun | undefined> {
  const summary = await summarise(file, runId)
  if (summary === undefined) return undefined
  let started: RunStarted | undefined
  let result: RunResult | undefined
  const damage: Damage[] = []
  const steps: RunStep[] = []
  for await (const item of readJournal(file)) {
    if (item.kind === 'damage') {
      if (damage.length < toldDamages) damage.push(item.damage)
    } else if (item.line.entry.kind === 'run-started') started = item.line.entry
    else if (item.line.entry.kind === 'run-finished') {
      // What of it no run writes would break whoever shows it: it is told, and not used.
      if (isReportable(item.line.entry.result)) result = item.line.entry.result
      else damage.push({ line: item.line.seq, byte: item.offset, reason: 'its result is not of this format' })
    } else steps.push(...stepOf(item.line))
  }
  if (started === undefined) return undefined
  const changes = await readChanges(file, runId)
  return { summary, folder, started, steps, changes, damage, ...(result === undefined ? {} : { result }) }
}

function stepOf({ at, entry }: JournalLine): readonly RunStep[] {
  switch (entry.kind) {
    case 'run-started':
    case 'run-finished':
    case 'sa-reading':
      return []
    default:
      return [{ at, entry }]
  }
}

async function readChanges(file: ReadFile, runId: RunId): Promise<readonly ChangeRecord[]> {
  const scan = await scanRun(file)
  const changes: ChangeRecord[] = []
  for (const { host, target, push } of scan.changes) {
    const status = statusOf(scan.outcomes.get(targetKey(host, target)), true) ?? 'unknown'
    const change = await readChange(file, { runId, host, target, push, status })
    if (change !== undefined) changes.push(change)
  }
  return changes
}
