import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lines } from '../../../src/platform/asa/commands.ts'
import { asaDriver } from '../../../src/platform/asa/index.ts'
import { readNames } from '../../../src/platform/asa/names.ts'
import { readPrivilegeLevel } from '../../../src/platform/asa/privilege.ts'
import type { CommandParser } from '../../../src/platform/driver.ts'
import { captureCases, slugOf } from '../../contract/captures.ts'

const cases = captureCases('asa')

function parserOf(slug: string): CommandParser | undefined {
  return asaDriver.parsers.find(({ command }) => slugOf(command) === slug)
}

function factsOf(slug: string, text: string): unknown {
  if (slug === slugOf(lines.privilege)) return { privilegeLevel: readPrivilegeLevel(text) }
  if (slug === slugOf(lines.names)) return { names: Object.fromEntries(readNames(text.split('\n'))) }
  const answer = parserOf(slug)?.parse(text, { localAddresses: [] })
  return answer?.kind === 'facts' ? answer.facts : answer
}

describe('captures of an ASA', () => {
  it.for(cases.map((one) => [`${one.slug}/${one.name}`, one] as const))('%s is read right', ([, one]) => {
    expect(factsOf(one.slug, one.text)).toEqual(one.expected)
  })

  it.for(cases.map((one) => [`${one.slug}/${one.name}`, one] as const))(
    '%s is read the same with the line ends of a terminal',
    ([, one]) => {
      expect(factsOf(one.slug, one.text.replaceAll('\n', '\r\n'))).toEqual(one.expected)
    },
  )
})

describe('the name of a command', () => {
  it.for([
    ['show version', 'show version'],
    ['sh ver', 'show version'],
    ['sh cry isa sa', 'show crypto isakmp sa'],
    ['show  crypto isakmp sa det', 'show crypto isakmp sa detail'],
    ['sh cry ikev2 sa', 'show crypto ikev2 sa'],
    ['sh run', 'show running-config'],
    ['show run all crypto map', 'show running-config all crypto map'],
    ['sh run cry map', 'show running-config crypto map'],
    ['SHOW VPN-SESSIONDB DETAIL L2L', 'show vpn-sessiondb detail l2l'],
    ['sh failover', 'show failover'],
  ] as const)('%s means %s', ([typed, command]) => {
    expect(asaDriver.parsers.filter(({ pattern }) => pattern.test(typed)).map((one) => one.command)).toEqual([
      command,
    ])
  })

  it.for(['show versions', 'show crypto sa', 'show running-config interface', 'show', ''])(
    '“%s” means none',
    (typed) => {
      expect(asaDriver.parsers.filter(({ pattern }) => pattern.test(typed))).toEqual([])
    },
  )
})

describe('parsers of an ASA', () => {
  it('never throw, whatever the text', () => {
    const word = fc.constantFrom(
      'IKE Peer: ',
      'crypto map M 10 set peer ',
      'Tunnel-id Local Remote Status Role',
      'Connection   : ',
      ': end',
      'Total IKE SA: 9',
      '\n',
      '\r',
      '1 203.0.113.1 L2L Resp No MM_ACTIVE',
    )
    const text = fc
      .array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 40 })))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (printed) => {
        for (const parser of asaDriver.parsers) {
          expect(['facts', 'unrecognised']).toContain(parser.parse(printed, { localAddresses: [] }).kind)
        }
      }),
    )
  })

  it('call foreign text unrecognised', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 30 }), (text) => {
        for (const parser of asaDriver.parsers) {
          expect(parser.parse(text, { localAddresses: [] }).kind).toBe('unrecognised')
        }
      }),
    )
  })
})
