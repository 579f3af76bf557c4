import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OsFamily } from '../../../src/model/facts.ts'
import { compareInTrain, parseIosRelease, supportsResponderOnly } from '../../../src/platform/ios/release.ts'

function support(os: OsFamily, version?: string, xeVersion?: string): string {
  return supportsResponderOnly({
    os,
    evidence: '',
    ...(version === undefined ? {} : { version }),
    ...(xeVersion === undefined ? {} : { xeVersion }),
  })
}

function compare(a: string, b: string): number | undefined {
  const left = parseIosRelease(a)
  const right = parseIosRelease(b)
  return left === undefined || right === undefined ? Number.NaN : compareInTrain(left, right)
}

describe('the release gate of IOS', () => {
  it.for([
    '12.4(24)T',
    '12.4(24)T1',
    '12.4(24)T4a',
    '12.4(24)T8',
    '15.0(1)M',
    '15.1(1)T',
    '15.1(4)M10',
    '15.2(1)T2',
    '15.3(3)M2',
    '15.1(3)T4',
    '15.2(4)M6a',
    '15.9(3)M7',
    '15.4(2)T1',
  ])('says yes to %s', (version) => {
    expect(support('ios', version)).toBe('yes')
  })

  it.for([
    '12.4(25)',
    '12.4(25d)',
    '12.4(21a)',
    '12.4(2)T',
    '12.4(15)T17',
    '12.4(20)T1',
    '12.2(18)',
    '12.4(24)',
    '12.4(22)T',
    '12.4(6)T2',
    '12.3(6f)',
    '12.3(14)T7',
    '11.2(5)',
  ])('says no to %s: the number of another train proves nothing', (version) => {
    expect(support('ios', version)).toBe('no')
  })

  it.for([
    '12.4(24)MD',
    '12.4(24)MDA3',
    '12.4(24)YG2',
    '12.3(8r)YH6',
    '12.2(33)XNE',
    '12.2(33)SRE2',
    '12.2(55)SE8',
    '15.0(1)S',
    '15.0(1)SY',
    '15.1(2)SG',
    '12.4(24)GC1',
    '12.4(22)YB5',
    '12.2(33)SXI4',
    '15.0(2)SE11',
    '15.2(2)E8',
    '15.2(4.0.55)E',
    '15.5(3)S4b',
    '15.0(20100325:222114)',
    'V169_5_SR1',
    '16.9.5',
    undefined,
  ])('does not know %s', (version) => {
    expect(support('ios', version)).toBe('unknown')
  })

  it.for([
    ['16.3.1', '16.03.01'],
    ['16.4.1', '16.04.01'],
    ['16.12.4', '16.12.04'],
    ['17.5.1a', '17.05.01a'],
    ['17.18.1', '17.18.01'],
    ['16.9.3', '16.09.03'],
    ['17.9.4a', '17.09.04a'],
    ['17.7.1', '17.07.01prd16'],
    ['26.1.1', '26.01.01'],
    ['17.3.4', undefined],
  ])('says yes to IOS-XE %s', ([version, xeVersion]) => {
    expect(support('ios-xe', version, xeVersion)).toBe('yes')
  })

  it.for([
    ['15.3(2)S1', '03.09.01.S'],
    ['15.2(4)S3', '03.07.03.S'],
    ['15.5(3)S4b', '03.16.04b.S'],
    ['03.06.07E', undefined],
    ['03.04.06.SG', undefined],
    ['17.17.20240101:000000', 'BLD_POLARIS_DEV_LATEST_20240101_000000'],
    ['17.9.4', 'BLD_V179_THROTTLE_LATEST'],
    ['16.2.1', '16.02.01'],
    ['16.3.0', '16.03.00'],
    ['16.3.20170410:103306', 'BLD_V163_MR_THROTTLE_LATEST'],
    ['16.9.5', 'V169_5_SR689355441_2'],
    [undefined, undefined],
  ])('does not know IOS-XE %s: what one of its numbers leaves open stays open', ([version, xeVersion]) => {
    expect(support('ios-xe', version, xeVersion)).toBe('unknown')
  })

  it('orders releases inside one train only', () => {
    expect(compare('12.4(20)T1', '12.4(24)T')).toBeLessThan(0)
    expect(compare('15.5(3)S4b', '15.5(3)S4a')).toBeGreaterThan(0)
    expect(compare('12.4(21a)', '12.4(21)')).toBeGreaterThan(0)
    expect(compare('15.2(4)M6', '15.2(4)M6')).toBe(0)
    expect(compare('12.4(25)', '12.4(24)T')).toBeUndefined()
  })

  it('knows a release as equal to itself and earlier than its rebuilds, and never orders two trains', () => {
    const train = fc.constantFrom('', 'T', 'M', 'S', 'SE', 'XNE', 'MDA')
    const number = fc.integer({ min: 0, max: 99 })
    fc.assert(
      fc.property(
        number,
        number,
        train,
        train,
        fc.integer({ min: 1, max: 99 }),
        (minor, at, own, other, re) => {
          const name = (of: string, rebuild: string): string => `12.${minor}(${at})${of}${rebuild}`
          const rebuilt = own === '' ? `12.${minor}(${at}a)` : name(own, String(re))
          expect(compare(name(own, ''), name(own, ''))).toBe(0)
          expect(compare(name(own, ''), rebuilt)).toBeLessThan(0)
          expect(compare(rebuilt, name(own, ''))).toBeGreaterThan(0)
          if (own !== other) expect(compare(name(own, ''), name(other, ''))).toBeUndefined()
        },
      ),
    )
  })
})
