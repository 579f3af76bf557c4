import { describe, expect, it } from 'vitest'
import type { FailoverFacts } from '../../src/model/facts.ts'
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
