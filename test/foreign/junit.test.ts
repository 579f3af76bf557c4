import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { renderJunit } from '../../src/report/junit.ts'
import { root } from '../architecture/sources.ts'
import { hostileRuns } from '../report/arbitrary.ts'
import { run } from '../report/builders.ts'
import { planned, thousand, troubled, unreachables, verified } from '../report/cases.ts'
import { boardApply, boardPlan, input } from '../report/report-inputs.ts'
import { describeWith, xmllint } from './needs.ts'

describeWith(xmllint, 'the JUnit report, by an XML Schema', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ikero-junit-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** What xmllint says against files; empty where all are valid. */
  function faults(texts: readonly string[]): string {
    const files = texts.map((text, nth) => {
      const file = join(dir, `${nth}.xml`)
      writeFileSync(file, text)
      return file
    })
    const schema = join(root, 'test', 'foreign', 'junit.xsd')
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, ...files], {
      encoding: 'utf8',
    })
    return status === 0 ? '' : stderr
  }

  it('is valid for every kind of run', () => {
    const drifted = { ...troubled, command: 'drift' } as const
    const results = [verified, planned, troubled, unreachables, thousand, drifted, run([])]
    const inputs = [boardPlan, boardApply, ...results.map((result) => input(result))]
    expect(faults(inputs.map(renderJunit))).toBe('')
  })

  it('is valid whatever devices and files call themselves', () => {
    const texts = fc
      .sample(hostileRuns, { numRuns: 30 })
      // The moments of a run are ikero's own.
      .map((result) => renderJunit(input({ ...result, startedAt: '2026-11-24T19:30:12.000Z' })))
    expect(faults(texts)).toBe('')
  })

  it('would be told what is not', () => {
    const text = renderJunit(boardPlan)
    for (const wrong of [
      text.replace('<testsuites ', '<testsuites skipped="1" '),
      text.replace(/tests="\d+"/, 'tests="some"'),
      text.replaceAll('</testcase>', '<system-in/></testcase>'),
      text.replace(/timestamp="[^"]*"/, 'timestamp="yesterday"'),
    ])
      expect(faults([wrong])).toContain('fails to validate')
  })
})
