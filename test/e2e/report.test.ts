import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { root } from '../architecture/sources.ts'
import { ikero, type Lab, startLab } from './lab.ts'

let lab: Lab | undefined
afterEach(async () => {
  await lab?.stop()
  lab = undefined
})

it('writes the reports of a plan and an apply, and the same again from the record', async () => {
  lab = await startLab('mocks/scenarios/lab.yml')
  const { dir, flags } = lab
  const file = (name: string): string => join(dir, name)
  const read = (name: string): string => readFileSync(file(name), 'utf8')
  const reports = (name: string): readonly string[] => [
    '--html',
    file(`${name}.html`),
    '--markdown',
    file(`${name}.md`),
    '--junit',
    file(`${name}.xml`),
  ]
  const env = { LOGNAME: 'netops' }

  const planned = await ikero(['plan', 'playbooks/hubs.yml', ...flags, ...reports('plan')], { env })
  expect(planned.code).toBe(2)
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'playbooks', 'hubs.yml')))
    .digest('hex')
  for (const said of ['CHG0012345', `sha256:${hash}`, 'netops (as its environment says)', 'spoke1'])
    expect(read('plan.html')).toContain(said)
  expect(read('plan.md')).toContain('+ responder-only')
  expect(read('plan.xml').match(/<skipped /g)).toHaveLength(5)

  const applied = await ikero(
    ['apply', 'playbooks/hubs.yml', ...flags, '--yes', '--json', ...reports('apply')],
    { env },
  )
  expect(applied.code).toBe(0)
  const { runId } = JSON.parse(applied.stdout)
  // The journal's steps, with the answers of the devices.
  expect(read('apply.html')).toContain('responder-only  -&gt; accepted')
  expect(read('apply.xml')).toContain('tests="5" failures="0" errors="0" time=')

  const state = ['--state-dir', join(dir, 'state')]
  const again = await ikero(['report', runId, ...state, ...reports('again')])
  const written = ['html', 'md', 'xml'].map((kind) => `written: ${file(`again.${kind}`)}\n`).join('')
  expect(again).toEqual({ code: 0, stdout: '', stderr: written })
  for (const kind of ['html', 'md', 'xml']) expect(read(`again.${kind}`)).toBe(read(`apply.${kind}`))
  expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toEqual([])
}, 90_000)
