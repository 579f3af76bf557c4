import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderJson, toJsonDocument } from '../../src/report/json.ts'
import { hostileRuns } from './arbitrary.ts'
import { device, finding, run } from './builders.ts'
import { blocked, planned, thousand, troubled, unreachables, verified } from './cases.ts'

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../src/report/result.schema.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv({ allErrors: true, strict: true })
const validate = ajv.compile(typeof schema === 'object' && schema !== null ? schema : {})
const problems = (document: unknown): unknown => (validate(document) ? [] : validate.errors)

describe('the JSON document of a run', () => {
  for (const [name, result] of Object.entries({
    verified,
    blocked,
    unreachables,
    planned,
    troubled,
    thousand,
  })) {
    it(`fits its schema: ${name}`, () => {
      expect(problems(JSON.parse(renderJson(toJsonDocument(result, 1))))).toEqual([])
    })
  }

  it('keeps who accepted a finding and what the playbook expects, in its schema', () => {
    const accepted = { by: 'noc', until: '2027-03-31', reason: 'an ASA run by a partner' }
    const known = { reason: 'line ordered', until: '2027-01-31' }
    const one = device('asa-hq', 'blocked', {
      known,
      findings: [finding('MULTI_PEER', 'block', { accepted })],
    })
    const document = toJsonDocument(run([one]), 0)
    expect(document.devices[0]).toMatchObject({ known, findings: [{ accepted }] })
    expect(problems(JSON.parse(renderJson(document)))).toEqual([])
  })

  it('names the peers that a finding is about, in its schema', () => {
    const peers = ['203.0.113.11', '203.0.113.12']
    const one = device('hub1', 'blocked', { findings: [finding('SOLE_INITIATOR', 'block', { peers })] })
    const document = toJsonDocument(run([one]), 1)
    expect(document.devices[0]?.findings[0]?.peers).toEqual(peers)
    expect(problems(JSON.parse(renderJson(document)))).toEqual([])
  })

  it('has the keys of the contract, in its order', () => {
    const document = toJsonDocument(verified, 0)
    expect(Object.keys(document)).toEqual([
      'formatVersion',
      'command',
      'runId',
      'playbook',
      'change',
      'startedAt',
      'finishedAt',
      'exitCode',
      'totals',
      'devices',
    ])
    expect(Object.keys(document.devices[0] ?? {})).toEqual([
      'host',
      'platform',
      'software',
      'status',
      'saved',
      'findings',
      'targets',
      'change',
      'roles',
      'roundTrips',
    ])
    expect(document.devices[0]?.software).toEqual({
      os: 'ios',
      version: '15.2(4)M6',
      model: 'CISCO2911/K9',
      serial: 'FTX1111A001',
    })
    expect(document.totals).toEqual({ verified: 3 })
  })

  it('leaves out what is not there', () => {
    const { change: _, ...without } = verified
    const document = toJsonDocument(without, 0)
    expect(Object.keys(document)).not.toContain('change')
    const [first] = toJsonDocument(run([device('hub1', 'compliant')]), 0).devices
    expect(Object.keys(first ?? {})).not.toContain('error')
  })

  it('tells the saved plan that was applied and whose signature it has, in its schema', () => {
    const planFile = { path: 'hubs.plan.json', contentHash: `sha256:${'a'.repeat(64)}`, signedBy: 'board' }
    const document = toJsonDocument({ ...run([device('hub1', 'verified')]), planFile }, 0)
    expect(document.planFile).toEqual(planFile)
    expect(problems(JSON.parse(renderJson(document)))).toEqual([])
  })

  it('tells round trips by step beside their total, in its schema', () => {
    const roundTripsBy = { survey: 6, change: 13, secondLogin: 4, proof: 10 }
    const document = toJsonDocument(run([device('hub1', 'verified', { roundTrips: 33, roundTripsBy })]), 0)
    expect(document.devices[0]).toMatchObject({ roundTrips: 33, roundTripsBy })
    expect(problems(JSON.parse(renderJson(document)))).toEqual([])
  })

  it('keeps the way to a pending target beside its kind', () => {
    const target = toJsonDocument(planned, 2).devices[0]?.targets[0]
    expect(target).toMatchObject({ kind: 'ipsec-profile', status: 'pending', pendingKind: 'never-applied' })
  })

  it('tells of an error the line, the reply and the next step', () => {
    const failed = toJsonDocument(troubled, 4).devices.find((one) => one.host === 'hub4')
    expect(Object.keys(failed?.error ?? {})).toEqual(['code', 'message', 'line', 'reply', 'next'])
  })

  it('gives back every text unchanged and prints none that acts on a terminal', () => {
    fc.assert(
      fc.property(hostileRuns, (result) => {
        const document = toJsonDocument(result, 4)
        const text = renderJson(document)
        expect(JSON.parse(text)).toEqual(document)
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/)
        expect(problems(JSON.parse(text))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
