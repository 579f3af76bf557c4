import { describe, expect, it } from 'vitest'
import type { FailoverFacts, SoftwareFacts } from '../../src/model/facts.ts'
import { type DeviceIdentity, identityChanges, identityOf } from '../../src/model/identity.ts'

const box: DeviceIdentity = { hostname: 'fw1', model: 'ASA5516', serials: ['JAD1', 'JAD2'] }

describe('the identity of a device', () => {
  it.for([
    ['the same box', {}, []],
    ['the other unit of its pair', { serials: ['JAD2'] }, []],
    ['a box that prints no serial number', { serials: [] }, []],
    ['its name in other letters', { hostname: 'FW1' }, []],
    ['another serial number', { serials: ['JAD3'] }, ['serial number: JAD1 or JAD2, now JAD3']],
    [
      'another name and chassis',
      { hostname: 'fw2', model: 'ASA5525' },
      ['host name: fw1, now fw2', 'chassis: ASA5516, now ASA5525'],
    ],
  ] as const)('has these changes for %s', ([, now, changes]) => {
    expect(identityChanges(box, { ...box, ...now })).toEqual(changes)
  })
})

describe('the identity of a unit of a failover pair', () => {
  const software: SoftwareFacts = { os: 'asa', model: 'ASA5516', serial: 'JAD1', evidence: '' }
  const pair = (units: FailoverFacts['units']): FailoverFacts => ({
    on: true,
    active: true,
    evidence: 'Failover On',
    ...(units === undefined ? {} : { units }),
  })
  const unit = { addresses: ['outside 203.0.113.3'] }

  it('has both serial numbers where both are printed', () => {
    const failover = pair({ own: { ...unit, serial: 'JAD1' }, mate: { ...unit, serial: 'JAD2' } })
    expect(identityOf({ hostname: 'fw1', software, failover }).serials).toEqual(['JAD1', 'JAD2'])
  })

  it.each([
    ['no unit', undefined],
    ['no number of the mate', { own: unit, mate: unit }],
  ])('has no serial number where %s is printed: the mate answers after a changeover', (_what, units) => {
    expect(identityOf({ hostname: 'fw1', software, failover: pair(units) }).serials).toEqual([])
  })

  it('has its own number where there is no pair', () => {
    const failover = { on: false, active: true, evidence: 'Failover Off' }
    expect(identityOf({ hostname: 'fw1', software, failover }).serials).toEqual(['JAD1'])
  })
})
