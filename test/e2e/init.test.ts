import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { simulate } from '../../mocks/simulate.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { scenarioPath } from '../../src/wire/assets.ts'
import { ikeroHere } from '../cli/in-process.ts'

let dir = ''
const stop = new AbortController()
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-first-steps-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('a new project plans against the simulated lab as its printed next steps say', async () => {
  const { stdout } = await ikeroHere(['init'], { cwd: dir })
  const steps = stdout
    .split('\n')
    .filter((line) => line.startsWith('  ikero '))
    .map((line) => line.trim().split(' ').slice(1))
  const step = (command: string): readonly string[] => steps.find(([name]) => name === command) ?? []
  expect(await ikeroHere(step('validate'), { cwd: dir })).toMatchObject({ code: 0 })
  // What `ikero simulate` does, with a way to hear that it is ready.
  const [, scenario = '', flag, out = ''] = step('simulate')
  expect(flag).toBe('--out')
  let notes = ''
  let ready = (): void => undefined
  const listening = new Promise<void>((resolve) => {
    ready = resolve
  })
  const lab = simulate({
    scenarioPath: scenarioPath(scenario, dir),
    outDir: join(dir, out),
    out: { write: (text) => text.includes('ready') && ready() },
    err: { write: (text) => (notes += text) },
    signal: stop.signal,
    clock: systemClock,
  })
  await Promise.race([listening, lab])
  try {
    const ran = await ikeroHere([...step('plan'), '--json'], { cwd: dir })
    expect(ran.code, notes).toBe(2)
    expect(ran.stderr).not.toMatch(/warn|error/)
    const { devices } = JSON.parse(ran.stdout)
    expect(devices.map((device: { host: string; status: string }) => [device.host, device.status])).toEqual([
      ['hub1', 'pending'],
      ['hub2', 'pending'],
      ['asa-hq', 'pending'],
    ])
  } finally {
    stop.abort()
    await lab
  }
})
