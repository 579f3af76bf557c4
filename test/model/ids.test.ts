import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  configLine,
  isSequence,
  parseClearLine,
  parseDeviceName,
  parseMapName,
  parseProfileName,
  readOnlyLine,
} from '../../src/model/ids.ts'

/** The line that was made of a text; undefined where it was refused. */
function made(build: (text: string) => string, text: string): string | undefined {
  try {
    return build(text)
  } catch {
    return undefined
  }
}

describe('a configuration line', () => {
  it.for([
    'crypto ipsec profile VPN',
    'no responder-only',
    'crypto map outside_map 10 set connection-type answer-only',
    'crypto ipsec profile a.b:c+d/e@f#g&h=i~j-k',
    'x'.repeat(240),
  ])('may be %j', (text) => expect(configLine(text)).toBe(text))

  it.for([
    ['nothing at all', ''],
    ['a blank in front', ' responder-only'],
    ['a blank behind', 'responder-only '],
    ['a second line', 'responder-only\nno service password-encryption'],
    ['a carriage return', 'responder-only\rreload'],
    ['a tab, which completes a word', 'crypto ipsec pro\tVPN'],
    ['a question mark, which asks for help', 'crypto ipsec profile VPN?'],
    ['Ctrl-Z, which leaves configuration mode', 'responder-only\u001a'],
    ['Ctrl-C, which breaks off', 'responder-only\u0003'],
    ['an escape sequence', 'responder-only\u001b[A'],
    ['a delete character', 'responder-onlx\u007fy'],
    ['a letter outside ASCII', 'crypto ipsec profile VPÑ'],
    ['a blank outside ASCII', 'crypto ipsec profile\u00a0VPN'],
    ['a direction mark', 'crypto ipsec profile \u202eNPV'],
    ['half a character', 'crypto ipsec profile \ud800'],
    ['more than 240 characters', 'x'.repeat(241)],
  ] as const)('may not have %s', ([, text]) => expect(() => configLine(text)).toThrow('not a line'))

  it('is one printable line of ASCII, whatever it is asked to be', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const line = made(configLine, text)
        if (line !== undefined) expect(line).toMatch(/^[!-~](?:[ -~]*[!-~])?$/)
      }),
    )
  })
})

describe('a read-only line', () => {
  it.for([
    'show version',
    'show running-config all crypto map',
    'show crypto isakmp sa detail',
    'show vpn-sessiondb detail l2l',
    'show running-config | include crypto map',
    'show running-config | exclude description',
    'show running-config | section crypto ipsec profile VPN',
    'show running-config | begin interface Tunnel1',
    'terminal length 0',
    'terminal pager 0',
    'terminal width 512',
    'terminal width 511',
    'terminal width 0',
  ])('may be %j', (text) => expect(readOnlyLine(text)).toBe(text))

  it.for([
    'show running-config | redirect flash:copy.txt',
    'show running-config | append flash:copy.txt',
    'show running-config | tee flash:copy.txt',
    'show running-config | include crypto | redirect flash:copy.txt',
    'show running-config | include a|b',
    'show running-config |redirect flash:copy.txt',
    'show running-config | i crypto',
    'show running-config | section',
    'show running-config |',
    'show running-config > flash:copy.txt',
    'show version; reload',
    'show version\nreload',
    'show version\rreload',
    'show version\n',
    'show version ?',
    'show version\t',
    'show version\u001a',
    'show versión',
    'show\u00a0version',
    'show ',
    'show',
    ' show version',
    'SHOW VERSION',
    'sh ver',
    `show ${'x'.repeat(300)}`,
    'more flash:config.text',
    'clear crypto sa',
    'clear crypto isakmp',
    'terminal monitor',
    'terminal no monitor',
    'terminal length 24',
    'terminal pager 24',
    'terminal width 80',
    'configure terminal',
    'do show version',
    'write memory',
    'copy running-config startup-config',
    'reload',
    'enable',
    'exit',
    '',
  ])('may not be %j', (text) => expect(() => readOnlyLine(text)).toThrow('not a read-only line'))

  it('begins with show or sets the terminal of its own session, whatever it is asked to be', () => {
    const word = fc.constantFrom('show', 'run', '|', 'include', 'redirect', 'flash:x', 'tee', 'reload', '\n')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const text = words.join(' ')
        const line = made(readOnlyLine, text)
        if (line !== undefined) {
          expect(line).toMatch(/^show [^|\n]+(?: \| (?:include|exclude|section|begin) [^|\n]+)?$/)
        }
      }),
    )
  })
})

describe('names', () => {
  it.for(['VPN', '_x', 'a'.repeat(80), 'a.b:c+d/e@f#g&h=i~j-k', '7'])(
    'of profiles and crypto maps may be %j',
    (text) => {
      expect(parseProfileName(text)).toBe(text)
      expect(parseMapName(text)).toBe(text)
    },
  )

  it.for(['', 'a b', 'a?', 'a"b', 'a;b', 'a|b', 'a\nb', '-a', '.a', 'VPÑ', 'a'.repeat(81), 'a\u202eb'])(
    'of profiles and crypto maps may not be %j',
    (text) => {
      expect(parseProfileName(text)).toBeUndefined()
      expect(parseMapName(text)).toBeUndefined()
    },
  )

  it.for(['hub1', '_hub', '1', 'a.b-c_d', 'a'.repeat(63)])('of devices may be %j', (text) =>
    expect(parseDeviceName(text)).toBe(text),
  )

  it.for(['', 'hub 1', 'hub/1', 'hub:1', '-hub', 'hub\n', 'a'.repeat(64), 'hüb'])(
    'of devices may not be %j',
    (text) => expect(parseDeviceName(text)).toBeUndefined(),
  )
})

describe('the number of a crypto map entry', () => {
  it.for([1, 10, 65_535])('may be %d', (value) => expect(isSequence(value)).toBe(true))
  it.for([0, -1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('may not be %d', (value) =>
    expect(isSequence(value)).toBe(false),
  )
})

describe('a clear line', () => {
  it.each([
    'clear crypto session remote 203.0.113.11',
    'clear crypto ikev1 sa 203.0.113.11',
    'clear crypto ikev2 sa 203.0.113.11',
    'clear crypto ipsec sa peer 203.0.113.11',
  ])('is %j', (text) => {
    expect(parseClearLine(text)).toBe(text)
  })

  it.each([
    'clear crypto session',
    'clear crypto session remote',
    'clear crypto session remote ',
    'clear crypto sa',
    'clear crypto sa peer 203.0.113.11',
    'clear crypto isakmp 1001',
    'clear crypto ikev1 sa',
    'clear crypto ipsec sa peer',
    'clear crypto session remote 203.0.113.11 ',
    'clear crypto session remote 203.0.113.11\nreload',
    'clear crypto session remote 203.0.113.11 203.0.113.12',
    'clear crypto session remote 203.0.113',
    'clear crypto session remote 203.0.113.256',
    'clear crypto session remote 0.0.0.0',
    'clear crypto session remote 255.255.255.255',
    'clear crypto session remote 203.0.113.011',
    'clear crypto session remote hub1',
    'clear ip bgp 203.0.113.11',
    'reload',
  ])('is not %j', (text) => {
    expect(parseClearLine(text)).toBeUndefined()
  })
})
