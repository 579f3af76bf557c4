import { buildScenario } from '../../mocks/build.ts'
import { openMemoryLink } from '../../mocks/link.ts'
import type { DeviceRequest } from '../../src/model/device-request.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import type { ReadShell } from '../../src/model/shell.ts'
import { driverFor } from '../../src/platform/registry.ts'
import { openReadShell, type ShellOptions } from '../../src/session/open.ts'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import type { FleetRequest } from '../../src/workflow/fleet-request.ts'
import { createFakeClock, type FakeClock } from '../fake-clock.ts'
import { scenarioFrom } from '../mocks/scenarios.ts'
import { asa as asaScenario, type HubOptions, hub as hubScenario } from '../workflow/scenarios.ts'
import { createWorld, device, entry, profile, type World } from '../workflow/world.ts'

/** The request for profile VPN of hub1. */
export const hub1: DeviceRequest = device('hub1', [profile('VPN')])

/** The request for both entries of asa1, whose peers are ASAs. */
export const asa1: DeviceRequest = device('asa1', [entry('outside_map', 10), entry('outside_map', 20)], {
  platform: 'asa',
  peers: [
    { key: '203.0.113.20', type: 'asa' },
    { key: '203.0.113.21', type: 'asa' },
  ],
})

/** A hub with faults, in YAML on one line. */
export function hub(faults = '{}', more: HubOptions = {}): string {
  return hubScenario({
    ...(more.ends === undefined && more.lifetime === undefined ? { renew: '6s' } : {}),
    ...more,
    knobs: `${more.knobs ?? ''}    faults: ${faults}`,
  })
}

/** An ASA with faults. */
export function asa(faults = '{}'): string {
  return asaScenario({ knobs: `    faults: ${faults}` })
}

export interface Ran {
  readonly world: World
  readonly outcome: DeviceOutcome
}

/** One apply of a device of the scenario, on a clock that jumps from timer to timer. */
export async function apply(
  scenario: string,
  request: DeviceRequest = hub1,
  more: Partial<FleetRequest> = {},
): Promise<Ran> {
  const world = createWorld(scenario)
  const { devices } = await world.clock.settle(applyFleet(world.request([request], more), world.ports))
  return { world, outcome: only(devices) }
}

/** The same, planned only. */
export async function plan(
  scenario: string,
  request: DeviceRequest = hub1,
  more: Partial<FleetRequest> = {},
): Promise<Ran> {
  const world = createWorld(scenario)
  const { devices } = await world.clock.settle(planFleet(world.request([request], more), world.ports))
  return { world, outcome: only(devices) }
}

function only(devices: readonly DeviceOutcome[]): DeviceOutcome {
  const [outcome] = devices
  if (outcome === undefined) throw new Error('no outcome')
  return outcome
}

export interface Reading {
  readonly clock: FakeClock
  /** Opens a session with the scenario's first device. */
  readonly open: (more?: Partial<ShellOptions>) => Promise<ReadShell>
  /** What was received, line by line. */
  readonly received: readonly string[]
}

/** Sessions that read the scenario's first device; their clock is the test's. */
export function readingOf(scenario: string): Reading {
  const clock = createFakeClock()
  const [first] = buildScenario(scenarioFrom(scenario), { now: clock.monotonicMs, password: 'lab' }).devices
  if (first === undefined) throw new Error('no device')
  const received: string[] = []
  const open = (more: Partial<ShellOptions> = {}): Promise<ReadShell> =>
    openReadShell(openMemoryLink(first.device, { clock }), {
      platform: first.platform,
      grammar: driverFor(first.platform).grammar,
      clock,
      commandTimeoutMs: 30_000,
      deadlineMs: clock.monotonicMs() + 600_000,
      enableSecret: () => Promise.resolve('lab'),
      transcript: (direction, text) => {
        if (direction === 'received') received.push(text)
      },
      ...more,
    })
  return { clock, open, received }
}
