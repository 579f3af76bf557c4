import { Gauge, Registry } from 'prom-client'
import { printable } from '../kernel/printable.ts'
import type { MetricRow } from './metric-rows.ts'

/** Gauges of one moment. */
export interface Gauges {
  /** A value that is none has no sample. A name that is not in the rows is a bug, and throws. */
  set(name: string, labels: Readonly<Record<string, string>>, value: number | undefined): void
  /** In Prometheus' text format; ends with a line feed. */
  text(): Promise<string>
}

/** Gauges in a registry of their own. */
export function createGauges(rows: readonly MetricRow[]): Gauges {
  const registry = new Registry()
  const made = new Map(
    rows.map(({ name, help, labels }) => [
      name,
      new Gauge({ name, help, labelNames: [...labels], registers: [registry] }),
    ]),
  )
  return {
    set(name, labels, value) {
      const gauge = made.get(name)
      if (gauge === undefined) throw new Error(`no metric is called ${name}`)
      if (value !== undefined && Number.isFinite(value)) gauge.set(labelValues(labels), value)
    },
    text: () => registry.metrics(),
  }
}

/**
 * prom-client escapes what would end a value; what remains could still act on the terminal of whoever reads the text,
 * and NUL ends it for Prometheus.
 */
export function labelValues(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, printable(value)]))
}

/** ISO → seconds since 1970; undefined for what is no time. */
export function secondsOf(iso: string | undefined): number | undefined {
  const ms = iso === undefined ? Number.NaN : Date.parse(iso)
  return Number.isFinite(ms) ? ms / 1000 : undefined
}

/** How often each of some words comes up, as a sample each: 0 where it does not. Others that come up have one too. */
export function setTally(
  gauges: Gauges,
  name: string,
  labels: Readonly<Record<string, string>>,
  label: string,
  { words, found }: { readonly words: readonly string[]; readonly found: readonly string[] },
): void {
  const counts = new Map(words.map((word) => [word, 0]))
  for (const word of found) counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const [word, count] of counts) gauges.set(name, { ...labels, [label]: word }, count)
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
