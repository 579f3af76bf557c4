import { appendFileSync, chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RoleRow } from '../../src/model/outcome.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import type { RunStore } from '../../src/runs/store.ts'
import { coverage, device, finding, profile, role, run } from '../report/builders.ts'
import { HandClock, intent, outcome, record, saReading, sending, storeIn, tempFolder } from '../runs/build.ts'
import { ikeroHere } from './in-process.ts'

const replied = (reply: 'accepted' | 'refused', said = ''): JournalEntry => ({
  kind: 'line-replied',
  host: 'hub1',
  target: 'VPN',
  line: 'responder-only',
  reply,
  said,
})

const oldSa = (part: Partial<RoleRow>): RoleRow =>
  role('203.0.113.11', 'VPN', { fresh: false, proof: 'waiting', remainingSeconds: 3600, ...part })

/** The end of a run on hub1 with one unproven target. */
const unprovenEnd = (
  rows: readonly RoleRow[],
  finishedAt: string,
  command: 'apply' | 'verify',
): JournalEntry => ({
  kind: 'run-finished',
  exitCode: 3,
  interrupted: false,
  result: run(
    [
      device('hub1', 'unproven', {
        targets: [
          profile('VPN', 'unproven', {
            coverage: coverage({ proven: 0, waiting: rows.length, peers: rows.length }),
          }),
        ],
        roles: rows,
      }),
    ],
    { command, finishedAt },
  ),
})

/** An apply that ended unproven, as its journal has it. */
async function unprovenApply(store: RunStore, rows: readonly RoleRow[]): Promise<string> {
  const journal = await record(store, [
    intent('hub1', ['VPN']),
    sending('hub1', 'VPN'),
    replied('accepted'),
    { kind: 'read-back', host: 'hub1', target: 'VPN', value: 'responder-only', asWanted: true },
    { kind: 'second-login', host: 'hub1', ok: true },
    { kind: 'saved', host: 'hub1', ok: true, said: '[OK]' },
    saReading('hub1', 2000),
    outcome('hub1', 'VPN', 'unproven'),
    { kind: 'device-outcome', host: 'hub1', status: 'unproven' },
    unprovenEnd(rows, '2026-11-24T19:31:00.000Z', 'apply'),
  ])
  return journal.runId
}

const documentOf = (text: string): unknown => JSON.parse(text)

describe('a state directory that somebody else can write', () => {
  const mine = statSync('.').uid
  it.each<[string, number, number, string | undefined]>([
    ['is refused when it belongs to another user', 0o700, mine + 1, 'belongs to another user'],
    ['is taken when it is this user’s own', 0o755, mine, undefined],
  ])('%s', async (_what, mode, uid, reason) => {
    const state = tempFolder()
    chmodSync(state, mode)
    await unprovenApply(storeIn(state), [oldSa({})])
    for (const args of [['runs'], ['runs', '--json'], ['show', '20261124T193012-000000']]) {
      const ran = await ikeroHere([...args, '--state-dir', state], { uid })
      if (reason === undefined) expect(ran.stderr).not.toContain('state directory')
      else {
        const said = args.includes('--json') ? expect.stringContaining('"problems"') : ''
        expect([ran.code, ran.stdout, ran.stderr]).toEqual([64, said, expect.stringContaining(reason)])
      }
    }
  })
})

