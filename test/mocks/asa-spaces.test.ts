import { describe, expect, it } from 'vitest'
import { readPrompt } from '../../src/grammar/prompt.ts'
import { asaGrammar } from '../../src/platform/asa/grammar.ts'
import { opened, password, privileged, type Rig, rig, say, scenarioFrom, screen } from './scenarios.ts'

const outside = (address: string, standby = ''): string => `
      interface GigabitEthernet0/0
       nameif outside
       ip address ${address} 255.255.255.0${standby}`

const entry = (peer: string): string => `
      access-list L extended permit ip any any
      crypto ipsec ikev1 transform-set TS esp-aes esp-sha-hmac
      crypto map m 10 match address L
      crypto map m 10 set peer ${peer}
      crypto map m 10 set ikev1 transform-set TS
      crypto map m interface outside`

const contexts = (version = '9.16(3)19'): Rig =>
  rig(
    scenarioFrom(`
version: 1
devices:
  - name: fw
    platform: asa
    version: "${version}"
    mode: multiple
    config: |
      hostname fw
      context admin
        config-url disk0:/admin.cfg
      context customer-a
        allocate-interface GigabitEthernet0/0
        config-url disk0:/customer-a.cfg
    contexts:
      - name: admin
        config: |
          interface Management0/0
           nameif mgmt
           ip address 192.0.2.3 255.255.255.0
      - name: customer-a
        config: |${outside('203.0.113.3').replaceAll('\n', '\n    ')}${entry('203.0.113.20').replaceAll('\n', '\n    ')}
peers:
  ends:
    - { name: far, address: 203.0.113.20, protocol: ikev1, type: asa, to: fw }
    - { name: far2, address: 203.0.113.21, protocol: ikev1, type: asa, to: 203.0.113.3 }
`),
  )

describe('an ASA in multiple context mode', () => {
  it('lands a login in the admin context, and changes between its spaces', () => {
    const session = privileged(contexts(), 'fw')
    expect(session.prompt).toBe('fw/admin# ')
    expect(say(session, 'show mode')).toBe('Security context mode: multiple \n')
    expect(screen(session, 'changeto system', 'changeto context customer-a', 'conf t')).toBe(
      'fw/admin# changeto system\nfw# changeto context customer-a\nfw/customer-a# conf t\nfw/customer-a(config)# ',
    )
    expect(readPrompt(asaGrammar, session.prompt).kind).toBe('one')
    expect(say(session, 'changeto context nobody')).toMatch(/^ERROR: /)
  })

  it('says in show version which space printed it, and lists its contexts', () => {
    const session = privileged(contexts(), 'fw')
    expect(say(session, 'show version')).toMatch(/Version 9\.16\(3\)19 <context>\n/)
    expect(say(session, 'changeto system', 'show version')).toMatch(/Version 9\.16\(3\)19 <system>\n/)
    const list = say(session, 'show context')
    expect(list).toMatch(/^\*admin +default +Management0\/0 +Routed +disk0:\/admin\.cfg$/m)
    expect(list).toMatch(/Total active Security Contexts: 2\n/)
  })

  it('has no context any more once it was taken away, and its tunnels end', () => {
    const built = contexts()
    const session = privileged(built, 'fw')
    say(session, 'changeto system', 'configure terminal', 'no context customer-a', 'end')
    expect(say(session, 'show context')).not.toContain('customer-a')
    expect(say(session, 'changeto context customer-a')).toBe('ERROR: Context customer-a does not exist\n')
    expect(session.prompt).toBe('fw# ')
  })

  it('shows its own hostname in the prompt of a context that has another one', () => {
    const session = privileged(contexts(), 'fw')
    say(session, 'changeto context customer-a', 'configure terminal', 'hostname inner', 'end')
    expect(session.prompt).toBe('fw/customer-a# ')
  })

  it('has VPN in its contexts, and no word of it in the system space', () => {
    const built = contexts()
    const session = privileged(built, 'fw')
    expect(say(session, 'show crypto ikev1 sa')).toMatch(/There are no IKEv1 SAs/)
    expect(say(session, 'changeto context customer-a', 'show crypto ikev1 sa')).toMatch(/203\.0\.113\.20/)
    expect(say(session, 'changeto system', 'show crypto isakmp sa')).toMatch(/Invalid input/)
    expect(built.devices[0]?.endpoints).toEqual(['203.0.113.3'])
  })

  it('has no VPN in contexts before 9.0', () => {
    const session = privileged(contexts('8.6(1)'), 'fw')
    expect(say(session, 'changeto context customer-a', 'show crypto isakmp sa')).not.toMatch(
      /203\.0\.113\.20/,
    )
  })

  it('turns the pager on again with every change of space', () => {
    const session = privileged(contexts(), 'fw')
    say(session, 'terminal pager 0', 'changeto context customer-a')
    expect(session.pageLength).toBe(24)
  })

  it('saves the context that it is in, and all of them from the system space', () => {
    const built = contexts()
    const session = privileged(built, 'fw')
    const line = 'crypto map m 10 set connection-type answer-only'
    say(session, 'changeto context customer-a', 'conf t', line, 'end', 'changeto context admin', 'write mem')
    expect(say(session, 'changeto context customer-a', 'show startup-config')).not.toContain('answer-only')
    expect(say(session, 'changeto system', 'write memory all')).toMatch(/\[OK\]/)
    expect(say(session, 'changeto context customer-a', 'show startup-config')).toContain('answer-only')
  })
})

