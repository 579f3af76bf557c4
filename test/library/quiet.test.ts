import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { startLab, writingLines } from '../e2e/lab.ts'
import { hub } from '../workflow/scenarios.ts'

// The built library in a process of its own, which tells in a file what it found of itself between the calls.
const program = `
import { writeFileSync } from 'node:fs'
import * as ikero from ${JSON.stringify(pathToFileURL(join(root, 'dist', 'index.js')).href)}
const { file, common, playbook, back } = JSON.parse(process.argv[2])
const own = () => ({
  listeners: Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)])),
  exitCode: process.exitCode ?? null,
})
const told = { before: own(), answers: {}, after: {} }
const note = async (name, work) => {
  const answer = await work()
  told.answers[name] = {
    kind: answer.kind, exitCode: answer.exitCode, runId: answer.result?.runId, startedAt: answer.result?.startedAt,
    interrupted: answer.result?.interrupted, statuses: answer.result?.devices.map(({ status }) => status),
    warnings: answer.warnings?.map(({ code }) => code), text: answer.text?.length, runs: answer.runs?.length,
    diagnostics: answer.diagnostics,
  }
  told.after[name] = own()
  return answer
}
let slept = 0
const clock = {
  monotonicMs: () => performance.now(),
  wall: () => new Date(Date.now() + 5 * 365.25 * 86_400_000),
  sleep: (ms, signal) => new Promise((resolve) => {
    slept += 1
    if (signal?.aborted) return resolve()
    const end = () => { clearTimeout(timeout); signal?.removeEventListener('abort', end); resolve() }
    const timeout = setTimeout(end, ms)
    signal?.addEventListener('abort', end, { once: true })
  }),
  timer: (ms, fire) => { const timeout = setTimeout(fire, ms); return () => clearTimeout(timeout) },
}
await note('validate', async () => ikero.validate({ playbook, inventory: common.inventory }))
await note('parse', async () => ikero.parse({ command: 'sh ver', text: 'nothing', platform: 'ios' }))
await note('plan', () => ikero.plan({ ...common, playbook }))
await note('refused', () => ikero.apply({ ...common, playbook, approve: () => { throw new Error('the bot is down') } }))
const { result } = await note('apply', () => ikero.apply({
  ...common, playbook, clock, approve: async () => true,
  onEvent: (event) => { if (event.kind === 'line-sent') throw new Error('the log is full') },
}))
told.slept = slept
await note('verify', () => ikero.verify({ ...common, playbook: result.runId }))
await note('listRuns', () => ikero.listRuns({ stateDir: common.stateDir }))
await note('openTargets', () => ikero.openTargets({ stateDir: common.stateDir }))
await note('showRun', () => ikero.showRun(result.runId, { stateDir: common.stateDir }))
await note('report', () => ikero.report({ stateDir: common.stateDir, run: result.runId, format: 'html' }))
await note('listLeases', () => ikero.listLeases({ stateDir: common.stateDir }))
await note('printRollback', () => ikero.printRollback({ stateDir: common.stateDir, run: result.runId }))
await note('rollback', () => ikero.rollback({ ...common, run: result.runId, approve: () => false }))
await note('doctor', () => ikero.doctor({ ...common, playbook }))
await note('adopt', () => ikero.adopt(common))
const stop = new AbortController()
await note('interrupted', () => ikero.apply({
  ...common, playbook: back, signal: stop.signal, approve: () => true,
  onEvent: async (event) => { if (event.kind === 'line-sent') { stop.abort(); throw new Error('and the listener fails') } },
}))
const asked = new AbortController()
await note('not answered', () => ikero.apply({
  ...common, playbook, signal: asked.signal,
  approve: () => { setTimeout(() => asked.abort(), 10); return new Promise(() => undefined) },
}))
const done = performance.now()
process.on('exit', () => writeFileSync(file, JSON.stringify({ ...told, lingered: performance.now() - done })))
`

interface Told {
  readonly before: object
  readonly after: Readonly<Record<string, object>>
  readonly answers: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly slept: number
  readonly lingered: number
}

