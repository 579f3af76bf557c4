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
import { loadPlaybook, outlineOf } from '../playbook/load.ts'
import type { RunStarted } from '../runs/stored-run.ts'
import type { RunOptions } from './options.ts'

/** A playbook and its inventory, joined: what one run is about. */
export interface LoadedRun {
  readonly playbook: Playbook
  readonly inventory: Inventory
  readonly devices: readonly DeviceRequest[]
  readonly warnings: readonly Diagnostic[]
  /** The saved plan that it is a run of; absent where a playbook is. */
  readonly saved?: { readonly devices: readonly PlannedDevice[]; readonly file: AppliedPlan }
  /** What the record of the run says of it besides: the run that it takes back, or that it finishes. */
  readonly record?: Pick<RunStarted, 'of' | 'resumes'>
  /** Over the playbook's bytes as they were read, in hexadecimal; absent where none was. */
  readonly playbookSha256?: string
}

/** Reads both files; every problem of both is told at once, and nothing is contacted. */
export function loadRun(
  options: Pick<RunOptions, 'playbook' | 'inventory' | 'documents' | 'limit' | 'env' | 'cwd' | 'clock'>,
): Result<LoadedRun, readonly Diagnostic[]> {
  const kept: { playbookSha256?: string } = {}
  const files = keeping(filesIn(options.cwd, options.documents), options.playbook, kept)
  const today = (options.clock ?? systemClock).wall().toISOString().slice(0, 10)
  const playbook = loadPlaybook(options.playbook, files, { today })
  const outline = playbook.kind === 'ok' ? playbook.value : outlineOf(options.playbook, files)
  const path = options.inventory ?? outline.inventory
  const home = options.env.HOME
  const inventory =
    path === undefined ? undefined : loadInventory(path, { files, ...(home === undefined ? {} : { home }) })
  if (playbook.kind === 'err' || inventory?.kind === 'err') {
    const hosts =
      inventory?.kind === 'ok' ? hostPatternProblems(outline.items, inventory.value.inventory, outline) : []
    return err([
      ...inFileOrder([...(playbook.kind === 'err' ? playbook.error : []), ...hosts]),
      ...(inventory?.kind === 'err' ? inventory.error : []),
    ])
  }
  if (inventory === undefined) return err([noInventory(options.playbook)])
  const resolved = resolvePlaybook(playbook.value, inventory.value.inventory, options.limit)
  if (resolved.kind === 'err') return resolved
  return ok({
    ...resolved.value,
    inventory: inventory.value.inventory,
    warnings: inventory.value.warnings,
    ...kept,
  })
}

/** Keeps the hash of the playbook as it is read: it must be of what was judged, not of a later state. */
function keeping(files: FileAccess, playbook: string, kept: { playbookSha256?: string }): FileAccess {
  return {
    ...files,
    read: (path) => {
      const bytes = files.read(path)
      if (path === playbook) kept.playbookSha256 = createHash('sha256').update(bytes).digest('hex')
      return bytes
    },
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
