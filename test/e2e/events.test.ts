import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { ikeroHere } from '../cli/in-process.ts'
import { misfits } from '../documents.ts'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await startLab('mocks/scenarios/lab.yml')
})
afterEach(() => lab.stop())

interface Line {
  readonly event: string
  readonly seq: number
  readonly host?: string
  readonly line?: string
  readonly exitCode?: number
}

const linesOf = (stdout: string): readonly Line[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

describe('--events', () => {
  it('tells a whole apply on stdout, each line as its schema says, the result last', async () => {
    const args = ['apply', 'playbooks/hubs.yml', ...lab.flags, '--limit', 'hub1', '--yes', '--events']
    const ran = await ikero(args)
    expect(ran.code).toBe(0)
    const lines = linesOf(ran.stdout)
    for (const line of lines) expect(misfits('events', line), JSON.stringify(line)).toEqual([])
    const kinds = new Set(lines.map(({ event }) => event))
    for (const kind of [
      'step',
      'planned',
      'line-sent',
      'line-replied',
      'read-back',
      'saved',
      'coverage',
      'device-finished',
    ])
      expect(kinds).toContain(kind)
    expect(lines[0]).toMatchObject({ event: 'run-started', hosts: ['hub1'] })
    expect(lines.slice(-2)).toMatchObject([
      { event: 'run-finished', exitCode: 0 },
      { event: 'result', result: { command: 'apply', exitCode: 0, totals: { verified: 1 } } },
    ])
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, nth) => nth + 1))
    expect(lines.filter(({ event }) => event === 'line-sent').map(({ line }) => line)).toEqual(
      writingLines(lab, 'hub1').filter((line) => line !== 'end'),
    )
    expect(ran.stdout).not.toContain(lab.password)
  })

  it('and --json together are 64, before anything is contacted', async () => {
    const before = lab.lines().length
    const ran = await ikeroHere(['plan', 'playbooks/hubs.yml', ...lab.flags, '--json', '--events'], {
      cwd: root,
    })
    expect(ran.code).toBe(64)
    expect(JSON.parse(ran.stdout)).toMatchObject({ exitCode: 64, problems: [{ code: 'USAGE' }] })
    expect(ran.stderr).toContain('--json and --events cannot be given together')
    expect(lab.lines()).toHaveLength(before)
  })

  it('tells what is wrong with a file in one event, with its place', async () => {
    const ran = await ikeroHere(['plan', 'nowhere.yml', '--events'], { cwd: root })
    expect(ran.code).toBe(64)
    expect(JSON.parse(ran.stdout)).toMatchObject({
      event: 'refused',
      seq: 1,
      exitCode: 64,
      problems: [{ code: 'FILE_UNREADABLE', file: 'nowhere.yml', line: 1 }],
    })
    expect(ran.stderr).toContain('FILE_UNREADABLE')
  })
})
