import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { commandShapes } from '../../src/cli/command-shapes.ts'
import type { PushIntent } from '../../src/model/record.ts'
import { encodeLease, leaseFileOf } from '../../src/runs/lease-record.ts'
import { misfits, schemaFor } from '../documents.ts'
import { profileTarget } from '../names.ts'
import { intent, outcome, record, sending, storeIn, tempFolder } from '../runs/build.ts'
import { leaseOf } from '../runs/leases.ts'
import { ikeroHere } from './in-process.ts'

const secret = 'hunter2-is-secret'
const inventory = `version: 1
credentials: { lab: { username: netops, password: ${secret} } }
hosts: { hub1: { address: 127.0.0.1, port: 1, platform: ios, credential: lab } }
`
const playbook = `version: 1
name: n
inventory: inventory.yml
routers: [{ hosts: hub1, profiles: [VPN] }]
`

const vpn: PushIntent['targets'][number] = {
  name: 'VPN',
  target: profileTarget('VPN'),
  before: 'bidirectional',
  wanted: 'responder-only',
  lines: ['crypto ipsec profile VPN', 'responder-only'],
  revert: ['crypto ipsec profile VPN', 'no responder-only'],
  fingerprint: '0'.repeat(64),
}

let dir = ''
let run = ''

beforeEach(async () => {
  dir = tempFolder()
  writeFileSync(join(dir, 'inventory.yml'), inventory)
  writeFileSync(join(dir, 'hubs.yml'), playbook)
  writeFileSync(join(dir, 'bad.yml'), `${playbook}"k\u202e\u009b2J\\u0007<b>": ${secret}\nstat: x\n`)
  writeFileSync(join(dir, 'known_hosts'), '')
  const journal = await record(storeIn(join(dir, 'state')), [
    { ...intent('hub1', []), targets: [vpn] },
    sending('hub1', 'VPN'),
    outcome('hub1', 'VPN', 'unproven'),
  ])
  run = journal.runId
  const gone = { owner: 'alice', machine: 'noc2', boot: 'b9', pid: 7, pidStarted: '1' }
  mkdirSync(join(dir, 'state', 'leases'), { recursive: true, mode: 0o700 })
  writeFileSync(
    join(dir, 'state', 'leases', leaseFileOf('hub1')),
    encodeLease(leaseOf('hub1', gone, { heartbeat: '2026-11-24T19:30:12.000Z' })),
  )
})

const state = ['--state-dir', 'state']
const known = ['--known-hosts', 'known_hosts']
const here = ['-i', 'inventory.yml', ...known]

/** Command lines without `--json`, and how each ends. RUN is the recorded run. */
const calls: readonly (readonly [code: number, argv: readonly string[]])[] = [
  [0, ['validate', 'hubs.yml']],
  [64, ['validate', 'bad.yml']],
  [64, ['validate']],
  [1, ['plan', 'hubs.yml', ...known, ...state]],
  [64, ['plan', 'bad.yml', ...known, ...state]],
  [64, ['plan', 'hubs.yml', '--limit', 'hub9']],
  [64, ['plan', 'hubs.yml', '--concurrency', 'lots']],
  [64, ['plan', 'hubs.yml', '--jsn']],
  [64, ['plan', 'hubs.yml', '--limit']],
  [1, ['apply', 'hubs.yml', '--yes', ...known, ...state]],
  [64, ['apply', 'hubs.yml', ...known, ...state]],
  [1, ['verify', 'hubs.yml', ...known, ...state]],
  [64, ['verify', 'nowhere.yml']],
  [1, ['drift', 'hubs.yml', ...known, ...state]],
  [64, ['drift', 'hubs.yml', '--baseline', 'nowhere.yml']],
  [64, ['resume', '20260101T000000-abcdef', '--yes', ...here, ...state]],
  [64, ['resume', 'RUN', ...here, ...state]],
  [0, ['rollback', 'RUN', '--print', ...state]],
  [64, ['rollback', 'RUN', '--print', '--target', 'none', ...state]],
  [1, ['rollback', 'RUN', '--yes', ...here, ...state]],
  [64, ['rollback', 'RUN', ...here, ...state]],
  [0, ['unlock', ...state]],
  [0, ['unlock', 'hub1', 'hub9', '--yes', ...state]],
  [64, ['unlock', 'hub1', ...state]],
  [0, ['runs', ...state]],
  [64, ['runs', '--nowhere']],
  [0, ['show', 'RUN', ...state]],
  [64, ['show', 'nothing', ...state]],
  [0, ['explain']],
  [0, ['explain', 'PEER_LOST']],
  [64, ['explain', 'PEER_LOSTT']],
  [1, ['trust', ...here, '--yes', 'hub1']],
  [64, ['trust', ...here, 'hub1']],
  [1, ['doctor', ...here]],
  [64, ['doctor']],
]

