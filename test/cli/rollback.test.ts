import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JournalEntry, PushIntent } from '../../src/model/record.ts'
import { planFileText } from '../../src/wire/plan-file.ts'
import { entryTarget, profileTarget } from '../names.ts'
import { outcome, record, storeIn, tempFolder } from '../runs/build.ts'
import { content } from '../wire/plans.ts'
import { ikeroHere } from './in-process.ts'

const opens = 'crypto ipsec profile VPN'
const vpn: PushIntent['targets'][number] = {
  name: 'VPN',
  target: profileTarget('VPN'),
  before: 'bidirectional',
  wanted: 'responder-only',
  lines: [opens, 'responder-only'],
  revert: [opens, 'no responder-only'],
  fingerprint: '0'.repeat(64),
}
const line = 'crypto map outside_map 10 set connection-type'
const ten: PushIntent['targets'][number] = {
  ...vpn,
  name: 'customer-a:outside_map/10',
  target: { ...entryTarget('outside_map', 10), context: 'customer-a' } as never,
  wanted: 'answer-only',
  lines: [`${line} answer-only`],
  revert: [`${line} bidirectional`],
}

const push = (
  host: string,
  target: PushIntent['targets'][number],
  context?: string,
): readonly JournalEntry[] => {
  const where = context === undefined ? { host } : { host, context }
  const intent: PushIntent = {
    kind: 'push-intent',
    ...where,
    identity: { hostname: host, serials: [] },
    targets: [target],
    readingBefore: { sas: [], unreadable: [] },
  }
  return [
    intent,
    { kind: 'line-sending', ...where, target: target.name, line: target.lines[0] ?? '', purpose: 'change' },
    { kind: 'saved', ...where, ok: true, said: '[OK]' },
  ]
}

const changed: readonly JournalEntry[] = [
  ...push('hub1', vpn),
  ...push('fw1', ten, 'customer-a'),
  outcome('hub1', 'VPN', 'verified'),
]

/** A run in a new state directory, and an inventory with its devices beside it. */
async function recorded(
  entries: readonly JournalEntry[] = changed,
  first: Parameters<typeof record>[2] = {},
) {
  const dir = tempFolder()
  const inventory = join(dir, 'inventory.yml')
  writeFileSync(
    inventory,
    `version: 1
credentials: { lab: { username: netops, password: { command: [/bin/false, never-run] } } }
hosts:
  hub1: { address: 192.0.2.1, platform: ios, credential: lab, groups: [hubs] }
  fw1: { address: 192.0.2.3, platform: asa, credential: lab }
`,
  )
  const { runId, folder } = await record(storeIn(dir), entries, { inventoryPath: inventory, ...first })
  const ask = (args: readonly string[]) =>
    ikeroHere(['rollback', runId, '--state-dir', dir, ...args], { cwd: dir })
  return { dir, inventory, runId, folder, ask }
}

const printed = (text: string): readonly string[] =>
  text.split('\n').filter((one) => !one.startsWith('!') && one !== '')

