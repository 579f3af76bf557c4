import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createServeMetrics } from '../../src/serve/metrics.ts'
import { renderRunMetrics } from '../../src/serve/run-metrics.ts'
import { root } from '../architecture/sources.ts'
import { hostile, hostileRuns } from '../report/arbitrary.ts'
import { drifted } from '../serve/runs.ts'
import { device, schedule, standing, troubledView, view } from '../serve/views.ts'
import { describeWith, promtool } from './needs.ts'

function run(args: readonly string[], input = ''): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: root, encoding: 'utf8', input })
  return { status, said: `${stdout}${stderr}` }
}

/** What Prometheus' parser and its rules for names say against a text; empty where both are content. */
const faults = (text: string): string => {
  const { status, said } = run(['check', 'metrics'], text)
  return status === 0 ? said : `exit ${status}: ${said}`
}

const rules = 'docs/monitoring/ikero.rules.yml'

describeWith(promtool, 'Prometheus, by promtool', () => {
  it('reads what serve answers, and finds nothing wrong with its names', async () => {
    expect(faults(await createServeMetrics().render(troubledView, ['noc']))).toBe('')
    expect(faults(await createServeMetrics().render(view(), []))).toBe('')
  })

  it('reads what a one-shot run writes, and finds nothing wrong with its names', async () => {
    expect(faults(await renderRunMetrics({ result: drifted, exitCode: 1, version: '0.1.0' }))).toBe('')
  })

  it('reads both whatever devices and files call themselves', async () => {
    for (const result of fc.sample(hostileRuns, { numRuns: 10 }))
      expect(faults(await renderRunMetrics({ result, exitCode: 1, version: '0.1.0' }))).toBe('')
    for (const hosts of fc.sample(fc.uniqueArray(hostile, { maxLength: 5 }), { numRuns: 10 })) {
      const devices = hosts.map((host) => device('hubs', host, standing('failed', { codes: ['PEER_LOST'] })))
      const shown = view({ schedules: [schedule('hubs')], devices })
      expect(faults(await createServeMetrics().render(shown, hosts))).toBe('')
    }
  })

  it('would say what is wrong', () => {
    expect(faults('# TYPE a_seconds counter\na_seconds 1\n')).toContain('should have "_total" suffix')
    expect(faults('a{host="x"y"} 1\n')).toContain('exit 1')
  })

  it('takes the alert rules', () => {
    const { status, said } = run(['check', 'rules', rules])
    expect([status, said]).toEqual([0, expect.stringContaining('17 rules found')])
  })

  it('alerts as promised, and is silent else', () => {
    const { status, said } = run(['test', 'rules', 'test/foreign/prometheus/ikero.rules.test.yml'])
    expect([status, said]).toEqual([0, expect.stringContaining('SUCCESS')])
  })
})
