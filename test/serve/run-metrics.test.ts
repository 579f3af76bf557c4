import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import type { RunResult } from '../../src/model/outcome.ts'
import { eventMetrics, runMetrics, viewMetrics } from '../../src/serve/metric-rows.ts'
import { renderRunMetrics } from '../../src/serve/run-metrics.ts'
import { hostileRuns } from '../report/arbitrary.ts'
import { drifted } from './runs.ts'
import { labelsByName, samplesOf, valuesOf } from './samples.ts'

const render = (result: RunResult): Promise<string> =>
  renderRunMetrics({ result, exitCode: exitCodeOf(result), version: '0.1.0' })

describe('the metrics of a one-shot run', () => {
  it('are all there, each with its help, its type, the run and exactly its labels', async () => {
    const text = await render(drifted)
    const labels = labelsByName(text)
    for (const { name, type, help, labels: declared } of runMetrics) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`)
      expect([...(labels.get(name) ?? [])].sort()).toEqual([...declared].sort())
    }
    expect([...labels.keys()].sort()).toEqual(runMetrics.map(({ name }) => name).sort())
    for (const { labels: own } of samplesOf(text))
      expect(own).toMatchObject({ playbook: 'hubs answer only', command: 'drift' })
  })

  it('share no name with those of serve, so that both may stand in one Prometheus', () => {
    const names = [...viewMetrics, ...eventMetrics, ...runMetrics].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('count devices and targets as the exit code does', async () => {
    const text = await render(drifted)
    const of = (name: string): Readonly<Record<string, number>> =>
      Object.fromEntries(
        Object.entries(valuesOf(text, name)).map(([key, value]) => [
          key.replace('hubs answer only/drift/', ''),
          value,
        ]),
      )
    const devices = of('ikero_run_devices')
    expect(Object.keys(devices)).toHaveLength(10)
    expect(devices).toMatchObject({ compliant: 1, pending: 1, failed: 1, unreachable: 1, verified: 0 })
    expect(of('ikero_run_known_devices')).toEqual({ 'hubs answer only/drift': 1 })
    expect(of('ikero_run_targets')).toMatchObject({ compliant: 1, pending: 2, failed: 1, blocked: 0 })
    expect(of('ikero_run_targets_pending')).toEqual({ drifted: 1, unsaved: 1, 'never-applied': 0 })
    expect(of('ikero_run_sas')).toEqual({ responder: 1, initiator: 1, 'no-sa': 1, unreadable: 0 })
    expect(of('ikero_run_devices_with_finding')).toMatchObject({
      ROLE_CONTRADICTED: 1,
      PEER_LOST: 0,
      AUTHENTICATION_FAILED: 1,
    })
    expect(of('ikero_run_exit_code')).toEqual({ 'hubs answer only/drift': 1 })
    expect(of('ikero_run_duration_seconds')).toEqual({ 'hubs answer only/drift': 14.4 })
    expect(of('ikero_run_end_timestamp_seconds')).toEqual({
      'hubs answer only/drift': Date.parse(drifted.finishedAt) / 1000,
    })
  })

  it('name each device once, with the gravest kind, and each watched finding', async () => {
    const text = await render(drifted)
    const hosts = (name: string): readonly string[] =>
      samplesOf(text)
        .filter((sample) => sample.name === name)
        .map(({ labels: { host, status, kind, known, code } }) =>
          [host, status, kind, known, code].join(' ').trim(),
        )
    expect(hosts('ikero_run_device_status')).toEqual([
      'hub1 compliant  no',
      'hub2 pending drifted no',
      'hub3 failed  no',
      'site1 unreachable  yes',
      'site2 unreachable  no',
    ])
    expect(hosts('ikero_run_device_finding').map((one) => one.replace(/ +/g, ' '))).toEqual([
      'hub3 ROLE_CONTRADICTED',
      'site2 AUTHENTICATION_FAILED',
    ])
  })

  it('are one sample a line, without timestamps, whatever devices and files say', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRuns, async (result) => {
        const text = await render(result)
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/)
        for (const { labels } of samplesOf(text))
          expect(Object.keys(labels).slice(0, 2)).toEqual(['playbook', 'command'])
      }),
      { numRuns: 40 },
    )
  })
})
