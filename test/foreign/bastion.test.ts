import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ikeroHere, type Ran } from '../cli/in-process.ts'
import { type Lab, startLab, writingLines } from '../e2e/lab.ts'
import { atEnd } from '../transport/ssh-server.ts'
import { describeWith, openSsh, openSshServer } from './needs.ts'
import { type KeyFiles, keygen, makeKeyFiles } from './openssh-keys.ts'
import { end, type Sshd, startSshd, testFolder, user } from './sshd.ts'

interface Row {
  readonly host: string
  readonly status: string
  readonly error?: { readonly code: string; readonly message: string; readonly next: string }
}

/** An agent with one key; the key's file is gone. */
async function startAgent(key: KeyFiles): Promise<string> {
  const socket = join(testFolder(), 'agent')
  const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  atEnd(() => end(agent))
  // It tells its socket once it listens there.
  await new Promise<void>((resolve, reject) => {
    agent.stdout?.once('data', () => resolve())
    agent.once('exit', () => reject(new Error('ssh-agent ended')))
    agent.once('error', reject)
  })
  const added = spawnSync('ssh-add', ['-q', key.path], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
  expect([added.status, String(added.stderr)]).toEqual([0, ''])
  rmSync(key.path)
  return socket
}

/** What stands on stderr besides progress. */
function complaints(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => /^(?:warning|error)\b/.test(line))
}

/** How often that key has logged in. */
function logins(sshd: Sshd, key: KeyFiles): number {
  const lines = sshd.log().split('\n')
  return lines.filter((line) => line.startsWith('Accepted publickey') && line.includes(key.fingerprint))
    .length
}

