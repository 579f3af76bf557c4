import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandShapes } from '../../src/cli/command-shapes.ts'
import { exitCodeOf, exitMeanings } from '../../src/model/exit-code.ts'
import { type DeviceOutcome, type RunResult, statuses } from '../../src/model/outcome.ts'
import eventsSchema from '../../src/report/events.schema.json' with { type: 'json' }
import { root } from '../architecture/sources.ts'
import { slug } from './reference/markdown.ts'
import { linksOf, textOf, tokensOf } from './tokens.ts'

// Tables that are written by hand and say what code says too.

/** Cells of the table below a heading row, by its first columns. */
function rowsBelow(page: string, head: RegExp): readonly (readonly string[])[] {
  const lines = textOf(page).split('\n')
  const first = lines.findIndex((line) => head.test(line))
  const after = lines.slice(first + 2)
  const end = after.findIndex((line) => !line.startsWith('|'))
  return after.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('the table of commands in README.md', () => {
  const rows = rowsBelow('README.md', /^\| command +\| does/)

  it('says of every command what it takes, and whether it writes to devices', () => {
    const told = rows.map(([usage = '', , writes]) => ({
      name: /ikero (\w+)/.exec(usage)?.[1],
      takes: (usage.match(/\b[A-Z]{2,}\b/g) ?? []).length > 0,
      writes: writes === 'yes',
    }))
    expect(told).toEqual(
      commandShapes().map(({ name, arguments: words, devices, flags }) => ({
        name,
        takes: words.length > 0 || flags.some(({ summary }) => summary.endsWith('(required)')),
        writes: devices === 'writes',
      })),
    )
  })

  it('shows only flags that the command has', () => {
    for (const [usage = '', does = ''] of rows) {
      const name = /ikero (\w+)/.exec(usage)?.[1]
      const flags = commandShapes()
        .find((one) => one.name === name)
        ?.flags.flatMap(({ long, short }) => [long, short ?? long])
      for (const flag of `${usage} ${does}`.match(/(?<=[ `])--?[a-z][a-z-]*/g) ?? [])
        expect(flags).toContain(flag)
    }
  })
})

describe('the table of exit codes in README.md', () => {
  const rows = rowsBelow('README.md', /^\| code +\| when/)

  it('has the words of ikero --help', () => {
    const told = rows.map(([code, meaning]) => ({ code: Number(code), meaning }))
    expect(told.toSorted((a, b) => a.code - b.code)).toEqual(exitMeanings)
  })

  it('has the order in which the rows win', () => {
    const order = rows.map(([code]) => Number(code)).filter((code) => code !== 64)
    const cases = [
      ...statuses.map((status) => resultOf([status])),
      { ...resultOf(['verified']), interrupted: true },
    ]
    for (const one of cases)
      for (const other of cases) {
        const both = {
          ...one,
          devices: [...one.devices, ...other.devices],
          interrupted: one.interrupted || other.interrupted,
        }
        const wins = order.find((code) => [exitCodeOf(one), exitCodeOf(other)].includes(code))
        expect(exitCodeOf(both)).toBe(wins)
      }
  })
})

function resultOf(all: readonly DeviceOutcome['status'][]): RunResult {
  return {
    command: 'apply',
    runId: '20261124T193012-4f1c9a',
    playbook: 'p',
    startedAt: '',
    finishedAt: '',
    interrupted: false,
    devices: all.map((status) => ({
      host: 'h',
      platform: 'ios',
      status,
      saved: 'not-needed',
      findings: [],
      targets: [{ kind: 'ipsec-profile', name: 'VPN', before: 'absent', status, sent: true, usedBy: [] }],
      change: { lines: [], revert: [], clears: [] },
      roles: [],
      roundTrips: 0,
    })),
  }
}

describe('docs/events.md', () => {
  it('names every event, in the order of the schema', () => {
    const row = textOf('docs/events.md')
      .split('\n')
      .find((line) => line.startsWith('| `event`'))
    const listed = [...(row?.split('|')[2] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)
    expect(listed).toEqual(eventsSchema.oneOf.map(({ $ref }) => $ref.split('/').at(-1)))
  })
})

describe('a link of a page', () => {
  const pages = [
    'README.md',
    'README.ja.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ]
  const anchors = new Map<string, ReadonlySet<string>>()

  it.each(pages)('leads in %s to a file or heading that is there', (page) => {
    expect(linksOf(page).filter((link) => !leads(page, link))).toEqual([])
  })

  function leads(page: string, link: string): boolean {
    if (/^[a-z]+:/.test(link)) return true
    const [path = '', anchor] = link.split('#')
    const to = path === '' ? page : join(dirname(page), path)
    if (!existsSync(join(root, to))) return false
    if (anchor === undefined) return true
    if (!anchors.has(to)) anchors.set(to, anchorsOf(to))
    return anchors.get(to)?.has(anchor) === true
  }
})

/** As GitHub makes them of the headings; a heading that stands twice has a number after its second anchor. */
function anchorsOf(page: string): ReadonlySet<string> {
  const found: string[] = []
  for (const token of tokensOf(page)) {
    if (token.type !== 'heading') continue
    const anchor = slug(String(token.text))
    const times = found.filter((one) => one === anchor || one.replace(/-\d+$/, '') === anchor).length
    found.push(times === 0 ? anchor : `${anchor}-${times}`)
  }
  return new Set(found)
}
