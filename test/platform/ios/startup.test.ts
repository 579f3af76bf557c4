import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReadOnlyLine, readOnlyLine } from '../../../src/model/ids.ts'
import type { StartupState } from '../../../src/model/startup.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { startup } from '../../../src/platform/ios/startup.ts'
import { profileTarget } from './builders.ts'

const [archive, stored = readOnlyLine('show startup-config')] = startup.lines

const capture = (line: ReadOnlyLine, text: string, refusal?: string) => ({
  line,
  text,
  ...(refusal === undefined ? {} : { refusal }),
})

/** What the device's own comparison comes to. */
const listed = (text: string): StartupState => startup.compare([capture(archive, text)])

/** What comparing the two texts comes to, on a device that has no comparison of its own. */
const compared = (running: string, saved: string): StartupState =>
  startup.compare([
    capture(lines.config, running),
    capture(archive, '', "% Invalid input detected at '^' marker."),
    capture(stored, saved),
  ])

const heading = '!Contextual Config Diffs:\n'
const none = { kind: 'compared', differences: [] }

/** `+ interface Tunnel1 / description x`, one for each difference. */
function shown(state: StartupState): readonly string[] {
  const signs = { running: '+', startup: '-', order: '~' } as const
  if (state.kind === 'not-told') return [state.reason]
  return state.differences.map((one) => `${signs[one.in]} ${one.path.join(' / ')}`)
}

describe('the comparison of an IOS device', () => {
  it.for([
    ['nothing', `${heading}!No changes were found\n`, []],
    [
      'a line in a block, a new block and a line that is gone',
      `${heading}crypto ipsec profile VPN\n +responder-only\n+interface Loopback7\n +ip address 10.7.7.7 255.255.255.255\ninterface GigabitEthernet0/1\n -shutdown\n`,
      [
        '+ crypto ipsec profile VPN / responder-only',
        '+ interface Loopback7',
        '+ interface Loopback7 / ip address 10.7.7.7 255.255.255.255',
        '- interface GigabitEthernet0/1 / shutdown',
      ],
    ],
    [
      'two levels',
      `${heading}router bgp 65001\n address-family ipv4\n  +neighbor 10.0.0.2 activate\n`,
      ['+ router bgp 65001 / address-family ipv4 / neighbor 10.0.0.2 activate'],
    ],
    ['the clock period only', `${heading}+ntp clock-period 17180001\n-ntp clock-period 17179994\n`, []],
    [
      'a certificate that startup keeps in a file',
      `${heading}crypto pki certificate chain TP-self-signed-1\n +certificate self-signed 01\n  +3082022B 30820194 A0030201\n  +quit\ncrypto pki certificate chain TP-self-signed-1\n -certificate self-signed 01 nvram:IOS-Self-Sig#1.cer\n`,
      [],
    ],
    [
      'another certificate',
      `${heading}crypto pki certificate chain CA\n +certificate 02\n  +3082022B 30820194\n  +quit\n`,
      ['+ crypto pki certificate chain CA / certificate 02'],
    ],
    [
      'lines in another order',
      `${heading}!some order-dependent line(s) were re-ordered\n`,
      ['~ some order-dependent line(s) were re-ordered'],
    ],
    [
      'a clock line before it',
      `Load for five secs: 2%/0%; one minute: 1%; five minutes: 1%\nTime source is NTP, 10:00:00.000 UTC Tue Nov 24 2026\n\n${heading}!No changes were found\n`,
      [],
    ],
    [
      'secrets',
      `${heading}+username eve privilege 15 secret 9 $9$abcdefgh\n+snmp-server community s3cr3t RO\n+snmp-server host 10.0.0.9 version 2c s3cr3t\n+crypto isakmp key s3cr3t address 0.0.0.0\n+tacacs server T1\n +key 7 094F471A1A0A\n+archive\n +path ftp://eve:s3cr3t@10.0.0.9/x\n`,
      [
        '+ username eve privilege 15 secret *****',
        '+ snmp-server community *****',
        '+ snmp-server host *****',
        '+ crypto isakmp key *****',
        '+ tacacs server T1',
        '+ tacacs server T1 / key *****',
        '+ archive',
        '+ archive / path ftp://*****@10.0.0.9/x',
      ],
    ],
  ] as const)('tells %s', ([, text, expected]) => {
    expect(shown(listed(text))).toEqual(expected)
  })

  it.for([
    ['nothing at all', ''],
    ['a heading and no word', heading],
    ['something else', 'interface Loopback7\n'],
  ])('tells nothing where it prints %s', ([, text = '']) => {
    expect(listed(text).kind).toBe('not-told')
  })

  it('is asked for its startup where it has no comparison, and tells nothing where it refuses that too', () => {
    const refused = [
      capture(archive, '', '% Invalid input'),
      capture(stored, '', 'Command authorization failed'),
    ]
    expect(startup.compare(refused)).toEqual({
      kind: 'not-told',
      reason: 'the device did not show its startup configuration',
    })
  })
})

const body = `version 15.2
hostname hub1
!
crypto pki trustpoint TP-self-signed-1
 enrollment selfsigned
crypto pki certificate chain TP-self-signed-1
 certificate CERT
crypto ipsec profile VPN
 set transform-set TS
!
interface Loopback7
 ip address 10.7.7.7 255.255.255.255
!
ip access-list extended VPN-31
 permit ip 10.1.0.0 0.0.255.255 any
 permit ip 10.2.0.0 0.0.255.255 any
!
banner motd ^C
authorised people only
end
! this belongs to the text
^C
!
ntp clock-period PERIOD
end
`

