import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ServeEvent } from '../../src/model/serve-event.ts'
import { eventMetrics, type MetricRow, viewMetrics, watchedCodes } from '../../src/serve/metric-rows.ts'
import { createServeMetrics, type ServeMetrics } from '../../src/serve/metrics.ts'
import { hostile } from '../report/arbitrary.ts'
import { device as deviceOutcome, run } from '../report/builders.ts'
import { labelsByName, samplesOf, valuesOf } from './samples.ts'
import { device, ended, schedule, standing, troubledView, view } from './views.ts'

const at = '2026-11-25T02:15:42.500Z'
const dueAt = '2026-11-25T02:15:00.000Z'

function told(...events: readonly ServeEvent[]): ServeMetrics {
  const metrics = createServeMetrics()
  for (const event of events) metrics.tell({ at, event })
  return metrics
}

const hubs = view({ schedules: [schedule('hubs')] })
const endedRun = (exitCode: number, durationMs = 39_500): ServeEvent => ({
  kind: 'run-ended',
  schedule: 'hubs',
  dueAt,
  durationMs,
  exitCode,
  result: run([deviceOutcome('hub1', 'compliant'), deviceOutcome('hub2', 'compliant', { roundTrips: 5 })]),
})

describe('the metrics of serve', () => {
  it('are all there, each with its help, its type and exactly its labels', async () => {
    const text = await told({ kind: 'started', schedules: ['hubs'] }).render(troubledView, ['noc'])
    const labels = labelsByName(text)
    const rows: readonly MetricRow[] = [...viewMetrics, ...eventMetrics]
    for (const row of rows) {
      expect(text).toContain(`# HELP ${row.name} ${row.help}\n# TYPE ${row.name} ${row.type}\n`)
      const [name, more] = row.type === 'histogram' ? [`${row.name}_bucket`, ['le']] : [row.name, []]
      expect([...(labels.get(name) ?? ['none'])].sort()).toEqual([...row.labels, ...more].sort())
    }
    const declared = rows.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    )
    expect([...labels.keys()].sort()).toEqual(declared.sort())
  })

  it('count devices by every status, and leave out those that are known', async () => {
    const text = await createServeMetrics().render(troubledView, [])
    expect(valuesOf(text, 'ikero_schedule_devices')).toMatchObject({
      'hubs/unknown': 0,
      'hubs/failed': 1,
      'hubs/unreachable': 0,
      'hubs/unproven': 1,
      'hubs/pending': 1,
      'hubs/compliant': 1,
      'branches/compliant': 0,
    })
    expect(Object.keys(valuesOf(text, 'ikero_schedule_devices'))).toHaveLength(20)
    expect(valuesOf(text, 'ikero_schedule_known_devices')).toEqual({ hubs: 1, branches: 0 })
    expect(valuesOf(text, 'ikero_schedule_devices_pending')).toMatchObject({
      'hubs/drifted': 1,
      'hubs/unsaved': 0,
    })
  })

  it('name each device once, with how it stands, and each watched finding', async () => {
    const text = await createServeMetrics().render(troubledView, [])
    expect(valuesOf(text, 'ikero_device_status')).toEqual({
      'hubs/hub1/compliant//no': 1,
      'hubs/hub2/pending/drifted/no': 1,
      'hubs/hub3/failed//no': 1,
      'hubs/hub4/unreachable//yes': 1,
      'hubs/hub5/unproven//no': 1,
    })
    expect(valuesOf(text, 'ikero_device_finding')).toEqual({
      'hubs/hub2/DRIFT_FOUGHT': 1,
      'hubs/hub3/ROLE_CONTRADICTED': 1,
      'hubs/hub3/PEER_LOST': 1,
      'hubs/hub5/PROOF_OVERDUE': 1,
    })
    const byCode = valuesOf(text, 'ikero_schedule_devices_with_finding')
    expect(byCode).toMatchObject({ 'hubs/PEER_LOST': 1, 'hubs/HOST_KEY_CHANGED': 0, 'branches/PEER_LOST': 0 })
    expect(Object.keys(byCode)).toHaveLength(2 * watchedCodes.length)
  })

  it('count a changed host key whatever was expected of the device', async () => {
    const now = standing('unreachable', { codes: ['HOST_KEY_CHANGED'], known: true })
    const text = await createServeMetrics().render(
      view({ schedules: [schedule('hubs')], devices: [device('hubs', 'hub1', now)] }),
      [],
    )
    expect(valuesOf(text, 'ikero_schedule_devices')).toMatchObject({ 'hubs/unreachable': 1 })
    expect(valuesOf(text, 'ikero_device_finding')).toEqual({ 'hubs/hub1/HOST_KEY_CHANGED': 1 })
  })

  it('add up SAs by role, and the round trips of the last run alone', async () => {
    const text = await createServeMetrics().render(troubledView, [])
    expect(valuesOf(text, 'ikero_schedule_sas')).toMatchObject({
      'hubs/responder': 5,
      'hubs/initiator': 1,
      'hubs/no-sa': 1,
      'hubs/unreadable': 0,
    })
    expect(valuesOf(text, 'ikero_schedule_last_run_round_trips')).toEqual({ hubs: 21 })
  })

  it('give times in seconds, and no sample for what never was', async () => {
    const text = await createServeMetrics().render(troubledView, [])
    const seconds = (iso: string): number => Date.parse(iso) / 1000
    expect(valuesOf(text, 'ikero_schedule_last_good_run_timestamp_seconds')).toEqual({
      hubs: seconds('2026-11-23T02:15:40.000Z'),
    })
    expect(valuesOf(text, 'ikero_schedule_last_missed_timestamp_seconds')).toEqual({
      hubs: seconds('2026-11-24T02:15:00.000Z'),
    })
    expect(valuesOf(text, 'ikero_schedule_last_run_duration_seconds')).toEqual({ hubs: 39.5 })
    expect(valuesOf(text, 'ikero_schedule_next_run_timestamp_seconds')).toEqual({
      hubs: seconds('2026-11-26T02:15:00.000Z'),
      branches: seconds('2026-11-26T02:15:00.000Z'),
    })
    expect(valuesOf(text, 'ikero_schedule_running')).toEqual({ hubs: 0, branches: 1 })
    expect(valuesOf(text, 'ikero_schedule_broken')).toEqual({ hubs: 0, branches: 1 })
    expect(valuesOf(text, 'ikero_open_targets')).toEqual({ waiting: 1, overdue: 1, unknown: 1 })
  })

  it('leave out a time that is none', async () => {
    const broken = schedule('hubs', {
      state: { lastRun: ended({ finishedAt: 'yesterday', durationMs: Number.NaN }), runs: 1, missed: 0 },
    })
    const text = await createServeMetrics().render(view({ schedules: [broken] }), [])
    expect(valuesOf(text, 'ikero_schedule_last_run_timestamp_seconds')).toEqual({})
    expect(valuesOf(text, 'ikero_schedule_last_run_duration_seconds')).toEqual({})
  })

  it('count runs by outcome, their round trips and how long they took', async () => {
    const broken: ServeEvent = {
      kind: 'run-broken',
      schedule: 'hubs',
      dueAt,
      durationMs: 200,
      code: 'INTERNAL',
      message: 'm',
      next: 'n',
    }
    const metrics = told(...[0, 0, 1, 2, 3, 4, 130].map((code) => endedRun(code)), broken)
    const text = await metrics.render(hubs, [])
    expect(valuesOf(text, 'ikero_schedule_runs_total')).toEqual({
      'hubs/ok': 2,
      'hubs/failed': 1,
      'hubs/pending': 1,
      'hubs/unproven': 1,
      'hubs/unknown': 1,
      'hubs/interrupted': 1,
      'hubs/broken': 1,
    })
    expect(valuesOf(text, 'ikero_schedule_round_trips_total')).toEqual({ hubs: 7 * 19 })
    const buckets = samplesOf(text).filter(
      ({ name }) => name === 'ikero_schedule_run_duration_seconds_bucket',
    )
    const upTo = (le: string): number | undefined => buckets.find(({ labels }) => labels.le === le)?.value
    expect([upTo('5'), upTo('30'), upTo('60'), upTo('+Inf')]).toEqual([1, 1, 8, 8])
  })

  it('count missed runs, notices, proofs and interrupted runs', async () => {
    const failed = { kind: 'notice-failed', channel: 'noc', attempts: 1, message: 'm' } as const
    const metrics = told(
      { kind: 'missed', schedule: 'hubs', why: 'down', count: 3, first: dueAt, last: dueAt },
      { kind: 'missed', schedule: 'hubs', why: 'busy', count: 1, first: dueAt, last: dueAt },
      { kind: 'notice-sent', channel: 'noc', attempts: 2 },
      { ...failed, retried: true },
      { ...failed, retried: false },
      { kind: 'proof-checked', runId: 'r', exitCode: 3, result: run([]) },
      { kind: 'interrupted-run', schedule: 'hubs', what: 'left', message: 'm', next: 'n' },
    )
    const text = await metrics.render(hubs, ['noc', 'mail'])
    expect(valuesOf(text, 'ikero_schedule_missed_runs_total')).toEqual({ 'hubs/down': 3, 'hubs/busy': 1 })
    expect(valuesOf(text, 'ikero_notices_sent_total')).toEqual({ noc: 1, mail: 0 })
    expect(valuesOf(text, 'ikero_notice_failures_total')).toEqual({ noc: 2, mail: 0 })
    expect(valuesOf(text, 'ikero_notices_lost_total')).toEqual({ noc: 1, mail: 0 })
    expect(valuesOf(text, 'ikero_proof_checks_total')).toMatchObject({ unproven: 1, ok: 0 })
    expect(valuesOf(text, 'ikero_interrupted_runs_total')).toEqual({ left: 1, resumed: 0, 'nothing-open': 0 })
  })

  it('show every counter at 0 before it counts, or its first step would be no increase', async () => {
    const text = await createServeMetrics().render(hubs, ['noc'])
    expect(Object.values(valuesOf(text, 'ikero_schedule_runs_total'))).toEqual([0, 0, 0, 0, 0, 0, 0])
    expect(valuesOf(text, 'ikero_schedule_missed_runs_total')).toEqual({ 'hubs/down': 0, 'hubs/busy': 0 })
    expect(valuesOf(text, 'ikero_notices_lost_total')).toEqual({ noc: 0 })
    expect(valuesOf(text, 'ikero_schedule_run_duration_seconds_count')).toEqual({ hubs: 0 })
  })

  it('forget a schedule that a reload took away, also when its last run ends after it', async () => {
    const metrics = told({ kind: 'started', schedules: ['hubs'] }, endedRun(0), {
      kind: 'reloaded',
      schedules: ['branches'],
    })
    metrics.tell({ at, event: endedRun(0) })
    const text = await metrics.render(view({ schedules: [schedule('branches')] }), [])
    expect(samplesOf(text).filter(({ labels }) => labels.schedule === 'hubs')).toEqual([])
    expect(valuesOf(text, 'ikero_schedule_run_duration_seconds_count')).toEqual({ branches: 0 })
  })

  it('tell whether the file in force is the newest, and since when', async () => {
    const metrics = told({ kind: 'started', schedules: ['hubs'] })
    const reload = async (): Promise<readonly unknown[]> => {
      const text = await metrics.render(hubs, [])
      return [
        valuesOf(text, 'ikero_config_last_reload_successful')[''],
        valuesOf(text, 'ikero_config_last_reload_success_timestamp_seconds')[''],
      ]
    }
    expect(await reload()).toEqual([1, Date.parse(at) / 1000])
    metrics.tell({ at: '2026-11-25T03:00:00.000Z', event: { kind: 'reload-refused', problems: ['p'] } })
    expect(await reload()).toEqual([0, Date.parse(at) / 1000])
    metrics.tell({ at: '2026-11-25T04:00:00.000Z', event: { kind: 'reloaded', schedules: ['hubs'] } })
    expect(await reload()).toEqual([1, Date.parse('2026-11-25T04:00:00.000Z') / 1000])
  })

  it('are one sample a line whatever a host is called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(hostile, { minLength: 1, maxLength: 4 }), async (hosts) => {
        const devices = hosts.map((host) =>
          device('hubs', host, standing('failed', { codes: ['PEER_LOST'] })),
        )
        const text = await createServeMetrics().render(view({ schedules: [schedule('hubs')], devices }), [])
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/)
        const named = samplesOf(text).filter(({ name }) => name === 'ikero_device_finding')
        expect(named.every(({ labels }) => Object.keys(labels).join() === 'schedule,host,code')).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})
