import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import type { Lease, ProcessMark } from '../../src/model/lease.ts'
import { renderLeaseQuestion, renderLeases, renderUnlocked } from '../../src/report/leases.ts'
import { encodeLease, leaseFileOf } from '../../src/runs/lease-record.ts'
import { ownProcess } from '../../src/wire/holder.ts'
import { unlock } from '../../src/wire/unlock.ts'
import { hostile } from '../report/arbitrary.ts'
import { tempFolder } from '../runs/build.ts'
import { leaseOf, oldRun } from '../runs/leases.ts'
import { type Here, ikeroHere, type Ran } from './in-process.ts'

/** This very process: whoever has this mark is alive. */
const here: ProcessMark = ownProcess({ env: {} }).mark
const gone: ProcessMark = { ...here, owner: 'alice', pidStarted: '1' }
const elsewhere: ProcessMark = { owner: 'bob', machine: 'noc2', boot: 'b9', pid: 7, pidStarted: '1' }

function stateWith(leases: readonly Lease[]): string {
  const state = tempFolder()
  mkdirSync(join(state, 'leases'), { mode: 0o700 })
  for (const lease of leases)
    writeFileSync(join(state, 'leases', leaseFileOf(lease.host)), encodeLease(lease))
  return state
}

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()
const aliveHere = leaseOf('hub1', here)
const deadHere = leaseOf('Hub2', gone)
const aliveThere = leaseOf('hub3', elsewhere, { heartbeat: ago(10_000) })
const silentThere = leaseOf('hub4', elsewhere, { heartbeat: ago(3_600_000) })

const run = (state: string, args: readonly string[], more: Here = {}): Promise<Ran> =>
  ikeroHere(['unlock', ...args, '--state-dir', state], { env: { TERM: 'dumb' }, ...more })

describe('ikero unlock, without hosts', () => {
  it('lists every lease with its owner and whether that is alive', async () => {
    const state = stateWith([aliveHere, deadHere, aliveThere, silentThere])
    writeFileSync(join(state, 'leases', 'hub5.json'), '{"v":1')
    writeFileSync(join(state, 'leases', 'README'), 'no lease')
    const ran = await run(state, [])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const rows = ran.stdout.trimEnd().split('\n')
    expect(rows[0]).toMatch(/^DEVICE +OWNER +MACHINE +PID +RUN +SINCE +HEARTBEAT +STATE$/)
    expect(rows.slice(1).map((row) => [row.split(/ {2,}/)[0], row.split(' ').at(-1)])).toEqual([
      ['Hub2', 'dead'],
      ['hub1', 'alive'],
      ['hub3', 'alive'],
      ['hub4', 'unknown'],
      ['hub5', 'unknown'],
      ['', '1'],
    ])
    expect(ran.stdout).toContain(oldRun)
    expect(ran.stdout).toContain('it is torn, or no lease of format 1')
    expect(ran.stdout).toMatch(/hub4 .* 1h( \ds)? ago/)
  })

  it('prints one document with --json, without the token', async () => {
    const { stdout } = await run(stateWith([deadHere]), ['--json'])
    expect(JSON.parse(stdout)).toEqual({
      formatVersion: 1,
      command: 'unlock',
      exitCode: 0,
      leases: [
        {
          host: 'Hub2',
          state: 'dead',
          owner: 'alice',
          machine: here.machine,
          pid: here.pid,
          runId: oldRun,
          takenAt: deadHere.takenAt,
          heartbeat: deadHere.heartbeat,
          heartbeatAgeSeconds: expect.any(Number),
        },
      ],
    })
    expect(stdout).not.toContain(deadHere.token)
  })

  it('says so where there is none, and refuses with 64 where there is no state directory', async () => {
    expect(await run(tempFolder(), [])).toMatchObject({
      code: 0,
      stdout: 'no device is leased in this state directory\n',
    })
    expect((await ikeroHere(['unlock'], { cwd: tempFolder() })).code).toBe(64)
  })

  it('refuses a folder of leases that everybody can write', async () => {
    const state = stateWith([deadHere])
    const { chmodSync, statSync } = await import('node:fs')
    chmodSync(join(state, 'leases'), 0o777)
    const ran = await run(state, [], { uid: statSync(state).uid + 1 })
    expect(ran.code).toBe(64)
  })
})

