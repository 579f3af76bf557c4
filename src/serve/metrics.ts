import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { assertNever } from '../kernel/never.ts'
import type { RunResult } from '../model/outcome.ts'
import type { ServeEvent, ServeEventAt } from '../model/serve-event.ts'
import type { ServeView } from '../model/serve-view.ts'
import { labelValues, secondsOf, sum } from './gauges.ts'
import { eventMetrics, outcomeOf, runOutcomes } from './metric-rows.ts'
import { renderViewMetrics } from './view-metrics.ts'

/** From a check of a few devices to a remediation that waits for its proofs, in seconds. */
const buckets = [5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400]

/** The metrics of one serve. */
export interface ServeMetrics {
  /** Listens to every event. */
  tell(told: ServeEventAt): void
  /** All of it in Prometheus' text format; ends with a line feed. `channels`: names of those that are configured. */
  render(view: ServeView, channels: readonly string[]): Promise<string>
}

/** The `Content-Type` of it. */
export const metricsContentType: string = Registry.PROMETHEUS_CONTENT_TYPE

/** Metrics in registries of their own: what other code registers globally is not answered. */
export function createServeMetrics(): ServeMetrics {
  const counts = createCounts()
  return {
    tell: ({ at, event }) => note(counts, event, at),
    async render(view, channels) {
      keepTo(counts, new Set(view.schedules.map(({ name }) => name)))
      beginAtZero(counts, channels)
      return `${await renderViewMetrics(view)}\n${await counts.registry.metrics()}`
    },
  }
}

interface Counts {
  readonly registry: Registry
  /** Adds to a counter; creates its series also with 0. */
  add(name: string, labels: Readonly<Record<string, string>>, more?: number): void
  remove(name: string, labels: Readonly<Record<string, string>>): void
  set(name: string, value: number): void
  readonly duration: Histogram
  /** Schedules that have series. */
  readonly schedules: Set<string>
}

function createCounts(): Counts {
  const registry = new Registry()
  const counters = new Map<string, Counter>()
  const gauges = new Map<string, Gauge>()
  for (const { name, type, help, labels } of eventMetrics) {
    const how = { name, help, labelNames: [...labels], registers: [registry] }
    if (type === 'counter') counters.set(name, new Counter(how))
    if (type === 'gauge') gauges.set(name, new Gauge(how))
  }
  const row = eventMetrics.find(({ type }) => type === 'histogram')
  return {
    registry,
    add: (name, labels, more = 1) => found(counters, name).inc(labelValues(labels), more),
    remove: (name, labels) => found(counters, name).remove(labelValues(labels)),
    set: (name, value) => found(gauges, name).set(value),
    duration: new Histogram({
      name: row?.name ?? '',
      help: row?.help ?? '',
      labelNames: [...(row?.labels ?? [])],
      buckets,
      registers: [registry],
    }),
    schedules: new Set<string>(),
  }
}

function found<Metric>(all: ReadonlyMap<string, Metric>, name: string): Metric {
  const one = all.get(name)
  if (one === undefined) throw new Error(`no metric is called ${name}`)
  return one
}

function note(counts: Counts, event: ServeEvent, at: string): void {
  switch (event.kind) {
    case 'started':
    case 'reloaded':
      counts.set('ikero_config_last_reload_successful', 1)
      counts.set('ikero_config_last_reload_success_timestamp_seconds', secondsOf(at) ?? 0)
      keepTo(counts, new Set(event.schedules))
      break
    case 'reload-refused':
      counts.set('ikero_config_last_reload_successful', 0)
      break
    case 'run-ended':
      begin(counts, event.schedule)
      counts.add('ikero_schedule_round_trips_total', { schedule: event.schedule }, tripsOf(event.result))
      noteEnd(counts, event.schedule, outcomeOf(event.exitCode), event.durationMs)
      break
    case 'run-broken':
      begin(counts, event.schedule)
      noteEnd(counts, event.schedule, 'broken', event.durationMs)
      break
    case 'missed':
      begin(counts, event.schedule)
      counts.add(
        'ikero_schedule_missed_runs_total',
        { schedule: event.schedule, reason: event.why },
        event.count,
      )
      break
    case 'interrupted-run':
      counts.add('ikero_interrupted_runs_total', { what: event.what })
      break
    case 'proof-checked':
      counts.add('ikero_proof_checks_total', { outcome: outcomeOf(event.exitCode) })
      break
    case 'notice-sent':
      counts.add('ikero_notices_sent_total', { channel: event.channel })
      break
    case 'notice-failed':
      counts.add('ikero_notice_failures_total', { channel: event.channel })
      if (!event.retried) counts.add('ikero_notices_lost_total', { channel: event.channel })
      break
    case 'run-due':
    case 'run-begun':
    case 'run-recorded':
    case 'save-failed':
    case 'pruned':
    case 'stopping':
      break
    default:
      assertNever(event)
  }
}

function noteEnd(counts: Counts, schedule: string, outcome: string, durationMs: number): void {
  counts.add('ikero_schedule_runs_total', { schedule, outcome })
  counts.duration.observe(labelValues({ schedule }), durationMs / 1000)
}

function tripsOf({ devices }: RunResult): number {
  return sum(devices.map(({ roundTrips }) => roundTrips))
}

/** A counter that first shows itself with 1 has no increase: all that may come stands at 0 before. */
function beginAtZero(counts: Counts, channels: readonly string[]): void {
  for (const outcome of runOutcomes) counts.add('ikero_proof_checks_total', { outcome }, 0)
  for (const what of ['resumed', 'nothing-open', 'left'])
    counts.add('ikero_interrupted_runs_total', { what }, 0)
  for (const channel of channels)
    for (const name of [
      'ikero_notices_sent_total',
      'ikero_notice_failures_total',
      'ikero_notices_lost_total',
    ])
      counts.add(name, { channel }, 0)
}

/** The same for schedules; and one that is gone after a reload leaves no series behind. */
function keepTo(counts: Counts, schedules: ReadonlySet<string>): void {
  for (const schedule of [...counts.schedules].filter((one) => !schedules.has(one))) {
    for (const [name, labels] of seriesOf(schedule)) counts.remove(name, labels)
    counts.duration.remove(labelValues({ schedule }))
    counts.schedules.delete(schedule)
  }
  for (const schedule of schedules) begin(counts, schedule)
}

/** Also of a schedule that went while its run was at work: the next scrape takes its series away. */
function begin(counts: Counts, schedule: string): void {
  if (counts.schedules.has(schedule)) return
  for (const [name, labels] of seriesOf(schedule)) counts.add(name, labels, 0)
  counts.duration.zero(labelValues({ schedule }))
  counts.schedules.add(schedule)
}

function seriesOf(schedule: string): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  return [
    ...runOutcomes.map((outcome) => ['ikero_schedule_runs_total', { schedule, outcome }] as const),
    ...['down', 'busy'].map((reason) => ['ikero_schedule_missed_runs_total', { schedule, reason }] as const),
    ['ikero_schedule_round_trips_total', { schedule }],
  ]
}
