import { describe, expect, it } from 'vitest'
import { readPrompt } from '../../src/grammar/prompt.ts'
import { asaGrammar } from '../../src/platform/asa/grammar.ts'
import { opened, password, privileged, rig, say, scenarioFrom, screen, small } from './scenarios.ts'

const plain = scenarioFrom(small)
const device = (text = small): ReturnType<typeof rig> => rig(text === small ? plain : scenarioFrom(text))
const marker = (prompt: string, column: number): string =>
  `${' '.repeat(prompt.length + column)}^\nERROR: % Invalid input detected at '^' marker.\n`

describe('a simulated ASA in exec mode', () => {
  const cases: readonly (readonly [line: string, reply: string | RegExp])[] = [
    ['sh ver', /\nCisco Adaptive Security Appliance Software Version 9\.16\(3\)19\n/],
    ['sh curpriv', 'Username : netops\nCurrent privilege level : 15\nCurrent Mode/s : P_PRIV\n'],
    ['show mode', 'Security context mode: single \n'],
    ['show failover', /^Failover Off/],
    ['show pager', 'pager lines 24\n'],
    ['show terminal', '\nWidth = 80, no monitor\n'],
    ['show run hostname', 'hostname fw1\n'],
    ['show run | grep nameif', ' nameif outside\n'],
    ['show run names', ''],
    ['show conduit', marker('fw1# ', 6)],
    ['terminal width 511', marker('fw1# ', 9)],
    ['show', 'ERROR: % Incomplete command\n'],
    ['show c', 'ERROR: % Ambiguous command:  "show c"\n'],
  ]
  for (const [line, reply] of cases) {
    it(`answers ${JSON.stringify(line)}`, () => {
      const output = privileged(device(), 'fw1').enter(line).output
      if (typeof reply === 'string') expect(output).toBe(reply)
      else expect(output).toMatch(reply)
    })
  }

  it('greets, asks for the enable password, and says which try was wrong', () => {
    const session = opened(device(), 'fw1')
    expect(session.banner).toBe("Type help or '?' for a list of available commands.\n")
    expect(session.prompt).toBe('fw1> ')
    expect(say(session, 'enable', 'a', 'b')).toBe('Invalid password\nInvalid password\n')
    expect([session.prompt, session.echo]).toEqual(['Password: ', false])
    expect(say(session, 'c')).toBe('Invalid password\nAccess denied.\n')
    say(session, 'enable', password)
    expect(session.prompt).toBe('fw1# ')
  })

  it('turns the pager off for this session only', () => {
    const built = device()
    const session = privileged(built, 'fw1')
    say(session, 'terminal pager 0')
    expect([session.pageLength, say(session, 'show pager')]).toEqual([0, 'no pager\n'])
    expect(say(session, 'show run | i pager')).toBe('')
    expect(privileged(built, 'fw1').pageLength).toBe(24)
  })

  it('builds its prompt as configured', () => {
    const text = small.replace(
      '      hostname fw1\n',
      '      hostname fw1\n      prompt hostname priority state\n',
    )
    const session = privileged(device(text), 'fw1')
    say(session, 'conf t')
    expect(session.prompt).toBe('fw1/pri/act(config)# ')
    expect(readPrompt(asaGrammar, session.prompt).kind).toBe('one')
  })
})

