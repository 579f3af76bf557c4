import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { knownHostsLines, makeHostKeys } from '../../mocks/host-keys.ts'
import { type ForeignLab, startForeignLab } from './lab.ts'
import { describeWith, openSsh } from './needs.ts'

/** A running `ssh`, and a way to wait for what it prints. */
interface Ssh {
  type(text: string): void
  until(text: string): Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
}

function watch(child: ChildProcess): Ssh {
  let out = ''
  let err = ''
  const lookers = new Set<() => void>()
  child.stdout?.on('data', (bytes) => {
    out += String(bytes)
    for (const look of lookers) look()
  })
  child.stderr?.on('data', (bytes) => {
    err += String(bytes)
  })
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }))
  })
  return {
    type: (text) => child.stdin?.write(text),
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!out.includes(text)) return
          lookers.delete(look)
          resolve(out)
        }
        lookers.add(look)
        void ended.then(() => reject(new Error(`ssh ended before ${JSON.stringify(text)}: ${out}${err}`)))
        look()
      }),
    ended,
  }
}

describeWith(openSsh, 'OpenSSH', () => {
  let lab: ForeignLab

  beforeEach(async () => {
    lab = await startForeignLab()
  })

  afterEach(() => lab.stop())

  /** Nothing of the user's own configuration, keys or agent takes part; the password comes by SSH_ASKPASS. */
  function ssh(
    device: string,
    knownHosts: string,
    options: readonly string[] = [],
    command: readonly string[] = [],
  ): Ssh {
    const askpass = join(lab.dir, 'askpass')
    writeFileSync(askpass, '#!/bin/sh\ncat "$IKERO_TEST_PASSWORD_FILE"\n')
    chmodSync(askpass, 0o700)
    const settings = [
      `UserKnownHostsFile=${knownHosts}`,
      'GlobalKnownHostsFile=/dev/null',
      'StrictHostKeyChecking=yes',
      'IdentityFile=none',
      'IdentityAgent=none',
      'NumberOfPasswordPrompts=1',
    ].flatMap((setting) => ['-o', setting])
    const args = [
      '-F',
      '/dev/null',
      '-p',
      String(lab.port(device)),
      ...settings,
      ...options,
      'netops@127.0.0.1',
      ...command,
    ]
    return watch(
      spawn('ssh', args, {
        env: {
          PATH: process.env.PATH,
          SSH_ASKPASS: askpass,
          SSH_ASKPASS_REQUIRE: 'force',
          IKERO_TEST_PASSWORD_FILE: join(lab.dir, 'password'),
        },
      }),
    )
  }

  const knownHosts = (): string => join(lab.dir, 'known_hosts')

  async function enable(session: Ssh): Promise<void> {
    await session.until('>')
    session.type('enable\r')
    await session.until('Password: ')
    session.type(`${lab.password}\r`)
    await session.until('#')
  }

  it('drives an IOS router at a terminal: enable, pager, configuration, exit', async () => {
    const session = ssh('hub1', knownHosts(), ['-tt'])
    await enable(session)
    session.type('show version\r')
    await session.until('--More--')
    session.type('q')
    session.type('terminal length 0\rshow version\r')
    await session.until('15.2(4)M6')
    session.type('configure terminal\rinterface GigabitEthernet0/0\rdescription typed over OpenSSH\r\u001a')
    await session.until('^Z')
    session.type('show running-config\rexit\r')
    const { code, out, err } = await session.ended
    expect(out).toContain('\r\n description typed over OpenSSH\r\n')
    expect(out).not.toContain(lab.password)
    expect([code, err.replace(/^Connection to .* closed.\r?\n/m, '')]).toEqual([0, ''])
  })

  it('drives an ASA at a terminal: enable, pager, configuration, exit', async () => {
    const session = ssh('asa-hq', knownHosts(), ['-tt'])
    await enable(session)
    session.type('show running-config\r')
    await session.until('<--- More --->')
    session.type('q')
    session.type('terminal pager 0\rshow version\r')
    await session.until('9.16(3)19')
    session.type('configure terminal\rinterface GigabitEthernet1/1\rdescription typed over OpenSSH\rend\r')
    session.type('show running-config\r')
    await session.until('\r\n description typed over OpenSSH\r\n')
    session.type('exit\r')
    expect((await session.ended).code).toBe(0)
  })

  it('runs one line without a terminal on an IOS router', async () => {
    const { code, out } = await ssh('hub1', knownHosts(), [], ['show', 'version']).ended
    expect(out).toContain('15.2(4)M6')
    expect(out).not.toContain('hub1>')
    expect(code).toBe(0)
  })

  it('accepts either host key of a device', async () => {
    for (const algorithm of ['ssh-ed25519', 'ecdsa-sha2-nistp256']) {
      const session = ssh('hub2', knownHosts(), ['-o', `HostKeyAlgorithms=${algorithm}`], ['show', 'version'])
      expect((await session.ended).code).toBe(0)
    }
  })

  it('refuses a device whose host key is another, before anything is typed', async () => {
    const wrong = join(lab.dir, 'wrong_known_hosts')
    writeFileSync(wrong, knownHostsLines(makeHostKeys(), '127.0.0.1', lab.port('hub1')))
    const before = readFileSync(join(lab.dir, 'lines.ndjson'), 'utf8')
    const { code, err } = await ssh('hub1', wrong, [], ['show', 'version']).ended
    expect(code).toBe(255)
    expect(err).toContain('Host key verification failed.')
    expect(readFileSync(join(lab.dir, 'lines.ndjson'), 'utf8')).toBe(before)
  })

  it('is refused with a wrong password', async () => {
    const password = readFileSync(join(lab.dir, 'password'), 'utf8')
    writeFileSync(join(lab.dir, 'password'), 'wrong')
    const { code, err } = await ssh('hub1', knownHosts(), [], ['show', 'version']).ended
    writeFileSync(join(lab.dir, 'password'), password)
    expect(code).toBe(255)
    expect(err).toContain('Permission denied')
  })
})
