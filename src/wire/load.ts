import { createHash } from 'node:crypto'
import { type FileAccess, filesIn } from '../document/files.ts'
import { inFileOrder } from '../document/problems.ts'
import { hostPatternProblems, resolvePlaybook } from '../inventory/intents.ts'
import { loadInventory } from '../inventory/load.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { Inventory } from '../model/inventory.ts'
import type { AppliedPlan } from '../model/outcome.ts'
import type { PlannedDevice } from '../model/plan-file.ts'
import type { Playbook } from '../model/playbook.ts'
import { loadBaseline } from '../playbook/baseline.ts'
import { type PlaybookOptions, withoutExpired } from '../playbook/exceptions.ts'
import { loadPlaybook, outlineOf } from '../playbook/load.ts'
import type { RunStarted } from '../runs/stored-run.ts'
import type { DriftOptions } from './options.ts'

/** A playbook and its inventory, joined: what one run is about. */
export interface LoadedRun {
  readonly playbook: Playbook
  readonly inventory: Inventory
  readonly devices: readonly DeviceRequest[]
  readonly warnings: readonly Diagnostic[]
  /** The saved plan that it is a run of; absent where a playbook is. */
  readonly saved?: {
    readonly devices: readonly PlannedDevice[]
    readonly file: AppliedPlan
    /** When it was made; ISO. */
    readonly madeAt: string
  }
  /** What the record of the run says of it besides: the run that it takes back or finishes, and whether it remediates. */
  readonly record?: Pick<RunStarted, 'of' | 'resumes' | 'remediates' | 'schedule'>
  /** Over the bytes of both files as they were read, in hexadecimal; absent where one was not. */
  readonly playbookSha256?: string
  readonly inventorySha256?: string
}

/**
 * Reads all files that a run is given; every problem of all is told at once, and nothing is contacted.
 * `expiredKnown`: an entry of `known` that has expired is left out with a warning, and is no mistake.
 */
export function loadRun(
  options: Pick<
    DriftOptions,
    'playbook' | 'inventory' | 'documents' | 'limit' | 'env' | 'cwd' | 'clock' | 'baseline'
  >,
  { expiredKnown }: Pick<PlaybookOptions, 'expiredKnown'> = {},
): Result<LoadedRun, readonly Diagnostic[]> {
  const sums = new Map<string, string>()
  const files = summing(filesIn(options.cwd, options.documents), sums)
  const today = (options.clock ?? systemClock).wall().toISOString().slice(0, 10)
  const rules: PlaybookOptions = { today, ...(expiredKnown === undefined ? {} : { expiredKnown }) }
  const playbook = loadPlaybook(options.playbook, files, rules)
  const outline = playbook.kind === 'ok' ? playbook.value : outlineOf(options.playbook, files)
  const path = options.inventory ?? outline.inventory
  const home = options.env.HOME
  const inventory =
    path === undefined ? undefined : loadInventory(path, { files, ...(home === undefined ? {} : { home }) })
  const baseline = options.baseline === undefined ? ok([]) : loadBaseline(options.baseline, files, { today })
  if (playbook.kind === 'err' || inventory?.kind === 'err' || baseline.kind === 'err') {
    const hosts =
      inventory?.kind === 'ok' ? hostPatternProblems(outline.items, inventory.value.inventory, outline) : []
    return err([
      ...inFileOrder([...(playbook.kind === 'err' ? playbook.error : []), ...hosts]),
      ...(inventory?.kind === 'err' ? inventory.error : []),
      ...(baseline.kind === 'err' ? baseline.error : []),
    ])
  }
  if (inventory === undefined) return err([noInventory(options.playbook)])
  const { known, warnings } = withoutExpired([...(playbook.value.known ?? []), ...baseline.value], today)
  const { known: _all, ...plain } = playbook.value
  const expecting = known.length === 0 ? plain : { ...plain, known }
  const resolved = resolvePlaybook(expecting, inventory.value.inventory, options.limit)
  if (resolved.kind === 'err') return resolved
  return ok({
    ...resolved.value,
    inventory: inventory.value.inventory,
    warnings: [...inventory.value.warnings, ...warnings],
    ...sumsOf({ playbookSha256: sums.get(options.playbook), inventorySha256: sums.get(path ?? '') }),
  })
}

/** Keeps the hash of each file as it is read: it must be of what was judged, not of a later state. */
export function summing(files: FileAccess, sums: Map<string, string>): FileAccess {
  return {
    ...files,
    read: (path) => {
      const bytes = files.read(path)
      sums.set(path, createHash('sha256').update(bytes).digest('hex'))
      return bytes
    },
  }
}

/** The hashes of the files that a run is about, as far as they were read. */
export function sumsOf({
  playbookSha256,
  inventorySha256,
}: {
  readonly playbookSha256?: string | undefined
  readonly inventorySha256?: string | undefined
}): Pick<LoadedRun, 'playbookSha256' | 'inventorySha256'> {
  return {
    ...(playbookSha256 === undefined ? {} : { playbookSha256 }),
    ...(inventorySha256 === undefined ? {} : { inventorySha256 }),
  }
}

function noInventory(playbook: string): Diagnostic {
  return {
    code: 'MISSING_KEY',
    severity: 'error',
    message: `${playbook} names no inventory`,
    hint: "write 'inventory: FILE' in the playbook, or give -i FILE",
  }
}
