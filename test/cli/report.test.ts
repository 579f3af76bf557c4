import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Flags } from '../../src/cli/flags.ts'
import type { CommandIo } from '../../src/cli/io.ts'
import { runAndTell } from '../../src/cli/run-and-tell.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { device, profile, run } from '../report/builders.ts'
import { boardApply } from '../report/report-inputs.ts'
import { intent, outcome, record, sending, storeIn, tempFolder } from '../runs/build.ts'
import { ikeroHere } from './in-process.ts'

const end = (result = boardApply.result): JournalEntry => ({
  kind: 'run-finished',
  exitCode: 3,
  interrupted: false,
  result,
})

async function recorded(state: string, last: readonly JournalEntry[] = [end()]): Promise<string> {
  const journal = await record(storeIn(state), [
    intent('hub1', ['VPN']),
    sending('hub1', 'VPN'),
    outcome('hub1', 'VPN', 'unproven'),
    ...last,
  ])
  return journal.runId
}

describe('ikero report', () => {
  it('prints Markdown where no file is named', async () => {
    const state = tempFolder()
    const ran = await ikeroHere(['report', await recorded(state), '--state-dir', state])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain('# CHG0012345: ikero apply, hubs answer only')
  })

  it('writes the files that are named, with the steps of the journal, and prints nothing', async () => {
    const state = tempFolder()
    const cwd = tempFolder()
    const files = ['--html', 'r.html', '--markdown', 'r.md', '--junit', 'r.xml']
    const ran = await ikeroHere(['report', await recorded(state), '--state-dir', state, ...files], { cwd })
    const stderr = 'written: r.html\nwritten: r.md\nwritten: r.xml\n'
    expect(ran).toEqual({ code: 0, stdout: '', stderr })
    expect(readFileSync(join(cwd, 'r.html'), 'utf8')).toContain('no answer on record')
    expect(readFileSync(join(cwd, 'r.md'), 'utf8')).toContain('## The way back')
    expect(readFileSync(join(cwd, 'r.xml'), 'utf8')).toContain('<testsuite name="hub1"')
  })

  it('draws a record of an older version, which has no impact and no basis', async () => {
    const state = tempFolder()
    const old = run([device('hub1', 'unproven', { targets: [profile('VPN', 'unproven')] })])
    const id = await recorded(state, [end(old)])
    const ran = await ikeroHere(['report', id, '--state-dir', state, '--html', 'r.html'], { cwd: state })
    expect(ran.code).toBe(0)
    expect(readFileSync(join(state, 'r.html'), 'utf8')).toContain('not on record')
  })

  it('says of a run that was cut off what to look at instead', async () => {
    const state = tempFolder()
    const id = await recorded(state, [])
    const ran = await ikeroHere(['report', id, '--state-dir', state, '--html', 'r.html'], { cwd: state })
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain(`ikero show ${id}`)
    expect(existsSync(join(state, 'r.html'))).toBe(false)
  })

  it.each([
    ['texts of another kind', { host: 'hub1', status: 'unproven', platform: 7, targets: [] }],
    ['lists that are none', { host: 'hub1', status: 'unproven', targets: 'x', findings: {}, roles: null }],
  ])('refuses a record that somebody else wrote, with %s', async (_, one) => {
    const state = tempFolder()
    const foreign = JSON.parse(JSON.stringify({ ...boardApply.result, devices: [one] }))
    const id = await recorded(state, [end(foreign)])
    const ran = await ikeroHere(['report', id, '--state-dir', state])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain('its result is not of this format')
  })

  it.each([
    [
      'a window that is neither open nor closed',
      { window: { from: 'x', to: 'y', timezone: 'z', state: {} } },
    ],
    ['a stop without its reason', { rollout: { waves: [], stopped: { changed: 1 } } }],
    ['an account that is no text', { basis: { ...boardApply.result.basis, account: 7 } }],
  ])('refuses a record that somebody else wrote, with %s', async (_, part) => {
    const state = tempFolder()
    const foreign = JSON.parse(JSON.stringify({ ...boardApply.result, ...part }))
    const ran = await ikeroHere(['report', await recorded(state, [end(foreign)]), '--state-dir', state])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
  })

  it('refuses a run that is not there, and a file that cannot be written, with 64', async () => {
    const state = tempFolder()
    const none = await ikeroHere(['report', '20260101T000000-abcdef', '--state-dir', state])
    expect(none).toMatchObject({ code: 64, stdout: '' })
    const id = await recorded(state)
    const bad = await ikeroHere(['report', id, '--state-dir', state, '--junit', 'none/r.xml'], { cwd: state })
    expect(bad).toMatchObject({ code: 64, stdout: '' })
    expect(bad.stderr).toContain('--junit "none/r.xml" cannot be written')
  })
})

