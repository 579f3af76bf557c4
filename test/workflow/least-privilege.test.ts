import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AccountKind } from '../../src/model/command-set.ts'
import { renderPrivileges } from '../../src/report/privileges/index.ts'
import { privileges } from '../../src/wire/privileges.ts'
import { root } from '../architecture/sources.ts'
import { authorization, type Group, permits, readGroups } from '../tac-plus.ts'
import { inventoryOf, openScenario } from './scenario-run.ts'
import { asa, contexts, end, hub } from './scenarios.ts'
import { takeBackIn } from './take-back.ts'
import { createWorld } from './world.ts'

/** The printed groups of tac_plus by device, from the files alone. */
function printed(scenario: string, playbook: string, account: AccountKind): ReadonlyMap<string, Group> {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-rights-'))
  try {
    writeFileSync(join(dir, 'inventory.yml'), inventoryOf(createWorld(scenario).built))
    writeFileSync(join(dir, 'playbook.yml'), playbook)
    const answer = privileges({ playbook: 'playbook.yml', inventory: 'inventory.yml', env: {}, cwd: dir })
    if (answer.kind === 'err') throw new Error(answer.error.map((one) => one.message).join('; '))
    const { accounts } = answer.value
    const groups = readGroups(renderPrivileges(accounts, { playbook: 'p', form: 'tac_plus' }))
    expect([...groups.keys()]).toEqual(accounts.map(({ name }) => name))
    return new Map(
      accounts
        .filter((one) => one.account === account)
        .flatMap(({ name, hosts }) => hosts.map((host) => [host, groups.get(name) ?? new Map()] as const)),
    )
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** The scenario with an AAA server that permits exactly what was printed. */
function restricted(scenario: string, groups: ReadonlyMap<string, Group>): string {
  return [...groups].reduce(
    (text, [host, group]) =>
      // A function: `$'` in a replacement text means something.
      text.replace(`  - name: ${host}\n`, (name) => `${name}    ${authorization(group)}\n`),
    scenario,
  )
}

const playbook = (text: string): string => `version: 1\nname: rights\n${text}`
const initiated = 'proof: { within: 5m, lostAfter: 30s, renegotiate: initiated }\nsave: always\n'
/** Called by the hub first; said to call always, and calling within seconds when the tunnel is down. */
const lively = ['203.0.113.11', '203.0.113.12'].map((peer) =>
  end(peer, ', initiates: always, onTraffic: 10s'),
)
/** One entry of each IKE version, called by the ASA first and calling again. */
const asaOfBoth = asa({ lifetime: '24h' })
  .replace('  renew: 6s\n', '')
  .replaceAll('type: asa, to: asa1', 'type: asa, initiates: always, onTraffic: 10s, to: asa1')
  .replace('address: 203.0.113.21, protocol: ikev1', 'address: 203.0.113.21, protocol: ikev2')
  .replace('outside_map 20 set ikev1 transform-set AES', 'outside_map 20 set ikev2 ipsec-proposal AES')
  .replace(
    '      crypto ikev1 enable outside\n',
    '      crypto ipsec ikev2 ipsec-proposal AES\n       protocol esp encryption aes-256\n      crypto ikev1 enable outside\n      crypto ikev2 enable outside\n',
  )
const timer = readFileSync(join(root, 'mocks/scenarios/access/timer-confirmed.yml'), 'utf8')
const timerPlaybook = timer
  .split('\n')
  .flatMap((line) => (line.startsWith('#   ') ? [line.slice(4)] : []))
  .join('\n')

/** Together they send every kind of line that ikero has. */
const scenarios: readonly (readonly [name: string, scenario: string, playbook: string])[] = [
  [
    'a profile of a router that logs what is typed, SAs cleared',
    hub({ ends: lively, lifetime: '24h' }).replace(
      '      crypto isakmp policy 10\n',
      '      archive\n       log config\n        logging enable\n      crypto isakmp policy 10\n',
    ),
    playbook(`routers: [ { hosts: hub1, profiles: [VPN] } ]\n${initiated}`),
  ],
  [
    'every profile in use but one, on a release that no table has and that shows no differences',
    hub({ renew: '6s', version: '15.9(1)QQ1', knobs: '    refuse: ^show archive config differences' }),
    playbook('routers: [ { hosts: hub1, profiles: { in-use: true, except: [OTHER] } } ]\nsave: always\n'),
  ],
  ['a router under a revert timer', timer, timerPlaybook],
  [
    'static entries of an ASA, SAs cleared',
    asaOfBoth,
    playbook(
      `asas: [ { hosts: asa1, cryptoMaps: [ { map: outside_map, entries: static } ] } ]\n${initiated}`,
    ),
  ],
  [
    'static entries of an ASA but one',
    asa(),
    playbook(
      'asas: [ { hosts: asa1, cryptoMaps: [ { map: outside_map, entries: static, except: [20] } ] } ]\nsave: always\n',
    ),
  ],
  [
    'contexts of an ASA',
    contexts(),
    playbook(
      `asas:\n${['customer-a', 'customer-b'].map((name) => `  - { hosts: fw1, context: ${name}, cryptoMaps: [ { map: outside_map, entries: static } ] }\n`).join('')}save: always\n`,
    ),
  ],
]

/** How a scenario went, and which of the printed rules it used. */
interface Played {
  readonly statuses: readonly (readonly string[])[]
  /** Lines that no rule permits, with `<cr>` behind them or without. */
  readonly denied: readonly string[]
  readonly rules: readonly string[]
  readonly used: readonly string[]
}

async function play(scenario: string, text: string): Promise<Played> {
  const groups = printed(scenario, text, 'change')
  const run = openScenario(restricted(scenario, groups), text, { approveClears: async () => true })
  const hosts = new Set(run.request.devices.map(({ host }) => host))
  expect([...groups.keys()]).toEqual([...hosts].map(({ name }) => name))
  const ended = [await run.plan(), await run.apply(), await run.verify()]
  if (scenario.includes('logging enable')) {
    // Somebody takes the setting away, and puts it back when drift has asked who it was.
    const typed = (line: string): void =>
      run.world.meddle('hub1', [
        'enable',
        'lab',
        'configure terminal',
        'crypto ipsec profile VPN',
        line,
        'end',
      ])
    typed('no responder-only')
    const [drifted] = (await run.drift()).devices
    expect(drifted?.targets).toMatchObject([{ status: 'pending', pendingKind: 'drifted' }])
    typed('responder-only')
  }
  const taken = await takeBackIn(run.world, run.request.devices)
  const sent = [...hosts].flatMap(({ name, platform }) => {
    const group = groups.get(name) ?? new Map()
    const lines = run.world.received(name).filter((line) => line !== '' && line !== '*****')
    return lines.map((line) => ({ line, platform, group }))
  })
  return {
    statuses: [...ended, taken].map(({ devices }) => devices.map(({ status }) => status)),
    denied: sent.flatMap(({ line, group }) =>
      permits(group, line, '') === undefined || permits(group, line, '<cr>') === undefined ? [line] : [],
    ),
    rules: [...hosts].flatMap(({ name, platform }) =>
      [...(groups.get(name) ?? [])].flatMap(([command, rules]) =>
        rules.flatMap(({ permit, pattern }) => (permit ? [`${platform} ${command} ${pattern}`] : [])),
      ),
    ),
    used: sent.map(({ line, platform, group }) => `${platform} ${permits(group, line, '')}`),
  }
}

const plays = new Map<string, Promise<Played>>()
/** Each scenario is played once, whichever test comes first. */
function played([name, scenario, text]: (typeof scenarios)[number]): Promise<Played> {
  const known = plays.get(name) ?? play(scenario, text)
  plays.set(name, known)
  return known
}

describe('an account that may send exactly what --privileges prints', () => {
  it.each(scenarios)('plans, applies, verifies and rolls back: %s', async (...scenario) => {
    const { statuses, denied, used } = await played(scenario)
    expect(statuses).toEqual([['pending'], ['verified'], ['verified'], ['rolled-back']])
    expect(denied).toEqual([])
    expect(used.length).toBeGreaterThan(40)
  })

  it('is given no rule that none of these needs', async () => {
    const all = await Promise.all(scenarios.map(played))
    const used = new Set(all.flatMap((one) => one.used))
    const rules = new Set(all.flatMap((one) => one.rules))
    // An ASA prints its default in one of two spellings, and gets it back as it printed it.
    const other = /^asa crypto .* connection-type bi-directional\( <cr>\)\?\$$/
    expect([...rules].filter((rule) => !used.has(rule) && !other.test(rule))).toEqual([])
  })

  it('is stopped by its server at the first line of a change, where it is the reading account', async () => {
    const [, scenario, text] = scenarios[0] ?? ['', '', '']
    const groups = printed(scenario, text, 'read')
    const run = openScenario(restricted(scenario, groups), text)
    expect((await run.plan()).devices.map(({ status }) => status)).toEqual(['pending'])
    const [outcome] = (await run.apply()).devices
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'PRIVILEGE_INSUFFICIENT' } })
    const typed = run.world.typedAt('hub1').filter((line) => /\(.*\)#/.test(line))
    expect(typed).toEqual([])
  })
})
