import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/model/finding.ts'
import { root } from '../architecture/sources.ts'
import { type Ended, openScenario, type ScenarioRun } from './scenario-run.ts'
import { type TwentyRow, twentyRows } from './twenty-rows.ts'
import { configLines, expectNothingSent } from './world.ts'

const hour = 3_600_000

function textOf(file: string): string {
  return readFileSync(join(root, 'mocks', 'scenarios', 'twenty', file), 'utf8')
}

/** The playbook at the head of a scenario, with a part of it replaced. */
function open(file: string, [part, other]: readonly [string, string] = ['', '']): ScenarioRun {
  const text = textOf(file)
  const lines = text.split('\n').filter((line) => line.startsWith('#   '))
  const playbook = `${lines.map((line) => line.slice(4)).join('\n')}\n`
  expect(playbook).toContain(part)
  return openScenario(text, playbook.replace(part, other))
}

function statusesOf({ devices }: Ended): Readonly<Record<string, string>> {
  return Object.fromEntries(devices.map((device) => [device.host, device.status]))
}

function findingsOf(ended: Ended, host: string): readonly Finding[] {
  return ended.devices.find((device) => device.host === host)?.findings ?? []
}

function expectEnd(ended: Ended, row: TwentyRow): void {
  for (const [host, severity, code, target] of row.findings) {
    expect(findingsOf(ended, host)).toContainEqual(
      expect.objectContaining({ code, severity, ...(target === undefined ? {} : { target }) }),
    )
  }
  expect([statusesOf(ended), ended.exitCode]).toEqual([row.statuses, row.exitCode])
  const told = row.findings.flatMap(([host, , code]) =>
    findingsOf(ended, host).filter((finding) => finding.code === code),
  )
  const words = told.map(({ message, next }) => `${message}; ${next}`).join('\n')
  for (const text of row.says ?? []) expect(words).toContain(text)
}

function titleOf({ file, instead, command, findings, statuses, exitCode }: TwentyRow): string {
  const codes = findings.map(([, , code]) => code).join(', ')
  const end = [...new Set(Object.values(statuses))].join(' and ')
  const changed = instead === undefined ? '' : ', another playbook'
  return `${command} of ${file}${changed}: ${codes === '' ? 'no finding' : codes}; ${end}, exit ${exitCode}`
}

describe('what prevents each of the twenty ways to break production', () => {
  it.each(twentyRows.map((row) => [titleOf(row), row] as const))('%s', async (_title, row) => {
    const run = open(row.file, row.instead)
    const ended = await (row.command === 'plan' ? run.plan() : run.apply())
    expectEnd(ended, row)
    if (row.command === 'plan')
      for (const { name } of run.world.built.devices) expectNothingSent(run.world, name)
  })

  const refused = twentyRows.filter((row) => Object.values(row.statuses).includes('blocked'))
  it.each(refused.map((row) => [row.file, row] as const))(
    'apply of %s sends no line to a device that plan blocks, and ends alike',
    async (_file, row) => {
      const run = open(row.file, row.instead)
      const ended = await run.apply()
      expect(ended.exitCode).toBe(row.exitCode)
      for (const [host, status] of Object.entries(row.statuses)) {
        if (status === 'blocked') expect(statusesOf(ended)[host]).toBe('blocked')
        if (status === 'blocked') expectNothingSent(run.world, host)
      }
    },
  )

  it('is named by docs/twenty.md and by the scenario itself: row, code, scenario and test', () => {
    const doc = readFileSync(join(root, 'docs', 'twenty.md'), 'utf8').split('\n')
    for (const row of twentyRows) {
      const head = textOf(row.file).split('\nversion:')[0] ?? ''
      const line = doc.find((one) => one.startsWith(`| ${Number(row.file.slice(0, 2))} `)) ?? ''
      expect(line).toContain(`(../mocks/scenarios/twenty/${row.file})`)
      expect(line).toContain('(../test/workflow/twenty.test.ts)')
      for (const [, , code] of row.findings)
        expect([head, line]).toEqual(Array(2).fill(expect.stringContaining(code)))
      expect(head).toMatch(new RegExp(`exit\\s(?:#\\s)?${row.exitCode}`))
      for (const status of Object.values(row.statuses)) expect(head).toContain(status)
    }
  })
})

