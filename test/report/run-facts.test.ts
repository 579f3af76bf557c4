import { describe, expect, it } from 'vitest'
import type { RunBasis } from '../../src/model/impact.ts'
import type { RunResult } from '../../src/model/outcome.ts'
import { factsOf, moment, shortDigest } from '../../src/report/run-facts.ts'
import { run } from './builders.ts'
import { basis, input } from './report-inputs.ts'

const { by: _by, account: _account, machine: _machine, ...nobody } = basis
const fact = (label: string, result: RunResult, more = {}): string | undefined =>
  factsOf(input(result, more)).find((one) => one.label === label)?.text

describe('who and what a run was', () => {
  it.each<readonly [string, Partial<RunBasis>]>([
    ['not on record', {}],
    ['not on record on jump1', { machine: 'jump1' }],
    ['netops (as its environment says)', { by: 'netops' }],
    ['account root on jump1', { account: 'root', machine: 'jump1' }],
    ['account netops on jump1', { by: 'netops', account: 'netops', machine: 'jump1' }],
    [
      'netops (as its environment says), account root on jump1',
      { by: 'netops', account: 'root', machine: 'jump1' },
    ],
  ])('says %j', (said, part) => {
    expect(fact('Run by', run([], { basis: { ...nobody, ...part } }))).toBe(said)
  })

  it('names the plan file that was applied, when it was made and who signed it', () => {
    const planFile = { path: 'plan.json', contentHash: `sha256:${'a'.repeat(64)}` }
    const result = run([], { planFile, basis: { ...basis, planMadeAt: '2026-11-24T08:15:00.000Z' } })
    expect(fact('Plan file', result)).toBe('plan.json, made 2026-11-24 08:15:00')
    expect(fact('Plan hash', result)).toBe(planFile.contentHash)
    expect(fact('Plan signed by', result)).toBe('no signature was asked for')
    const signed = run([], { planFile: { ...planFile, signedBy: 'board@example.net' } })
    expect(fact('Plan signed by', signed)).toBe('board@example.net')
  })

  it('names the plan file that a plan was saved to: it is what a board approves', () => {
    const savedPlan = { path: 'plan.json', contentHash: `sha256:${'a'.repeat(64)}` }
    expect(fact('Saved plan', run([]), { savedPlan })).toBe('plan.json')
    expect(fact('Plan hash', run([]), { savedPlan })).toBe(savedPlan.contentHash)
    expect(fact('Plan signed by', run([]), { savedPlan })).toBeUndefined()
  })

  it('leaves alone what is no time and no digest', () => {
    expect(moment('soon')).toBe('soon')
    expect(moment('2026-11-24T19:30:20.900Z')).toBe('2026-11-24 19:30:20')
    expect(shortDigest('sha256:x')).toBe('sha256:x')
    expect(shortDigest(`sha256:${'ab'.repeat(32)}`)).toBe('sha256:abababababab…')
  })
})
