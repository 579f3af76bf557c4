import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { labInventory } from '../../mocks/lab-inventory.ts'
import { parseInventory } from '../../src/inventory/load.ts'
import type { Adoption } from '../../src/model/adoption.ts'
import { targetName } from '../../src/model/intent.ts'
import { writePlaybook } from '../../src/playbook/write.ts'
import { adoptFleet } from '../../src/workflow/adopt.ts'
import { openScenario } from './scenario-run.ts'
import { contexts } from './scenarios.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

interface Adopted {
  readonly world: World
  readonly adoption: Adoption
  /** Host and target of everything in the playbook. */
  readonly targets: readonly string[]
  readonly playbook: string | undefined
}

async function adopt(scenario: string, options?: WorldOptions): Promise<Adopted> {
  const world = createWorld(scenario, options)
  const inventory = parseInventory(
    'inventory.yml',
    labInventory(
      {
        devices: world.built.devices.map((built, nth) => ({ built, port: 10_000 + nth })),
        jumps: [],
        peers: world.built.peers,
        login: world.built.login,
      },
      '127.0.0.1',
    ),
  )
  if (inventory.kind === 'err') throw new Error(JSON.stringify(inventory.error))
  const { hosts, peers } = inventory.value.inventory
  const request = {
    hosts,
    inventory: hosts,
    declared: peers,
    concurrency: 5,
    signal: new AbortController().signal,
  }
  const adoption = await world.clock.settle(adoptFleet(request, world.ports))
  return {
    world,
    adoption,
    targets: adoption.spaces.flatMap(({ host, targets }) =>
      targets.map((one) => `${host} ${targetName(one)}`),
    ),
    playbook: writePlaybook(adoption, { name: 'adopted', inventory: 'inventory.yml' }),
  }
}

/** Host and target of everything that a plan of the playbook judges. */
async function planned(scenario: string, playbook: string | undefined): Promise<readonly string[]> {
  const { devices } = await openScenario(scenario, playbook ?? '').plan()
  return devices.flatMap(({ host, targets }) => targets.map(({ name }) => `${host} ${name}`))
}

const lab = readFileSync('mocks/scenarios/lab.yml', 'utf8')

describe('adopt', () => {
  it('names every profile in use and every static entry, and a plan of it has the same targets', async () => {
    const { targets, playbook, adoption } = await adopt(lab)
    expect(targets).toEqual([
      'hub1 SPARE',
      'hub1 VPN',
      'hub2 BRANCH',
      'hub2 VPN',
      'asa-hq outside_map/10',
      'asa-hq outside_map/20',
      'asa-branch outside_map/10',
    ])
    expect(await planned(lab, playbook)).toEqual(targets)
    expect(adoption.without).toMatchObject([{ name: 'old1', findings: [{ code: 'RELEASE_TOO_OLD' }] }])
    expect(playbook).toMatch(/^# {3}old1: RELEASE_TOO_OLD: /m)
    expect(playbook).toMatch(/# asa-hq: ENTRY_DYNAMIC \(info\): outside_map\/65535 /)
  })

  it('tells what a plan of it would refuse', async () => {
    const { adoption, playbook } = await adopt(lab)
    const codes = adoption.spaces.flatMap(({ host, findings }) =>
      findings.filter(({ severity }) => severity === 'block').map(({ code }) => `${host} ${code}`),
    )
    const { devices } = await openScenario(lab, playbook ?? '').plan()
    const refused = devices.flatMap(({ host, findings }) =>
      findings.filter(({ severity }) => severity === 'block').map(({ code }) => `${host} ${code}`),
    )
    expect(codes).toContain('hub1 SOLE_INITIATOR')
    expect([...codes].sort()).toEqual([...refused].sort())
  })

  it('reads each context of an ASA by its name', async () => {
    const { targets, playbook, adoption } = await adopt(contexts())
    expect(targets).toEqual(['fw1 customer-a:outside_map/10', 'fw1 customer-b:outside_map/10'])
    expect(adoption.without).toEqual([{ name: 'fw1/admin', findings: [] }])
    expect(playbook).toContain('    context: customer-a\n')
    expect(await planned(contexts(), playbook)).toEqual(targets)
  })

  it('tells by name what could not be read, and describes the others', async () => {
    const { adoption, playbook, targets } = await adopt(lab, {
      refuse: (host) =>
        host === 'hub1'
          ? { code: 'TIMED_OUT', cause: 'network', message: 'no answer\n- hosts: [evil]', next: 'look' }
          : undefined,
    })
    expect(adoption.unread).toMatchObject([{ name: 'hub1', code: 'TIMED_OUT' }])
    expect(playbook).toContain('#   hub1: TIMED_OUT: no answer\\n- hosts: [evil]\n')
    expect(targets.filter((one) => one.startsWith('hub1'))).toEqual([])
    expect(await planned(lab, playbook)).toEqual(targets)
  })

  it('leaves out what carries no tunnel, and what must not be set by its nature, and says so', async () => {
    const scenario = readFileSync('mocks/scenarios/codes/firewalls.yml', 'utf8')
    const { adoption } = await adopt(scenario)
    expect(adoption.without).toContainEqual(
      expect.objectContaining({
        name: 'backup',
        findings: [expect.objectContaining({ code: 'ENTRY_ORIGINATE_ONLY', target: 'outside_map/10' })],
      }),
    )
  })

  it('sends nothing but lines that read', async () => {
    const { world } = await adopt(lab)
    for (const { name } of world.built.devices) {
      const typed = world
        .received(name)
        .filter((line) => !/^(?:show|terminal|enable|\*{5}$|exit|logout|$)/.test(line.trim()))
      expect(typed).toEqual([])
      expect(world.received(name).length).toBeGreaterThan(0)
    }
    expect(world.journal).toEqual([])
  })
})
