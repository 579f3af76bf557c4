import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../src/transport/host-key.ts'
import { type KeyPair, newKey, type RunningServer, startServer } from '../transport/ssh-server.ts'
import { type Here, ikeroHere, type Ran } from './in-process.ts'

let dir: string
let server: RunningServer
let host: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-trust-'))
  server = await startServer()
  host = `127.0.0.1:${server.port}`
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const prints = (key: KeyPair): string => fingerprintOf(Buffer.from(key.public.split(' ')[1] ?? '', 'base64'))
const file = (): string => join(dir, 'known_hosts')
const known = (): string => readFileSync(file(), 'utf8')
const changed = (): KeyPair => {
  const old = newKey('ed25519')
  writeFileSync(file(), `[127.0.0.1]:${server.port} ${old.public}\n`)
  return old
}
const trust = (args: readonly string[], here: Here = {}): Promise<Ran> =>
  ikeroHere(['trust', '--known-hosts', file(), ...args], { cwd: dir, env: { TERM: 'dumb' }, ...here })

describe('ikero trust', () => {
  it.each([
    ['yes\r', 0, 'learned'],
    ['y\r', 1, 'refused'],
    ['\r', 1, 'refused'],
  ])('shows the fingerprints and asks at a terminal: %j', async (typed, code, word) => {
    const ran = await trust([host], { typed })
    expect(ran.code).toBe(code)
    expect(ran.stderr).toContain(prints(server.key))
    expect(ran.stderr).toMatch(/MD5:(?:[0-9a-f]{2}:){15}[0-9a-f]{2}\b/)
    expect(ran.stderr.replace(/\s+/g, '')).toContain(server.key.public.split(' ')[1])
    expect(ran.stderr).toContain("Store this key? Only 'yes' is accepted:")
    expect(ran.stdout).toMatch(new RegExp(`^${word} `))
    expect(server.attempts).toEqual([])
  })

  it('replaces a changed key when that was asked for and somebody says yes, whatever --yes says', async () => {
    const old = changed()
    expect((await trust([host, '--yes'])).code).toBe(1)
    const no = await trust(['--replace', host, '--yes'], { typed: 'no\r' })
    expect([no.code, known()]).toEqual([1, `[127.0.0.1]:${server.port} ${old.public}\n`])
    const yes = await trust(['--replace', host, '--yes'], { typed: 'yes\r' })
    expect(yes.stderr).toContain('the host key has changed')
    for (const key of [old, server.key]) expect(yes.stderr).toContain(prints(key))
    expect(yes.stderr).toContain('Replace the known key?')
    expect(yes.code).toBe(0)
    expect(known()).toContain(server.key.public)
    expect(known()).not.toContain(old.public)
  })

  it('replaces a changed key by its fingerprint where nobody can be asked', async () => {
    changed()
    const ran = await trust(['--replace', host, '--fingerprint', prints(server.key)])
    expect([ran.code, ran.stderr]).toEqual([0, `${host}: asked for its key\n`])
    expect(known()).toContain(server.key.public)
  })

  it('prints one document with --json', async () => {
    const ran = await trust([host, '--yes', '--json'])
    expect(ran.stderr).toBe(`${host}: asked for its key\n`)
    const [type, base64] = server.key.public.split(' ')
    expect(JSON.parse(ran.stdout)).toEqual({
      formatVersion: 1,
      command: 'trust',
      knownHosts: file(),
      exitCode: 0,
      hosts: [
        {
          host,
          address: '127.0.0.1',
          port: server.port,
          status: 'learned',
          key: { type, sha256: prints(server.key), md5: expect.stringMatching(/^MD5:/), base64 },
          known: [],
        },
      ],
    })
  })

  it('tells a refused key with its code and what to do', async () => {
    const old = changed()
    const { code, stdout } = await trust([host, '--yes'])
    expect(code).toBe(1)
    const text = stdout.replace(/\s+/g, ' ')
    expect(text).toContain('HOST_KEY_CHANGED')
    for (const key of [old, server.key]) expect(text).toContain(prints(key))
    expect(text).toContain(`ikero trust ${host} --replace`)
    expect(text).toContain('1 refused')
  })

  it.each([
    [[], /no host is named/],
    [['192.0.2.1'], /no terminal to ask on/],
    [['--replace', '192.0.2.1'], /no terminal to ask on/],
    [['--replace', '192.0.2.1', '--yes'], /somebody has compared/],
    [['--replace', '--yes'], /--replace takes the hosts by name/],
    [['192.0.2.1', '--fingerprint', 'x'], /is no fingerprint/],
    [['nowhere.yml', '--yes'], /nowhere\.yml/],
  ])('is refused with 64 and contacts nothing: %j', async (args, said) => {
    const asked = args.length === 0 ? ['--yes'] : args
    const ran = await trust(asked)
    expect(ran.code).toBe(64)
    expect(ran.stderr).toMatch(said)
    expect(ran.stdout).toBe('')
  })
})