describe('a state directory that cannot be made', () => {
  it('ends a run with a clear error, before anything is contacted', async () => {
    const dir = tempFolder()
    writeFileSync(
      join(dir, 'inventory.yml'),
      'version: 1\ncredentials: { lab: { username: netops, password: { env: PW } } }\nhosts: { hub1: { address: 192.0.2.1, platform: ios, credential: lab } }\n',
    )
    writeFileSync(
      join(dir, 'hubs.yml'),
      'version: 1\nname: n\ninventory: inventory.yml\nrouters: [{ hosts: hub1, profiles: [VPN] }]\n',
    )
    writeFileSync(join(dir, 'known_hosts'), '')
    const args = ['plan', 'hubs.yml', '--known-hosts', 'known_hosts', '--state-dir', '/proc/ikero/state']
    const ran = await ikeroHere(args, { cwd: dir, env: { PW: 'x' } })
    expect(ran).toMatchObject({ stdout: '' })
    expect(ran.code).toBeGreaterThan(0)
    expect(ran.stderr).toMatch(/the journal .*\/proc\/ikero.*ENOENT/s)
    const forPrograms = await ikeroHere([...args, '--json'], { cwd: dir, env: { PW: 'x' } })
    expect(JSON.parse(forPrograms.stdout)).toMatchObject({
      command: 'plan',
      exitCode: ran.code,
      problems: [{ severity: 'error', message: expect.stringContaining('/proc/ikero') }],
    })
  })
})

