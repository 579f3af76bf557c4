import { type BuiltScenario, buildScenario } from '../../../mocks/build.ts'
import { labInventory } from '../../../mocks/lab-inventory.ts'
import { openMemoryLink } from '../../../mocks/link.ts'
import { parseScenario } from '../../../mocks/load-scenario.ts'
import { createRedactor } from '../../../src/kernel/redact.ts'
import { err, ok, type Result } from '../../../src/kernel/result.ts'
import type { Space } from '../../../src/model/device-request.ts'
import { exitCodeOf } from '../../../src/model/exit-code.ts'
import type { CommandName, RunResult } from '../../../src/model/outcome.ts'
import type { Schedule, Schedules } from '../../../src/model/schedules.ts'
import { type ReadShell, SessionFault, type Unreachable, type WriteShell } from '../../../src/model/shell.ts'
import { driverFor } from '../../../src/platform/registry.ts'
import { openRunStore, type RunStore } from '../../../src/runs/store.ts'
import { parseSchedules } from '../../../src/serve/load.ts'
import type { ScheduledAnswer } from '../../../src/serve/ports.ts'
import { openReadShell, openWriteShell, type ShellOptions } from '../../../src/session/open.ts'
import type { FleetStep } from '../../../src/wire/execute.ts'
import { type LoadedRun, loadRun } from '../../../src/wire/load.ts'
import { remediationOf } from '../../../src/wire/remediation.ts'
import { rolloutRules } from '../../../src/wire/rollout.ts'
import { settingsOf } from '../../../src/wire/run-settings.ts'
import { driftFleet } from '../../../src/workflow/drift.ts'
import { applyFleet } from '../../../src/workflow/fleet.ts'
import type { PlainSessions } from '../../../src/workflow/ports.ts'
import { remediateFleet } from '../../../src/workflow/remediation/remediate.ts'
import { verifyFleet } from '../../../src/workflow/verify.ts'
import { memoryFiles } from '../../crash/memory-files.ts'
import { createFakeClock, type FakeClock } from '../../fake-clock.ts'
import { playbook, scenario, schedulesFile } from './fleet.ts'
import { type Truth, truthOf } from './truth.ts'

/** A line that ikero sent to a device, as the device had it. */
export interface TypedLine {
  readonly atMs: number
  readonly host: string
  /** `config` and `sub` are configuration mode. */
  readonly mode: string
  readonly line: string
  readonly runId: string
}

/** A run of ikero's, and how the devices stood when it began. */
export interface RanRun {
  readonly runId: string
  readonly command: CommandName
  readonly schedule?: string
  readonly startedMs: number
  readonly truth: Truth
  /** The same when it had ended. */
  readonly after: Truth
  readonly result: RunResult
  readonly exitCode: number
}

/** What a run is asked. */
interface Asked {
  readonly command: CommandName
  readonly step: FleetStep
  readonly schedule?: Schedule
  readonly hosts?: readonly string[]
  readonly signal?: AbortSignal
  readonly onRunId?: (runId: string) => void
}

/** Twelve devices, one clock for all of them, the files of the week, and a run store in memory. */
export interface WeekLab {
  readonly clock: FakeClock
  readonly built: BuiltScenario
  readonly store: RunStore
  readonly schedules: Schedules
  readonly typed: readonly TypedLine[]
  readonly ran: readonly RanRun[]
  nowMs(): number
  /** The first change, on the evening before: all but some hosts. */
  apply(but: readonly string[]): Promise<RanRun>
  run(schedule: Schedule, how: Pick<Asked, 'signal' | 'onRunId'>): Promise<ScheduledAnswer>
  verify(runId: string, signal: AbortSignal): Promise<ScheduledAnswer>
}

function value<T>(result: Result<T, readonly { readonly message: string }[]>): T {
  if (result.kind === 'err') throw new Error(result.error.map(({ message }) => message).join('; '))
  return result.value
}

function loadFiles({ devices, jumps, peers, login }: BuiltScenario): LoadedRun {
  const listening = devices.map((built, nth) => ({ built, port: 10_022 + nth }))
  const inventory = labInventory(
    { devices: listening, jumps: jumps.map(() => never()), peers, login },
    '192.0.2.1',
  )
  const documents = { '/week/week.yml': playbook, '/week/inventory.yml': inventory }
  return value(loadRun({ playbook: '/week/week.yml', documents, env: {}, cwd: '/week' }))
}

function never(): never {
  throw new Error('the week has no jump hosts')
}

/** Sessions of one run over memory links; each line that a device receives is told. */
function sessionsOf(
  built: BuiltScenario,
  clock: FakeClock,
  received: (host: string, entry: { readonly mode: string; readonly line: string }) => void,
): PlainSessions {
  const open = async <S extends ReadShell>(
    { host, context }: Space,
    shellOf: (link: Parameters<typeof openReadShell>[0], options: ShellOptions) => Promise<S>,
  ): Promise<Result<S, Unreachable>> => {
    const device = built.devices.find((one) => one.name === host.name)
    if (device === undefined) throw new Error(`no device ${host.name} in the week`)
    const link = openMemoryLink(device.device, { clock, received: (entry) => received(host.name, entry) })
    try {
      const shell = await shellOf(link, {
        platform: host.platform,
        grammar: driverFor(host.platform).grammar,
        ...(context === undefined ? {} : { context }),
        clock,
        commandTimeoutMs: 30_000,
        deadlineMs: clock.monotonicMs() + 600_000,
        enableSecret: async () => 'lab',
      })
      return ok(shell)
    } catch (thrown) {
      if (!(thrown instanceof SessionFault)) throw thrown
      return err({ code: thrown.code, cause: 'network', message: thrown.message, next: 'look at the line' })
    }
  }
  return {
    read: (space) => open<ReadShell>(space, openReadShell),
    write: (space) => open<WriteShell>(space, openWriteShell),
  }
}

