import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explain } from '../../src/model/explain.ts'
import { root } from '../architecture/sources.ts'

const rows = readFileSync(join(root, 'docs', 'twenty.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe('docs/twenty.md', () => {
  it('has the rows 1 to 20, in order', () => {
    expect(rows.map((cells) => cells[1])).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)))
  })

  it('names codes that ikero explain knows', () => {
    for (const cells of rows) {
      const codes = [...(cells[3] ?? '').matchAll(/\[(\w+)\]\(codes\.md#(\w+)\)/g)]
      expect(codes.length).toBeGreaterThan(0)
      for (const [, code = '', anchor] of codes) {
        expect(explain(code), code).toBeDefined()
        expect(anchor).toBe(code.toLowerCase())
      }
    }
  })

  it('names scenarios and tests that are there, and the scenario by its row', () => {
    for (const [, row = '', , , scenario = '', tests = ''] of rows) {
      const paths = [...`${scenario} ${tests}`.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path)
      expect(paths.length).toBeGreaterThan(0)
      for (const path of paths) expect(existsSync(join(root, path)), path).toBe(true)
      for (const [, number] of scenario.matchAll(/twenty\/(\d\d)-/g)) expect(Number(number)).toBe(Number(row))
    }
  })
})