describe('ikero runs', () => {
  it('prints the contract as JSON: newest first, without an end for a run that was cut off', async () => {
    const state = tempFolder()
    const clock = new HandClock()
    const store = storeIn(state, { clock })
    const first = await unprovenApply(store, [oldSa({})])
    clock.pass(60_000)
    const cut = await record(store, [intent('hub1', ['VPN']), sending('hub1', 'VPN')])
    const ran = await ikeroHere(['runs', '--json', '--state-dir', state])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(documentOf(ran.stdout)).toEqual({
      formatVersion: 1,
      command: 'runs',
      runs: [
        {
          runId: cut.runId,
          command: 'apply',
          playbook: 'hubs answer only',
          startedAt: '2026-11-24T19:31:12.000Z',
        },
        {
          runId: first,
          command: 'apply',
          playbook: 'hubs answer only',
          startedAt: '2026-11-24T19:30:12.000Z',
          finishedAt: '2026-11-24T19:31:00.000Z',
          exitCode: 3,
          totals: { unproven: 1 },
        },
      ],
    })
  })

  it('says what is open and until when, by the longest of the old SAs', async () => {
    const state = tempFolder()
    const id = await unprovenApply(storeIn(state), [
      oldSa({}),
      oldSa({ peer: '203.0.113.12', remainingSeconds: 7200 }),
    ])
    const { stdout } = await ikeroHere(['runs', '--state-dir', state])
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'hub1 VPN: unproven, 0 of 2 peers proven, 2 waiting, 0 at risk, 0 idle; complete by 2026-11-24 21:31 UTC at the latest',
    )
    expect(stdout).toContain(`ikero verify ${id}`)
  })

  it('does not guess an end where one old SA prints no lifetime', async () => {
    const state = tempFolder()
    const { remainingSeconds: _, ...bare } = oldSa({ peer: '203.0.113.12' })
    await unprovenApply(storeIn(state), [oldSa({}), bare])
    const { stdout } = await ikeroHere(['runs', '--state-dir', state])
    expect(stdout.replace(/\s+/g, ' ')).toContain('when the last old SA ends is not known')
  })

  it('says of an open target that its proof is overdue, where the newest verify found that', async () => {
    const state = tempFolder()
    const store = storeIn(state)
    await unprovenApply(store, [oldSa({})])
    expect((await ikeroHere(['runs', '--state-dir', state])).stdout).not.toContain('PROOF_OVERDUE')
    const end = unprovenEnd([], '2026-11-27T19:41:00.000Z', 'verify')
    const late = finding('PROOF_OVERDUE', 'warn', { target: 'VPN' })
    if (end.kind !== 'run-finished') throw new Error('no end')
    const devices = end.result.devices.map((one) => ({ ...one, findings: [late] }))
    const result = { ...end.result, devices }
    await record(store, [outcome('hub1', 'VPN', 'unproven'), { ...end, result }], { command: 'verify' })
    expect((await ikeroHere(['runs', '--state-dir', state])).stdout).toContain('(PROOF_OVERDUE)')
  })

  it('takes the newest word on an open target, and none where a later run has settled it', async () => {
    const state = tempFolder()
    const clock = new HandClock()
    const store = storeIn(state, { clock })
    await unprovenApply(store, [oldSa({}), oldSa({ peer: '203.0.113.12' })])
    clock.pass(600_000)
    await record(
      store,
      [outcome('hub1', 'VPN', 'unproven'), unprovenEnd([oldSa({})], '2026-11-24T19:41:00.000Z', 'verify')],
      { command: 'verify' },
    )
    const then = await ikeroHere(['runs', '--state-dir', state])
    expect(then.stdout.replace(/\s+/g, ' ')).toContain('0 of 1 peers proven')
    clock.pass(600_000)
    await record(store, [outcome('hub1', 'VPN', 'verified')], { command: 'verify' })
    const settled = await ikeroHere(['runs', '--state-dir', state])
    expect(settled.stdout).not.toMatch(/^open$/m)
    expect(settled.stdout).not.toContain('ikero verify')
  })

  it('sends a person to a target of a run that was cut off in mid-push', async () => {
    const state = tempFolder()
    await record(storeIn(state), [intent('hub1', ['VPN']), sending('hub1', 'VPN')])
    const { stdout } = await ikeroHere(['runs', '--state-dir', state])
    expect(stdout).toContain('cut off')
    expect(stdout).toContain('hub1 VPN: unknown')
    expect(stdout).not.toContain('ikero verify')
  })

  it('finds the nearest .ikero upwards, and refuses with 64 where there is none', async () => {
    const root = tempFolder()
    await unprovenApply(storeIn(join(root, '.ikero')), [oldSa({})])
    const below = join(root, '.ikero', 'runs')
    expect((await ikeroHere(['runs'], { cwd: below })).stdout).toContain('apply')
    const nowhere = await ikeroHere(['runs'], { cwd: tempFolder() })
    expect(nowhere).toMatchObject({ code: 64, stdout: '' })
    expect(nowhere.stderr).toContain('--state-dir')
    expect((await ikeroHere(['runs'], { env: { IKERO_STATE: join(root, '.ikero') } })).code).toBe(0)
  })

  it('tells of a run whose journal is damaged, and of one whose beginning is gone', async () => {
    const state = tempFolder()
    const clock = new HandClock()
    const store = storeIn(state, { clock })
    const harmed = await unprovenApply(store, [oldSa({})])
    clock.pass(60_000)
    const lost = await unprovenApply(store, [oldSa({})])
    for (const [id, from, to] of [
      [harmed, '"saved"', '"sawed"'],
      [lost, '"run-started"', '"run-sparted"'],
    ] as const) {
      const path = join(state, 'runs', id, 'journal.ndjson')
      writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
    }
    const { code, stdout } = await ikeroHere(['runs', '--state-dir', state])
    expect(code).toBe(0)
    expect(stdout).toContain('its journal is damaged in 1 place (ikero show says where)')
    expect(stdout).toContain(`${lost}: the beginning of its journal cannot be read`)
    const json = await ikeroHere(['runs', '--json', '--state-dir', state])
    expect(documentOf(json.stdout)).toMatchObject({
      runs: [{ runId: harmed, damaged: 1 }],
      unreadable: [lost],
    })
  })

  it('says so where nothing is recorded yet', async () => {
    const ran = await ikeroHere(['runs', '--state-dir', tempFolder()])
    expect(ran).toMatchObject({ code: 0, stdout: 'no runs are recorded in this state directory\n' })
    const json = await ikeroHere(['runs', '--json', '--state-dir', tempFolder()])
    expect(documentOf(json.stdout)).toEqual({ formatVersion: 1, command: 'runs', runs: [] })
  })
})