/** @param startWall when the evening before begins */
export function createWeekLab(startWall: Date): WeekLab {
  const clock = createFakeClock(startWall)
  const built = buildScenario(value(parseScenario('week.yml', scenario)), {
    now: clock.monotonicMs,
    password: 'lab',
  })
  const loaded = loadFiles(built)
  let drawn = 0
  const store = openRunStore({
    dir: '/state',
    clock,
    redactor: createRedactor(),
    randomHex: (bytes) => (drawn++).toString(16).padStart(bytes * 2, '0'),
    files: memoryFiles(),
  })
  const typed: TypedLine[] = []
  const ran: RanRun[] = []
  const nowMs = (): number => clock.wall().getTime()
  const { schedules } = value(parseSchedules('/week/schedules.yml', schedulesFile))

  const execute = async ({ command, step, schedule, hosts, signal, onRunId }: Asked): Promise<RanRun> => {
    const startedAt = clock.wall().toISOString()
    const devices = loaded.devices.filter(({ host }) => hosts?.includes(host.name) ?? true)
    const remediates = schedule?.mode === 'remediate'
    const journal = await store.begin({
      kind: 'run-started',
      command,
      playbook: loaded.playbook.name,
      playbookPath: '/week/week.yml',
      inventoryPath: '/week/inventory.yml',
      wanted: loaded.playbook.state,
      hosts: devices.map(({ host }) => host.name),
      version: '0.0.0',
      settings: settingsOf(loaded, loaded.playbook.proof, '/week'),
      ...(remediates ? { remediates } : {}),
    })
    const { runId } = journal
    onRunId?.(runId)
    const truth = truthOf(built.devices)
    const startedMs = nowMs()
    const ended = signal ?? new AbortController().signal
    const fleet = await step(requestOf(loaded, devices, schedule, ended, startedAt), {
      clock,
      sessions: sessionsOf(built, clock, (host, entry) =>
        typed.push({ atMs: nowMs(), host, ...entry, runId }),
      ),
      journal,
      history: store,
      emit: () => undefined,
      approve: async () => true,
    })
    const result: RunResult = {
      command,
      runId,
      playbook: loaded.playbook.name,
      startedAt,
      finishedAt: clock.wall().toISOString(),
      devices: fleet.devices,
      interrupted: ended.aborted,
      ...(fleet.rollout === undefined ? {} : { rollout: fleet.rollout }),
      ...(fleet.remediation === undefined ? {} : { remediation: fleet.remediation }),
    }
    const exitCode = exitCodeOf(result)
    await journal.append({ kind: 'run-finished', exitCode, interrupted: ended.aborted, result })
    await journal.close()
    const one: RanRun = {
      runId,
      command,
      startedMs,
      truth,
      after: truthOf(built.devices),
      result,
      exitCode,
      ...(schedule === undefined ? {} : { schedule: schedule.name }),
    }
    ran.push(one)
    return one
  }
  const stepOf = (schedule: Schedule): FleetStep =>
    schedule.mode === 'check'
      ? driftFleet
      : (request, ports) =>
          remediateFleet(
            { ...request, remediation: remediationOf({ freeze: schedules.freeze }, loaded.playbook) },
            ports,
          )
  return {
    clock,
    built,
    store,
    schedules,
    typed,
    ran,
    nowMs,
    apply: (but) =>
      execute({
        command: 'apply',
        step: applyFleet,
        hosts: loaded.devices.flatMap(({ host }) => (but.includes(host.name) ? [] : [host.name])),
      }),
    run: (schedule, how) => answered(execute({ command: 'drift', step: stepOf(schedule), schedule, ...how })),
    verify: async (runId, signal) => {
      const run = await store.read(runId)
      if (run.kind === 'err') return broken(run.error)
      const { hosts } = run.value.started
      return answered(execute({ command: 'verify', step: verifyFleet, hosts, signal }))
    },
  }
}

async function answered(run: Promise<RanRun>): Promise<ScheduledAnswer> {
  try {
    const { exitCode, result } = await run
    return { kind: 'ended', exitCode, result }
  } catch (thrown) {
    return broken(thrown instanceof Error ? (thrown.stack ?? thrown.message) : 'unknown')
  }
}

function broken(message: string): ScheduledAnswer {
  return { kind: 'broken', code: 'INTERNAL', message, next: 'mend it' }
}

/** What a run of the command line would be asked (wire/execute.ts), of a part of the devices. */
function requestOf(
  { playbook: book, inventory }: LoadedRun,
  devices: LoadedRun['devices'],
  schedule: Schedule | undefined,
  signal: AbortSignal,
  startedAt: string,
): Parameters<FleetStep>[0] {
  const window = schedule?.window
  // The first change is made in the evening: its reason would stand in its record.
  const options =
    schedule === undefined ? { ignoreWindow: 'first change' } : window === undefined ? {} : { window }
  return {
    devices,
    concurrency: 12,
    proof: book.proof,
    rollout: rolloutRules(options, book, startedAt.slice(0, 10)),
    save: book.save,
    signal,
    around: {
      hosts: inventory.hosts,
      declared: inventory.peers,
      accept: book.accept ?? [],
      onBlocked: book.onBlocked ?? 'device',
      readPeers: book.readPeers ?? true,
    },
  }
}
