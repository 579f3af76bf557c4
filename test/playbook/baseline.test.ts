import { describe, expect, it } from 'vitest'
import type { FileAccess } from '../../src/document/files.ts'
import baseline from '../../src/playbook/baseline.schema.json' with { type: 'json' }
import { loadBaseline } from '../../src/playbook/baseline.ts'
import { withoutExpired } from '../../src/playbook/exceptions.ts'
import playbook from '../../src/playbook/playbook.schema.json' with { type: 'json' }

const today = '2026-11-24'

function load(text: string): ReturnType<typeof loadBaseline> {
  const bytes = new TextEncoder().encode(text)
  const files: FileAccess = { stat: () => ({ kind: 'file', size: bytes.length }), read: () => bytes }
  return loadBaseline('expected.yml', files, { today })
}

describe('a baseline', () => {
  it('has the format of known in a playbook', () => {
    expect(baseline.properties.known).toEqual(playbook.properties.known)
    expect(playbook.definitions).toMatchObject(baseline.definitions)
  })

  it('gives its entries, with where they stand', () => {
    const text =
      'version: 1\nknown:\n  - { hosts: [site-113, group:far], status: unreachable, until: 2027-01-31, reason: "line ordered" }\n'
    expect(load(text)).toMatchObject({
      kind: 'ok',
      value: [
        {
          patterns: [{ text: 'site-113' }, { text: 'group:far' }],
          status: 'unreachable',
          until: '2027-01-31',
          reason: 'line ordered',
          at: { file: 'expected.yml', line: 3 },
        },
      ],
    })
  })

  it.each([
    ['no day of the calendar', '{ hosts: a, status: failed, until: 2026-11-31, reason: r }', /no day of the/],
    [
      'a state that cannot be expected',
      '{ hosts: a, status: unknown, until: 2027-01-01, reason: r }',
      /unknown/,
    ],
    ['an unknown key', '{ hosts: a, status: failed, until: 2027-01-01, reason: r, by: me }', /by/],
    ['an entry without a reason', '{ hosts: a, status: failed, until: 2027-01-01 }', /reason/],
  ])('is refused for %s', (_, entry, said) => {
    const loaded = load(`version: 1\nknown:\n  - ${entry}\n`)
    expect(loaded.kind).toBe('err')
    const problems = loaded.kind === 'err' ? loaded.error : []
    expect(problems.map(({ message }) => message).join('; ')).toMatch(said)
    expect(problems[0]?.at).toMatchObject({ file: 'expected.yml', line: 3 })
  })

  it('gives an entry that has expired too: it is left out with a warning, and is no mistake', () => {
    const entry = (until: string): string =>
      `  - { hosts: [a, group:far], status: failed, until: ${until}, reason: r }\n`
    const loaded = load(`version: 1\nknown:\n${entry('2026-11-23')}${entry(today)}`)
    const all = loaded.kind === 'ok' ? loaded.value : []
    expect(all.map(({ until }) => until)).toEqual(['2026-11-23', today])
    const { known, warnings } = withoutExpired(all, today)
    expect(known).toEqual(all.slice(1))
    expect(warnings).toMatchObject([
      {
        code: 'EXPIRED',
        severity: 'warning',
        message:
          'the entry that expects "a", "group:far" to be failed expired on 2026-11-23, and does not count any more',
        at: { file: 'expected.yml', line: 3, col: 5 },
      },
    ])
  })

  it('tells all that is wrong at once', () => {
    const loaded = load('version: 2\nknwon: []\n')
    expect(loaded.kind === 'err' && loaded.error.length).toBeGreaterThan(1)
  })
})