describeWith(openSsh, "OpenSSH's programs", () => {
  describeWith(openSshServer, "OpenSSH's sshd as a jump host", () => {
    let lab: Lab
    let key: KeyFiles

    beforeEach(async () => {
      lab = await startLab('mocks/scenarios/lab.yml')
      key = makeKeyFiles(testFolder(), 'operator')
    })
    afterEach(() => lab.stop())

    const known = (): string => join(lab.dir, 'known_hosts')
    const trusts = (lines: string): void => appendFileSync(known(), lines)

    function reachedVia(jumps: readonly (readonly [name: string, sshd: Sshd])[], login: string): void {
      const path = join(lab.dir, 'inventory.yml')
      const names = jumps.map(([name]) => name).join(', ')
      const lines = jumps.map(
        ([name, { port }]) => `  ${name}: { address: 127.0.0.1, port: ${port}, credential: gate }\n`,
      )
      const text = readFileSync(path, 'utf8')
        .replace('defaults: { credential: lab }', `defaults: { credential: lab, via: [${names}] }`)
        .replace('credentials:\n', `credentials:\n  gate: { username: ${user}, ${login} }\n`)
      writeFileSync(path, `${text}jumps:\n${lines.join('')}`)
    }
    const withFile = (): string => `privateKey: { file: ${key.path} }`

    async function run(
      command: 'plan' | 'apply',
      env: Readonly<Record<string, string>> = {},
    ): Promise<Ran & { readonly rows: readonly Row[] }> {
      const flags = [...lab.flags, '--json', ...(command === 'apply' ? ['--yes'] : [])]
      const ran = await ikeroHere([command, 'playbooks/hubs.yml', ...flags], { cwd: process.cwd(), env })
      return { ...ran, rows: JSON.parse(ran.stdout).devices }
    }

    it('carries a whole change of all devices over one login', async () => {
      const bastion = await startSshd({ userKey: key })
      trusts(bastion.known)
      reachedVia([['bastion', bastion]], withFile())
      const { code, rows, stderr } = await run('apply')
      expect([code, complaints(stderr)]).toEqual([0, []])
      expect(rows.map((row) => row.status)).toEqual(['verified', 'verified', 'verified'])
      expect(logins(bastion, key)).toBe(1)
      expect(writingLines(lab, 'hub1')).toContain('responder-only')
    })

    it('leads on to a second one only once its key is known, too', async () => {
      const [outer, inner] = [await startSshd({ userKey: key }), await startSshd({ userKey: key })]
      reachedVia(
        [
          ['outer', outer],
          ['inner', inner],
        ],
        withFile(),
      )
      trusts(outer.known)
      const refused = await run('plan')
      expect(refused.rows.map((row) => row.error?.code)).toEqual(Array(3).fill('HOST_KEY_UNKNOWN'))
      expect(refused.rows[0]?.error?.message).toContain('inner')
      expect([logins(outer, key), logins(inner, key), lab.lines()]).toEqual([1, 0, []])
      trusts(inner.known)
      const { code, rows, stderr } = await run('plan')
      expect([code, complaints(stderr)]).toEqual([2, []])
      expect(rows.map((row) => row.status)).toEqual(['pending', 'pending', 'pending'])
      expect([logins(outer, key), logins(inner, key)]).toEqual([2, 1])
    })

    it('is found in ~/.ssh/config, as a ProxyJump over two', async () => {
      const [outer, inner] = [await startSshd({ userKey: key }), await startSshd({ userKey: key })]
      trusts(outer.known + inner.known)
      const home = testFolder()
      mkdirSync(join(home, '.ssh'), { mode: 0o700 })
      const config = join(home, '.ssh', 'config')
      const gate = (name: string, port: number): string =>
        `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  User ${user}\n  IdentityFile ${key.path}\n`
      const text = `Host 127.0.0.1\n  ProxyJump outer,inner\n${gate('outer', outer.port)}${gate('inner', inner.port)}`
      writeFileSync(config, text, { mode: 0o600 })
      const { code, rows, stderr } = await run('plan', { HOME: home })
      expect([code, complaints(stderr)]).toEqual([2, []])
      expect(rows).toHaveLength(3)
      expect([logins(outer, key), logins(inner, key)]).toEqual([1, 1])
    })

    it('takes a key of ssh-agent, whose file is gone', async () => {
      const bastion = await startSshd({ userKey: key })
      trusts(bastion.known)
      reachedVia([['bastion', bastion]], 'agent: true')
      const without = await run('plan')
      expect(without.code).toBe(1)
      expect(JSON.stringify(without.rows)).toContain('SSH_AUTH_SOCK')
      const { code, stderr } = await run('plan', { SSH_AUTH_SOCK: await startAgent(key) })
      expect([code, complaints(stderr)]).toEqual([2, []])
      expect(logins(bastion, key)).toBe(1)
    })

    it('is known by the lines that ssh-keygen -H has hashed', async () => {
      const bastion = await startSshd({ userKey: key })
      trusts(bastion.known)
      reachedVia([['bastion', bastion]], withFile())
      keygen('-q', '-H', '-f', known())
      expect(readFileSync(known(), 'utf8')).not.toContain('127.0.0.1')
      const { code, stderr } = await run('plan')
      expect([code, complaints(stderr)]).toEqual([2, []])
    })

    it('is refused by name where only a certificate authority vouches for it, which OpenSSH takes', async () => {
      const dir = testFolder()
      const [host, authority] = [makeKeyFiles(dir, 'host'), makeKeyFiles(dir, 'authority')]
      keygen('-q', '-s', authority.path, '-I', 'bastion', '-h', '-n', '127.0.0.1', `${host.path}.pub`)
      const config = [`HostCertificate ${host.path}-cert.pub`]
      const bastion = await startSshd({ userKey: key, hostKeys: [host], config })
      trusts(`@cert-authority [127.0.0.1]:${bastion.port} ${authority.public}\n`)
      const settings = [`UserKnownHostsFile=${known()}`, `IdentityFile=${key.path}`, 'IdentityAgent=none']
      const options = [...settings, 'StrictHostKeyChecking=yes'].flatMap((setting) => ['-o', setting])
      const login = [
        '-F',
        '/dev/null',
        ...options,
        '-p',
        String(bastion.port),
        `${user}@127.0.0.1`,
        'echo',
        'in',
      ]
      const openssh = spawnSync('ssh', login, { encoding: 'utf8' })
      expect([openssh.status, openssh.stdout]).toEqual([0, 'in\n'])
      reachedVia([['bastion', bastion]], withFile())
      const { code, rows } = await run('plan')
      expect(code).toBe(1)
      expect(rows.map((row) => row.error?.code)).toEqual(Array(3).fill('HOST_CERTIFICATE_UNSUPPORTED'))
      expect(rows[0]?.error?.message).toContain('bastion')
      expect(logins(bastion, key)).toBe(1)
    })
  })
})
