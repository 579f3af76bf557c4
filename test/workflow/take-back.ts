import type { DeviceRequest } from '../../src/model/device-request.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { ChangeRecord, JournalEntry } from '../../src/model/record.ts'
import type { RollbackQuestion } from '../../src/model/rollback.ts'
import type { RunStep } from '../../src/model/run-view.ts'
import { applyFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest } from '../../src/workflow/fleet-request.ts'
import type { Ports } from '../../src/workflow/ports.ts'
import { recordedSpaces } from '../../src/workflow/recorded-targets.ts'
import { rollBackRun, rollbackIntent } from '../../src/workflow/roll-back-run.ts'
import type { World } from './world.ts'

/** The run that tests take back. */
export const applied = '20261124T193000-aaaaaa'

export interface Taken {
  readonly devices: readonly DeviceOutcome[]
  /** What the person was asked; absent where nobody was. */
  readonly question?: RollbackQuestion
  /** What this run put on record. */
  readonly journal: readonly JournalEntry[]
}

export interface TakeBackOptions {
  /** What the journal of the run to take back says; default: all that the world's journal has by now. */
  readonly steps?: readonly RunStep[]
  readonly approve?: boolean
  /** Called while the person is being asked. */
  readonly meanwhile?: () => void
  readonly ports?: Ports
  readonly request?: Partial<FleetRequest>
  /** The last change of any target, as the run store has it; default: the run's own. */
  readonly last?: Partial<ChangeRecord>
}

/** Journal entries as steps of a stored run. */
export function stepsOf(journal: readonly JournalEntry[]): readonly RunStep[] {
  return journal.flatMap((entry) =>
    entry.kind === 'run-started' || entry.kind === 'sa-reading' || entry.kind === 'run-finished'
      ? []
      : [{ at: '2026-11-24T19:30:00.000Z', entry }],
  )
}

/** Applies as far as the world lets it. */
export async function applyIn(
  world: World,
  devices: readonly DeviceRequest[],
  more: Partial<FleetRequest> = {},
): Promise<readonly DeviceOutcome[]> {
  return (await world.clock.settle(applyFleet(world.request(devices, more), world.ports))).devices
}

/** Takes the run back on the same world. */
export async function takeBackIn(
  world: World,
  hosts: readonly DeviceRequest[],
  options: TakeBackOptions = {},
): Promise<Taken> {
  const { spaces } = recordedSpaces(options.steps ?? stepsOf(world.journal))
  const begun = world.journal.length
  let question: RollbackQuestion | undefined
  const devices = hosts.flatMap(({ host }) => {
    const records = spaces.filter((space) => space.host === host.name)
    return records.length === 0 ? [] : [{ host, intent: rollbackIntent(host, records) }]
  })
  const last: ChangeRecord = {
    runId: applied,
    host: '',
    target: '',
    at: '2026-11-24T19:30:00.000Z',
    readingBefore: { sas: [], unreadable: [] },
    readingsSince: [],
    status: 'unproven',
    ...options.last,
  }
  const ports: Ports = {
    ...(options.ports ?? world.ports),
    history: { ...world.ports.history, lastChange: async () => last },
  }
  const run = {
    runId: applied,
    runs: new Set([applied]),
    spaces,
    approve: async (asked: RollbackQuestion) => {
      question = asked
      options.meanwhile?.()
      return options.approve ?? true
    },
  }
  const result = await world.clock.settle(rollBackRun(run, world.request(devices, options.request), ports))
  return {
    devices: result.devices,
    journal: world.journal.slice(begun),
    ...(question === undefined ? {} : { question }),
  }
}

/** The only device of a result. */
export function only(devices: readonly DeviceOutcome[]): DeviceOutcome {
  const [one, ...others] = devices
  if (one === undefined || others.length > 0) throw new Error(`${devices.length} devices instead of one`)
  return one
}