describe('a simulated ASA in configuration mode', () => {
  it('keeps attributes in their place and hides the default', () => {
    const session = privileged(device(), 'fw1')
    expect(say(session, 'configure terminal', 'crypto map m 10 set connection-type answer-only')).toBe('')
    expect(session.prompt).toBe('fw1(config)# ')
    expect(say(session, 'show running-config crypto map').split('\n').slice(0, 3)).toEqual([
      'crypto map m 10 match address L',
      'crypto map m 10 set connection-type answer-only',
      'crypto map m 10 set peer 198.51.100.8',
    ])
    say(session, 'crypto map m 10 set connection-type bidirectional')
    expect(say(session, 'show running-config crypto map')).not.toMatch(/connection-type/)
    expect(say(session, 'show running-config all crypto map')).toMatch(/10 set connection-type bidirectional/)
  })

  it('takes the setting back by its no form', () => {
    const session = privileged(device(), 'fw1')
    say(session, 'conf t', 'crypto map m 10 set connection-type answer-only')
    expect(say(session, 'no crypto map m 10 set connection-type answer-only')).toBe('')
    expect(say(session, 'show run crypto map')).not.toMatch(/connection-type/)
  })

  it('makes an entry that was not there, and warns', () => {
    const session = privileged(device(), 'fw1')
    expect(say(session, 'conf t', 'crypto map m 30 set connection-type answer-only')).toBe(
      'WARNING: The crypto map entry is incomplete!\n',
    )
    const lines = say(session, 'show run crypto map').trimEnd().split('\n')
    expect(lines.slice(-3)).toEqual([
      'crypto map m 30 set connection-type answer-only',
      'crypto map m 65535 ipsec-isakmp dynamic d',
      'crypto map m interface outside',
    ])
  })

  it('refuses the setting on a dynamic entry', () => {
    const session = privileged(device(), 'fw1')
    expect(say(session, 'conf t', 'crypto map m 65535 set connection-type answer-only')).toMatch(/^ERROR:/)
  })

  it('runs exec commands without do, and keeps the width in the configuration', () => {
    const session = privileged(device(), 'fw1')
    say(session, 'conf t', 'terminal width 511')
    expect(say(session, 'show running-config | include width')).toBe('terminal width 511\n')
    expect(say(session, 'show foo')).toBe(marker('fw1(config)# ', 6))
  })

  it('knows no connection type that does not exist, and points at the word', () => {
    const session = privileged(device(), 'fw1')
    say(session, 'conf t')
    const line = 'crypto map m 10 set connection-type silent'
    expect(say(session, line)).toBe(marker('fw1(config)# ', line.indexOf('silent')))
  })

  it('goes into interfaces and out again', () => {
    const session = privileged(device(), 'fw1')
    say(session, 'conf t', 'interface gi1/1', 'description internet')
    expect(session.prompt).toBe('fw1(config-if)# ')
    say(session, 'exit', 'access-list L2 extended permit ip any any', 'end')
    expect(session.prompt).toBe('fw1# ')
    expect(say(session, 'show run interface')).toMatch(/ description internet\n nameif outside\n/)
    expect(say(session, 'show run access-list')).toBe(
      'access-list L extended permit ip any any\naccess-list L2 extended permit ip any any\n',
    )
  })
})

describe('saving on a simulated ASA', () => {
  it('write memory prints the checksum and [OK], and startup follows', () => {
    const session = privileged(device(), 'fw1')
    say(session, 'conf t', 'crypto map m 10 set connection-type answer-only', 'end')
    expect(say(session, 'show startup-config')).not.toMatch(/answer-only/)
    expect(say(session, 'write mem')).toMatch(
      /^Building configuration\.\.\.\nCryptochecksum: [0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8} \n\n\d+ bytes copied in .* secs\n\[OK\]\n$/,
    )
    expect(say(session, 'show startup-config')).toMatch(/answer-only/)
  })

  it('copy asks for the source', () => {
    expect(screen(privileged(device(), 'fw1'), 'copy running-config startup-config', '')).toMatch(
      /^fw1# copy .*\nSource filename \[running-config\]\? \nCryptochecksum: /,
    )
  })
})

describe('logging off on a simulated ASA', () => {
  it('asks first, and takes the SAs of one peer only', () => {
    const built = device()
    const session = privileged(built, 'fw1')
    say(session, 'vpn-sessiondb logoff tunnel-group 198.51.100.8')
    expect(session.prompt).toBe('Do you want to logoff the VPN session(s)? [confirm]')
    expect(say(session, 'n', 'show crypto ikev1 sa')).toMatch(/IKE Peer: 198\.51\.100\.8/)
    say(session, 'vpn-sessiondb logoff tunnel-group 198.51.100.8')
    expect(say(session, '')).toMatch(/logged off : 1/)
    expect(say(session, 'show crypto isakmp sa')).toBe('\nThere are no IKEv1 SAs\n\nThere are no IKEv2 SAs\n')
    built.pass(1_000)
    expect(say(session, 'show crypto isakmp sa detail')).toMatch(
      /Role +: initiator \n[\s\S]*Role +: responder \n/,
    )
  })
})
