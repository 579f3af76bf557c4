import { describe, expect, it } from 'vitest'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { captureText } from '../../contract/captures.ts'

const codesOf = (text: string): readonly string[] =>
  asaDriver.gate(asaDriver.software(text)).map((finding) => `${finding.severity} ${finding.code}`)

const asa = (version: string): string => `Cisco Adaptive Security Appliance Software Version ${version}\n`

describe('the gate of an ASA', () => {
  it.for(['7.0(1)', '7.2(4)', '8.2(5)', '8.4(1)', '9.16(3)19', '9.22(1)1', '98.1(1)86'])(
    'lets ASA %s pass',
    (version) => {
      expect(codesOf(asa(version))).toEqual([])
    },
  )

  it.for(['7.0(1)', '7.2(4)', '8.0(4)'])(
    'lets PIX %s pass, with the warning that none was ever seen',
    (version) => {
      expect(codesOf(`Cisco PIX Security Appliance Software Version ${version}\n`)).toEqual([
        'warn EMULATED_ONLY',
      ])
    },
  )

  it.for(['9.0(1) <system>', '9.8(3)21 <context>', '98.1(1)86 <system>'])(
    'lets multiple context mode of ASA %s pass: contexts have VPN since 9.0(1)',
    (version) => {
      expect(codesOf(asa(version))).toEqual([])
    },
  )

  it.for([
    ['PIX 6.3', captureText('asa', 'show-version', 'pix-6-3'), 'block RELEASE_TOO_OLD'],
    ['a context before 9.0', asa('8.4(7) <context>'), 'block VPN_IN_CONTEXT_UNSUPPORTED'],
    ['the system space before 9.0', asa('8.6(1)2 <system>'), 'block VPN_IN_CONTEXT_UNSUPPORTED'],
    ['a version without a number', asa('daily-build'), 'block RELEASE_UNKNOWN'],
    [
      'a router',
      'Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M6, RELEASE SOFTWARE (fc2)\n',
      'block PLATFORM_MISMATCH',
    ],
    [
      'FTD, which prints the line of an ASA too',
      `----------[ fw ]----------\nModel                     : Cisco Firepower 2110 Threat Defense (77) Version 7.0.1 (Build 84)\n${asa('9.16(2)')}`,
      'block PLATFORM_UNSUPPORTED',
    ],
    ['a text that names no product', 'Linux fw 5.10.0 x86_64 GNU/Linux\n', 'block PLATFORM_UNSUPPORTED'],
    ['nothing', '', 'block PLATFORM_UNSUPPORTED'],
  ] as const)('refuses %s', ([, text, code]) => {
    expect(codesOf(text)).toEqual([code])
  })

  it('names the product that it found', () => {
    const [finding] = asaDriver.gate({ os: 'ftd', evidence: 'Model : Threat Defense' })
    expect(finding?.message).toContain('Firepower Threat Defense')
  })
})