describe('reports of runs', () => {
  it.each(['plan', 'apply', 'verify'])(
    '%s says before anything is contacted that a file cannot be written',
    async (command) => {
      const cwd = tempFolder()
      const yes = command === 'apply' ? ['--yes'] : []
      const ran = await ikeroHere([command, 'playbook.yml', ...yes, '--html', 'none/r.html'], { cwd })
      expect(ran).toMatchObject({ code: 64, stdout: '' })
      expect(ran.stderr).toContain('--html "none/r.html" cannot be written')
      expect(readdirSync(cwd)).toEqual([])
    },
  )
})

function recordingIo(cwd: string): {
  readonly io: CommandIo
  readonly said: Record<'stdout' | 'stderr', string>
} {
  const said = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof said) =>
    Object.assign(new PassThrough(), {
      write: (text: string) => {
        said[name] += text
        return true
      },
    })
  const io: CommandIo = {
    command: 'apply',
    argv: [],
    env: {},
    cwd,
    stdin: process.stdin,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    halt: new AbortController().signal,
    signal: new AbortController().signal,
    interrupt: () => undefined,
  }
  return { io, said }
}

describe('an apply that was interrupted', () => {
  it.each([
    [false, 'nothing was sent; to go on all the same: ikero resume '],
    [true, 'to see what was applied, and to finish it: ikero resume '],
  ])('names the way on; lines were sent: %s', async (sent, hint) => {
    const { io, said } = recordingIo(tempFolder())
    const [first] = boardApply.result.devices
    if (first === undefined) throw new Error('no device')
    const devices = [
      { ...first, targets: first.targets.map((target) => ({ ...target, sent })) },
      { ...first, host: 'hub9', status: 'skipped' as const, targets: [] },
    ]
    const result = { ...boardApply.result, interrupted: true, devices }
    const answer = {
      kind: 'done',
      result,
      exitCode: 130,
      folder: '.',
      warnings: [],
      undeclaredPeers: [],
    } as const
    await runAndTell(new Flags({}), io, async () => answer)
    expect(said.stderr).toContain(`${hint}${result.runId}\n`)
  })
})

describe('a report that cannot be written when the run has ended', () => {
  it.each([
    [0, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ])('is told, and fails a run that ended with %i as %i', async (exitCode, code) => {
    const cwd = tempFolder()
    const { io, said } = recordingIo(cwd)
    const { result } = boardApply
    const answer = { kind: 'done', result, exitCode, folder: cwd, warnings: [], undeclaredPeers: [] } as const
    const flags = new Flags({ html: 'gone/r.html', markdown: 'r.md', json: true })
    expect(await runAndTell(flags, io, async () => answer)).toBe(code)
    expect(JSON.parse(said.stdout)).toMatchObject({ exitCode })
    expect(said.stderr).toContain('--html "gone/r.html" cannot be written')
    expect(said.stderr).toContain('written: r.md\n')
    expect(said.stderr).not.toContain('written: gone')
    // One that cannot be written keeps no other from being written, nor does a record that is not there.
    expect(readFileSync(join(cwd, 'r.md'), 'utf8')).toContain('# CHG0012345')
  })
})
