import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ikero, type Lab, startLab, writingLines } from './lab.ts'

const labs: Lab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop()
})

interface Document {
  readonly runId: string
  readonly of?: string
  readonly exitCode: number
  readonly devices: readonly {
    readonly host: string
    readonly status: string
    readonly saved: string
    readonly findings: readonly object[]
    readonly targets: readonly { readonly name: string; readonly status: string; readonly after?: string }[]
  }[]
}
const document = (text: string): Document => JSON.parse(text)

/** What a terminal types when the text is pasted: every line, comments too. */
const pasted = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')
const doing = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.startsWith('!'))

describe('rollback over real SSH', () => {
  it('takes an apply back: plan finds the change pending again, and what --print wrote was what was sent', async () => {
    const lab = await startLab('mocks/scenarios/lab.yml')
    labs.push(lab)
    const state = ['--state-dir', join(lab.dir, 'state')]
    const file = join(lab.dir, 'change.json')
    await ikero(['plan', 'playbooks/hubs.yml', ...lab.flags, '-o', file])
    const early = await ikero(['rollback', file, ...state, '--print'])
    expect(early.stderr).toContain('no recorded run has applied the plan file')
    expect(early.code).toBe(64)
    const applied = await ikero(['apply', file, ...lab.flags, '--yes', '--json'])
    const { runId } = document(applied.stdout)
    // Refused, and newer than the run that changed something.
    const stale = await ikero(['apply', file, ...lab.flags, '--yes', '--json'])
    expect(stale.code).toBe(1)
    const print = await ikero(['rollback', runId, ...state, '--print'])
    expect([print.code, print.stderr]).toEqual([0, ''])
    const begun = writingLines(lab).length

    const back = await ikero(['rollback', file, ...lab.flags, '--yes', '--json'])
    expect(back.stderr).toMatch(/^rollback hubs answer only: run [\s\S]*finished, exit 0\n$/)
    const result = document(back.stdout)
    expect(result.devices.flatMap(({ findings }) => findings)).toEqual([])
    expect(result).toMatchObject({ of: runId, exitCode: 0 })
    const ends = result.devices.map((one) => [one.host, one.status, one.saved])
    // In the order in which they were changed.
    expect(ends.sort()).toEqual([
      ['asa-hq', 'rolled-back', 'yes'],
      ['hub1', 'rolled-back', 'yes'],
      ['hub2', 'rolled-back', 'yes'],
    ])
    expect(back.code).toBe(0)
    const sent = writingLines(lab).slice(begun)
    const typed = doing(pasted(print.stdout)).filter((line) => line !== 'configure terminal')
    expect([...sent].sort()).toEqual([...typed].sort())

    const plan = await ikero(['plan', 'playbooks/hubs.yml', ...lab.flags, '--json'])
    expect(plan.code).toBe(2)
    expect(document(plan.stdout).devices.map((one) => one.status)).toEqual(['pending', 'pending', 'pending'])

    const runs = await ikero(['runs', ...state])
    expect(runs.stdout).toContain('rollback')
    expect(runs.stdout).not.toMatch(/^open$/m)
    const show = await ikero(['show', result.runId, ...state])
    expect(show.stdout).toContain(`takes back  run ${runId}`)
    expect(show.stdout).toContain('taken back  no responder-only  -> accepted')
    const first = await ikero(['show', runId, ...state])
    expect(first.stdout).toMatch(/hub1 VPN: rolled-back/)

    const again = await ikero(['rollback', runId, ...lab.flags, '--yes', '--json'])
    expect([again.code, document(again.stdout).devices.map((one) => one.status)]).toEqual([
      0,
      ['compliant', 'compliant', 'compliant'],
    ])
    const nothing = await ikero(['rollback', result.runId, ...lab.flags, '--yes'])
    expect([nothing.code, nothing.stdout]).toEqual([0, expect.stringContaining('nothing to take back')])
    const verified = await ikero(['verify', runId, ...lab.flags, '--json'])
    expect(verified.code).toBe(64)
  }, 180_000)
})
