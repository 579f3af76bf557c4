import { describe, expect, it } from 'vitest'
import type { SoftwareFacts } from '../../../src/model/facts.ts'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { support, supportTable } from '../../../src/platform/software/support.ts'

const box = (
  os: SoftwareFacts['os'],
  version?: string,
  more: Partial<SoftwareFacts> = {},
): SoftwareFacts => ({
  os,
  evidence: 'the line',
  ...(version === undefined ? {} : { version }),
  ...more,
})

describe('the support of a family', () => {
  it.for([
    [box('ios', '12.4(24)T5'), 'seen'],
    [box('ios', '15.2(4)M6'), 'seen'],
    [box('ios', '12.4(25d)'), 'refused'],
    [box('ios', '12.3(6f)'), 'refused'],
    [box('ios-xe', '15.3(2)S1', { xeVersion: '03.09.01.S' }), 'seen'],
    [box('ios-xe', '16.6.5'), 'seen'],
    [box('ios-xe', '17.9.4a', { xeVersion: '17.09.04a' }), 'seen'],
    [box('ios-xe', 'V169_5_SR689355441_2'), 'seen'],
    [box('ios-xe', '26.1.1', { xeVersion: '26.01.01' }), 'emulated'],
    [box('ios-xe', '17.9.4a', { controllerManaged: true }), 'refused'],
    [box('pix', '6.3(5)'), 'refused'],
    [box('pix', '7.2(2)'), 'emulated'],
    [box('pix', '8.0(4)'), 'emulated'],
    [box('asa', '8.4(7)', { contextMarker: 'context' }), 'emulated'],
    [box('asa', '9.16(3)19', { contextMarker: 'system' }), 'seen'],
    [box('asa', '9.1(7)'), 'seen'],
    [box('ftd', '6.8.0'), 'refused'],
    [box('nxos'), 'refused'],
    [box('iosxr'), 'refused'],
    [box('other'), 'refused'],
  ] as const)('of %j is %s', ([software, evidence]) => {
    expect(support(software)).toBe(evidence)
  })

  it('has a row for each of its words, and a reason in each row', () => {
    expect(new Set(supportTable.map(({ evidence }) => evidence))).toEqual(
      new Set(['seen', 'emulated', 'refused']),
    )
    expect(supportTable.filter(({ because }) => because === '')).toEqual([])
  })
})

describe('EMULATED_ONLY', () => {
  it('warns of an IOS-XE that nobody has seen, and of no other', () => {
    expect(iosDriver.gate(box('ios-xe', '26.1.1'))).toMatchObject([
      { code: 'EMULATED_ONLY', severity: 'warn', evidence: 'the line' },
    ])
    expect(iosDriver.gate(box('ios-xe', '17.9.4a'))).toEqual([])
    expect(iosDriver.gate(box('ios', '15.2(4)M6'))).toEqual([])
  })

  it.for([
    ['12.4(25d)', 'RELEASE_TOO_OLD'],
    ['12.4(6)T2', 'RELEASE_TOO_OLD'],
  ] as const)('stands beside no refusal: %s', ([version, code]) => {
    expect(iosDriver.gate(box('ios', version)).map((finding) => finding.code)).toEqual([code])
  })
})
