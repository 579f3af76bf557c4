import { describe, expect, it } from 'vitest'
import { readPrompt } from '../../src/grammar/prompt.ts'
import { iosGrammar } from '../../src/platform/ios/grammar.ts'
import { opened, password, privileged, rig, say, scenarioFrom, screen, small } from './scenarios.ts'

const plain = scenarioFrom(small)
const device = (): ReturnType<typeof rig> => rig(plain)
const withKnob = (knob: string): ReturnType<typeof rig> =>
  rig(scenarioFrom(small.replace('    version: "15.2(4)M6"\n', `    version: "15.2(4)M6"\n    ${knob}\n`)))

/** A marker under a column of the line that stands behind the prompt. */
const marker = (prompt: string, column: number): string =>
  `${' '.repeat(prompt.length + column)}^\n% Invalid input detected at '^' marker.\n\n`

describe('a simulated router in exec mode', () => {
  const cases: readonly (readonly [line: string, reply: string | RegExp])[] = [
    ['sh ver', /^Cisco IOS Software, C2900 Software .*Version 15\.2\(4\)M6/],
    ['show clock', '08:00:00.000 UTC Mon Jan 12 2026\n'],
    ['sh priv', 'Current privilege level is 15\n'],
    ['sh run | i ^hostname', 'hostname r1\n'],
    ['sh run | count interface', 'Number of lines which match regexp = 3\n'],
    ['sh run | s profile VPN', /^crypto ipsec profile VPN\n set transform-set TS\n/],
    [
      'show running-config interface gi0/1',
      /^interface GigabitEthernet0\/1\n no ip address\n shutdown\nend\n$/m,
    ],
    ['show running-config interface gi0/9', marker('r1#', 30)],
    ['show crypto session detail', /IKEv1 SA: local 198\.51\.100\.1\/500 remote 198\.51\.100\.9\/500 Active/],
    ['s', '% Ambiguous command:  "s"\n'],
    ['co', '% Ambiguous command:  "co"\n'],
    ['show', '% Incomplete command.\n\n'],
    ['show crypto ipsec', '% Incomplete command.\n\n'],
    ['show foo', marker('r1#', 5)],
    ['show vertion', marker('r1#', 8)],
    ['show ip interface brief now', marker('r1#', 24)],
    ['terminal length abc', marker('r1#', 16)],
    ['terminal length 9999', marker('r1#', 16)],
    ['sh run | foo x', marker('r1#', 9)],
    ['responder-only', marker('r1#', 3)],
    ['', ''],
    ['! a remark', ''],
    ['term len 0', ''],
  ]
  for (const [line, reply] of cases) {
    it(`answers ${JSON.stringify(line)}`, () => {
      const output = privileged(device(), 'r1').enter(line).output
      if (typeof reply === 'string') expect(output).toBe(reply)
      else expect(output).toMatch(reply)
    })
  }

  it('knows no privileged command before enable', () => {
    const session = opened(device(), 'r1')
    expect(session.prompt).toBe('r1>')
    expect(say(session, 'show running-config')).toBe(marker('r1>', 5))
    expect(say(session, 'conf t')).toMatch(/Invalid input/)
    expect(session.mode).toBe('user')
  })

  it('asks for the enable password without echo, three times', () => {
    const session = opened(device(), 'r1')
    say(session, 'en')
    expect([session.prompt, session.echo, session.mode]).toEqual(['Password: ', false, 'question'])
    expect(say(session, 'x', 'y')).toBe('')
    expect(session.prompt).toBe('Password: ')
    expect(say(session, 'z')).toBe('% Bad secrets\n\n')
    expect([session.prompt, session.echo]).toEqual(['r1>', true])
    say(session, 'enable', password)
    expect(session.prompt).toBe('r1#')
    say(session, 'disable')
    expect(session.prompt).toBe('r1>')
  })

  it('pages until the length is 0', () => {
    const session = privileged(device(), 'r1')
    expect([session.pageLength, session.pagerMark]).toEqual([24, ' --More-- '])
    say(session, 'terminal length 0')
    expect(session.pageLength).toBe(0)
  })

  it.each(['exit', 'quit', 'logout'])('%s ends the session', (line) => {
    expect(privileged(device(), 'r1').enter(line)).toEqual({ output: '', close: true })
  })

  it('lands at # where the scenario says so', () => {
    expect(opened(withKnob('privilege: privileged'), 'r1').prompt).toBe('r1#')
  })
})