const pair = (synced = ''): Rig =>
  rig(
    scenarioFrom(`
version: 1
devices:
  - name: fw-a
    hostname: fw
    platform: asa
    version: "9.16(3)19"
    failover: { pair: dc, unit: primary, state: active${synced} }
    config: |
      prompt hostname priority state${outside('203.0.113.3', ' standby 203.0.113.4')}${entry('203.0.113.20')}
  - name: fw-b
    hostname: fw
    platform: asa
    version: "9.16(3)19"
    failover: { pair: dc, unit: secondary, state: standby${synced} }
peers:
  ends:
    - { name: far, address: 203.0.113.20, protocol: ikev1, type: asa, to: fw-a }
`),
  )

describe('a failover pair', () => {
  const line = 'crypto map m 10 set connection-type answer-only'

  it('shows each unit its own part, in the prompt too', () => {
    const built = pair()
    const [active, standby] = [privileged(built, 'fw-a'), privileged(built, 'fw-b')]
    expect([active.prompt, standby.prompt]).toEqual(['fw/pri/act# ', 'fw/sec/stby# '])
    expect(say(active, 'show failover')).toMatch(
      /This host: Primary - Active[\s\S]*Other host: Secondary - Standby Ready/,
    )
    expect(say(standby, 'show failover')).toMatch(
      /This host: Secondary - Standby Ready[\s\S]*\(203\.0\.113\.4\)[\s\S]*Other host: Primary - Active[\s\S]*\(203\.0\.113\.3\)/,
    )
    expect(say(standby, 'show failover state')).toMatch(
      /This host +- +Secondary\n +Standby Ready[\s\S]*Sync Done/,
    )
  })

  it('replicates what the active unit configures and saves', () => {
    const built = pair()
    expect(say(privileged(built, 'fw-a'), 'conf t', line, 'end', 'write mem')).not.toMatch(/WARNING/)
    const standby = privileged(built, 'fw-b')
    expect(say(standby, 'show run crypto map')).toContain(line)
    expect(say(standby, 'show startup-config')).toContain(line)
  })

  it('warns on the standby, and replicates nothing from there', () => {
    const built = pair()
    const standby = privileged(built, 'fw-b')
    expect(say(standby, 'conf t')).toMatch(
      /^\*{4} WARNING \*{4}\n.*NOT performed from Standby unit to Active unit/,
    )
    say(standby, line)
    expect(say(standby, 'show run crypto map')).toContain(line)
    expect(say(privileged(built, 'fw-a'), 'show run crypto map')).not.toContain('answer-only')
  })

  it('runs IKE on the active unit only', () => {
    const built = pair()
    expect(say(privileged(built, 'fw-a'), 'show crypto ikev1 sa')).toMatch(/203\.0\.113\.20/)
    expect(say(privileged(built, 'fw-b'), 'show crypto ikev1 sa')).toMatch(/no IKEv1 SAs/)
  })

  it('that is out of step keeps its units apart', () => {
    const built = pair(', synced: false')
    say(privileged(built, 'fw-a'), 'conf t', line)
    expect(say(privileged(built, 'fw-b'), 'show run crypto map')).not.toContain('answer-only')
    expect(say(privileged(built, 'fw-b'), 'show failover state')).not.toMatch(/Sync Done/)
  })
})

