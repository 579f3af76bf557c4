import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { permits, readGroups } from '../tac-plus.ts'
import { ikeroHere, type Ran } from './in-process.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-privileges-'))
  // Ports of loopback at which nobody answers: whoever contacts a device fails.
  const host = (name: string, platform: string, port: number): string =>
    `  ${name}: { address: 127.0.0.1, port: ${port}, platform: ${platform}, credential: c }\n`
  write(
    'inventory.yml',
    `version: 1\ncredentials: { c: { username: u, password: { env: P } } }\nhosts:\n${host('hub1', 'ios', 1)}${host('hub2', 'ios', 2)}${host('asa1', 'asa', 3)}${host('asa2', 'asa', 4)}`,
  )
})
afterEach(() => rmSync(dir, { recursive: true }))

function write(name: string, text: string): void {
  writeFileSync(join(dir, name), text)
}

function told(playbook: string, ...flags: readonly string[]): Promise<Ran> {
  write('playbook.yml', `version: 1\nname: p\ninventory: inventory.yml\n${playbook}`)
  return ikeroHere(['doctor', 'playbook.yml', '--privileges', ...flags], { cwd: dir })
}

const both =
  'routers: [ { hosts: hub1, profiles: ["A.B+C"] } ]\nasas: [ { hosts: asa1, cryptoMaps: [ { map: M, entries: [10] } ] } ]\n'

