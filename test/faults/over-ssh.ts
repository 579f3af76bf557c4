import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ikero from '../../src/index.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import type { RunEvent } from '../../src/model/event.ts'
import type { DeviceOutcome } from '../../src/model/outcome.ts'
import { type Lab, startLab, writingLines } from '../e2e/lab.ts'
import { threeHubs } from '../workflow/scenarios.ts'

/** A scenario's devices behind SSH, and ikero in this process. */
export interface FaultLab {
  readonly lab: Lab
  readonly events: readonly RunEvent[]
  /** What the last run warned of. */
  warnings(): readonly string[]
  /** Changes the inventory that the lab has written. */
  inventory(change: (text: string) => string): void
  plan(more?: Partial<ikero.RunOptions>): Promise<readonly DeviceOutcome[]>
  /** Approved at once, if nothing else is said. */
  apply(more?: Partial<ikero.ApplyOptions>): Promise<readonly DeviceOutcome[]>
  /** Lines that a device received in configuration mode. */
  written(host: string): readonly string[]
}

/** Three hubs; the faults, in YAML on one line, are hub1's. */
export function hubs(faults: string): string {
  return threeHubs({ renew: '2s' }).replace('  - name: hub1\n', `  - name: hub1\n    faults: ${faults}\n`)
}

export const threeHubsPlaybook = `version: 1
name: faults
routers: [ { hosts: [hub1, hub2, hub3], profiles: [VPN] } ]
proof: { within: 20s, lostAfter: 5s }
save: always
`

export interface LabWishes {
  /** Clocks of hub1, such as `connectTimeout: 1s`. */
  readonly times?: string
  /** Profile VPN of three hubs when not given. */
  readonly playbook?: string
  /** How time goes by on the devices. */
  readonly clock?: Clock
}

/** Runs some work on a lab of its own. */
export async function withLab<T>(
  scenario: string,
  { times = '', playbook = threeHubsPlaybook, clock }: LabWishes,
  work: (lab: FaultLab) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-faults-'))
  const path = join(dir, 'scenario.yml')
  writeFileSync(path, scenario)
  writeFileSync(join(dir, 'playbook.yml'), playbook)
  const lab = await startLab(path, clock)
  const inventory = join(lab.dir, 'inventory.yml')
  const change = (by: (text: string) => string): void =>
    writeFileSync(inventory, by(readFileSync(inventory, 'utf8')))
  if (times !== '') change((text) => text.replace('  hub1:\n', `  hub1:\n    ${times}\n`))
  const events: RunEvent[] = []
  let warnings: readonly string[] = []
  const devicesOf = (answer: ikero.RunAnswer): readonly DeviceOutcome[] => {
    if (answer.kind === 'invalid') throw new Error(answer.diagnostics.map((one) => one.message).join('; '))
    warnings = answer.warnings.map((one) => one.message)
    return answer.result.devices
  }
  const options = (more: Partial<ikero.RunOptions>): ikero.RunOptions => ({
    playbook: join(dir, 'playbook.yml'),
    inventory,
    knownHosts: [join(lab.dir, 'known_hosts')],
    stateDir: join(lab.dir, 'state'),
    env: { HOME: '/nonexistent' },
    cwd: dir,
    onEvent: (event) => events.push(event),
    ...more,
  })
  try {
    return await work({
      lab,
      events,
      warnings: () => warnings,
      inventory: change,
      plan: async (more = {}) => devicesOf(await ikero.plan(options(more))),
      apply: async (more = {}) =>
        devicesOf(await ikero.apply({ approve: () => Promise.resolve(true), ...more, ...options(more) })),
      written: (host) => writingLines(lab, host),
    })
  } finally {
    await lab.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