const pix = (version: string): Rig =>
  rig(
    scenarioFrom(`
version: 1
devices:
  - name: pix1
    platform: asa
    model: PIX-515E
    version: "${version}"
    config: |
      names
      name 203.0.113.20 branch${outside('203.0.113.3')}
      access-list L extended permit ip any any
      crypto ipsec transform-set TS esp-aes esp-sha-hmac
      crypto map m 10 match address L
      crypto map m 10 set peer branch
      crypto map m 10 set transform-set TS
      crypto map m interface outside
peers:
  ends:
    - { name: far, address: 203.0.113.20, protocol: ikev1, type: asa, to: pix1 }
`),
  )

describe('a PIX', () => {
  it('has a product line, a configuration and tables of its own', () => {
    const session = privileged(pix('7.2(4)'), 'pix1')
    expect(say(session, 'show version')).toMatch(
      /\nCisco PIX Security Appliance Software Version 7\.2\(4\)\n/,
    )
    expect(say(session, 'show run')).toMatch(/\nPIX Version 7\.2\(4\) \n/)
    const table = say(session, 'show crypto isakmp sa detail')
    expect(table).toMatch(/^IKE Peer +Type +Dir +Rky +State/)
    expect(table).toMatch(/^\d branch L2L +Init +No +MM_Active/m)
    expect(table).toMatch(/^\d branch L2L +Resp +No +MM_Active/m)
    expect(say(session, 'show crypto ikev1 sa')).toMatch(/Invalid input/)
    expect(say(session, 'show vpn-sessiondb detail l2l')).toMatch(/IKE Sessions: 2 IPSec Sessions: 1/)
  })

  it('of 6.3 says so', () => {
    expect(say(opened(pix('6.3(5)'), 'pix1'), 'show version')).toMatch(
      /\nCisco PIX Firewall Version 6\.3\(5\)\n/,
    )
  })
})

const vti = (version: string): Rig =>
  rig(
    scenarioFrom(`
version: 1
devices:
  - name: fw
    platform: asa
    version: "${version}"
    config: |
      hostname fw${outside('203.0.113.3')}
      interface Tunnel1
       nameif vti
       ip address 10.9.0.1 255.255.255.252
       tunnel source interface outside
       tunnel destination 203.0.113.20
       tunnel mode ipsec ipv4
       tunnel protection ipsec profile P
      crypto ipsec ikev2 ipsec-proposal AES
       protocol esp encryption aes-256
      crypto ipsec profile P
       set ikev2 ipsec-proposal AES
peers:
  ends:
    - { name: far, address: 203.0.113.20, protocol: ikev2, type: asa, to: fw }
`),
  )

describe('a route-based tunnel of an ASA', () => {
  it('starts until its profile is responder-only', () => {
    const built = vti('9.16(3)19')
    const session = privileged(built, 'fw')
    expect(say(session, 'show crypto ikev2 sa')).toMatch(/INITIATOR/)
    say(session, 'conf t', 'crypto ipsec profile P')
    expect(session.prompt).toBe('fw(config-ipsec-profile)# ')
    expect(say(session, 'responder-only', 'end', 'show run | include responder')).toBe(' responder-only\n')
    say(session, 'clear crypto ikev2 sa 203.0.113.20')
    built.pass(1_000)
    expect(say(session, 'show crypto ikev2 sa')).toMatch(/RESPONDER/)
    expect(say(session, 'show crypto ikev2 sa')).not.toMatch(/INITIATOR/)
    expect(say(session, 'conf t', 'crypto ipsec profile P', 'no responder-only', 'show run')).not.toMatch(
      /responder-only/,
    )
  })

  it('cannot be configured before there was one', () => {
    const session = privileged(vti('9.1(7)'), 'fw')
    expect(say(session, 'conf t', 'crypto ipsec profile Q')).toMatch(/Invalid input/)
  })
})

describe('names', () => {
  it('stand for addresses in set peer and in tables', () => {
    const built = pix('8.0(4)')
    const session = opened(built, 'pix1')
    say(session, 'enable', password)
    expect(say(session, 'show crypto isakmp sa')).toMatch(/IKE Peer: branch\n/)
    expect(say(session, 'show vpn-sessiondb detail l2l')).toMatch(/IP Addr +: branch\n/)
  })
})
