import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { md5FingerprintOf, offeredKey } from '../../src/transport/host-key.ts'
import { knownHostsName, parseKnownHosts } from '../../src/transport/known-hosts.ts'
import { writeKnownHost } from '../../src/wire/known-hosts-file.ts'
import { newKey } from '../transport/ssh-server.ts'
import { describeWith, openSsh } from './needs.ts'

const ours = newKey('ed25519').public
const other = newKey('rsa').public
const blob = Buffer.from(ours.split(' ')[1] ?? '', 'base64')
const hosts = [
  ['192.0.2.1', 22],
  ['192.0.2.1', 2222],
  ['hub1.example.net', 22],
  ['2001:db8::1', 22],
] as const

describeWith(openSsh, "known_hosts and OpenSSH's ssh-keygen", () => {
  let dir: string
  let file: string

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ikero-keygen-'))
    file = join(dir, 'known_hosts')
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  function keygen(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('ssh-keygen', args, { encoding: 'utf8' })
    expect([status, stdout === '' ? stderr : '']).toEqual([0, ''])
    return stdout
  }

  it('a file that ssh-keygen -H hashed is read as it was before', () => {
    const lines = hosts.map(([host, port]) => `${knownHostsName(host, port)} ${ours} note`)
    const text = [`192.0.2.9,192.0.2.1 ${other}`, ...lines, `*.lab ${ours}`, `@revoked old.lab ${other}`, '']
    writeFileSync(file, text.join('\n'))
    expect(spawnSync('ssh-keygen', ['-H', '-f', file]).status).toBe(0)
    const before = parseKnownHosts({ text: text.join('\n') })
    const hashed = readFileSync(file, 'utf8')
    expect(hashed).not.toContain('192.0.2')
    const after = parseKnownHosts({ text: hashed })
    expect(after.passedOver).toEqual([])
    const names = [...hosts, ['192.0.2.9', 22], ['a.lab', 22], ['old.lab', 22], ['192.0.2.2', 22]] as const
    for (const [host, port] of names) {
      for (const of of ['keys', 'revoked'] as const) {
        const found = [before, after].map((known) => known.lookup(host, port)[of].map(({ base64 }) => base64))
        expect(found[1]).toEqual(found[0])
      }
    }
  })

  it.each([false, true])('what ikero writes is found by ssh-keygen -F (hashed: %s)', (hash) => {
    for (const [host, port] of hosts) {
      const entry = { name: knownHostsName(host, port), key: offeredKey(blob), comment: 'ikero trust', hash }
      expect(writeKnownHost(file, entry).kind).toBe('ok')
    }
    for (const [host, port] of hosts) {
      const name = port === 22 ? host : `[${host}]:${port}`
      expect(keygen('-F', name, '-f', file)).toContain(ours.split(' ')[1])
      expect(keygen('-l', '-F', name, '-f', file)).toContain(offeredKey(blob).fingerprint)
    }
    expect(spawnSync('ssh-keygen', ['-F', '192.0.2.2', '-f', file]).status).toBe(1)
  })

  it('fingerprints are those of ssh-keygen -l', () => {
    const path = join(dir, 'key.pub')
    writeFileSync(path, `${ours}\n`)
    expect(keygen('-l', '-f', path)).toContain(` ${offeredKey(blob).fingerprint} `)
    expect(keygen('-l', '-E', 'md5', '-f', path)).toContain(` ${md5FingerprintOf(blob)} `)
  })
})