describe('ikero unlock HOST', () => {
  const path = (state: string, host: string): string => join(state, 'leases', leaseFileOf(host))

  it('breaks the lease of a process that has ended after a yes, and says how to go on with its run', async () => {
    const state = stateWith([deadHere])
    const ran = await run(state, ['Hub2'], { typed: 'yes\r' })
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain('its process has ended on this machine')
    expect(ran.stderr).toContain("Break this lease? Only 'yes' is accepted:")
    expect(ran.stdout).toContain(`Hub2: broken: the lease of run ${oldRun}`)
    expect(ran.stdout).toContain(`\`ikero resume ${oldRun}\``)
    expect(readdirSync(join(state, 'leases'))).toEqual([])
  })

  it.each(['no\r', 'y\r', '\r'])('keeps it for any other answer: %j', async (typed) => {
    const state = stateWith([deadHere])
    expect(await run(state, ['Hub2'], { typed })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Hub2: kept'),
    })
    expect(existsSync(path(state, 'Hub2'))).toBe(true)
  })

  it('needs --yes where nobody can be asked', async () => {
    const state = stateWith([deadHere])
    const ran = await run(state, ['Hub2'])
    expect(ran).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining('--yes') })
    expect(existsSync(path(state, 'Hub2'))).toBe(true)
    expect((await run(state, ['Hub2', '--yes'])).code).toBe(0)
  })

  it.each([aliveHere, aliveThere])(
    'refuses that of an owner who is alive, unless forced: %#',
    async (lease) => {
      const state = stateWith([lease])
      const refused = await run(state, [lease.host, '--yes'])
      expect(refused.code).toBe(1)
      expect(refused.stdout).toContain(`${lease.host}: refused`)
      expect(refused.stdout).toContain('--force')
      expect(existsSync(path(state, lease.host))).toBe(true)
      const asked = await run(state, [lease.host, '--force'], { typed: 'yes\r' })
      expect(asked.stderr).toContain('it may be sending lines to the device at this moment')
      expect(asked.code).toBe(0)
      expect(existsSync(path(state, lease.host))).toBe(false)
    },
  )

  it.each([
    [
      'goes on while it is watched',
      (state: string) =>
        writeFileSync(path(state, 'hub4'), encodeLease({ ...silentThere, heartbeat: ago(3_585_000) })),
      'refused',
    ],
    ['has stopped', () => undefined, 'broken'],
  ])('watches a heartbeat of another machine that is old: one that %s', async (_, meanwhile, result) => {
    const state = stateWith([silentThere])
    const sleep = async (): Promise<void> => meanwhile(state)
    const options = { stateDir: state, env: {}, cwd: '/', clock: { ...systemClock, sleep } }
    const answer = await unlock(['hub4'], { ...options, approve: async () => true })
    expect(answer).toMatchObject({ hosts: [{ host: 'hub4', result }] })
  })

  it('breaks one that cannot be read', async () => {
    const state = stateWith([])
    writeFileSync(path(state, 'hub5'), 'noise')
    symlinkSync('/etc/passwd', path(state, 'hub6'))
    const ran = await run(state, ['hub5', 'hub6', '--yes'])
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/hub5: broken[\s\S]*hub6: broken/) })
    expect(existsSync('/etc/passwd')).toBe(true)
    expect(readdirSync(join(state, 'leases'))).toEqual([])
  })

  it('says of a device that is not leased that it is not, and of a name that is none all at once', async () => {
    expect(await run(tempFolder(), ['hub9', '--yes'])).toMatchObject({
      code: 0,
      stdout: 'hub9: not leased\n',
    })
    const ran = await run(tempFolder(), ['../x', 'a b', '--yes', '--json'])
    expect(ran.code).toBe(64)
    expect(JSON.parse(ran.stdout).problems).toHaveLength(2)
    for (const name of ['"../x"', '"a b"']) expect(ran.stderr).toContain(name)
  })

  it('tells the result of each host with --json', async () => {
    const { code, stdout } = await run(stateWith([aliveHere, deadHere]), [
      'hub1',
      'Hub2',
      'hub9',
      '--yes',
      '--json',
    ])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 1,
      leases: [
        { host: 'hub1', result: 'refused', state: 'alive' },
        { host: 'Hub2', result: 'broken', runId: oldRun },
        { host: 'hub9', result: 'not-leased' },
      ],
    })
  })

  it('has help with examples', async () => {
    const { code, stdout } = await ikeroHere(['unlock', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('$ ikero unlock hub1')
  })
})

describe('what a lease says', () => {
  it('never acts on the terminal', () => {
    const texts = fc.record({ owner: hostile, machine: hostile, host: hostile, problem: hostile })
    fc.assert(
      fc.property(texts, fc.constantFrom('alive', 'dead', 'unknown'), ({ problem, ...part }, state) => {
        const view = { host: part.host, state, problem, lease: { ...aliveHere, ...part } } as const
        const options = { color: false, width: 80, nowMs: 0 }
        const said = [
          renderLeases([view], options),
          renderLeaseQuestion(view, options),
          ...(['broken', 'refused', 'kept', 'failed'] as const).map((result) =>
            renderUnlocked([{ ...view, result }], options),
          ),
        ]
        expect(said.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
      }),
    )
  })
})
