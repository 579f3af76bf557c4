import { resolve } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { createRedactor, type Redactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { runSignal } from '../kernel/run-signal.ts'
import type { Emit } from '../model/event.ts'
import { exitCodeOf } from '../model/exit-code.ts'
import type { CommandName, RunResult } from '../model/outcome.ts'
import type { ProofSettings } from '../model/playbook.ts'
import type { RunStore } from '../runs/store.ts'
import type { RunStarted } from '../runs/stored-run.ts'
import type { FleetRequest, FleetResult } from '../workflow/fleet-request.ts'
import { markKnown } from '../workflow/known.ts'
import type { Ports } from '../workflow/ports.ts'
import { undeclaredPeers } from '../workflow/undeclared-peers.ts'
import { haltable } from './halt.ts'
import { ownProcess } from './holder.ts'
import { withLeases } from './leases.ts'
import type { LoadedRun } from './load.ts'
import type { DriftOptions, RunAnswer, RunOptions } from './options.ts'
import { reachDevices } from './reach.ts'
import { recordRollout } from './record-rollout.ts'
import { redactedEmit } from './redacted-emit.ts'
import { rolloutRules, windowOfRun } from './rollout.ts'
import { runBasis } from './run-basis.ts'
import { settingsOf } from './run-settings.ts'
import { storeFor } from './state.ts'
import { transcriptFolder } from './transcripts.ts'
import { version } from './version.ts'

/** Who is asked before something is sent. */
export type Asks = Pick<Ports, 'approve' | 'approveClears'>

/** For commands that write to no device. */
export const refuseAll: Asks = { approve: () => Promise.resolve(false) }

/** What a command does with the devices once the ports stand. */
export type FleetStep = (request: FleetRequest, ports: Ports) => Promise<FleetResult>

/** What a run stands on besides its files: made before anything is contacted. */
export interface Ground {
  readonly clock: Clock
  readonly redactor: Redactor
  readonly store: RunStore
  /** Where transcripts are written, if anywhere. */
  readonly transcripts: string | undefined
}

/** The state directory and the folder for transcripts, or all that is wrong with them. */
export function prepare(options: RunOptions): Result<Ground, readonly Diagnostic[]> {
  const clock = options.clock ?? systemClock
  const redactor = createRedactor()
  const store = storeFor(options, options.playbook, { clock, redactor })
  const folder =
    options.transcripts === undefined ? ok(undefined) : transcriptFolder(options.transcripts, options.cwd)
  if (store.kind === 'err' || folder.kind === 'err')
    return err([store, folder].flatMap((one) => (one.kind === 'err' ? one.error : [])))
  return ok({ clock, redactor, store: store.value, transcripts: folder.value })
}

/** One run over devices, from its first record to its last. The journal is closed whatever happens. */
export async function execute(
  command: CommandName,
  options: DriftOptions,
  loaded: LoadedRun,
  { clock, redactor, store, transcripts }: Ground,
  asks: Asks,
  step: FleetStep,
): Promise<RunAnswer> {
  const emit = redactedEmit(redactor, options.onEvent)
  const startedAt = clock.wall().toISOString()
  const journal = await store.begin(startEntry(command, options, loaded))
  const { playbook, devices, inventory, saved } = loaded
  const hosts = devices.map((device) => device.host.name)
  const { remediates } = loaded.record ?? {}
  emit({
    kind: 'run-started',
    command,
    runId: journal.runId,
    playbook: playbook.name,
    hosts,
    ...(remediates === undefined ? {} : { remediates }),
  })
  const refusals = playbook.rollout.stopAfter.authentication
  const about = { clock, redactor, runId: journal.runId, transcripts, refusals }
  const reach = reachDevices(options, inventory, about)
  const sessions = withLeases(reach.sessions, options, journal, clock)
  const tell: Emit = (event) => {
    sessions.hear(event)
    recordRollout(event, journal)
    emit(event)
  }
  try {
    const { halt } = options
    const halting = halt === undefined ? {} : { halt: runSignal(halt) }
    const held = haltable(sessions, halt)
    const ports: Ports = { clock, sessions: held, journal, history: store, emit: tell, ...halting, ...asks }
    const signal = runSignal(options.signal)
    const fleet = await step(fleetRequest(options, loaded, { signal, today: startedAt.slice(0, 10) }), ports)
    const outcome: RunResult = {
      command,
      runId: journal.runId,
      playbook: playbook.name,
      startedAt,
      finishedAt: clock.wall().toISOString(),
      devices: markKnown(fleet.devices, playbook.known ?? [], clock.wall().toISOString().slice(0, 10)),
      interrupted: signal.aborted,
      ...windowOfRun(options, playbook, startedAt),
      ...(fleet.rollout === undefined ? {} : { rollout: fleet.rollout }),
      ...(fleet.remediation === undefined ? {} : { remediation: fleet.remediation }),
      ...(halt?.aborted === true ? { halted: true as const } : {}),
      ...(playbook.change === undefined ? {} : { change: playbook.change }),
      ...(saved === undefined ? {} : { planFile: saved.file }),
      ...(loaded.record?.of === undefined ? {} : { of: loaded.record.of }),
      ...runBasis(options, loaded),
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
      folder: journal.folder,
      exitCode,
      warnings: [...loaded.warnings, ...reach.warnings()],
      undeclaredPeers: undeclaredPeers(fleet.plans, inventory.peers),
    }
  } finally {
    await sessions.close()
    reach.close()
    await journal.close()
  }
}

function startEntry(command: CommandName, options: RunOptions, loaded: LoadedRun): RunStarted {
  const { playbook, inventory, devices, saved, record } = loaded
  return {
    holder: ownProcess(options).mark,
    settings: settingsOf(loaded, proofOf(options, playbook), options.cwd),
    kind: 'run-started',
    command,
    playbook: playbook.name,
    playbookPath: resolve(options.cwd, playbook.path),
    inventoryPath: resolve(options.cwd, inventory.path),
    wanted: playbook.state,
    hosts: devices.map((device) => device.host.name),
    version,
    ...record,
    ...(playbook.change === undefined ? {} : { change: playbook.change }),
    ...(saved === undefined ? {} : { planFile: saved.file }),
    ...(options.ignoreWindow === undefined ? {} : { ignoreWindow: options.ignoreWindow }),
  }
}

function proofOf({ requireProof }: RunOptions, { proof }: LoadedRun['playbook']): ProofSettings {
  return requireProof === true ? { ...proof, require: true } : proof
}

function fleetRequest(
  options: DriftOptions,
  { playbook, devices, inventory, saved }: LoadedRun,
  { signal, today }: { readonly signal: AbortSignal; readonly today: string },
): FleetRequest {
  return {
    devices,
    concurrency: options.concurrency ?? playbook.rollout.concurrency,
    proof: proofOf(options, playbook),
    rollout: rolloutRules(options, playbook, today),
    save: playbook.save,
    signal,
    ...(saved === undefined ? {} : { saved: saved.devices }),
    around: {
      hosts: inventory.hosts,
      declared: inventory.peers,
      accept: playbook.accept ?? [],
      onBlocked: playbook.onBlocked ?? 'device',
      readPeers: playbook.readPeers ?? true,
    },
  }
}
