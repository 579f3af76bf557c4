import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { ikeroHere, type Ran } from '../cli/in-process.ts'
import { describeWith, openSshServer } from './needs.ts'
import { type KeyFiles, keygen, makeKeyFiles } from './openssh-keys.ts'
import { type Sshd, startSshd, testFolder, user } from './sshd.ts'

describeWith(openSshServer, "ikero trust and OpenSSH's sshd", () => {
  let userKey: KeyFiles
  let known: string

  beforeEach(() => {
    userKey = makeKeyFiles(testFolder(), 'operator')
    known = join(testFolder(), 'known_hosts')
  })

  const trust = (sshd: Sshd, ...flags: readonly string[]): Promise<Ran> =>
    ikeroHere(['trust', `127.0.0.1:${sshd.port}`, '--known-hosts', known, ...flags], { cwd: '/' })

  /** OpenSSH's own login, which believes only what ikero wrote: its exit code and what it printed. */
  function login(sshd: Sshd): Promise<readonly unknown[]> {
    const settings = ['IdentityAgent=none', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${known}`]
    const options = [...settings, `IdentityFile=${userKey.path}`].flatMap((setting) => ['-o', setting])
    const target = ['-p', String(sshd.port), `${user}@127.0.0.1`, 'echo', 'in']
    return new Promise((resolve) => {
      execFile('ssh', ['-F', '/dev/null', ...options, ...target], (error, stdout) => {
        resolve([error === null ? 0 : error.code, stdout])
      })
    })
  }

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'learns the key whose fingerprint ssh-keygen tells, of type %s, and ssh believes it',
    async (type) => {
      const host = makeKeyFiles(testFolder(), 'host', type)
      const sshd = await startSshd({ userKey, hostKeys: [host] })
      const other = await trust(sshd, '--fingerprint', userKey.fingerprint)
      expect([other.code, existsSync(known)]).toEqual([1, false])
      const { code, stdout } = await trust(sshd, '--fingerprint', host.fingerprint, '--json')
      expect(code).toBe(0)
      expect(stdout).toContain(host.fingerprint)
      expect(readFileSync(known, 'utf8')).toContain(`[127.0.0.1]:${sshd.port} ${host.public}`)
      expect(await login(sshd)).toEqual([0, 'in\n'])
      // Only that login told a name; learning the key ended before.
      expect(sshd.log().match(/^debug1: userauth-request for user .* method none/gm)).toHaveLength(1)
    },
  )

  it('hides the name where asked, and ssh and ssh-keygen -F find it', async () => {
    const sshd = await startSshd({ userKey })
    expect((await trust(sshd, '--yes', '--hash')).code).toBe(0)
    expect(readFileSync(known, 'utf8')).not.toContain('127.0.0.1')
    expect(keygen('-F', `[127.0.0.1]:${sshd.port}`, '-f', known)).toContain(sshd.hostKeys[0]?.public)
    expect(await login(sshd)).toEqual([0, 'in\n'])
  })

  it('replaces the key of an sshd that was set up anew by its fingerprint only', async () => {
    const old = makeKeyFiles(testFolder(), 'old')
    const sshd = await startSshd({ userKey })
    writeFileSync(known, `[127.0.0.1]:${sshd.port} ${old.public}\n`)
    const refused = await trust(sshd, '--yes')
    expect(refused.code).toBe(1)
    for (const { fingerprint } of [old, ...sshd.hostKeys]) expect(refused.stdout).toContain(fingerprint)
    expect(await login(sshd)).toEqual([255, ''])
    const replaced = await trust(sshd, '--replace', '--fingerprint', sshd.hostKeys[0]?.fingerprint ?? '')
    expect(replaced.code).toBe(0)
    expect(await login(sshd)).toEqual([0, 'in\n'])
  })
})