const running = (text: string): string =>
  `Building configuration...\n\nCurrent configuration : 4711 bytes\n!\n! Last configuration change at 10:00:00 UTC Tue Nov 24 2026 by eve\n!\n${text
    .replace(
      'certificate CERT',
      'certificate self-signed 01\n  3082022B 30820194 A0030201\n  02020101\n  \tquit',
    )
    .replace('PERIOD', '17180001')}`

const saved = (text: string): string =>
  `Using 4690 out of 262136 bytes\n!\n! NVRAM config last updated at 09:00:00 UTC Mon Nov 23 2026 by noc\n!\n${text
    .replace('certificate CERT', 'certificate self-signed 01 nvram:IOS-Self-Sig#1.cer')
    .replace('PERIOD', '17179994')}`

describe('running and startup of an IOS device, line by line', () => {
  it('are the same where only noise differs', () => {
    expect(compared(running(body), saved(body))).toEqual(none)
  })

  it.for([
    [
      'a line more',
      body.replace('set transform-set TS', 'set transform-set TS\n responder-only'),
      ['+ crypto ipsec profile VPN / responder-only'],
    ],
    [
      'a line less',
      body.replace(' ip address 10.7.7.7 255.255.255.255\n', ''),
      ['- interface Loopback7 / ip address 10.7.7.7 255.255.255.255'],
    ],
    [
      'another banner',
      body.replace('authorised people', 'nobody'),
      ['- banner motd ^C / authorised people only', '+ banner motd ^C / nobody only'],
    ],
    [
      'lines in another order',
      body.replace(
        ' permit ip 10.1.0.0 0.0.255.255 any\n permit ip 10.2.0.0 0.0.255.255 any\n',
        ' permit ip 10.2.0.0 0.0.255.255 any\n permit ip 10.1.0.0 0.0.255.255 any\n',
      ),
      ['~ ip access-list extended VPN-31 / permit ip 10.2.0.0 0.0.255.255 any'],
    ],
  ] as const)('differ in %s', ([, text, expected]) => {
    expect(shown(compared(running(text), saved(body)))).toEqual(expected)
  })

  it.for([
    ['cut off', saved(body).slice(0, -5)],
    ['absent', 'startup-config is not present\n'],
    ['of another system', ': Saved\nASA Version 9.16(3)19 \nhostname fw\n: end\n'],
  ])('cannot be compared where startup is %s', ([, text = '']) => {
    expect(compared(running(body), text).kind).toBe('not-told')
  })

  it('of which one has any further line differ in exactly that', () => {
    // What stands behind such a word is masked, as it may be a secret.
    const word = fc
      .stringMatching(/^[a-z][a-z0-9-]{0,11}$/)
      .filter((text) => !/key|pass|secret|psk|communi|auth|priv|md5|sha|pin|token|credential/.test(text))
    const places = body
      .split('\n')
      .flatMap((line, index) => (/^(?:interface|crypto ipsec|hostname)/.test(line) ? [index] : []))
    const added = fc.tuple(word, fc.constantFrom(...places), fc.boolean())
    fc.assert(
      fc.property(added, ([name, place, inRunning]) => {
        const one = body.split('\n').toSpliced(place, 0, `alias exec ${name} show clock`).join('\n')
        const state = inRunning ? compared(running(one), saved(body)) : compared(running(body), saved(one))
        expect(shown(state)).toEqual([`${inRunning ? '+' : '-'} alias exec ${name} show clock`])
      }),
    )
  })

  it('of any text are the same as themselves', () => {
    const line = fc.stringMatching(/^[ ]{0,2}[a-z+-][ -~]{0,20}$/)
    fc.assert(
      fc.property(fc.array(line), (some) => {
        const text = `hostname x\n${some.map((one) => one.replaceAll('^', 'x')).join('\n')}\nend\n`
        const state = compared(text, text)
        if (state.kind === 'compared') expect(state.differences).toEqual([])
      }),
    )
  })
})

describe('one profile of it', () => {
  const target = profileTarget('VPN')
  const asked = body.replace('set transform-set TS', 'set transform-set TS\n responder-only')

  it('is not saved where the device lists its setting, whichever way', () => {
    const text = (sign: string): string => `${heading}crypto ipsec profile VPN\n ${sign}responder-only\n`
    for (const sign of ['+', '-']) {
      expect(startup.holds(capture(archive, text(sign)), target, 'responder-only')).toBe(false)
      const state = listed(text(sign))
      expect(
        state.kind === 'compared' && state.differences.every((one) => startup.isSetting(one, target)),
      ).toBe(true)
      expect(
        state.kind === 'compared' &&
          state.differences.some((one) => startup.isSetting(one, profileTarget('VPN2'))),
      ).toBe(false)
    }
  })

  it.for([
    ['no difference of it', archive, `${heading}+hostname x\n`, 'responder-only', true],
    ['no difference', archive, `${heading}!No changes were found\n`, 'bidirectional', true],
    ['no word', archive, heading, 'responder-only', undefined],
    ['startup has it', stored, saved(asked), 'responder-only', true],
    ['startup has it not', stored, saved(body), 'responder-only', false],
    ['startup has it not, as asked', stored, saved(body), 'bidirectional', true],
    ['startup is cut off', stored, saved(asked).slice(0, -5), 'responder-only', undefined],
  ] as const)('is in startup or not: %s', ([, line, text, value, expected]) => {
    expect(startup.holds(capture(line, text), target, value)).toBe(expected)
  })
})
