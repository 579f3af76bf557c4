import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parsePlanFile, planFileText } from '../../src/wire/plan-file.ts'
import { loadPlan } from '../../src/wire/saved-plan.ts'
import { createFakeClock } from '../fake-clock.ts'
import { content, device } from './plans.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-saved-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const inventory = `version: 1
defaults: { credential: netops }
credentials:
  netops: { username: netops, password: { env: PASSWORD } }
  other: { username: other, password: { env: OTHER } }
jumps:
  bastion: { address: 198.51.100.7, credential: netops }
  second: { address: 198.51.100.8, credential: netops }
hosts:
  hub1: { address: 192.0.2.1, platform: ios, via: [bastion] }
  hub3: { address: 192.0.2.3, platform: ios }
peers:
  203.0.113.11: { type: ios }
`

type Options = Partial<Parameters<typeof loadPlan>[1]>

/** Loads a plan at half past seven; it was made at seven. */
function load(plan = content(), options: Options = {}, inventoryText = inventory) {
  writeFileSync(join(dir, 'inventory.yml'), inventoryText)
  const named = { ...plan, inventory: join(dir, 'inventory.yml') }
  const read = parsePlanFile('p.json', new TextEncoder().encode(planFileText(named).text))
  if (read.kind !== 'plan') throw new Error(JSON.stringify(read))
  return loadPlan(read, { cwd: dir, env: {}, clock: createFakeClock(), ...options })
}

function told(...args: Parameters<typeof load>): readonly string[] {
  const loaded = load(...args)
  if (loaded.kind === 'ok') throw new Error('it was loaded')
  return loaded.error.map((one) => one.message.replaceAll(dir, 'DIR'))
}

describe('a run of a saved plan', () => {
  it('asks exactly for the targets of the plan, with its settings, and with the inventory as it is', () => {
    const loaded = load()
    if (loaded.kind === 'err') throw new Error(JSON.stringify(loaded.error))
    expect(loaded.value).toMatchObject({
      playbook: { name: 'hubs', change: 'CHG1', state: 'responder-only', save: 'if-clean', items: [] },
      devices: [
        {
          host: { name: 'hub1', address: '192.0.2.1' },
          intent: { targets: [{ kind: 'ipsec-profile', profile: 'VPN' }], peers: [{ key: '203.0.113.11' }] },
        },
      ],
      saved: { devices: [{ host: 'hub1' }], file: { path: 'p.json' } },
    })
    expect(loaded.value.warnings.map((one) => `${one.code} ${one.message}`)).toEqual([
      'NOT_PLANNED hub2 is not part of the plan and was left alone: CONNECT_FAILED: no answer',
    ])
  })

  it('carries settings that only the playbook knows', () => {
    const settings = { ...content().settings, laterKey: { some: 'value' } }
    const loaded = load(content({ settings }))
    expect(loaded.kind === 'ok' && loaded.value.playbook).toMatchObject({ laterKey: { some: 'value' } })
  })

  it.each([
    ['address', inventory.replace('192.0.2.1,', '192.0.2.9,'), 'address 192.0.2.1 in the plan, 192.0.2.9'],
    ['port', inventory.replace('192.0.2.1,', '192.0.2.1, port: 2222,'), 'port 22 in the plan, 2222'],
    ['platform', inventory.replace('platform: ios', 'platform: asa'), 'platform ios in the plan, asa'],
    [
      'jump hosts',
      inventory.replace('[bastion]', '[second, bastion]'),
      'jump hosts bastion (198.51.100.7 port 22) in the plan, second (198.51.100.8 port 22), then bastion',
    ],
    [
      'the address of a jump host',
      inventory.replace('198.51.100.7', '198.51.100.77'),
      'jump hosts bastion (198.51.100.7 port 22) in the plan, bastion (198.51.100.77 port 22)',
    ],
    ['no jump host', inventory.replace(', via: [bastion]', ''), '(198.51.100.7 port 22) in the plan, none'],
    [
      'credential',
      inventory.replace('via: [bastion]', 'via: [bastion], credential: other'),
      'credential netops in the plan, other',
    ],
    ['the host itself', inventory.replace('hub1:', 'hub7:'), 'hub1 of the plan is no host of'],
  ])('is refused where the inventory has another %s, old and new told', (_, text, message) => {
    const problems = told(content(), {}, text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
  })

  it('tells everything that is in its way at once, with its place in the file', () => {
    const accept = [
      {
        code: 'SOLE_INITIATOR',
        hosts: ['hub1'],
        targets: ['VPN'],
        reason: 'r',
        by: 'noc',
        until: '2026-11-23',
        at: { file: 'p.yml', line: 1, col: 1 },
      },
    ]
    const plan = content({
      createdAt: '2026-11-01T00:00:00Z',
      settings: { ...content().settings, accept },
      devices: [device, { ...device, host: 'hub8' }],
    })
    const loaded = load(plan, {}, inventory.replace('192.0.2.1,', '192.0.2.9, port: 2222,'))
    const all = loaded.kind === 'err' ? loaded.error : []
    expect(all.map((one) => one.message.replaceAll(dir, 'DIR'))).toEqual([
      'the plan was made at 2026-11-01T00:00:00Z, more than 7d ago (--max-age)',
      'the acceptance of SOLE_INITIATOR expired on 2026-11-23',
      'hub1: address 192.0.2.1 in the plan, 192.0.2.9 in the inventory',
      'hub1: port 22 in the plan, 2222 in the inventory',
      'hub8 of the plan is no host of DIR/inventory.yml',
    ])
    expect(all.every((one) => (one.at?.line ?? 0) > 1)).toBe(true)
  })

  it.each([
    ['within --max-age', { maxAgeMs: 1_800_000 }, '2026-11-24T19:00:00Z', undefined],
    [
      'older than --max-age',
      { maxAgeMs: 1_799_000 },
      '2026-11-24T19:00:00Z',
      'the plan was made at 2026-11-24T19:00:00Z, more than 29m 59s ago (--max-age)',
    ],
    ['of 7 days by default', {}, '2026-11-17T19:30:00Z', undefined],
    [
      'of more by default',
      {},
      '2026-11-17T19:29:00Z',
      'the plan was made at 2026-11-17T19:29:00Z, more than 7d ago (--max-age)',
    ],
    ['of a clock that is a little ahead', {}, '2026-11-24T19:34:00Z', undefined],
    [
      'made tomorrow',
      {},
      '2026-11-25T19:30:00Z',
      'the plan was made at 2026-11-25T19:30:00Z, which is still to come',
    ],
  ])('%s: %j', (_, options, createdAt, message) => {
    if (message === undefined) expect(load(content({ createdAt }), options).kind).toBe('ok')
    else expect(told(content({ createdAt }), options)).toEqual([message])
  })

  it('is refused to another version of ikero, which may not know its settings', () => {
    expect(told(content({ version: '9.9.9' }))[0]).toMatch(/made by ikero 9\.9\.9, and this is/)
  })

  describe('whose inventory runs a program for a secret', () => {
    const runs = 'password: { command: [sh, -c, "touch /tmp/x"] }'
    const programs = /runs "sh -c touch \/tmp\/x" for its secrets; no program is run on the word of a plan/
    const ofHost = inventory.replace('password: { env: PASSWORD }', runs)
    const ofJump = inventory
      .replace('password: { env: OTHER }', runs)
      .replace('198.51.100.7, credential: netops', '198.51.100.7, credential: other')

    it.each([
      ['of a device', ofHost],
      ['of its jump host', ofJump],
      [
        'to become privileged',
        inventory.replace('{ env: PASSWORD }', `{ env: P }, ${runs.replace('password', 'enable')}`),
      ],
      [
        'for the passphrase of a key',
        inventory.replace(
          'password: { env: PASSWORD }',
          `privateKey: { file: k, ${runs.replace('password', 'passphrase')} }`,
        ),
      ],
    ])('%s is refused where only the plan names that inventory', (_, text) => {
      const problems = told(content(), {}, text)
      expect(problems).toHaveLength(1)
      expect(problems[0]).toMatch(programs)
    })

    it('is applied where whoever applies it names the inventory, or somebody has signed the plan', () => {
      writeFileSync(join(dir, 'mine.yml'), ofHost)
      expect(load(content(), { inventory: join(dir, 'mine.yml') }).kind).toBe('ok')
      const file = planFileText(content({ inventory: join(dir, 'mine.yml') })).text
      const read = parsePlanFile('p.json', new TextEncoder().encode(file))
      if (read.kind !== 'plan') throw new Error('no plan')
      const options = { cwd: dir, env: {}, clock: createFakeClock() }
      expect(loadPlan(read, options, 'board@example.net').kind).toBe('ok')
      expect(loadPlan(read, options).kind).toBe('err')
    })

    it('is applied where that program is for devices that the plan does not have', () => {
      expect(load(content(), {}, inventory.replace('password: { env: OTHER }', runs)).kind).toBe('ok')
    })
  })

  it('may be narrowed with --limit, and only what is left is compared with the inventory', () => {
    const direct = { ...device, host: 'hub3', pins: { ...device.pins, address: '192.0.2.3', via: [] } }
    const plan = content({ devices: [device, direct] })
    const moved = inventory.replace('192.0.2.1,', '192.0.2.9,')
    const loaded = load(plan, { limit: 'hub3' }, moved)
    expect(loaded.kind === 'ok' && loaded.value.devices.map(({ host }) => host.name)).toEqual(['hub3'])
    expect(loaded.kind === 'ok' && loaded.value.saved?.devices.map(({ host }) => host)).toEqual(['hub3'])
    expect(told(content(), { limit: 'hub3' })).toEqual(['--limit "hub3" matches none of the plan\'s devices'])
    expect(told(content(), { limit: 'hub9' })[0]).toMatch(/there is no host "hub9"/)
  })

  it('of thousands of devices that the inventory has no longer is refused in a moment, each with its place', () => {
    const many = Array.from({ length: 2000 }, (_, nth) => ({ ...device, host: `gone${nth}` }))
    const loaded = load(content({ devices: many }))
    const lines = loaded.kind === 'err' ? loaded.error.map(({ at }) => at?.line ?? 0) : []
    expect(lines).toHaveLength(2000)
    expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b))
  })

  it('says where to get an inventory that is not there', () => {
    const read = parsePlanFile('p.json', new TextEncoder().encode(planFileText(content()).text))
    if (read.kind !== 'plan') throw new Error('no plan')
    const loaded = loadPlan(read, { cwd: dir, env: {}, clock: createFakeClock() })
    expect(loaded).toMatchObject({
      kind: 'err',
      error: [{ code: 'FILE_UNREADABLE', hint: expect.stringContaining('with -i') }],
    })
  })

  it('is refused where no device of it may be changed', () => {
    expect(told(content({ devices: [] }))).toEqual(['the plan has no device that may be changed'])
  })
})