describe('doctor --privileges', () => {
  it('prints every form that a device of the playbook has, without a contact', async () => {
    const ran = await told(both)
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const forms = [
      ...ran.stdout.matchAll(/^[#!] ([\w-]+), by ikero doctor --privileges for playbook\.yml$/gm),
    ]
    expect(forms.map(([, form]) => form)).toEqual(['tac_plus', 'ise', 'ios-view', 'ios-levels', 'asa-levels'])
    const routers = await told('routers: [ { hosts: [hub1, hub2], profiles: [VPN] } ]\nreadPeers: false\n')
    expect(routers).toMatchObject({ code: 0, stderr: '' })
    expect(routers.stdout).not.toMatch(/asa/)
  })

  it('takes names from the playbook for exactly themselves', async () => {
    const ran = await told(both, '--form', 'tac_plus')
    const group = readGroups(ran.stdout).get('ikero-ios-change') ?? new Map()
    const line = (name: string): string => `crypto ipsec profile ${name}`
    expect(permits(group, line('A.B+C'), '<cr>')).toBeDefined()
    for (const other of ['AxB+C', 'A.BBC', 'A.B+C2', 'A.B+C | x', 'a.b+c'])
      expect(permits(group, line(other), '<cr>')).toBeUndefined()
    for (const more of [
      'show running-config all',
      'show run',
      'configure',
      'write',
      'no crypto ipsec profile A.B+C',
    ])
      expect(permits(group, more, '<cr>')).toBeUndefined()
  })

  it('denies what is excepted also where a number is written with zeros, and clears no address that is all', async () => {
    const ran = await told(
      'asas: [ { hosts: asa1, cryptoMaps: [ { map: M, entries: static, except: [40] } ] } ]\nproof: { renegotiate: initiated }\n',
      '--form',
      'tac_plus',
    )
    const group = readGroups(ran.stdout).get('ikero-asa-change') ?? new Map()
    const allowed = (line: string): boolean => permits(group, line, '') !== undefined
    const set = (entry: string): string => `crypto map M ${entry} set connection-type answer-only`
    expect(['10', '400', '65535'].map(set).filter(allowed)).toHaveLength(3)
    expect(['40', '040', '0040', '0', '+40'].map(set).filter(allowed)).toEqual([])
    expect(['203.0.113.7', '0.0.0.0'].map((peer) => allowed(`clear crypto ikev1 sa ${peer}`))).toEqual([
      true,
      false,
    ])
  })

  it('gives each device that needs more a group of its own, and peers of the inventory the reading one', async () => {
    const ran = await told(
      'routers: [ { hosts: [hub1, hub2], profiles: [VPN] }, { hosts: hub2, profiles: [B] } ]\n',
      '--json',
    )
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    const { formatVersion, command, exitCode, privileges } = JSON.parse(ran.stdout)
    expect([formatVersion, command, exitCode]).toEqual([1, 'doctor', 0])
    const about = (one: Record<string, unknown>): unknown => [one.name, one.account, one.hosts, one.peerHosts]
    expect(privileges.map(about)).toEqual([
      ['ikero-ios-read', 'read', ['hub1', 'hub2'], []],
      ['ikero-ios-change', 'change', ['hub1'], []],
      ['ikero-ios-change-2', 'change', ['hub2'], []],
      ['ikero-asa-read', 'read', [], ['asa1', 'asa2']],
    ])
    expect(privileges[1].permits).toContainEqual({
      pattern: '^crypto ipsec profile VPN$',
      mode: 'configure',
      purposes: ['change'],
    })
  })

  it('prints a command set of ISE with what is excepted denied first, and closed against further words', async () => {
    const text = 'routers: [ { hosts: hub1, profiles: { in-use: true, except: [OLD] } } ]\nsave: never\n'
    const { stdout } = await told(text, '--form', 'ise')
    expect(stdout).toContain('\nDENY_ALWAYS,crypto,^ipsec$ ^profile$ ^OLD$ ^<cr>$\nPERMIT,enable,\n')
    expect(stdout).toContain('\nPERMIT,crypto,^ipsec$ ^profile$ ^[^ ]+$ ^<cr>$\n')
    expect(stdout).not.toMatch(/^PERMIT,(?:write|clear)/m)
  })

  it('prints a view that takes no command before a person has written a secret', async () => {
    const { stdout } = await told('routers: [ { hosts: hub1, profiles: [session] } ]\n', '--form', 'ios-view')
    expect(stdout).toMatch(/^parser view IKERO-IOS-CHANGE\n ! secret FILL-IN/m)
    expect(stdout).not.toMatch(/^ *secret/m)
    // Keywords only; that a profile is called like one changes nothing.
    expect(stdout).toContain('\n commands configure include all crypto ipsec profile\n')
    expect(stdout).toContain('\n commands exec include show crypto session\n')
    expect(stdout).toContain('\n commands crypto-ipsec-profile include responder-only\n')
    expect(stdout).toMatch(/NOT for ikero.*\n.*PRIVILEGE_INSUFFICIENT/)
  })

  it('prints levels that take from nobody what everybody has', async () => {
    const ran = await told(both, '--form', 'ios-levels')
    const lines = ran.stdout.split('\n').filter((line) => line.startsWith('privilege '))
    expect(
      lines.filter((line) => /(?:enable|exit|end|terminal \w+|show version|show users)$/.test(line)),
    ).toEqual([])
    expect(lines).toContain('privilege exec level 1 show')
    expect(lines.filter((line) => line.includes('level 6'))).toEqual([
      'privilege exec level 6 configure terminal',
      'privilege configure level 6 crypto ipsec profile',
      'privilege crypto-ipsec-profile level 6 responder-only',
      'privilege exec level 6 write memory',
    ])
    const asa = await told(both, '--form', 'asa-levels')
    expect(asa.stdout.split('\n').filter((line) => line.includes('level 6'))).toEqual([
      'privilege cmd level 6 mode exec command configure',
      'privilege cmd level 6 mode configure command crypto',
      'privilege cmd level 6 mode exec command write',
    ])
    expect(asa.stdout).not.toMatch(/command (?:enable|exit|version|curpriv)$/m)
  })

  it('tells all that is wrong with flags and files', async () => {
    const flags = await ikeroHere(['doctor', '--privileges', '--json', '--form', 'ise'], { cwd: dir })
    expect(flags.code).toBe(64)
    expect(JSON.parse(flags.stdout).problems).toHaveLength(2)
    expect(flags.stderr).toMatch(/needs a playbook[\s\S]*no --form[\s\S]*2 errors/)
    const alone = await ikeroHere(['doctor', 'playbook.yml', '--form', 'ise'], { cwd: dir })
    expect(alone.stderr).toContain('--form chooses what --privileges prints')
    const wrong = await told('routers: [ { hosts: hub9, profiles: ["a b"] } ]\n')
    expect(wrong).toMatchObject({ code: 64, stdout: '' })
    expect(wrong.stderr).toMatch(/2 errors/)
    const none = await told(
      'routers: [ { hosts: hub1, profiles: [VPN] } ]\nreadPeers: false\n',
      '--form',
      'asa-levels',
    )
    expect(none).toMatchObject({ code: 64, stdout: '' })
    expect(none.stderr).toContain('no device that asa-levels is written for')
  })
})