const ask = (argv: readonly string[]): ReturnType<typeof ikeroHere> =>
  ikeroHere(
    argv.map((word) => (word === 'RUN' ? run : word)),
    { cwd: dir },
  )
const named = calls.map(([code, argv]) => [argv.join(' '), code, argv] as const)

describe('what a command prints for programs', () => {
  it('is looked at for every command that has --json, both done and refused', () => {
    const all = commandShapes().filter(({ flags }) => flags.some(({ long }) => long === '--json'))
    const tried = (refused: boolean): readonly string[] => [
      ...new Set(calls.filter(([code]) => (code === 64) === refused).map(([, [name = '']]) => name)),
    ]
    const names = all.map(({ name }) => name).sort()
    expect([...tried(true)].sort()).toEqual(names)
    // A run that was cut off needs a device that answers: test/e2e.
    expect([...tried(false), 'resume'].sort()).toEqual(names)
  })

  it.each(named)(
    '%s --json is one document, of its schema, with its exit code',
    async (_line, code, argv) => {
      const ran = await ask([...argv.slice(0, 1), '--json', ...argv.slice(1)])
      expect(ran.code).toBe(code)
      const document: unknown = JSON.parse(ran.stdout)
      const schema = schemaFor(argv, code)
      expect(schema === undefined ? ['no schema'] : misfits(schema, document)).toEqual([])
      expect(document).toMatchObject({ formatVersion: 1, command: argv[0] })
      if (!['runs', 'show', 'explain'].includes(argv[0] ?? '') || code === 64)
        expect(document).toMatchObject({ exitCode: code })
      expect(ran.stdout).not.toContain(secret)
    },
  )

  it.each(named.filter(([, code]) => code === 64))(
    '%s without --json leaves stdout to data: what is wrong stands on stderr',
    async (_line, _code, argv) => {
      const ran = await ask(argv)
      expect(ran.stdout).toBe('')
      expect(ran.stderr).toMatch(/error/)
      const forPrograms = await ask([...argv.slice(0, 1), '--json', ...argv.slice(1)])
      expect(forPrograms.stderr).toBe(ran.stderr)
    },
  )

  it.each(named.filter(([, , [name = '']]) => ['plan', 'apply', 'verify', 'rollback'].includes(name)))(
    '%s --events is a line an event, the result or the refusal last',
    async (_line, code, argv) => {
      if (argv.includes('--print')) return
      const ran = await ask([...argv.slice(0, 1), '--events', ...argv.slice(1)])
      expect(ran.code).toBe(code)
      const lines = ran.stdout.trimEnd().split('\n')
      const last: unknown = JSON.parse(lines.at(-1) ?? '')
      expect(last).toMatchObject(
        code === 64
          ? { event: 'refused', exitCode: 64, seq: 1 }
          : { event: 'result', seq: lines.length, result: { exitCode: code, command: argv[0] } },
      )
      expect(ran.stdout).not.toContain(secret)
    },
  )

  it('has the place of each mistake, in the order in which people are told them', async () => {
    const ran = await ask(['validate', 'bad.yml', '--json'])
    const { problems } = JSON.parse(ran.stdout)
    const told = [...ran.stderr.matchAll(/^(\S+):(\d+):(\d+): (error|warning) ([A-Z_]+): /gm)]
    expect(problems.length).toBeGreaterThan(1)
    expect(
      problems.map((one: Record<string, unknown>) => [one.file, one.line, one.col, one.severity, one.code]),
    ).toEqual(
      told.map(([, file, line, col, severity, code]) => [file, Number(line), Number(col), severity, code]),
    )
  })

  it('has the warnings of a playbook that is valid, with the devices that it is about', async () => {
    const { code, stdout } = await ask(['validate', 'hubs.yml', '--json'])
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { playbook: 'n', devices: ['hub1'], problems: [{ code: 'LITERAL_SECRET', severity: 'warning' }] },
    ])
  })

  it('is no document where --json is no flag of the command, or only a word behind --', async () => {
    expect((await ask(['schema', '--json'])).stdout).toBe('')
    expect((await ask(['nothing', '--json'])).stdout).toBe('')
    expect((await ask(['plan', '--', '--json', 'x'])).stdout).toBe('')
  })
})
