import { resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { createRedactor } from '../kernel/redact.ts'
import { ok } from '../kernel/result.ts'
import { runSignal } from '../kernel/run-signal.ts'
import { exitCodeOf } from '../model/exit-code.ts'
import { parseRunId } from '../model/ids.ts'
import type { CommandName, RunResult } from '../model/outcome.ts'
import type { RunStarted } from '../runs/stored-run.ts'
import { applyFleet, type FleetRequest, type FleetResult, planFleet } from '../workflow/fleet.ts'
import { markKnown } from '../workflow/known.ts'
import type { Ports } from '../workflow/ports.ts'
import { undeclaredPeers } from '../workflow/undeclared-peers.ts'
import { verifyFleet } from '../workflow/verify.ts'
import { type LoadedRun, loadRun } from './load.ts'
import type { ApplyOptions, RunAnswer, RunOptions } from './options.ts'
import { reachDevices } from './reach.ts'
import { findRun, namesRun, storeFor } from './state.ts'
import { transcriptFolder } from './transcripts.ts'
import { version } from './version.ts'

/** Reads devices, runs the pre-checks and says what would change. Writes to no device. */
export function plan(options: RunOptions): Promise<RunAnswer> {
  return run('plan', options, refuseAll, planFleet)
}

/** Plans, asks `approve`, changes, reads back and proves. */
export function apply(options: ApplyOptions): Promise<RunAnswer> {
  const { approve, approveClears } = options
  const asks = approveClears === undefined ? { approve } : { approve, approveClears }
  return run('apply', options, asks, applyFleet)
}

/** Proves life and roles against the reading before the recorded change. Writes to no device. */
export async function verify(options: RunOptions): Promise<RunAnswer> {
  if (!namesRun(options.playbook, options.cwd)) return run('verify', options, refuseAll, verifyFleet)
  const deps = { clock: options.clock ?? systemClock, redactor: createRedactor() }
  const stored = await findRun(options.playbook, options, deps)
  if (stored.kind === 'err') return { kind: 'invalid', diagnostics: stored.error }
  const byPath = parseRunId(options.playbook) === undefined
  if (byPath && options.inventory === undefined) {
    return { kind: 'invalid', diagnostics: [foreignRun(stored.value.started.inventoryPath)] }
  }
  const { started, folder } = stored.value
  const again: RunOptions = {
    ...options,
    playbook: started.playbookPath,
    stateDir: resolve(folder, '..', '..'),
    limit: options.limit ?? started.hosts.join(','),
    ...(options.inventory === undefined && started.inventoryPath !== undefined
      ? { inventory: started.inventoryPath }
      : {}),
  }
  return run('verify', again, refuseAll, verifyFleet)
}

/** A run's folder may come from somebody else, and an inventory can name commands to run for its secrets. */
function foreignRun(inventory: string | undefined): Diagnostic {
  const named = inventory === undefined ? 'none' : printable(inventory)
  return diagnostic(
    'USAGE',
    'a run that is named by its folder is not trusted to name its inventory',
    undefined,
    `give the inventory with -i (the run names ${named}), or name the run by its id with --state-dir`,
  )
}

type Asks = Pick<Ports, 'approve' | 'approveClears'>

const refuseAll: Asks = { approve: () => Promise.resolve(false) }

type FleetStep = (request: FleetRequest, ports: Ports) => Promise<FleetResult>

async function run(
  command: CommandName,
  options: RunOptions,
  asks: Asks,
  step: FleetStep,
): Promise<RunAnswer> {
  const clock = options.clock ?? systemClock
  const redactor = createRedactor()
  const loaded = loadRun(options)
  const store = storeFor(options, options.playbook, { clock, redactor })
  const folder =
    options.transcripts === undefined ? ok(undefined) : transcriptFolder(options.transcripts, options.cwd)
  if (loaded.kind === 'err' || store.kind === 'err' || folder.kind === 'err') {
    const all = [loaded, store, folder]
    const diagnostics = all.flatMap((one) => (one.kind === 'err' ? one.error : []))
    return { kind: 'invalid', diagnostics }
  }
  const emit = options.onEvent ?? (() => undefined)
  const startedAt = clock.wall().toISOString()
  const journal = await store.value.begin(startEntry(command, options, loaded.value))
  const { playbook, devices, inventory } = loaded.value
  const hosts = devices.map((device) => device.host.name)
  emit({ kind: 'run-started', command, runId: journal.runId, playbook: playbook.name, hosts })
  const reach = reachDevices(options, inventory, {
    clock,
    redactor,
    runId: journal.runId,
    transcripts: folder.value,
  })
  try {
    const { sessions } = reach
    const ports: Ports = { clock, sessions, journal, history: store.value, emit, ...asks }
    const signal = runSignal(options.signal)
    const fleet = await step(fleetRequest(options, loaded.value, signal), ports)
    const outcome: RunResult = {
      command,
      runId: journal.runId,
      playbook: playbook.name,
      startedAt,
      finishedAt: clock.wall().toISOString(),
      devices: markKnown(fleet.devices, playbook.known ?? [], clock.wall().toISOString().slice(0, 10)),
      interrupted: signal.aborted,
      ...(playbook.change === undefined ? {} : { change: playbook.change }),
    }
    // From what happened, not from what is shown: a secret may be a word of ours.
    const exitCode = exitCodeOf(outcome)
    const result = redactor.redactDeep(outcome)
    // The result is told even when the record of its end cannot be written.
    const end = { kind: 'run-finished', exitCode, interrupted: signal.aborted, result } as const
    await journal.append(end).catch(() => undefined)
    emit({ kind: 'run-finished', exitCode })
    return {
      kind: 'done',
      result,
      exitCode,
      warnings: [...loaded.value.warnings, ...reach.warnings()],
      undeclaredPeers: undeclaredPeers(fleet.plans, inventory.peers),
    }
  } finally {
    reach.close()
    await journal.close()
  }
}

function startEntry(
  command: CommandName,
  options: RunOptions,
  { playbook, inventory, devices }: LoadedRun,
): RunStarted {
  return {
    kind: 'run-started',
    command,
    playbook: playbook.name,
    playbookPath: resolve(options.cwd, playbook.path),
    inventoryPath: resolve(options.cwd, inventory.path),
    wanted: playbook.state,
    hosts: devices.map((device) => device.host.name),
    version,
    ...(playbook.change === undefined ? {} : { change: playbook.change }),
  }
}

function fleetRequest(
  options: RunOptions,
  { playbook, devices, inventory }: LoadedRun,
  signal: AbortSignal,
): FleetRequest {
  return {
    devices,
    concurrency: options.concurrency ?? playbook.concurrency,
    proof: playbook.proof,
    save: playbook.save,
    signal,
    around: {
      hosts: inventory.hosts,
      declared: inventory.peers,
      accept: playbook.accept ?? [],
      onBlocked: playbook.onBlocked ?? 'device',
      readPeers: playbook.readPeers ?? true,
    },
  }
}
