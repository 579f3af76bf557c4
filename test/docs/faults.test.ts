import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseScenario } from '../../mocks/load-scenario.ts'
import { explain } from '../../src/model/explain.ts'
import { root } from '../architecture/sources.ts'
import { small } from '../mocks/scenarios.ts'

const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8')
const rows = read('docs', 'faults.md')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

/** The small scenario with a knob of the table at its place. */
function withKnob(knob: string): string {
  const text = small.replace(/^peers:\n[\s\S]*/m, '')
  if (/^(?:jumps|peers):/.test(knob)) return `${text}${knob}\n`
  return text.replace('    platform: ios\n', `    platform: ios\n    ${knob}\n`)
}

describe('docs/faults.md', () => {
  it('has the rows 1 to 59, in order', () => {
    expect(rows.map((cells) => cells[1])).toEqual(Array.from({ length: 59 }, (_, index) => String(index + 1)))
  })

  it.each(rows.map((cells) => [cells[1] ?? '', cells[5] ?? '']))(
    'row %s names a file that tests it',
    (row, link) => {
      const path = /\]\(\.\.\/(test\/faults\/[\w-]+\.test\.ts)\)/.exec(link)?.[1] ?? ''
      expect(read(path)).toMatch(new RegExp(`['"\`]row ${row}: `))
    },
  )

  it.each(rows.filter((cells) => cells[4] !== '–').map((cells) => [cells[1] ?? '', cells[4] ?? '']))(
    'row %s gives a knob that a scenario takes',
    (_, cell) => {
      const answer = parseScenario('s.yml', withKnob(cell.slice(1, -1)))
      expect(answer.kind === 'err' ? answer.error.map((one) => one.message) : []).toEqual([])
    },
  )

  it('names codes that ikero explain knows', () => {
    const codes = rows.flatMap((cells) => cells[3]?.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? [])
    expect(codes.length).toBeGreaterThan(20)
    for (const code of codes) expect(explain(code), code).toBeDefined()
  })
})
