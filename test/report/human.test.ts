import { describe, expect, it } from 'vitest'
import { renderResult } from '../../src/report/human.ts'
import { blocked, planned, thousand, thousandPlanned, troubled, unreachables, verified } from './cases.ts'

const cases = [
  { name: 'verified', result: verified, exitCode: 0 },
  { name: 'blocked', result: blocked, exitCode: 1 },
  { name: 'unreachable', result: unreachables, exitCode: 1 },
  { name: 'planned', result: planned, exitCode: 2 },
  { name: 'troubled', result: troubled, exitCode: 4 },
  { name: 'thousand', result: thousand, exitCode: 1 },
  { name: 'thousand-planned', result: thousandPlanned, exitCode: 2 },
] as const

describe('the report for people', () => {
  for (const { name, result, exitCode } of cases) {
    for (const width of [80, 120]) {
      it(`reads as reviewed: ${name}, ${width} columns`, async () => {
        const text = renderResult(result, { color: false, width, verbose: false, exitCode })
        await expect(text).toMatchFileSnapshot(`golden/${name}-${width}.txt`)
      })
    }
  }
})
