import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ForeignLab, startForeignLab } from './lab.ts'
import { ansible, describeWith } from './needs.ts'
import { testFolder } from './sshd.ts'

/** What test/foreign/ansible_play.yml writes down of one device. */
interface Seen {
  readonly facts: Readonly<Record<string, unknown>>
  readonly version: string
  readonly first: boolean
  readonly second: boolean
  readonly saved: boolean
  readonly running: string
  readonly startup: string
  readonly refused: boolean
  readonly refusal: string
}

const cases = [
  { type: 'ios', device: 'hub1', version: '15.2(4)M6', interface: 'GigabitEthernet0/0' },
  { type: 'ios', device: 'hub2', version: '17.9.4a', interface: 'GigabitEthernet0/0/0' },
  { type: 'asa', device: 'asa-hq', version: '9.16(3)19', interface: 'GigabitEthernet1/1' },
] as const
const line = 'description set by Ansible'

describeWith(ansible, 'Ansible', () => {
  let lab: ForeignLab
  let dir: string

  beforeEach(async () => {
    lab = await startForeignLab()
    dir = testFolder()
    mkdirSync(join(dir, '.ssh'), { mode: 0o700 })
    copyFileSync(join(lab.dir, 'known_hosts'), join(dir, '.ssh', 'known_hosts'))
  })
  afterEach(() => lab.stop())

  function inventory(): string {
    const hosts = (type: 'ios' | 'asa'): object =>
      Object.fromEntries(
        cases
          .filter((one) => one.type === type)
          .map((one) => [
            one.device,
            { ansible_port: lab.port(one.device), parents: `interface ${one.interface}` },
          ]),
      )
    const group = (type: 'ios' | 'asa'): object => ({
      hosts: hosts(type),
      vars: { ansible_network_os: `cisco.${type}.${type}` },
    })
    const vars = {
      ansible_connection: 'ansible.netcommon.network_cli',
      ansible_network_cli_ssh_type: 'paramiko',
      ansible_host: '127.0.0.1',
      ansible_user: 'netops',
      ansible_password: lab.password,
      ansible_become: true,
      ansible_become_method: 'ansible.netcommon.enable',
      ansible_become_password: lab.password,
      line,
      results: dir,
    }
    return JSON.stringify({ all: { vars, children: { ios: group('ios'), asa: group('asa') } } })
  }

  /** Nothing of the user's own configuration, keys or agent takes part; each device's key must be known. */
  async function play(): Promise<{ readonly code: number | null; readonly said: string }> {
    writeFileSync(join(dir, 'hosts.json'), inventory(), { mode: 0o600 })
    writeFileSync(
      join(dir, 'ansible.cfg'),
      '[defaults]\nhost_key_checking = true\n[persistent_connection]\nconnect_timeout = 60\ncommand_timeout = 60\n',
    )
    const script = fileURLToPath(new URL('ansible_play.yml', import.meta.url))
    const child = spawn('/usr/bin/ansible-playbook', ['-i', join(dir, 'hosts.json'), script], {
      cwd: dir,
      env: {
        PATH: '/usr/bin:/bin',
        HOME: dir,
        LC_ALL: 'C.UTF-8',
        ANSIBLE_CONFIG: join(dir, 'ansible.cfg'),
        ANSIBLE_HOME: join(dir, '.ansible'),
        ANSIBLE_NOCOLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8')
    })
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8')
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, said }))
    })
  }

  it('drives IOS, IOS-XE and ASA over network_cli: facts, a line, the same line again, save', {
    timeout: 300_000,
  }, async () => {
    const { code, said } = await play()
    expect([code, code === 0 ? '' : said]).toEqual([0, ''])
    const received = readFileSync(join(lab.dir, 'lines.ndjson'), 'utf8')
    expect(received).not.toContain(lab.password)
    for (const { device, type, version } of cases) {
      const seen: Seen = JSON.parse(readFileSync(join(dir, `${device}.json`), 'utf8'))
      expect(seen.facts).toMatchObject({ ansible_net_system: type, ansible_net_hostname: device })
      expect(seen.version).toContain(version)
      // What the device shows is what was written, or it would be written again.
      expect([device, seen.first, seen.second, seen.saved]).toEqual([device, true, false, true])
      expect(seen.running).toContain(`\n ${line}\n`)
      expect(seen.startup).toContain(`\n ${line}\n`)
      expect(seen.running + seen.startup).not.toMatch(/--More--|<--- More --->|[\u0000-\u0008]/)
      expect([seen.refused, seen.refusal]).toEqual([true, expect.stringContaining('% Invalid input')])
      const typed = `"device":"${device}","mode":"sub","line":"${line}"`
      expect(received.split(typed)).toHaveLength(2)
    }
  })
})
