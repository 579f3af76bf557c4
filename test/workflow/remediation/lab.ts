import { createRedactor } from '../../../src/kernel/redact.ts'
import type { DeviceRequest } from '../../../src/model/device-request.ts'
import type { RunEvent } from '../../../src/model/event.ts'
import { exitCodeOf } from '../../../src/model/exit-code.ts'
import type { CommandName, DeviceOutcome } from '../../../src/model/outcome.ts'
import type { JournalEntry } from '../../../src/model/record.ts'
import { defaultRemediation, type RemediationRules } from '../../../src/model/remediation.ts'
import type { RolloutSettings } from '../../../src/model/rollout.ts'
import { openRunStore, type RunStore } from '../../../src/runs/store.ts'
import { applyFleet } from '../../../src/workflow/fleet.ts'
import type { FleetRequest, FleetResult } from '../../../src/workflow/fleet-request.ts'
import type { Ports } from '../../../src/workflow/ports.ts'
import { remediateFleet } from '../../../src/workflow/remediation/remediate.ts'
import type { RolloutRules } from '../../../src/workflow/rollout/rollout.ts'
import { memoryFiles } from '../../crash/memory-files.ts'
import { counting } from '../../runs/build.ts'
import { createWorld, type World, type WorldOptions } from '../world.ts'

/** What a playbook says where it says nothing, but for its proof, which the far ends of a test give soon. */
export const settings: RolloutSettings = {
  concurrency: 10,
  canary: { kind: 'fewest-peers', count: 1 },
  canaryNeeds: 'alive',
  wave: { kind: 'percent', percent: 100 },
  stopAfter: {
    failed: { kind: 'count', count: 1 },
    unreachable: { kind: 'percent', percent: 10 },
    authentication: 2,
  },
  apart: [],
}

export interface Asked extends Partial<FleetRequest> {
  readonly rules?: Partial<RemediationRules>
  readonly rollout?: RolloutRules
  readonly ports?: Partial<Ports>
}

export interface Ended extends FleetResult {
  readonly exitCode: number
  readonly journal: readonly JournalEntry[]
  readonly events: readonly RunEvent[]
}

/** A fleet in memory with a run store, so that what one run sets the next one knows. */
export interface FleetLab {
  readonly world: World
  readonly store: RunStore
  apply(devices: readonly DeviceRequest[], asked?: Asked): Promise<Ended>
  remediate(devices: readonly DeviceRequest[], asked?: Asked): Promise<Ended>
}

export function rollout(more: Partial<RolloutRules> = {}, own: Partial<RolloutSettings> = {}): RolloutRules {
  return { settings: { ...settings, ...own }, isKnown: () => false, ...more }
}

export function createFleetLab(scenario: string, options: WorldOptions = {}): FleetLab {
  const world = createWorld(scenario, options)
  const store = openRunStore({
    dir: '/state',
    clock: world.clock,
    redactor: createRedactor(),
    randomHex: counting(),
    files: memoryFiles(),
  })
  const run = async (
    command: CommandName,
    devices: readonly DeviceRequest[],
    { rules, ports: given, ...more }: Asked,
  ): Promise<Ended> => {
    const remediates = command === 'drift' ? { remediates: true as const } : {}
    const journal = await store.begin({
      kind: 'run-started',
      command,
      playbook: 'p',
      playbookPath: '/p.yml',
      wanted: 'responder-only',
      hosts: devices.map(({ host }) => host.name),
      version: '0',
      ...remediates,
    })
    const entries: JournalEntry[] = []
    const events: RunEvent[] = []
    const append = async (entry: JournalEntry): Promise<void> => {
      entries.push(entry)
      await journal.append(entry)
    }
    const ports: Ports = {
      ...world.ports,
      journal: { append },
      history: store,
      emit: (event) => events.push(event),
      ...given,
    }
    const request = world.request(devices, { rollout: rollout(), save: 'if-clean', ...more })
    const work =
      command === 'apply'
        ? applyFleet(request, ports)
        : remediateFleet({ ...request, remediation: { ...defaultRemediation, ...rules } }, ports)
    const result = await world.clock.settle(work)
    const at = {
      startedAt: '',
      finishedAt: '',
      interrupted: request.signal.aborted,
      runId: 'r',
      playbook: 'p',
    }
    const exitCode = exitCodeOf({ command, ...at, ...result })
    await world.clock.settle(
      journal.append({
        kind: 'run-finished',
        exitCode,
        interrupted: false,
        result: { command, ...at, ...result },
      }),
    )
    await world.clock.settle(journal.close())
    // Run ids tell the second in which a run began.
    await world.clock.advance(1_000)
    return { ...result, exitCode, journal: entries, events }
  }
  return {
    world,
    store,
    apply: (devices, asked = {}) => run('apply', devices, asked),
    remediate: (devices, asked = {}) => run('drift', devices, asked),
  }
}

/** Somebody takes the setting away, and saves that or not. */
export function takeAway({ world }: FleetLab, host: string, profile = 'VPN', save = true): void {
  const lines = [
    'enable',
    'lab',
    'configure terminal',
    `crypto ipsec profile ${profile}`,
    'no responder-only',
    'end',
  ]
  world.meddle(host, save ? [...lines, 'write memory'] : lines)
}

/** Lines of the configuration that a run was about to send, by its journal. */
export function sent({ journal }: Ended): readonly string[] {
  return journal.flatMap((entry) => (entry.kind === 'line-sending' ? [`${entry.host} ${entry.line}`] : []))
}

export function statuses({ devices }: FleetResult): readonly string[] {
  return devices.map(({ host, status }) => `${host} ${status}`)
}

export function targets(device: DeviceOutcome | undefined): readonly (readonly unknown[])[] {
  return (device?.targets ?? []).map(({ name, status, pendingKind, sent: was }) => [
    name,
    status,
    pendingKind,
    was,
  ])
}

/** Which guard rail held whom. */
export function held({ remediation }: FleetResult): readonly string[] {
  return (remediation?.held ?? []).map(({ host, why }) => `${host} ${why}`)
}
