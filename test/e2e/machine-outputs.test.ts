import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { ikeroHere, type Ran } from '../cli/in-process.ts'
import { type Lab, startLab } from './lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await startLab('mocks/scenarios/lab.yml')
})
afterEach(() => lab.stop())

/** In this process; `ikeroHere` checks what it prints against the schema that it is to fit. */
async function call(code: number, ...argv: readonly string[]): Promise<Ran> {
  const ran = await ikeroHere(argv, { cwd: root })
  expect([argv.join(' '), ran.code, ran.stderr]).toEqual([argv.join(' '), code, expect.any(String)])
  expect(`${ran.stdout}${ran.stderr}`).not.toContain(lab.password)
  return ran
}

/** The last `result` of the events must be the document that `--json` would have printed. */
const resultOf = ({ stdout }: Ran): Record<string, unknown> => {
  const { result } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  return result
}

describe('what is printed for programs of devices that answer', () => {
  it('fits its schema from the first look to the way back', async () => {
    const { dir, flags } = lab
    const reach = flags.slice(0, 4)
    const state = flags.slice(4)
    const one = [...flags, '--limit', 'hub1']
    await call(0, 'trust', ...reach, 'hub1', '--yes', '--json')
    await call(0, 'doctor', ...reach, '--limit', 'hub1', '--json')
    await call(1, 'doctor', ...reach, '--limit', 'hub1,old1', '--json')
    await call(2, 'plan', 'playbooks/hubs.yml', ...one, '--json')
    await call(1, 'plan', 'playbooks/legacy.yml', ...flags, '--json')
    const applied = await call(0, 'apply', 'playbooks/hubs.yml', ...one, '--yes', '--events')
    const { runId, totals } = resultOf(applied)
    expect(totals).toEqual({ verified: 1 })
    const run = String(runId)
    await call(0, 'plan', 'playbooks/hubs.yml', ...one, '--json')
    await call(0, 'verify', run, ...one, '--json')
    const nothing = await call(0, 'resume', run, ...flags, '--yes', '--json')
    expect(nothing.stderr).toContain('nothing to resume')
    expect(JSON.parse(nothing.stdout)).toMatchObject({ command: 'resume', exitCode: 0, devices: [] })
    expect(resultOf(await call(0, 'resume', run, ...flags, '--yes', '--events'))).toMatchObject({
      devices: [],
    })
    const shown = await call(0, 'show', run, ...state, '--json')
    const { result, steps } = JSON.parse(shown.stdout)
    // The record, events and result are one and the same run.
    expect(result).toEqual(resultOf(applied))
    const sent = (list: readonly { readonly line?: string }[]): readonly unknown[] =>
      list.map(({ line }) => line)
    const events: readonly { event: string; line?: string }[] = applied.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(sent(steps.filter(({ kind }: { kind: string }) => kind === 'line-sending'))).toEqual(
      sent(events.filter(({ event }) => event === 'line-sent')),
    )
    const { runs } = JSON.parse((await call(0, 'runs', ...state, '--json')).stdout)
    expect(runs.at(-1)).toMatchObject({ command: 'plan' })
    await call(0, 'rollback', run, ...state, '--print', '--json')
    await call(0, 'unlock', ...state, '--json')
    // A device that is not there any more.
    const inventory = join(dir, 'inventory.yml')
    writeFileSync(inventory, readFileSync(inventory, 'utf8').replace(/port: \d+/, 'port: 1'))
    await call(1, 'plan', 'playbooks/hubs.yml', ...one, '--json')
    await call(1, 'doctor', ...reach, '--limit', 'hub1', '--json')
    await call(1, 'trust', ...reach, 'hub1', '--yes', '--json')
    await call(1, 'rollback', run, ...one, '--yes', '--json')
  }, 120_000)
})
