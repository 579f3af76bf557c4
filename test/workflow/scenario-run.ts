import type { BuiltScenario } from '../../mocks/build.ts'
import { labInventory } from '../../mocks/lab-inventory.ts'
import { resolvePlaybook } from '../../src/inventory/intents.ts'
import { parseInventory } from '../../src/inventory/load.ts'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { ChangeRecord, JournalEntry } from '../../src/model/record.ts'
import { parsePlaybook } from '../../src/playbook/load.ts'
import { driftFleet } from '../../src/workflow/drift.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest, FleetResult } from '../../src/workflow/fleet-request.ts'
import type { Ports } from '../../src/workflow/ports.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { createWorld, type World } from './world.ts'

/** How a command ended for people and for a shell. */
export interface Ended {
  readonly exitCode: number
  readonly devices: readonly DeviceOutcome[]
}

export interface ScenarioRun {
  readonly world: World
  readonly request: FleetRequest
  plan(): Promise<Ended>
  apply(): Promise<Ended>
  verify(): Promise<Ended>
  drift(): Promise<Ended>
}

const commands = { plan: planFleet, apply: applyFleet, verify: verifyFleet, drift: driftFleet } as const

/**
 * A scenario file and a playbook in memory, with the inventory that `ikero simulate` would write for the
 * scenario, a run store that remembers what was changed, and a clock that stands still.
 */
export function openScenario(
  scenarioText: string,
  playbookText: string,
  more: Partial<Ports> = {},
): ScenarioRun {
  const world = createWorld(scenarioText)
  const startedMs = world.clock.wall().getTime()
  const request = requestOf(world, playbookText)
  const ports: Ports = {
    ...world.ports,
    history: {
      lastChange: async (host, target) => lastChange(world.journal, host, target, startedMs),
      seenAsInitiator: async () => new Map(),
      identities: async () => new Map(),
      remediations: async () => new Map(),
    },
    ...more,
  }
  const run = async (command: keyof typeof commands): Promise<Ended> => {
    const step: (request: FleetRequest, ports: Ports) => Promise<FleetResult> = commands[command]
    const { devices } = await world.clock.settle(step(request, ports))
    const at = { startedAt: '', finishedAt: '', interrupted: false }
    return { devices, exitCode: exitCodeOf({ command, runId: 'r', playbook: 'p', devices, ...at }) }
  }
  return {
    world,
    request,
    plan: () => run('plan'),
    apply: () => run('apply'),
    verify: () => run('verify'),
    drift: () => run('drift'),
  }
}

/** The inventory that `ikero simulate` would write. */
export function inventoryOf({ devices, peers, login }: BuiltScenario): string {
  const listening = devices.map((built, index) => ({ built, port: 10_022 + index }))
  return labInventory({ devices: listening, jumps: [], peers, login }, '127.0.0.1')
}

function requestOf(world: World, playbookText: string): FleetRequest {
  const inventory = parseInventory('inventory.yml', inventoryOf(world.built))
  if (inventory.kind === 'err') throw new Error(inventory.error.map((one) => one.message).join('; '))
  const { hosts, peers } = inventory.value.inventory
  const playbook = parsePlaybook('playbook.yml', playbookText, { today: '2026-11-24' })
  if (playbook.kind === 'err') throw new Error(playbook.error.map((one) => one.message).join('; '))
  const resolved = resolvePlaybook(playbook.value, inventory.value.inventory)
  if (resolved.kind === 'err') throw new Error(resolved.error.map((one) => one.message).join('; '))
  const { accept = [], onBlocked = 'device', readPeers = true, proof, save } = resolved.value.playbook
  return world.request(resolved.value.devices, {
    proof,
    save,
    around: { hosts, declared: peers, accept, onBlocked, readPeers },
  })
}

/** What the run store would give of a target's last change; the push is taken as made when the run began. */
function lastChange(
  journal: readonly JournalEntry[],
  host: string,
  target: string,
  startedMs: number,
): ChangeRecord | undefined {
  const intent = journal.findLast((one) => one.kind === 'push-intent' && one.host === host)
  const outcome = journal.findLast(
    (one) =>
      one.kind === 'outcome' &&
      one.host === host &&
      one.target === target &&
      /^(?:verified|unproven|rolled-back)$/.test(one.status),
  )
  if (intent?.kind !== 'push-intent' || outcome?.kind !== 'outcome') return undefined
  const wanted = intent.targets.find((one) => one.name === target)?.wanted
  if (wanted === undefined) return undefined
  return {
    runId: 'r',
    host,
    target,
    at: new Date(startedMs).toISOString(),
    readingBefore: intent.readingBefore,
    readingsSince: journal.flatMap((one) =>
      one.kind === 'sa-reading' && one.host === host
        ? [{ afterPushMs: one.afterPushMs, reading: one.reading }]
        : [],
    ),
    status: outcome.status,
    wanted,
  }
}
