import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { type Here, ikeroHere, type Ran } from '../cli/in-process.ts'
import { type Lab, startLab } from './lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await startLab('mocks/scenarios/lab.yml')
})
afterEach(() => lab.stop())

const plan = (format: string, here: Here = {}): Promise<Ran> =>
  ikeroHere(['plan', 'playbooks/hubs.yml', ...lab.flags, '--limit', 'hub1', format], { cwd: root, ...here })

/** Cursor up: only rows that are drawn over themselves need it. */
const redraws = /\u001b\[\d+A/

describe.each(['--json', '--events'])('progress with %s', (format) => {
  const resultOf = ({ stdout }: Ran): unknown =>
    format === '--json' ? JSON.parse(stdout) : JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '').result

  it('is drawn on a terminal of stderr, and stdout has data only', async () => {
    const ran = await plan(format, { terminals: ['stderr'] })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(redraws)
    expect(ran.stderr).toContain('1 would change')
    expect(resultOf(ran)).toMatchObject({ command: 'plan', totals: { pending: 1 } })
  })

  it.each([
    ['stderr is no terminal', {}],
    ['TERM is dumb', { terminals: ['stderr'], env: { TERM: 'dumb' } }],
  ] satisfies [string, Here][])('is a line an event where %s', async (_, here) => {
    const ran = await plan(format, here)
    expect(ran.stderr).not.toContain('\u001b')
    expect(ran.stderr).toContain('hub1: connecting\n')
    expect(resultOf(ran)).toMatchObject({ command: 'plan' })
  })
})

describe('one terminal for both', () => {
  it('has the lines of --events alone: rows would tear them', async () => {
    const ran = await plan('--events', { terminals: ['stdout', 'stderr'] })
    expect(ran).toMatchObject({ code: 2, stderr: '' })
  })

  it('has rows and then the document of --json', async () => {
    const ran = await plan('--json', { terminals: ['stdout', 'stderr'] })
    expect(ran.stderr).toContain('1 would change')
    expect(JSON.parse(ran.stdout)).toMatchObject({ command: 'plan' })
  })
})

describe('rows without colour', () => {
  it.each([
    ['NO_COLOR', { env: { NO_COLOR: '1' } }, []],
    ['--no-color', {}, ['--no-color']],
  ] as const)('is drawn without colour where %s asks for it', async (_, here, more) => {
    const argv = ['plan', 'playbooks/hubs.yml', ...lab.flags, '--limit', 'hub1', ...more]
    const ran = await ikeroHere(argv, { cwd: root, terminals: ['stderr'], ...here })
    expect(ran.stderr).toMatch(redraws)
    expect(ran.stderr).not.toMatch(/\u001b\[\d+m/)
  })
})

describe('a secret that is asked for', () => {
  it('is asked for where the rows were, which come back below it', async () => {
    const path = join(lab.dir, 'inventory.yml')
    const asked = readFileSync(path, 'utf8').replaceAll('{ file: password }', '{ prompt: lab password }')
    writeFileSync(path, asked)
    const argv = ['doctor', ...lab.flags.slice(0, 4), '--limit', 'hub1', '--no-color']
    const ran = await ikeroHere(argv, { cwd: root, typed: `${lab.password}\r` })
    expect(ran.code).toBe(0)
    const [before = '', after = ''] = ran.stderr.split('lab password: \n')
    expect(before).toContain('0 of 1 examined')
    expect(before).toMatch(/\r\u001b\[\d+A\u001b\[J$/)
    expect(after).toContain('1 of 1 examined')
    expect(ran.stderr).not.toContain(lab.password)
  })
})