describe('ikero show', () => {
  it('shows every line that was sent with its answer, and what came of it', async () => {
    const state = tempFolder()
    const id = await unprovenApply(storeIn(state), [oldSa({})])
    const { code, stdout } = await ikeroHere(['show', id, '--state-dir', state])
    expect(code).toBe(0)
    for (const step of [
      '19:30:12  hub1  sent        responder-only  -> accepted',
      '19:30:12  hub1  read back   VPN: responder-only',
      '19:30:12  hub1  2nd login   ok',
      '19:30:12  hub1  saved       to startup',
      '19:30:12  hub1  outcome     VPN unproven',
    ])
      expect(stdout).toContain(`\n  ${step}\n`)
    expect(stdout).toContain('exit        3: changed, but the proof of a target is outstanding')
    expect(stdout).toContain('\n  hub1 VPN: unproven\n')
    expect(stdout).not.toContain('damaged')
  })

  it('tells a line that nobody answered, and the words of a refusal', async () => {
    const state = tempFolder()
    const journal = await record(storeIn(state), [
      intent('hub1', ['VPN']),
      sending('hub1', 'VPN'),
      replied('refused', "% Invalid input detected at '^' marker."),
      sending('hub1', 'VPN', 'revert'),
    ])
    const { stdout } = await ikeroHere(['show', journal.runId, '--state-dir', state])
    expect(stdout).toContain('sent        responder-only  -> refused')
    expect(stdout).toContain("| % Invalid input detected at '^' marker.")
    expect(stdout).toContain('taken back  responder-only  -> no answer on record')
    expect(stdout).toContain('no: the run was cut off')
  })

  it('shows with -v what each push found before it, escaped, and the way back', async () => {
    const state = tempFolder()
    const found = intent('hub1', ['VPN'])
    const [target] = found.targets
    if (target === undefined) throw new Error('no target')
    const journal = await record(storeIn(state), [
      {
        ...found,
        identity: { hostname: 'hub1\u001b[2J', model: 'C1111', serials: ['FGL1'] },
        targets: [
          {
            ...target,
            wanted: 'responder-only',
            peers: ['203.0.113.11'],
            basis: ['crypto ipsec profile VPN', ' set transform-set AES\u001b]52;c;Y\u0007'],
          },
        ],
      },
      sending('hub1', 'VPN'),
    ])
    const brief = await ikeroHere(['show', journal.runId, '--state-dir', state])
    expect(brief.stdout).not.toContain('what it found')
    const { stdout } = await ikeroHere(['show', journal.runId, '-v', '--state-dir', state])
    for (const line of [
      'what it found before it sent anything',
      '  hub1\\x1b[2J, C1111, FGL1; 1 SA'.replace('  hub1', '  hub1: hub1'),
      '    VPN: it was not set, to be responder-only',
      '      peers: 203.0.113.11',
      '        | crypto ipsec profile VPN',
      '        |  set transform-set AES\\x1b]52;c;Y\\x07',
      '        |  no responder-only',
    ])
      expect(stdout).toContain(`\n${line}\n`)
    expect(stdout).not.toMatch(/[\u001b\u0007]/)
  })

  it('shows a save from its beginning, and who held the lease of a device before', async () => {
    const state = tempFolder()
    const journal = await record(storeIn(state), [
      {
        kind: 'lease-taken-over',
        host: 'hub1',
        reason: 'process-ended',
        owner: 'bob',
        machine: 'noc1',
        pid: 7,
        fromRun: '20261124T180000-aaaaaa',
        takenAt: '2026-11-24T18:00:00.000Z',
        heartbeat: '2026-11-24T18:00:15.000Z',
      },
      {
        kind: 'identity-seen',
        host: 'hub1',
        identity: { hostname: 'hub1\u001b[2J', model: 'CISCO2911/K9', serials: ['FTX1'] },
        fromRun: '20261124T180000-aaaaaa',
      },
      { kind: 'saving', host: 'hub1' },
    ])
    const { stdout } = await ikeroHere(['show', journal.runId, '--state-dir', state])
    expect(stdout).toContain(
      'hub1  lease       taken over from run 20261124T180000-aaaaaa of bob on noc1 (pid 7), whose process had ended',
    )
    expect(stdout).toContain(
      String.raw`hub1  new box     taken for another box than that of run 20261124T180000-aaaaaa: hub1\x1b[2J, CISCO2911/K9, serial FTX1`,
    )
    expect(stdout).toContain('hub1  saving      running to startup')
    expect(stdout).not.toContain('damaged')
  })

  it('shows the waves of a run that was killed, why it was stopped, and why its window was not kept to', async () => {
    const state = tempFolder()
    const journal = await record(
      storeIn(state),
      [
        { kind: 'wave-started', wave: 1, of: 3, canary: true, hosts: ['hub1'] },
        intent('hub1', ['VPN']),
        { kind: 'wave-started', wave: 2, of: 3, canary: false, hosts: ['hub2', 'hub3\u001b[2J'] },
        { kind: 'rollout-stopped', reason: 'hub2 lost a peer' },
      ],
      { ignoreWindow: 'the vendor is on the phone' },
    )
    const { stdout } = await ikeroHere(['show', journal.runId, '--state-dir', state])
    for (const text of [
      'wave        1 of 3, the canary: hub1',
      'wave        2 of 3: hub2, hub3\\x1b[2J',
      'stopped     no further device: hub2 lost a peer',
      'not kept to: the vendor is on the phone',
    ])
      expect(stdout).toContain(text)
    expect(stdout).not.toContain('damaged')
    const json = await ikeroHere(['show', journal.runId, '--json', '--state-dir', state])
    expect(documentOf(json.stdout)).toMatchObject({
      ignoreWindow: 'the vendor is on the phone',
      steps: [{ kind: 'wave-started', canary: true }, {}, {}, { kind: 'rollout-stopped' }],
    })
  })

  it('takes the path of the folder of a run as well', async () => {
    const state = tempFolder()
    const id = await unprovenApply(storeIn(state), [oldSa({})])
    const byPath = await ikeroHere(['show', `runs/${id}`], { cwd: state })
    expect(byPath.stdout).toContain(`run ${id}`)
  })

  it('tells where its journal is damaged, and shows the rest', async () => {
    const state = tempFolder()
    const id = await unprovenApply(storeIn(state), [oldSa({})])
    const path = join(state, 'runs', id, 'journal.ndjson')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"saved"', '"sawed"'))
    appendFileSync(path, '{"v":1')
    const { code, stdout } = await ikeroHere(['show', id, '--state-dir', state])
    expect(code).toBe(0)
    expect(stdout).toMatch(/the journal is damaged/)
    expect(stdout).toContain('line 7: its checksum does not agree with it')
    expect(stdout).toContain('it was cut off while it was written')
    expect(stdout).not.toContain('to startup')
    expect(stdout).toContain('2nd login')
  })

  it('prints one document with --json: steps without SA readings, changes, result', async () => {
    const state = tempFolder()
    const id = await unprovenApply(storeIn(state), [oldSa({})])
    const { stdout } = await ikeroHere(['show', id, '--json', '--state-dir', state])
    const document = documentOf(stdout)
    expect(document).toMatchObject({
      formatVersion: 1,
      command: 'show',
      run: { runId: id, exitCode: 3 },
      changes: [{ host: 'hub1', target: 'VPN', status: 'unproven' }],
      open: [{ host: 'hub1', target: 'VPN', completeBy: '2026-11-24T20:31:00.000Z' }],
      damage: [],
      result: { formatVersion: 1, devices: [{ host: 'hub1', status: 'unproven' }] },
    })
    expect(stdout).not.toMatch(/readingBefore|sa-reading/)
    expect(stdout).toContain('"kind": "line-sending"')
  })

  it('refuses a run that is not there with 64', async () => {
    const ran = await ikeroHere(['show', '20260101T000000-abcdef', '--state-dir', tempFolder()])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain('20260101T000000-abcdef')
  })
})
