import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/model/exit-code.ts'
import { type RunResult, type Status, statuses } from '../../src/model/outcome.ts'
import { eventLine } from '../../src/report/events.ts'
import { renderHtml } from '../../src/report/html/page.ts'
import { renderResult } from '../../src/report/human.ts'
import { renderJson, toJsonDocument } from '../../src/report/json.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { device, profile, profileLines, run } from './builders.ts'
import { attributeOf, elementsOf, parse, textOf } from './markup.ts'
import { input } from './report-inputs.ts'

type Counts = Readonly<Record<string, number>>

function count(words: readonly string[]): Counts {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** `5 devices: 1 unknown, 4 verified` as counts; they add up to the number of devices. */
function totalsIn(text: string): Counts {
  const [, all = '', list = ''] =
    /(\d+) devices?: ((?:\d+ [a-z-]+(?:, )?)+)/.exec(text.replace(/\\/g, '')) ?? []
  const counts: Counts = Object.fromEntries(
    [...list.matchAll(/(\d+) ([a-z-]+)/g)].map(([, number, status]) => [status, Number(number)]),
  )
  expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(Number(all))
  return counts
}

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

function elementsIn(xml: string): readonly Element[] {
  const seen: Element[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => seen.push({ name, attributes }))
  parser.write(xml).close()
  return seen
}

// What JUnit calls each, besides a test that passed.
const kinds: Readonly<Record<Status, string>> = {
  unknown: 'error',
  failed: 'failure',
  'rolled-back': 'failure',
  unreachable: 'error',
  blocked: 'failure',
  skipped: 'skipped',
  unproven: 'skipped',
  pending: 'skipped',
  verified: 'passed',
  compliant: 'passed',
}

const anyStatus = fc.constantFrom(...statuses)
/** Devices with some targets each, or none; a device has its worst target's status. */
const results: fc.Arbitrary<RunResult> = fc
  .array(fc.record({ own: anyStatus, targets: fc.array(anyStatus, { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 18,
  })
  .map((list) =>
    run(
      list.map(({ own, targets }, nth) =>
        device(`hub${nth}`, statuses.find((one) => targets.includes(one)) ?? own, {
          targets: targets.map((status, index) => profile(`P${nth}x${index}`, status)),
          ...(targets.length === 0 ? {} : { change: profileLines, saved: 'yes' as const }),
        }),
      ),
    ),
  )

describe('the outputs of one run', () => {
  it('agree on how many devices ended how, and on the exit code', () => {
    fc.assert(
      fc.property(results, (result) => {
        const exitCode = exitCodeOf(result)
        const expected = count(result.devices.map(({ status }) => status))
        const document = toJsonDocument(result, exitCode)
        expect(document.totals).toEqual(expected)
        const human = renderResult(result, { color: false, width: 200, verbose: true, exitCode })
        expect(totalsIn(/^ +totals +(.*)$/m.exec(human)?.[1] ?? '')).toEqual(expected)
        expect(human).toMatch(new RegExp(`^ +exit +${exitCode}\\b`, 'm'))
        const markdown = renderMarkdown(input(result, { exitCode }))
        expect(totalsIn(markdown)).toEqual(expected)
        expect(markdown).toContain(`Exit code ${exitCode}.`)
        const html = textOf(parse(renderHtml(input(result, { exitCode }))))
        expect(totalsIn(html)).toEqual(expected)
        const suites = elementsIn(renderJunit(input(result, { exitCode })))
        const told = suites.filter(({ attributes }) => attributes.name === 'status')
        expect(count(told.map(({ attributes }) => attributes.value ?? ''))).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  it('agree on every device and every target', () => {
    fc.assert(
      fc.property(results, (result) => {
        const exitCode = exitCodeOf(result)
        const document = toJsonDocument(result, exitCode)
        const hosts = result.devices.map(({ host, status }) => `${host} ${status}`)
        expect(document.devices.map(({ host, status }) => `${host} ${status}`)).toEqual(hosts)
        const events: readonly unknown[] = result.devices.map((outcome) =>
          JSON.parse(eventLine({ kind: 'device-finished', outcome }, { seq: 1, at: result.startedAt })),
        )
        const printed: { devices: readonly unknown[] } = JSON.parse(renderJson(document))
        expect(events.map((event) => (typeof event === 'object' ? { ...event } : {}))).toMatchObject(
          printed.devices.map((one) => ({ event: 'device-finished', device: one })),
        )
        const human = renderResult(result, { color: false, width: 200, verbose: true, exitCode })
        for (const { host, status } of result.devices)
          expect(human).toMatch(new RegExp(`^ +${status} +${host} `, 'm'))
        const cards = elementsOf(parse(renderHtml(input(result, { exitCode })))).flatMap((one) =>
          /^device-\d+$/.test(attributeOf(one, 'id') ?? '') ? [textOf(one)] : [],
        )
        const cardOf = ({ host, status }: RunResult['devices'][number]): string => `${host}${status}`
        expect(result.devices.map(cardOf)).toEqual(expect.arrayContaining(cards))
        const sent = result.devices.filter(({ targets }) => targets.length > 0)
        expect(cards).toEqual(expect.arrayContaining(sent.map(cardOf)))
      }),
      { numRuns: 40 },
    )
  })

  it('have a JUnit case for each target, and one for a device that no target speaks for, all counted', () => {
    fc.assert(
      fc.property(results, (result) => {
        const all = elementsIn(renderJunit(input(result)))
        const cases = all.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes)
        const named = result.devices.flatMap(({ host, targets }) =>
          (targets.length === 0 ? [{ name: 'device' }] : targets).map(({ name }) => `${host} ${name}`),
        )
        expect(cases.map(({ classname, name }) => `${classname} ${name}`)).toEqual(named)
        const expected = count(
          result.devices.flatMap(({ status, targets }) =>
            (targets.length === 0 ? [{ status }] : targets).map((one) => kinds[one.status]),
          ),
        )
        const { passed, ...others } = expected
        const told = all.filter(({ name }) => ['failure', 'error', 'skipped'].includes(name))
        expect(count(told.map(({ name }) => name))).toEqual(others)
        const head = all.find(({ name }) => name === 'testsuites')?.attributes
        expect(head).toMatchObject({
          tests: String(cases.length),
          failures: String(others.failure ?? 0),
          errors: String(others.error ?? 0),
        })
        const suites = all.filter(({ name }) => name === 'testsuite')
        for (const [attribute, kind] of [
          ['failures', 'failure'],
          ['errors', 'error'],
          ['skipped', 'skipped'],
        ] as const)
          expect(suites.reduce((sum, one) => sum + Number(one.attributes[attribute]), 0)).toBe(
            others[kind] ?? 0,
          )
        expect(cases.length - told.length).toBe(passed ?? 0)
      }),
      { numRuns: 40 },
    )
  })
})
