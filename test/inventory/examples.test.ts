import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolvePlaybook } from '../../src/inventory/intents.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { loadPlaybook, parsePlaybook } from '../../src/playbook/load.ts'

const today = '2026-11-24'

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name))
}

describe('every example', () => {
  it.each(filesIn('playbooks'))('%s loads, with its inventory, and names devices that are there', (path) => {
    const playbook = loadPlaybook(path, undefined, { today })
    expect(playbook.kind === 'err' ? playbook.error : []).toEqual([])
    if (playbook.kind === 'err' || playbook.value.inventory === undefined) return expect.unreachable()
    const inventory = loadInventory(playbook.value.inventory)
    if (inventory.kind === 'err') return expect.unreachable()
    const devices = resolvePlaybook(playbook.value, inventory.value.inventory)
    expect(devices.kind === 'err' ? devices.error : []).toEqual([])
  })

  it('that shows exceptions in a comment shows such as may be written', () => {
    const path = 'playbooks/asa-by-target.yml'
    const text = readFileSync(path, 'utf8').replace(/^# ((?:accept|known):| {2}- )/gm, '$1')
    const playbook = parsePlaybook(path, text, { today })
    const inventory = loadInventory('inventory/lab.yml')
    if (playbook.kind === 'err' || inventory.kind === 'err') return expect.unreachable()
    const resolved = resolvePlaybook(playbook.value, inventory.value.inventory)
    if (resolved.kind === 'err') return expect.unreachable()
    const { accept = [], known = [] } = resolved.value.playbook
    expect([...accept, ...known].map(({ hosts }) => hosts)).toEqual([['asa-hq'], ['asa-hq']])
  })

  it.each(filesIn('inventory'))('%s loads without a warning', (path) => {
    const inventory = loadInventory(path)
    expect(inventory.kind === 'err' ? inventory.error : inventory.value.warnings).toEqual([])
  })

  it.each([...filesIn('playbooks'), ...filesIn('inventory')])('%s tells editors its schema', (path) => {
    const schema = /^# yaml-language-server: \$schema=(\S+)/.exec(readFileSync(path, 'utf8'))?.[1]
    expect(readFileSync(join(path, '..', schema ?? ''), 'utf8')).toContain('draft-07')
  })
})

describe('the lab', () => {
  it('asks of the hubs and the ASA what the first light shows', () => {
    const playbook = loadPlaybook('playbooks/hubs.yml', undefined, { today })
    const inventory = loadInventory('inventory/lab.yml')
    if (playbook.kind === 'err' || inventory.kind === 'err') return expect.unreachable()
    const devices = resolvePlaybook(playbook.value, inventory.value.inventory)
    expect(
      devices.kind === 'ok' &&
        devices.value.devices.map(({ host, intent }) => [host.name, host.port, intent.targets]),
    ).toEqual([
      ['hub1', 10022, [{ kind: 'ipsec-profile', profile: 'VPN' }]],
      [
        'hub2',
        10023,
        [
          { kind: 'ipsec-profile', profile: 'VPN' },
          { kind: 'ipsec-profile', profile: 'BRANCH' },
        ],
      ],
      ['asa-hq', 10024, [{ kind: 'static-entries', map: 'outside_map', except: [] }]],
    ])
    expect(playbook.value).toMatchObject({ save: 'always', proof: { withinMs: 30_000 } })
  })
})
