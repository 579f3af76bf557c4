import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyServeState, type ServeState } from '../../src/model/serve-state.ts'
import { parseServeState } from '../../src/serve/parse-state.ts'
import { reduceServe } from '../../src/serve/reduce.ts'
import { coverage, device, profile, run } from '../report/builders.ts'

const at = '2026-11-24T02:00:00.000Z'
const full: ServeState = {
  ...reduceServe(emptyServeState, {
    at,
    event: {
      kind: 'run-ended',
      schedule: 'hubs',
      dueAt: at,
      durationMs: 1.5,
      exitCode: 0,
      result: run([
        device('hub1', 'verified', { targets: [profile('VPN', 'verified', { coverage: coverage() })] }),
      ]),
    },
  }),
  told: [{ channel: 'noc', subject: 'device hubs hub1', key: 'k', at, recent: [{ key: 'k', at }] }],
  queue: [{ id: 'n', channel: 'noc', madeAt: at, attempts: 0, nextAt: at, body: { text: 'x' } }],
}

const why = (value: unknown): string => {
  const parsed = parseServeState(typeof value === 'string' ? value : JSON.stringify(value))
  return parsed.kind === 'err' ? parsed.error : 'it is a state'
}

/** The state with another value at a path. */
function withValue(value: unknown, [key, ...rest]: readonly (string | number)[], set: unknown): unknown {
  if (key === undefined) return set
  if (Array.isArray(value)) return value.map((item, nth) => (nth === key ? withValue(item, rest, set) : item))
  const record: Record<string, unknown> = { ...Object(value) }
  return { ...record, [key]: withValue(record[key], rest, set) }
}

function pathsOf(
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly (readonly (string | number)[])[] {
  const inner = Array.isArray(value)
    ? value.flatMap((item, nth) => pathsOf(item, [...path, nth]))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))
      : []
  return [path, ...inner]
}

describe('a state on disk', () => {
  it('is what was saved', () => {
    expect(parseServeState(JSON.stringify(full))).toEqual({ kind: 'ok', value: full })
  })

  it.each([
    ['', 'it is not JSON: Unexpected end of JSON input'],
    ['{"version":1', 'it is not JSON'],
    ['[]', 'it is not a state of serve'],
    [JSON.stringify({ ...full, version: 2 }), 'it is of version 2, and this ikero knows version 1'],
    [
      JSON.stringify(withValue(full, ['schedules', 'hubs', 'runs'], -1)),
      'schedules.hubs.runs is not as serve writes it',
    ],
    [
      JSON.stringify(withValue(full, ['schedules', 'hubs', 'lastRun', 'dueAt'], '2026-13-01T00:00:00.000Z')),
      'schedules.hubs.lastRun.dueAt is not',
    ],
    [
      JSON.stringify(withValue(full, ['devices', 0, 'now', 'status'], 'fine')),
      'devices[0].now.status is not',
    ],
    [JSON.stringify(withValue(full, ['queue', 0, 'body'], [])), 'queue[0].body is not'],
  ])('that reads %s is refused, with a reason', (text, reason) => {
    expect(why(text)).toContain(reason)
  })

  it('is refused with another type at any place of it, but in a body, which is others’', () => {
    for (const path of pathsOf(full).filter((one) => !one.includes('body')))
      expect(why(withValue(full, path, { x: [] })), JSON.stringify(path)).not.toBe(
        // A map of schedules, of roles or of nothing known is one still.
        path.at(-1) === 'roles' ? '' : 'it is a state',
      )
  })

  it('does not make the reader throw, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['ok', 'err']).toContain(parseServeState(text).kind)
      }),
    )
  })
})