describe('a simulated router in configuration mode', () => {
  it('shows the way in and out by its prompts, all of them readable', () => {
    const session = privileged(device(), 'r1')
    const seen: string[] = [session.prompt]
    for (const line of [
      'conf t',
      'crypto ipsec profile VPN',
      'int gi0/0',
      'ip access-list extended A',
      'exit',
      'end',
    ]) {
      say(session, line)
      seen.push(session.prompt)
    }
    expect(seen).toEqual([
      'r1#',
      'r1(config)#',
      'r1(ipsec-profile)#',
      'r1(config-if)#',
      'r1(config-ext-nacl)#',
      'r1(config)#',
      'r1#',
    ])
    for (const prompt of seen) expect(readPrompt(iosGrammar, prompt, 'r1').kind).toBe('one')
  })

  it('asks where from when configure stands alone', () => {
    const session = privileged(device(), 'r1')
    expect(screen(session, 'configure', '')).toBe(
      'r1#configure\nConfiguring from terminal, memory, or network [terminal]? \n' +
        'Enter configuration commands, one per line.  End with CNTL/Z.\nr1(config)#',
    )
  })

  it('changes the running configuration, and every session sees it', () => {
    const built = device()
    const session = privileged(built, 'r1')
    expect(say(session, 'conf t', 'crypto ipsec profile VPN', 'responder-only', 'end')).not.toMatch(/%/)
    const other = privileged(built, 'r1')
    expect(say(other, 'sh run | section ipsec profile VPN')).toMatch(
      /^crypto ipsec profile VPN\n.*\n responder-only$/m,
    )
    expect(say(other, 'show crypto ipsec profile VPN')).toMatch(/Responder-Only \(Y\/N\): Y/)
    say(session, 'conf t', 'crypto ipsec profile VPN', 'no responder-only', 'end')
    expect(say(other, 'show running-config')).not.toMatch(/responder-only/)
  })

  it('makes a new, empty profile of a typing mistake, without a word', () => {
    const session = privileged(device(), 'r1')
    expect(say(session, 'conf t', 'crypto ipsec profile VNP', 'responder-only', 'end')).toBe(
      'Enter configuration commands, one per line.  End with CNTL/Z.\n',
    )
    expect(say(session, 'sh run | s ipsec profile VNP')).toBe('crypto ipsec profile VNP\n responder-only\n')
  })

  it('runs exec commands behind do, with the marker under what is wrong', () => {
    const session = privileged(device(), 'r1')
    say(session, 'conf t', 'int Gi0/1')
    expect(say(session, 'do sh priv')).toBe('Current privilege level is 15\n')
    expect(say(session, 'do show foo')).toBe(marker('r1(config-if)#', 8))
    expect(say(session, 'show clock')).toMatch(/Invalid input/)
    expect(session.prompt).toBe('r1(config-if)#')
  })

  it('takes hostnames, descriptions, addresses and access-lists', () => {
    const session = privileged(device(), 'r1')
    say(
      session,
      'conf t',
      'int gigabitEthernet 0/1',
      'desc to the LAN',
      'ip address 10.0.0.1 255.255.255.0',
      'no shut',
    )
    say(session, 'access-list 10 permit 10.0.0.0 0.0.0.255', 'ip access-list standard B', 'permit any')
    expect(say(session, 'hostname a-router-with-a-very-long-name')).toBe('')
    expect(session.prompt).toBe('a-router-with-a-very(config)#')
    say(session, 'end')
    expect(session.prompt).toBe('a-router-with-a-very-long-name#')
    const config = say(session, 'show running-config')
    expect(config).toContain(
      'interface GigabitEthernet0/1\n description to the LAN\n ip address 10.0.0.1 255.255.255.0\n!',
    )
    expect(config).toContain('access-list 10 permit 10.0.0.0 0.0.0.255\n')
    expect(config).toContain('ip access-list standard B\n permit any\n')
    expect(say(session, 'show ip int brief')).toMatch(/GigabitEthernet0\/1 +10\.0\.0\.1 +YES manual up +up/)
  })

  it.each([
    ['ip address 10.0.0.1 255.0.255.0', /^% Bad mask 0xFF00FF00 for address 10\.0\.0\.1/],
    ['logging buffered 4096', /Invalid input|Incomplete/],
    ['ip ospf cost 10', /Invalid input/],
    ['interface Gi9/9', /Invalid input/],
    ['hostname -x', /illegal characters/],
  ])('refuses %s', (line, reply) => {
    const session = privileged(device(), 'r1')
    say(session, 'conf t', 'interface Gi0/1')
    expect(say(session, line)).toMatch(reply)
  })

  it('accepts again what stands there already, and takes it away by its no form', () => {
    const built = rig(scenarioFrom(small.replace('      hostname r1\n', '      hostname r1\n      ip cef\n')))
    const session = privileged(built, 'r1')
    expect(say(session, 'conf t', 'ip cef').includes('%')).toBe(false)
    expect(say(session, 'no ip cef', 'end', 'sh run | i cef')).toBe('')
  })

  it('leaves by Ctrl-Z, and Ctrl-C ends a question', () => {
    const session = privileged(device(), 'r1')
    say(session, 'conf t', 'int Gi0/1')
    session.key('ctrl-z')
    expect(session.prompt).toBe('r1#')
    say(session, 'copy run start')
    expect(session.mode).toBe('question')
    session.key('ctrl-c')
    expect(session.prompt).toBe('r1#')
  })

  it('takes a banner of several lines and shows it at the next login', () => {
    const built = device()
    const session = privileged(built, 'r1')
    say(session, 'conf t', 'banner motd ^C', 'keep out #', '^C', 'end')
    expect(session.prompt).toBe('r1#')
    expect(say(session, 'show run')).toContain('banner motd ^C\nkeep out #\n^C\n')
    expect(opened(built, 'r1').banner).toBe('keep out #\n')
  })
})

