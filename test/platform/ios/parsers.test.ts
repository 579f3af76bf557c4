import { describe, expect, it } from 'vitest'
import { iosDriver } from '../../../src/platform/ios/index.ts'

function commandsFor(typed: string): readonly string[] {
  return iosDriver.parsers.filter((parser) => parser.pattern.test(typed)).map((parser) => parser.command)
}

describe('the commands that parse reads on IOS', () => {
  it.for([
    ['sh ver', 'show version'],
    ['show run', 'show running-config'],
    ['SHOW RUNNING-CONFIG', 'show running-config'],
    ['show startup-config', 'show startup-config'],
    ['sh cry isa sa', 'show crypto isakmp sa'],
    ['show crypto isakmp sa det', 'show crypto isakmp sa detail'],
    ['show crypto ikev2 sa', 'show crypto ikev2 sa'],
    ['show crypto ikev2 sa detail', 'show crypto ikev2 sa detailed'],
    ['show crypto ikev2 session', 'show crypto ikev2 session'],
    ['show crypto ipsec prof', 'show crypto ipsec profile'],
    ['show crypto map', 'show crypto map'],
    ['sh cry sess det', 'show crypto session detail'],
    ['show crypto ipsec sa', 'show crypto ipsec sa'],
    ['sh cry ips sa det', 'show crypto ipsec sa detail'],
    ['sh dmvpn', 'show dmvpn'],
    ['sh users', 'show users'],
  ] as const)('%s is %s and no other', ([typed, command]) => {
    expect(commandsFor(typed)).toEqual([command])
  })

  it.for(['show', 'show crypto', 'show versions', 'show running-config | include crypto', 'reload', ''])(
    '%j is none of them',
    (typed) => {
      expect(commandsFor(typed)).toEqual([])
    },
  )
})
