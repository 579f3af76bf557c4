import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ikeroHere, type Ran } from '../cli/in-process.ts'
import { newKey, startServer } from '../transport/ssh-server.ts'
import { type Lab, startLab, writingLines } from './lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await startLab('mocks/scenarios/lab.yml')
})
afterEach(() => lab.stop())

const inventory = (): string => join(lab.dir, 'inventory.yml')
const known = (): string => join(lab.dir, 'known_hosts')

function change(edit: (text: string) => string): void {
  writeFileSync(inventory(), edit(readFileSync(inventory(), 'utf8')))
}

function doctor(more: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const flags = ['-i', inventory(), '--known-hosts', known(), '--no-color', ...more]
  return ikeroHere(['doctor', ...flags], { env, cwd: process.cwd() })
}

describe('doctor', () => {
  it('says how each device is reached, with sources, and that a run could begin', async () => {
    const ran = await doctor(['--limit', 'hub1,asa-hq'])
    expect(ran.code).toBe(0)
    expect(ran.stderr.trimEnd().split('\n').sort()).toEqual(['asa-hq: examined', 'hub1: examined'])
    expect(ran.stdout).toMatch(/^hub1 \(ios\) {2}ready$/m)
    expect(ran.stdout).toMatch(/address +127\.0\.0\.1 \[.*inventory\.yml:\d+\]/)
    expect(ran.stdout).toMatch(/host key +known: ssh-\S+ SHA256:/)
    expect(ran.stdout).toMatch(/agreed +curve25519-sha256/)
    expect(ran.stdout).toMatch(/login +with password/)
    expect(ran.stdout).toMatch(/privilege +privileged/)
    expect(ran.stdout).toMatch(/reads +(\d+) of \1 lines allowed/)
    expect(ran.stdout).not.toContain(lab.password)
    expect(writingLines(lab)).toEqual([])
  })

  it('says what is wrong, goes on with the others, and ends with 1', async () => {
    const port = /hub1:\n.*\n {4}port: (\d+)/.exec(readFileSync(inventory(), 'utf8'))?.[1]
    const kept = readFileSync(known(), 'utf8')
      .split('\n')
      .filter((line) => !line.includes(`:${port} `))
    writeFileSync(known(), kept.join('\n'))
    const ran = await doctor(['--limit', 'hub1,hub2', '--json'])
    expect(ran.code).toBe(1)
    const { hosts, exitCode } = JSON.parse(ran.stdout)
    expect(exitCode).toBe(1)
    const broken = hosts.filter((host: { ready: boolean }) => !host.ready)
    expect(broken.map((host: { host: string }) => host.host)).toEqual(['hub1'])
    expect(ran.stderr).toContain('hub1: HOST_KEY_UNKNOWN\n')
    expect(broken[0]).toMatchObject({
      error: { code: 'HOST_KEY_UNKNOWN', cause: 'host-key' },
      way: [{ seen: [{ kind: 'host-key', verdict: 'unknown' }] }],
    })
    expect(hosts).toHaveLength(2)
  })

  it('takes a playbook for the devices that it names, also behind -i, and a limit', async () => {
    const flags = ['-i', inventory(), '--known-hosts', known(), '--json', '--limit', 'hub1']
    const ran = await ikeroHere(['doctor', 'playbooks/hubs.yml', ...flags], { cwd: process.cwd() })
    expect(JSON.parse(ran.stdout).hosts.map((host: { host: string }) => host.host)).toEqual(['hub1'])
    const nobody = await ikeroHere(['doctor', '-i', inventory(), '--limit', 'hub9'], { cwd: process.cwd() })
    expect(nobody).toMatchObject({ code: 64, stdout: '' })
    expect((await ikeroHere(['doctor'], { cwd: process.cwd() })).stderr).toContain(
      'give a playbook, or an inventory',
    )
  })

  it('leads through the jump host that ~/.ssh/config names, with its key file, and says where that stands', async () => {
    const bastion = await startServer({
      forward: 'connect',
      authenticate: (context) => {
        if (context.method === 'publickey' && context.username === 'jump') context.accept()
        else context.reject(['publickey'])
      },
    })
    const home = join(lab.dir, 'home')
    mkdirSync(join(home, '.ssh'), { recursive: true })
    writeFileSync(join(home, '.ssh', 'key'), newKey('ed25519').private, { mode: 0o600 })
    const config = `Host 127.0.0.1
  ProxyJump gate
Host gate
  HostName 127.0.0.1
  Port ${bastion.port}
  User jump
  IdentityFile ~/.ssh/key
  ForwardAgent yes
`
    writeFileSync(join(home, '.ssh', 'config'), config, { mode: 0o600 })
    appendFileSync(known(), `[127.0.0.1]:${bastion.port} ${bastion.key.public}\n`)
    const ran = await doctor(['--limit', 'hub1,hub2'], { HOME: home })
    expect(ran.stderr).not.toMatch(/warn|error/)
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/via +jump host gate/)
    expect(ran.stdout).toMatch(/user +jump \[.*config:6\]/)
    expect(ran.stdout).toMatch(/key file +.*\.ssh\/key \[.*config:7\]/)
    expect(ran.stdout).toMatch(/note +.*config:8 ForwardAgent is not followed/)
    expect(bastion.accepted()).toBe(1)
  })

  it('warns loudly of old algorithms, and tells a jump host that is down once', async () => {
    change((text) => text.replace('    platform: ios', '    platform: ios\n    algorithms: legacy'))
    const legacy = await doctor(['--limit', 'hub1'])
    expect(legacy.code).toBe(0)
    expect(legacy.stderr).toContain('LEGACY_ALGORITHMS')
    change(
      (text) =>
        `${text.replaceAll('    platform: ios', '    platform: ios\n    via: [gate]')}jumps:\n  gate: { address: 127.0.0.1, port: 1, credential: ${/^ {2}([\w-]+):/m.exec(text.slice(text.indexOf('credentials:')))?.[1]} }\n`,
    )
    const down = await doctor(['--limit', 'hub1,hub2'])
    expect(down.code).toBe(1)
    expect(down.stderr.match(/JUMP_HOST_DOWN/g)).toHaveLength(1)
    expect(down.stderr).toMatch(/2 devices are behind it: hub1, hub2/)
  })

  it('is not content with a device of an old release, and asks it nothing more', async () => {
    const ran = await doctor(['--limit', 'old1'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/RELEASE_TOO_OLD/)
    expect(
      lab.lines().filter((line) => line.device === 'old1' && /^show (?!version)/.test(line.line)),
    ).toEqual([])
  })
})
