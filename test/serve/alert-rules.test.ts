import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { statuses } from '../../src/model/outcome.ts'
import {
  eventMetrics,
  pendingKinds,
  runMetrics,
  viewMetrics,
  watchedCodes,
} from '../../src/serve/metric-rows.ts'
import { createServeMetrics } from '../../src/serve/metrics.ts'
import { renderRunMetrics } from '../../src/serve/run-metrics.ts'
import { root } from '../architecture/sources.ts'
import { drifted } from './runs.ts'
import { labelsByName } from './samples.ts'
import { troubledView } from './views.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

const file: { readonly groups: readonly { readonly rules: readonly Rule[] }[] } = parse(
  readFileSync(join(root, 'docs', 'monitoring', 'ikero.rules.yml'), 'utf8'),
)
const rules = file.groups.flatMap((group) => group.rules)

/** Prometheus' own: every scrape has `up`, and every series these labels. */
const ofPrometheus = ['job', 'instance']

/** What both outputs have: the labels of each metric as they are rendered. */
const rendered = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const serve = await createServeMetrics().render(troubledView, ['noc'])
  const run = await renderRunMetrics({ result: drifted, exitCode: 1, version: '0.1.0' })
  return new Map([['up', new Set<string>()], ...labelsByName(serve), ...labelsByName(run)])
}

const valuesOf: Readonly<Record<string, readonly string[]>> = {
  status: statuses,
  kind: pendingKinds,
  known: ['yes', 'no'],
  code: watchedCodes,
  command: ['plan', 'apply', 'verify', 'drift', 'resume', 'rollback'],
}

interface Selector {
  readonly name: string
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[]
}

const words = new Set(['unless', 'or', 'and', 'on', 'ignoring', 'by', 'without', 'bool', 'offset'])

/** The selectors of an expression, and the labels that it joins by. */
function takenApart(expr: string): {
  readonly selectors: readonly Selector[]
  readonly joins: readonly string[]
} {
  const joins = [...expr.matchAll(/\b(?:on|ignoring|by|without)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim()),
  )
  const rest = expr.replace(/\b(?:on|ignoring|by|without)\s*\([^)]*\)/g, ' ').replace(/\[\w+\]/g, '')
  const selectors = [...rest.matchAll(/([a-zA-Z_:][\w:]*)\s*(\{[^}]*\}|\()?/g)].flatMap(
    ([, name = '', more = '']) =>
      more === '(' || words.has(name) ? [] : [{ name, matchers: matchersOf(more) }],
  )
  return { selectors: selectors.filter(({ name }) => !/^[a-z]+$/.test(name) || name === 'up'), joins }
}

function matchersOf(braces: string): Selector['matchers'] {
  return [...braces.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label = '', value = '']) => ({
    label,
    values: value.split('|'),
  }))
}

describe('the alert rules of docs/monitoring', () => {
  it('are taken apart as they are written', () => {
    const expr = 'increase(a_total{x="1", y=~"b|c"}[1h]) > 2 * 60 unless on (job, z) d_e'
    expect(takenApart(expr)).toEqual({
      selectors: [
        {
          name: 'a_total',
          matchers: [
            { label: 'x', values: ['1'] },
            { label: 'y', values: ['b', 'c'] },
          ],
        },
        { name: 'd_e', matchers: [] },
      ],
      joins: ['job', 'z'],
    })
  })

  it('are about every trouble that somebody has to hear of', () => {
    expect(rules.map(({ alert }) => alert)).toEqual([
      'IkeroServeDown',
      'IkeroServeNotReady',
      'IkeroNoGoodRun',
      'IkeroNeverGoodRun',
      'IkeroScheduleBroken',
      'IkeroMissedRun',
      'IkeroReloadRefused',
      'IkeroNoticesLost',
      'IkeroNoticesWaiting',
      'IkeroDeviceDrifted',
      'IkeroDeviceUnknown',
      'IkeroRoleContradicted',
      'IkeroPeerLost',
      'IkeroProofOverdue',
      'IkeroDriftFought',
      'IkeroTextfileStale',
      'IkeroTextfileRunNotGood',
    ])
  })

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s asks for metrics, labels and values that are rendered',
    async (_, { expr }) => {
      const all = await rendered()
      const { selectors, joins } = takenApart(expr)
      expect(selectors).not.toEqual([])
      for (const { name, matchers } of selectors) {
        expect([...all.keys()]).toContain(name)
        const labels = [...ofPrometheus, ...(all.get(name) ?? [])]
        for (const label of [...joins, ...matchers.map((one) => one.label)]) expect(labels).toContain(label)
        for (const { label, values } of matchers)
          if (label !== 'job') expect(valuesOf[label]).toEqual(expect.arrayContaining([...values]))
      }
    },
  )

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s says how grave it is and what to do, by labels that it has',
    async (_, { expr, labels: { severity }, annotations }) => {
      const all = await rendered()
      const [first] = takenApart(expr).selectors
      const has = [...ofPrometheus, ...(all.get(first?.name ?? '') ?? [])]
      expect(['critical', 'warning']).toContain(severity)
      expect(Object.keys(annotations)).toEqual(['summary', 'description'])
      const named = Object.values(annotations).flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)])
      expect(named.length).toBeGreaterThan(0)
      for (const [, label = ''] of named) expect(has).toContain(label)
    },
  )

  it('name no metric that docs/monitoring.md leaves out, and the page every one, with its labels', () => {
    const page = readFileSync(join(root, 'docs', 'monitoring.md'), 'utf8')
    const told = [...page.matchAll(/^\| `(ikero_\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm)].map(
      ([, name, type, labels = '', help]) => ({
        name,
        type,
        labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
        help,
      }),
    )
    const rows = [...viewMetrics, ...eventMetrics, ...runMetrics]
    expect(told).toEqual(
      rows.map(({ name, type, labels, help }) => ({ name, type, labels: [...labels], help })),
    )
  })
})