const playbook = (state: string): string => `version: 1
name: hub1 ${state}
routers: [ { hosts: hub1, profiles: [VPN] } ]
state: ${state}
proof: { within: 20s, lostAfter: 5s }
save: always
`

let dir: string
let ran: { readonly code: number | null; readonly said: string }
let told: Told
/** What the device received in configuration mode. */
let written: readonly string[]

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-quiet-'))
  writeFileSync(join(dir, 'scenario.yml'), hub({ renew: '2s' }))
  writeFileSync(join(dir, 'program.mjs'), program)
  writeFileSync(join(dir, 'answer.yml'), playbook('responder-only'))
  writeFileSync(join(dir, 'back.yml'), playbook('bidirectional'))
  const lab = await startLab(join(dir, 'scenario.yml'))
  const settings = {
    file: join(dir, 'told.json'),
    playbook: join(dir, 'answer.yml'),
    back: join(dir, 'back.yml'),
    common: {
      inventory: join(lab.dir, 'inventory.yml'),
      knownHosts: [join(lab.dir, 'known_hosts')],
      stateDir: join(dir, 'state'),
    },
  }
  ran = await run([join(dir, 'program.mjs'), JSON.stringify(settings)])
  written = writingLines(lab)
  await lab.stop()
  told = JSON.parse(readFileSync(settings.file, 'utf8'))
}, 120_000)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: dir, env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said }))
  })
}

describe('the library in a program', () => {
  it('writes nothing to stdout and stderr, and ends no process', () => {
    expect(ran).toEqual({ code: 0, said: '' })
  })

  it('leaves exit code, signals and all other events of the process alone', () => {
    const changed = Object.entries(told.after).filter(
      ([, own]) => JSON.stringify(own) !== JSON.stringify(told.before),
    )
    expect(changed).toEqual([])
    expect(Object.keys(told.after)).toHaveLength(17)
  })

  it('keeps nothing open that lets the process live on', () => {
    expect(told.lingered).toBeLessThan(1000)
  })

  it('answers each call with what became of it', () => {
    expect(told.answers).toMatchObject({
      validate: { kind: 'valid' },
      parse: { kind: 'unrecognised' },
      plan: { kind: 'done', exitCode: 2, statuses: ['pending'] },
      apply: { kind: 'done', exitCode: 0, statuses: ['verified'] },
      verify: { kind: 'done', exitCode: 0, statuses: ['verified'] },
      showRun: { kind: 'done' },
      report: { kind: 'done', text: expect.any(Number) },
      printRollback: { kind: 'printed' },
      rollback: { kind: 'done', statuses: ['skipped'] },
      doctor: { kind: 'done', exitCode: 0 },
      adopt: { kind: 'done' },
    })
  })

  it('changes nothing where the question fails, and says so', () => {
    expect(told.answers.refused).toMatchObject({
      kind: 'done',
      exitCode: 1,
      statuses: ['skipped'],
      warnings: ['CALLBACK_FAILED'],
    })
  })

  it('finishes a change whose listener fails at each line, and says so', () => {
    expect(told.answers.apply?.warnings).toContain('CALLBACK_FAILED')
    expect(written).toContain('responder-only')
  })

  it('takes the time of records from the clock that it is given', () => {
    const year = new Date().getFullYear() + 5
    expect(told.answers.apply?.startedAt).toMatch(new RegExp(`^${year}-`))
    expect(told.answers.apply?.runId).toMatch(new RegExp(`^${year}`))
    expect(told.slept).toBeGreaterThan(0)
  })

  it('ends in a known state when the signal aborts in the middle of a change', () => {
    const { interrupted, exitCode, statuses, warnings } = told.answers.interrupted ?? {}
    expect({ interrupted, exitCode, warnings }).toEqual({
      interrupted: true,
      exitCode: 130,
      warnings: ['CALLBACK_FAILED'],
    })
    expect(statuses).not.toContain('unknown')
    expect(written).toContain('no responder-only')
  })

  it('ends when the signal aborts while nobody answers a question', () => {
    expect(told.answers['not answered']).toMatchObject({ kind: 'done', interrupted: true })
  })
})
