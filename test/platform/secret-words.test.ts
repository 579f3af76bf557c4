import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secretWords } from '../../src/platform/secret-words.ts'
import { root } from '../architecture/sources.ts'

/** The line with what is secret in it as `*`. */
function masked(line: string): string {
  const hidden = new Set<number>()
  for (const { start, end } of secretWords(line)) for (let at = start; at < end; at += 1) hidden.add(at)
  return [...line].map((character, at) => (hidden.has(at) ? '*' : character)).join('')
}

const holding: readonly (readonly [line: string, secret: string])[] = [
  ['crypto isakmp key Zx81Spectrum address 203.0.113.7', 'Zx81Spectrum'],
  ['crypto isakmp key 6 ^SDFbXQ@AA address 203.0.113.7', '^SDFbXQ@AA'],
  [' pre-shared-key address 203.0.113.7 key Zx81Spectrum', 'Zx81Spectrum'],
  ['  pre-shared-key local Zx81Spectrum', 'Zx81Spectrum'],
  ['  pre-shared-key remote 6 Zx81Spectrum', 'Zx81Spectrum'],
  [' ikev1 pre-shared-key Zx81Spectrum', 'Zx81Spectrum'],
  [' ikev2 remote-authentication pre-shared-key Zx81Spectrum', 'Zx81Spectrum'],
  [' authentication remote pre-share key Zx81Spectrum', 'Zx81Spectrum'],
  ['enable secret 9 $9$4kQw1$Zx81Spectrum', '$9$4kQw1$Zx81Spectrum'],
  ['enable secret level 7 5 $1$mERr$Zx81Spectrum', '$1$mERr$Zx81Spectrum'],
  ['enable password Zx81Spectrum encrypted', 'Zx81Spectrum'],
  ['passwd Zx81Spectrum encrypted', 'Zx81Spectrum'],
  ['username netops privilege 15 secret 5 $1$mERr$Zx81Spectrum', '$1$mERr$Zx81Spectrum'],
  ['username netops password Zx81Spectrum pbkdf2 privilege 15', 'Zx81Spectrum'],
  ['username netops password two words of Zx81Spectrum', 'two words of Zx81Spectrum'],
  [' password 7 08314942Zx81', '08314942Zx81'],
  [' neighbor 192.0.2.9 password 7 08314942Zx81', '08314942Zx81'],
  [' ip ftp password Zx81Spectrum', 'Zx81Spectrum'],
  [' key 7 08314942Zx81', '08314942Zx81'],
  ['  key-string 7 08314942Zx81', '08314942Zx81'],
  ['tacacs-server host 192.0.2.9 key Zx81Spectrum', 'Zx81Spectrum'],
  ['radius-server key 7 08314942Zx81', '08314942Zx81'],
  [' client 192.0.2.9 server-key Zx81Spectrum', 'Zx81Spectrum'],
  ['aaa-server AUTH (inside) host 192.0.2.9 Zx81Spectrum timeout 5', 'Zx81Spectrum'],
  ['snmp-server community Zx81Spectrum RO 10', 'Zx81Spectrum'],
  ['snmp-server host inside 192.0.2.9 community Zx81Spectrum', 'Zx81Spectrum'],
  ['snmp-server user ops OPS v3 auth sha Zx81Spectrum priv aes 128 Zx81Two', 'Zx81Two'],
  ['failover key Zx81Spectrum', 'Zx81Spectrum'],
  ['failover ipsec pre-shared-key Zx81Spectrum', 'Zx81Spectrum'],
  ['ntp authentication-key 1 md5 08314942Zx81 7', '08314942Zx81'],
  [' ip ospf message-digest-key 1 md5 Zx81Spectrum', 'Zx81Spectrum'],
  [' standby 1 authentication md5 key-string Zx81Spectrum', 'Zx81Spectrum'],
  [' ip nhrp authentication Zx81Spectrum', 'Zx81Spectrum'],
  ['archive path ftp://ops:Zx81Spectrum@192.0.2.9/hub1', 'Zx81Spectrum'],
  ['  30820229 30820192 A0030201 02020101', '30820229 30820192 A0030201 02020101'],
  [
    'AAAAB3NzaC1yc2EAAAADAQABAAABgQC7Zx81SpectrumZx81Spectrum==',
    'AAAAB3NzaC1yc2EAAAADAQABAAABgQC7Zx81SpectrumZx81Spectrum==',
  ],
  // In a configuration log.
  ['    9     4          netops@vty0     | password Zx81Spectrum', 'Zx81Spectrum'],
  ['    9     4          netops@vty0     | key Zx81Spectrum', 'Zx81Spectrum'],
  ['   10     4   unknown user@console  |enable secret Zx81Spectrum', 'Zx81Spectrum'],
  // Behind an erased pager mark.
  [`${'\b'.repeat(8)}${' '.repeat(8)}${'\b'.repeat(8)}enable password Zx81Spectrum`, 'Zx81Spectrum'],
]

const harmless: readonly string[] = [
  'hub1#show running-config',
  'crypto key generate rsa',
  'key chain OSPF',
  'crypto map outside_map 10 set peer 203.0.113.7',
  ' authentication pre-share',
  'service password-encryption',
  'Password: ',
  'Password required, but none set',
  '203.0.113.1    203.0.113.20   QM_IDLE           1001 ACTIVE',
  '      #pkts encaps: 1234, #pkts encrypt: 1234, #pkts digest: 1234',
  'Cisco IOS Software [Amsterdam], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.3.4a, RELEASE SOFTWARE (fc3)',
]

describe('secret words of a configuration', () => {
  it.each(holding)('are found in “%s”', (line, secret) => {
    expect(masked(line)).not.toContain(secret)
    expect(masked(line)).toContain('*')
  })

  it.each(harmless)('are none in “%s”', (line) => {
    expect(masked(line)).toBe(line)
  })

  it('keep the peer of a key readable', () => {
    expect(masked('crypto isakmp key Zx81 address 203.0.113.7')).toBe(
      'crypto isakmp key **** address 203.0.113.7',
    )
  })

  it('are few in what devices print about SAs', () => {
    for (const command of ['show-crypto-isakmp-sa', 'show-crypto-ikev2-sa', 'show-crypto-ipsec-profile']) {
      const folder = join(root, 'test/captures/ios', command)
      for (const file of existsSync(folder)
        ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        : []) {
        if (!file.endsWith('.txt')) continue
        const lines = readFileSync(join(folder, file), 'utf8').split('\n')
        expect(lines.filter((line) => masked(line) !== line)).toEqual([])
      }
    }
  })

  it('take no time on a line that is made to take it', () => {
    const hostile = [
      'username a '.repeat(700),
      `snmp-server user ${'x '.repeat(4000)}`,
      `pre-shared-key ${'key '.repeat(2000)}`,
      'standby authentication '.repeat(350),
      `${'00000000 '.repeat(900)}x`,
    ]
    for (const line of hostile) expect(secretWords(line)).toBeDefined()
  })
})
