import { describe, expect, it } from 'vitest'
import type { FailoverUnitFacts } from '../../src/model/facts.ts'
import { activeMateOf } from '../../src/topology/failover-mate.ts'
import type { ReadDevice } from '../../src/topology/input.ts'
import { facts } from './builders.ts'

interface Unit {
  readonly host: string
  readonly active: boolean
  readonly own: FailoverUnitFacts
  readonly mate: FailoverUnitFacts
  readonly hostname?: string
  readonly on?: boolean
}

function unit({ host, active, own, mate, hostname = 'fw', on = true }: Unit): ReadDevice {
  return {
    host,
    facts: {
      ...facts('203.0.113.3', {}, 'asa'),
      hostname,
      failover: { on, active, units: { own, mate }, evidence: '' },
    },
  }
}

const [a, b]: readonly [FailoverUnitFacts, FailoverUnitFacts] = [
  { addresses: ['outside 203.0.113.3', 'inside 10.3.0.1'] },
  { addresses: ['outside 203.0.113.4', 'inside 10.3.0.2'] },
]
const fw1 = { host: 'fw1', active: true, own: a, mate: b }
const fw2 = { host: 'fw2', active: false, own: b, mate: a }
const mateOf = (standby: Unit, others: readonly Unit[]): string | undefined =>
  activeMateOf(unit(standby), [unit(standby), ...others.map(unit)])?.host

describe('the active mate of a standby unit', () => {
  it('is the unit that prints the same two units the other way round', () => {
    expect(mateOf(fw2, [fw1])).toBe('fw1')
  })

  it('is told by serial numbers, where both print them, whatever the addresses', () => {
    const numbered = (serial: string, { addresses }: FailoverUnitFacts): FailoverUnitFacts => ({
      serial,
      addresses,
    })
    const one = { ...fw1, own: numbered('A1', { addresses: [] }), mate: numbered('A2', { addresses: [] }) }
    const two = { ...fw2, own: numbered('A2', { addresses: [] }), mate: numbered('A1', { addresses: [] }) }
    expect(mateOf(two, [one])).toBe('fw1')
    expect(mateOf({ ...two, own: numbered('A9', b) }, [{ ...one, mate: numbered('A2', b) }])).toBeUndefined()
  })

  it.each<[string, Unit, readonly Unit[]]>([
    [
      'another unit has only one of the two sides alike',
      fw2,
      [{ ...fw1, mate: { addresses: ['outside 203.0.113.9'] } }],
    ],
    ['no address is printed', { ...fw2, own: { addresses: [] } }, [{ ...fw1, mate: { addresses: [] } }]],
    ['the other one has another hostname', fw2, [{ ...fw1, hostname: 'other' }]],
    ['the other one is not active either', fw2, [{ ...fw1, active: false }]],
    ['failover is off there', fw2, [{ ...fw1, on: false }]],
    ['two devices fit', fw2, [fw1, { ...fw1, host: 'fw3' }]],
    ['the unit is the active one itself', { ...fw2, active: true }, [fw1]],
  ])('is nobody where %s', (_why, standby, others) => {
    expect(mateOf(standby, others)).toBeUndefined()
  })
})
