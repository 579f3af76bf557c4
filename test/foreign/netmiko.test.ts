import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ForeignLab, startForeignLab } from './lab.ts'
import { describeWith, netmiko } from './needs.ts'

/** What test/foreign/netmiko_session.py saw, step by step. */
type Seen = Readonly<
  Record<
    | 'prompt'
    | 'enabled'
    | 'version'
    | 'before'
    | 'configured'
    | 'after'
    | 'refused'
    | 'saved'
    | 'startup'
    | 'left',
    string
  >
>

function python(request: object): Promise<Seen> {
  const script = fileURLToPath(new URL('netmiko_session.py', import.meta.url))
  const child = spawn('/usr/bin/python3', ['-W', 'ignore', script])
  return new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    child.stdout.on('data', (bytes) => {
      out += String(bytes)
    })
    child.stderr.on('data', (bytes) => {
      err += String(bytes)
    })
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(err))))
    child.stdin.end(JSON.stringify(request))
  })
}

describeWith(netmiko, 'Netmiko', () => {
  let lab: ForeignLab

  beforeEach(async () => {
    lab = await startForeignLab()
  })

  afterEach(() => lab.stop())

  const cases = [
    { type: 'cisco_ios', device: 'hub1', version: '15.2(4)M6', interface: 'GigabitEthernet0/0' },
    { type: 'cisco_ios', device: 'hub2', version: '17.9.4a', interface: 'GigabitEthernet0/0/0' },
    { type: 'cisco_asa', device: 'asa-hq', version: '9.16(3)19', interface: 'GigabitEthernet1/1' },
  ]

  // Netmiko sleeps most of the time; all at once, the slowest of them counts.
  it('drives IOS, IOS-XE and ASA at once: enable, show, configuration lines, save', {
    timeout: 120_000,
  }, async () => {
    const sessions = await Promise.all(
      cases.map(async (one) => ({
        ...one,
        seen: await python({
          device_type: one.type,
          port: lab.port(one.device),
          username: 'netops',
          password: lab.password,
          known_hosts: join(lab.dir, 'known_hosts'),
          lines: [`interface ${one.interface}`, 'description set by Netmiko'],
        }),
      })),
    )
    const lines = readFileSync(join(lab.dir, 'lines.ndjson'), 'utf8')
    expect(lines).not.toContain(lab.password)
    for (const { device, version, seen } of sessions) {
      expect(seen.prompt.startsWith(device)).toBe(true)
      expect(seen.enabled).toBe(`${device}#`)
      expect(seen.version).toContain(version)
      expect(seen.version).not.toMatch(/--More--|<--- More --->|[\u0000-\u0008]/)
      expect(seen.before).not.toContain('set by Netmiko')
      expect(seen.configured).not.toMatch(/^(?:%|ERROR)/m)
      expect(seen.after).toContain('\n description set by Netmiko\n')
      expect(seen.refused).toMatch(/^(?:% Invalid input|ERROR: % Invalid input)/m)
      expect(seen.saved).toContain('[OK]')
      expect(seen.startup).toContain('\n description set by Netmiko\n')
      expect(seen.left).toBe(`${device}#`)
      expect(lines).toContain(`"device":"${device}","mode":"sub","line":"description set by Netmiko"`)
    }
  })
})