describe('saving on a simulated router', () => {
  it('startup stays as it was until it is written', () => {
    const session = privileged(device(), 'r1')
    say(session, 'conf t', 'interface Loopback7', 'end')
    expect(say(session, 'show startup-config')).not.toMatch(/Loopback7/)
    expect(say(session, 'wr')).toBe('Building configuration...\n[OK]\n')
    expect(say(session, 'show startup-config')).toMatch(/interface Loopback7/)
  })

  it('copy asks for the name of the file', () => {
    expect(screen(privileged(device(), 'r1'), 'copy running-config startup-config', '')).toBe(
      'r1#copy running-config startup-config\nDestination filename [startup-config]? \n' +
        'Building configuration...\n[OK]\nr1#',
    )
  })

  it('unsaved lines of the scenario are in running only', () => {
    const session = privileged(withKnob('unsaved: "interface GigabitEthernet0/0\\n description new"'), 'r1')
    expect(say(session, 'show run')).toMatch(/interface GigabitEthernet0\/0\n.*\n description new/)
    expect(say(session, 'show startup-config')).not.toMatch(/description new/)
  })
})

describe('the comparison of running and startup', () => {
  const ask = 'show archive config differences nvram:startup-config system:running-config'

  it('lists lines below the block that they stand in, and says when there is none', () => {
    const session = privileged(withKnob('unsaved: "interface GigabitEthernet0/0\\n description new"'), 'r1')
    expect(say(session, ask)).toContain(
      '!Contextual Config Diffs:\ninterface GigabitEthernet0/0\n +description new\n',
    )
    say(session, 'write memory')
    expect(say(session, ask)).toContain('!Contextual Config Diffs:\n!No changes were found\n')
  })

  it.for([
    ['full', 'startup-config file open failed (No space left on device)', true],
    ['busy', 'startup-config file open failed (Device or resource busy)', true],
    ['forgets', '[OK]', true],
    ['asks', 'Overwrite the previous NVRAM configuration?[confirm]', false],
  ] as const)('saving: %s', ([how, said, unsaved]) => {
    const knobs = `saving: ${how}\n    unsaved: "alias exec x show clock"`
    const session = privileged(withKnob(knobs), 'r1')
    expect(screen(session, 'write memory')).toContain(said)
    const after = how === 'asks' ? say(session, '', ask) : say(session, ask)
    expect(after.includes('+alias exec x show clock')).toBe(unsaved)
  })
})

describe('what a scenario makes a router refuse', () => {
  it('refuse: the line is invalid input', () => {
    const session = privileged(withKnob("refuse: '^responder-only'"), 'r1')
    expect(say(session, 'conf t', 'crypto ipsec profile VPN', 'responder-only')).toMatch(/Invalid input/)
    expect(say(session, 'end', 'show run')).not.toMatch(/responder-only/)
  })

  it('authorization: one command is not allowed', () => {
    const session = privileged(withKnob("authorization: { deny: '^write' }"), 'r1')
    expect(say(session, 'write memory')).toBe('Command authorization failed.\n\n')
  })

  it('an old release: the setting and IKEv2 do not exist', () => {
    const built = rig(scenarioFrom(small.replace('15.2(4)M6', '12.4(25)')))
    const session = privileged(built, 'r1')
    expect(say(session, 'show crypto ikev2 sa')).toMatch(/Invalid input/)
    expect(say(session, 'show crypto ipsec profile')).not.toMatch(/Responder/)
    expect(say(session, 'show crypto isakmp sa')).toMatch(/conn-id slot status\n.* 0 ACTIVE/)
    expect(say(session, 'conf t', 'crypto ipsec profile VPN', 'responder-only')).toMatch(/Invalid input/)
  })
})