describe('what follows', () => {
  it('row 15: what is accepted for a unit that stands by beside its mate is no leftover: it is not judged', async () => {
    const accept =
      'accept: [{ code: MULTI_PEER, hosts: fw2, targets: ["*"], reason: r, by: noc, until: 2027-03-31 }]'
    const both = `name: answer only\n${accept}\nasas:\n  - hosts: [fw2, fw1]`
    const ended = await open('15-standby.yml', ['name: answer only\nasas:\n  - hosts: fw2', both]).plan()
    expect(statusesOf(ended)).toEqual({ fw1: 'pending', fw2: 'skipped' })
    expect(findingsOf(ended, 'fw2').map(({ code }) => code)).not.toContain('ACCEPT_UNUSED')
  })

  it('row 19: with `onBlocked: target` the other entry is changed, and the one that carries the login is not', async () => {
    const run = open('19-own-tunnel.yml', ['name: answer only', 'name: answer only\nonBlocked: target'])
    const ended = await run.apply()
    expect(ended.devices[0]?.targets.map(({ name, status }) => [name, status])).toEqual([
      ['outside_map/10', 'blocked'],
      ['outside_map/20', 'unproven'],
    ])
    expect(ended.exitCode).toBe(1)
    expect(run.world.received('fw1').filter((line) => line.includes('connection-type'))).toEqual([
      'crypto map outside_map 20 set connection-type answer-only',
    ])
  })

  it('row 3: the change stays unproven until the peer has had traffic, and is verified then', async () => {
    const run = open('03-no-traffic.yml')
    await run.apply()
    await run.world.clock.advance(60_000)
    expect(await run.verify()).toMatchObject({ exitCode: 3, devices: [{ status: 'unproven' }] })
    // Traffic comes once a day, and the session ends again half an hour after it.
    let last = await run.verify()
    for (let waited = 0; waited < 26 * hour && last.exitCode === 3; waited += hour / 4) {
      await run.world.clock.advance(hour / 4)
      last = await run.verify()
    }
    expect(last).toMatchObject({ exitCode: 0, devices: [{ status: 'verified' }] })
  })

  it('row 4: the hubs that the spoke registers with are read, and nothing there leads to the spoke', async () => {
    const run = open('04-dmvpn-spoke.yml')
    const [spoke] = (await run.plan()).devices
    expect(['hub1', 'hub2'].map((hub) => run.world.received(hub).length > 0)).toEqual([true, true])
    const told = spoke?.findings.map((finding) => finding.message).join('\n')
    expect(told).toContain('hub1 is its next-hop server and does not register here itself')
  })

  it('row 4: the hubs of that spoke are the right targets', async () => {
    const ended = await open('04-dmvpn-spoke.yml', ['spoke1', '[hub1, hub2]']).plan()
    expect([statusesOf(ended), ended.exitCode]).toEqual([{ hub1: 'pending', hub2: 'pending' }, 2])
  })

  it('row 6: the device never sees the mistyped name', async () => {
    const run = open('06-profile-typo.yml')
    await run.apply()
    expect(run.world.received('hub1').filter((line) => line.includes('VPM'))).toEqual([])
  })

  it('row 13: two peers wait on old SAs, until the lifetimes have passed and verify closes the run', async () => {
    const run = open('13-old-sas.yml')
    const evening = await run.apply()
    expect(evening.devices[0]?.targets[0]?.coverage).toMatchObject({ peers: 2, proven: 0, waiting: 2 })
    await run.world.clock.advance(25 * hour)
    expect(await run.verify()).toMatchObject({ exitCode: 0, devices: [{ status: 'verified' }] })
  })

  it('row 17: the next plan finds both unsaved, and apply saves what is clean without sending the line again', async () => {
    const run = open('17-not-saved.yml')
    await run.apply()
    const sent = configLines(run.world, 'hub1').length
    const next = await run.plan()
    expect([statusesOf(next), next.exitCode]).toEqual([{ hub1: 'pending', hub2: 'pending' }, 2])
    expect(next.devices.flatMap(({ targets }) => targets.map((one) => one.pendingKind))).toEqual([
      'unsaved',
      'unsaved',
    ])
    const undo = ['configure terminal', 'no ip access-list extended TRIAL', 'interface Gi0/0/1']
    run.world.meddle('hub1', ['enable', 'lab', ...undo, 'no ip access-group TRIAL in', 'end'])
    const [hub1] = (await run.apply()).devices
    expect(hub1).toMatchObject({ status: 'compliant', saved: 'yes' })
    expect(configLines(run.world, 'hub1').slice(sent)).toEqual(['write memory'])
  })

  // What `proof.renegotiate: initiated` clears, and never clears, stands here too once it is built.
  it('row 14: no clear is ever sent, and the tunnel is up again after the change was taken back', async () => {
    const run = open('14-cleared.yml')
    const ended = await run.apply()
    expect(run.world.received('hub1').filter((line) => line.startsWith('clear'))).toEqual([])
    expect(configLines(run.world, 'hub1')).toContain('no responder-only')
    expect(ended.devices[0]?.targets[0]).toMatchObject({ status: 'rolled-back', after: 'bidirectional' })
    const after = await run.plan()
    expect(after.devices[0]?.roles).toContainEqual(
      expect.objectContaining({ peer: '203.0.113.11', reading: 'initiator' }),
    )
  })
})
