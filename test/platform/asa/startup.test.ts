import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StartupState } from '../../../src/model/startup.ts'
import { lines } from '../../../src/platform/asa/commands.ts'
import { startup } from '../../../src/platform/asa/startup.ts'
import { captureText } from '../../contract/captures.ts'
import { entryTarget, profileTarget } from '../../names.ts'

const [stored] = startup.lines
const hub = captureText('asa', 'show-running-config', 'hub')

/** The same configuration as a device keeps it: another header, another checksum. */
const saved = (text: string): string =>
  text
    .replace(
      ': Serial Number',
      ': Written by enable_15 at 09:00:00.123 UTC Mon Nov 23 2026\n!\n: Serial Number',
    )
    .replace(/^ASA Version .*$/m, 'ASA Version 9.14(4) ')
    .replace(/^Cryptochecksum:\S*$/m, 'Cryptochecksum:0123456789abcdef0123456789abcdef')

function compared(running: string, startupText: string): StartupState {
  return startup.compare([
    { line: lines.configuration, text: running },
    { line: stored, text: startupText },
  ])
}

function shown(state: StartupState): readonly string[] {
  const signs = { running: '+', startup: '-', order: '~' } as const
  if (state.kind === 'not-told') return [state.reason]
  return state.differences.map((one) => `${signs[one.in]} ${one.path.join(' / ')}`)
}

const entry = 'crypto map outside_map 10 match address to_branch\n'
const chain = (body: string): string =>
  hub.replace(entry, `crypto ca certificate chain CA\n certificate 01\n${body}  quit\n${entry}`)
const withKey = (key: string): string =>
  hub.replace(entry, `tunnel-group 203.0.113.99 ipsec-attributes\n ikev1 pre-shared-key ${key}\n${entry}`)

describe('running and startup of an ASA', () => {
  it.for([
    ['header, date, version and checksum', hub, saved(hub)],
    [
      'the body of a certificate',
      chain('    30820201 02a00302\n'),
      saved(chain('    30820201 02a00302\n    ffff\n')),
    ],
    ['a key that is masked in one of them', withKey('*****'), saved(withKey('s3cr3t'))],
  ])('are the same where only %s differs', ([, running = '', startupText = '']) => {
    expect(compared(running, startupText)).toEqual({ kind: 'compared', differences: [] })
  })

  it.for([
    [
      'a line more in running',
      hub.replace(entry, `${entry}crypto map outside_map 10 set connection-type answer-only\n`),
      hub,
      ['+ crypto map outside_map 10 set connection-type answer-only'],
    ],
    [
      'a line more in startup',
      hub,
      hub.replace(entry, `username eve password s3cr3t\n${entry}`),
      ['- username eve password *****'],
    ],
    [
      'a new key, and its mask in the other',
      withKey('*****'),
      hub,
      [
        '+ tunnel-group 203.0.113.99 ipsec-attributes',
        '+ tunnel-group 203.0.113.99 ipsec-attributes / ikev1 pre-shared-key *****',
      ],
    ],
    [
      'a line inside an interface',
      hub.replace(' security-level 100\n', ' security-level 90\n'),
      hub,
      [
        '- interface GigabitEthernet1/2 / security-level 100',
        '+ interface GigabitEthernet1/2 / security-level 90',
      ],
    ],
    [
      'lines in another order',
      hub.replace(/^(access-list to_branch extended .*\n)(access-list to_partner .*\n)/m, '$2$1'),
      hub,
      ['~ access-list to_partner extended permit ip 10.20.0.0 255.255.0.0 10.31.0.0 255.255.0.0'],
    ],
  ] as const)('differ in %s', ([, running, startupText, expected]) => {
    expect(shown(compared(running, saved(startupText)))).toEqual(expected)
  })

  it.for([
    ['cut off', hub, captureText('asa', 'show-running-config', 'cut-off')],
    ['absent', hub, 'No Configuration\n'],
  ])('cannot be compared where startup is %s', ([, running = '', startupText = '']) => {
    expect(compared(running, startupText).kind).toBe('not-told')
  })

  it('cannot be compared where the device refuses to show startup', () => {
    const refused = { line: stored, text: '', refusal: 'Command authorization failed' }
    expect(startup.compare([{ line: lines.configuration, text: hub }, refused]).kind).toBe('not-told')
  })

  it('of which one has any further line differ in exactly that', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/)
    const spots = hub
      .split('\n')
      .flatMap((line, index) => (/^(?:hostname|crypto|interface)/.test(line) ? [index] : []))
    fc.assert(
      fc.property(name, fc.constantFrom(...spots), fc.boolean(), (word, at, inRunning) => {
        const line = `object network NET_${word}`
        const one = hub.split('\n').toSpliced(at, 0, line).join('\n')
        const state = inRunning ? compared(one, saved(hub)) : compared(hub, saved(one))
        expect(shown(state)).toEqual([`${inRunning ? '+' : '-'} ${line}`])
      }),
    )
  })
})

describe('one target of an ASA', () => {
  const asked = hub.replace(entry, `${entry}crypto map outside_map 10 set connection-type answer-only\n`)
  const vti = 'crypto ipsec profile BRANCH_VTI\n set ikev2 ipsec-proposal P\n'
  const withProfile = (more: string): string => hub.replace(entry, `${vti}${more}${entry}`)

  it.for([
    ['entry that startup has', asked, entryTarget('outside_map', 10), 'answer-only', true],
    ['entry that startup has not', hub, entryTarget('outside_map', 10), 'answer-only', false],
    ['entry by default', hub, entryTarget('outside_map', 10), 'bidirectional', true],
    ['entry that is not there', hub, entryTarget('outside_map', 4711), 'bidirectional', false],
    [
      'profile that startup has',
      withProfile(' responder-only\n'),
      profileTarget('BRANCH_VTI'),
      'responder-only',
      true,
    ],
    ['profile that startup has not', withProfile(''), profileTarget('BRANCH_VTI'), 'responder-only', false],
    ['startup that is cut off', hub.slice(0, -8), entryTarget('outside_map', 10), 'bidirectional', undefined],
  ] as const)('is read in startup: %s', ([, text, target, value, expected]) => {
    expect(startup.holds({ line: stored, text: saved(text) }, target, value)).toBe(expected)
  })

  it('has its own line and no other', () => {
    const line = (path: string) => ({ in: 'running', path: [path] }) as const
    const target = entryTarget('outside_map', 10)
    expect(startup.isSetting(line('crypto map outside_map 10 set connection-type answer-only'), target)).toBe(
      true,
    )
    expect(
      startup.isSetting(line('crypto map outside_map 100 set connection-type answer-only'), target),
    ).toBe(false)
    expect(startup.isSetting(line('crypto map outside_map 10 set peer 192.0.2.9'), target)).toBe(false)
  })
})