describe('ikero rollback --print', () => {
  it('writes the lines back of each device and context, and nothing else that does anything', async () => {
    const { ask, runId } = await recorded()
    const { code, stdout, stderr } = await ask(['--print'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`! takes back run ${runId}`)
    expect(stdout).toContain('! device hub1\nconfigure terminal\n')
    expect(stdout).toContain('! device fw1\n! context customer-a')
    expect(stdout).toContain('! the run had saved: then save with: write memory')
    expect(printed(stdout)).toEqual([
      ...['configure terminal', opens, 'no responder-only', 'end'],
      ...['configure terminal', `${line} bidirectional`, 'end'],
    ])
  })

  it('prints a document with --json', async () => {
    const { ask, runId } = await recorded()
    expect(JSON.parse((await ask(['--print', '--json'])).stdout)).toMatchObject({
      formatVersion: 1,
      command: 'rollback',
      of: runId,
      print: [
        { host: 'hub1', lines: ['configure terminal', opens, 'no responder-only', 'end'], save: 'yes' },
        { host: 'fw1', context: 'customer-a', save: 'yes' },
      ],
      refused: [],
    })
  })

  it('needs no inventory, except where a pattern narrows it', async () => {
    const gone = { inventoryPath: '/nonexistent/inventory.yml' }
    const { ask } = await recorded(changed, gone)
    expect((await ask(['--print'])).code).toBe(0)
    expect((await ask(['--print', '--limit', 'hub1'])).code).toBe(64)
  })

  it('is narrowed by devices and by targets', async () => {
    const { ask } = await recorded()
    expect(printed((await ask(['--print', '--limit', 'group:hubs'])).stdout)).toHaveLength(4)
    expect(printed((await ask(['--print', '--target', 'customer-a:outside_map/10'])).stdout)).toHaveLength(3)
    const both = ['--target', 'VPN', '--target', 'customer-a:outside_map/10']
    expect(printed((await ask(['--print', ...both])).stdout)).toHaveLength(7)
  })

  it('leaves out what the record makes unusable, names it escaped, and ends with 1', async () => {
    const evil = { ...vpn, name: 'VPN\u001b[2J', revert: [opens, 'reload'] }
    const { ask } = await recorded([...push('hub1', evil), ...push('hub1', vpn)])
    const { code, stdout } = await ask(['--print'])
    expect(code).toBe(1)
    expect(stdout).toContain('! left out: hub1 VPN\\x1b[2J')
    expect(stdout).not.toMatch(/\u001b|reload/)
    expect(printed(stdout)).toEqual(['configure terminal', opens, 'no responder-only', 'end'])
  })

  it('has what a resume of the run saved and changed besides', async () => {
    const [intent, sending] = push('hub1', vpn)
    const { dir, ask, runId } = await recorded([intent, sending].flatMap((one) => one ?? []))
    await record(
      storeIn(dir),
      [
        { kind: 'saving', host: 'hub1' },
        { kind: 'saved', host: 'hub1', ok: true, said: '[OK]' },
        outcome('hub1', 'VPN', 'verified'),
        ...push('fw1', ten, 'customer-a'),
      ],
      { command: 'resume', resumes: runId },
    )
    const { code, stdout } = await ask(['--print'])
    expect(code).toBe(0)
    expect(stdout.match(/^! the run had saved/gm)).toHaveLength(2)
    expect(printed(stdout)).toContain('no responder-only')
    expect(printed(stdout)).toContain(`${line} bidirectional`)
  })

  it('takes a run by its folder without its inventory', async () => {
    const { folder, dir } = await recorded()
    const ran = await ikeroHere(['rollback', folder, '--print'], { cwd: dir })
    expect([ran.code, printed(ran.stdout).length]).toEqual([0, 7])
  })
})

describe('ikero rollback refuses with 64, and contacts nothing', () => {
  it.each<[string, readonly string[], string]>([
    ['without a terminal and without --yes', [], 'give --yes'],
    ['a target that the run did not change', ['--yes', '--target', 'OTHER'], 'the run changed VPN'],
    ['a pattern that no changed device matches', ['--yes', '--limit', '!hub1,!fw1'], 'the run changed hub1'],
    ['a pattern that no host matches', ['--yes', '--limit', 'hub9'], 'hub9'],
    ['a flag that is no number', ['--yes', '--concurrency', 'many'], '--concurrency'],
  ])('%s', async (_what, args, said) => {
    const { ask } = await recorded()
    const { code, stdout, stderr } = await ask(args)
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toContain(said)
  })

  it('a run named by its folder, without -i', async () => {
    const { folder, dir, inventory } = await recorded()
    const ran = await ikeroHere(['rollback', folder, '--yes'], { cwd: dir })
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain(inventory)
  })

  it('a file that is no plan', async () => {
    const { dir } = await recorded()
    writeFileSync(join(dir, 'change.plan'), '{}')
    const ran = await ikeroHere(['rollback', 'change.plan', '--yes', '--state-dir', dir], { cwd: dir })
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('neither a run id nor a run')
  })

  it('a plan file that leads to a run whose inventory runs a program, unless a person names it', async () => {
    const dir = tempFolder()
    const state = join(dir, '.ikero')
    const { text, contentHash } = planFileText(
      content({ playbook: { name: 'hubs', path: join(dir, 'hubs.yml') } }),
    )
    writeFileSync(join(dir, 'p.json'), text)
    const mark = join(dir, 'it-ran')
    const inventory = join(dir, 'inventory.yml')
    writeFileSync(
      inventory,
      `version: 1
credentials: { lab: { username: netops, password: { command: [touch, ${mark}] } } }
hosts: { hub1: { address: 127.0.0.1, port: 1, platform: ios, credential: lab } }
`,
    )
    await record(storeIn(state), push('hub1', vpn), {
      inventoryPath: inventory,
      playbookPath: join(dir, 'hubs.yml'),
      planFile: { path: 'p.json', contentHash },
    })
    const ran = await ikeroHere(['rollback', 'p.json', '--yes'], { cwd: dir })
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain(`runs "touch ${mark.slice(0, 54)}`)
    expect(existsSync(mark)).toBe(false)
    for (const named of [
      ['-i', inventory],
      ['--state-dir', state],
    ])
      expect((await ikeroHere(['rollback', 'p.json', '--yes', ...named], { cwd: dir })).code).toBe(1)
  })

  it('a record that names no device of an inventory', async () => {
    const { ask } = await recorded(push('hub1; reload', vpn))
    const { code, stderr } = await ask(['--yes'])
    expect(code).toBe(64)
    expect(stderr).toContain("is no record of ikero's")
  })
})

describe('ikero rollback of a run with nothing to take back', () => {
  it.each<[string, readonly JournalEntry[], Parameters<typeof record>[2], string]>([
    ['that changed nothing', [], {}, 'changed nothing'],
    [
      'that is a rollback itself',
      [],
      { command: 'rollback', of: '20261124T193012-4f1c9a' },
      'took run 20261124T193012-4f1c9a back itself',
    ],
  ])('%s says so and ends with 0', async (_what, entries, first, said) => {
    const { ask } = await recorded(entries, first)
    for (const args of [['--yes'], ['--print']]) {
      const { code, stdout, stderr } = await ask(args)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain(said)
    }
    const json = await ask(['--yes', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ command: 'rollback', exitCode: 0, devices: [] })
    expect(json.stderr).toContain(said)
    const events = await ask(['--yes', '--events'])
    expect(JSON.parse(events.stdout)).toMatchObject({ event: 'result', result: { devices: [] } })
    const print = await ask(['--print', '--json'])
    expect(JSON.parse(print.stdout)).toMatchObject({ print: [], refused: [], exitCode: 0 })
    expect(print.stderr).toContain(said)
  })
})

describe('ikero verify of a rollback', () => {
  it('says that there is no role to prove', async () => {
    const { dir, runId } = await recorded([], { command: 'rollback', of: '20261124T193012-4f1c9a' })
    const ran = await ikeroHere(['verify', runId, '--state-dir', dir], { cwd: dir })
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('there is no role to prove')
  })
})
