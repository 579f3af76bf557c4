import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSoftware } from '../../../src/platform/software.ts'

const asaLine = 'Cisco Adaptive Security Appliance Software Version 9.16(1)28'
const ftdLine = 'Model : Cisco Firepower 2110 Threat Defense (77) Version 7.0.1 (Build 84)'

describe('what a box says it is', () => {
  it.for([
    ['IOS (tm) C2600 Software (C2600-IPBASE-M), Version 12.3(6f), RELEASE SOFTWARE (fc1)', 'ios', '12.3(6f)'],
    [
      'Cisco IOS Software, C880 Software (C880DATA-UNIVERSALK9-M), Version 15.4(2)T1, RELEASE SOFTWARE (fc3)',
      'ios',
      '15.4(2)T1',
    ],
    [
      'Cisco IOS Software [Everest], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 16.6.5, RELEASE SOFTWARE (fc3)',
      'ios-xe',
      '16.6.5',
    ],
    [
      'Cisco IOS Software [], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.2.1, RELEASE SOFTWARE (fc4)',
      'ios-xe',
      '17.2.1',
    ],
    [
      'Cisco IOS Software, IOS-XE Software, Catalyst 4500 L3 Switch Software (cat4500e-UNIVERSALK9-M), Version 03.03.02.SG RELEASE SOFTWARE (fc1)',
      'ios-xe',
      '03.03.02.SG',
    ],
    ['Cisco IOS XE Software, Version 17.09.04a', 'ios-xe', '17.09.04a'],
    ['Cisco IOS XR Software, Version 4.3.2[Default]', 'iosxr', '4.3.2'],
    [`${asaLine} <context>`, 'asa', '9.16(1)28'],
    ['Cisco PIX Security Appliance Software Version 7.2(2)', 'pix', '7.2(2)'],
    ['SW version    1.3.7.18 ( date  12-Jan-2014 time  18:02:59 )', 'other', '1.3.7.18'],
  ] as const)('%s', ([text, os, version]) => {
    expect(parseSoftware(`${text}\n`)).toMatchObject({ os, version, evidence: text })
  })

  it('is FTD even though the line of an ASA stands in it, and an ASA even though Firepower does', () => {
    expect(parseSoftware(`${ftdLine}\n\n${asaLine}\n`)).toMatchObject({
      os: 'ftd',
      version: '7.0.1',
      build: '84',
      asaVersion: '9.16(1)28',
    })
    expect(parseSoftware(`${asaLine}\n${ftdLine}\n`)?.os).toBe('ftd')
    expect(parseSoftware(`${asaLine}\nFirepower Extensible Operating System Version 2.2(2.121)\n`)?.os).toBe(
      'asa',
    )
  })

  it('is told by the product line, not by those of bootstrap and licence', () => {
    expect(
      parseSoftware('ROM: System Bootstrap, Version 12.4(22r)YB5, RELEASE SOFTWARE (fc1)\nGPL Version 2.0\n'),
    ).toBeUndefined()
  })

  it.for([
    'Building configuration...\n\nversion 15.2\nhostname hub1\nend\n',
    'version 15.2\nhostname hub1\nend\n',
    'ASA Version 9.16(3)19\nhostname asa\n: end\n',
    "show version\n     ^\n% Invalid input detected at '^' marker.\n",
    'IPv4 Crypto ISAKMP SA\n',
    '',
  ])('is not told by text of another command: %j', (text) => {
    expect(parseSoftware(text)).toBeUndefined()
  })

  it('never has a fact that is empty', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (a, b) => {
        const software = parseSoftware(`${asaLine}\n${a}\nHardware: ${b}\n${a} up ${b}\n`)
        expect(Object.values(software ?? {}).filter((value) => value === '' || value === undefined)).toEqual(
          [],
        )
      }),
    )
  })
})
