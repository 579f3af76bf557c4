import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ikero } from './lab.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-input-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function write(name: string, text: string): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}

const inventory = (port: number): string => `version: 1
credentials: { lab: { username: netops, password: { env: IKERO_PASSWORD } } }
hosts:
  hub1: { address: 127.0.0.1, port: ${port}, platform: ios, credential: lab }
`

describe('a playbook with five mistakes', () => {
  it('gets five located errors, exit 64, and no device is contacted', async () => {
    let contacts = 0
    const server = createServer((socket) => {
      contacts += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    write('inventory.yml', inventory(port))
    const path = write(
      'playbook.yml',
      `version: 1
name: mistakes
inventory: inventory.yml
routers:
  - hosts: hub7
    profils: [VPN]
  - hosts: hub1
    profiles: ["VP N"]
proof: { within: soon }
window: { from: "22:00", to: "25:00", timezone: Asia/Tokyo }
`,
    )
    const ran = await ikero(['apply', path, '--yes', '--state-dir', join(dir, 'state')])
    await new Promise((resolve) => server.close(resolve))
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    for (const place of ['5:12', '6:5', '8:16', '9:18', '10:30'])
      expect(ran.stderr).toContain(`playbook.yml:${place}`)
    expect(ran.stderr).toMatch(/did you mean.*profiles/i)
    expect(contacts).toBe(0)
    expect(readdirSync(dir).sort()).toEqual(['inventory.yml', 'playbook.yml'])
  })
})

describe('an inventory of another tool', () => {
  it('is refused as not built yet, and nothing is contacted', async () => {
    write('hosts.ini', '[hubs]\nhub1 ansible_host=127.0.0.1\n')
    const path = write(
      'playbook.yml',
      'version: 1\nname: x\ninventory: hosts.ini\nrouters: [ { hosts: hub1, profiles: [VPN] } ]\n',
    )
    const ran = await ikero(['plan', path, '--state-dir', join(dir, 'state')])
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('NOT_YET_SUPPORTED')
  })
})

describe('the command line', () => {
  it.each([
    [['aply', 'playbooks/hubs.yml'], /did you mean apply/i],
    [['apply'], /missing required argument/i],
    [['plan', 'playbooks/hubs.yml', '--jsn'], /unknown option.*did you mean --json/is],
    [['plan', 'nowhere.yml'], /nowhere\.yml.*does not exist/s],
    [['plan', 'playbooks/hubs.yml', '--concurrency', 'lots'], /--concurrency takes a whole number/],
    [['trust', '--yes'], /no host is named/],
    [['trust', '192.0.2.1', '--json'], /--fingerprint SHA256:…, or --yes/],
    [['parse', 'show version', 'playbooks/hubs.yml', '--platform', 'junos'], /--platform takes ios or asa/],
    [
      ['parse', 'show clock', 'playbooks/hubs.yml', '--platform', 'ios'],
      /no parser for "show clock" on ios\n.*known: show version, /,
    ],
    [['simulate', 'nowhere.yml', '--out', 'never-made'], /nowhere\.yml/],
    [['completion', 'zhs'], /Allowed choices are bash, zsh, fish\.\n\(Did you mean zsh\?\)/],
    [['schema', 'playbok'], /Did you mean playbook\?/],
    [['schema', 'nothing-like-it'], /Allowed choices are playbook, inventory, [\w, -]+\.\n\(add --help/],
    [['explain', 'PEER_LOTS'], /did you mean "PEER_LOST"\?/],
    [['simulate', 'labb', '--out', 'never-made'], /"labb" is neither a file nor.*\n.*did you mean "lab"\?/],
    [['parse', 'show version', '-', '--platform', 'iso'], /not "iso"\n.*did you mean "ios"\?/],
    [
      ['parse', 'show crypto isakmp sas', '-', '--platform', 'ios'],
      /no parser for "show crypto isakmp sas" on ios\n.*did you mean "show crypto isakmp sa"\?/,
    ],
    [['plan', 'playbooks/hub.yml'], /does not exist\n.*did you mean "playbooks\/hubs\.yml"\?/],
    [['verify', '20260101T000000-abcdef', '--state-dir', '/nonexistent'], /20260101T000000-abcdef/],
  ])('%j is refused with 64 and a hint', async (args, said) => {
    const ran = await ikero(args)
    expect(ran.code).toBe(64)
    expect(ran.stderr).toMatch(said)
    expect(ran.stdout === '').toBe(!args.includes('--json'))
  })

  it('does not apply without a terminal and without --yes', async () => {
    const ran = await ikero(['apply', 'playbooks/hubs.yml', '--state-dir', join(dir, 'state')])
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('--yes')
  })

  it.each([['--help'], ['--version']])('%s exits 0 and prints to stdout', async (flag) => {
    const ran = await ikero([flag])
    expect(ran.code).toBe(0)
    expect(ran.stdout).not.toBe('')
    expect(ran.stderr).toBe('')
  })

  it('without a command shows the help and exits 64', async () => {
    const ran = await ikero([])
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('Usage: ikero')
  })
})

describe('parse', () => {
  it('prints facts as one JSON object', async () => {
    const path = write(
      'sa.txt',
      'IPv4 Crypto ISAKMP SA\ndst             src             state          conn-id status\n203.0.113.1     203.0.113.11    QM_IDLE           1001 ACTIVE\n\nIPv6 Crypto ISAKMP SA\n',
    )
    const ran = await ikero([
      'parse',
      'show crypto isakmp sa',
      path,
      '--platform',
      'ios',
      '--local',
      '203.0.113.1',
    ])
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.stdout)).toMatchObject({
      sas: [{ dst: '203.0.113.1', src: '203.0.113.11', roleGivenLocal: 'responder' }],
    })
  })

  it('says UNRECOGNISED on stderr, with exit 1 and no facts, for text of another command', async () => {
    const ran = await ikero(['parse', 'show crypto isakmp sa', 'playbooks/hubs.yml', '--platform', 'ios'])
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('UNRECOGNISED')
  })
})
