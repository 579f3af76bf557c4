import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { atEnd } from '../transport/ssh-server.ts'
import { type KeyFiles, makeKeyFiles } from './openssh-keys.ts'

export interface SshdWishes {
  /** Who may log in, as the user who runs the tests. */
  readonly userKey: KeyFiles
  readonly hostKeys?: readonly KeyFiles[]
  /** More lines of sshd_config. */
  readonly config?: readonly string[]
}

/** OpenSSH's own server on loopback; it ends with the test. */
export interface Sshd {
  readonly port: number
  readonly hostKeys: readonly KeyFiles[]
  /** One line of known_hosts for each of its keys. */
  readonly known: string
  /** What it has logged so far. */
  log(): string
}

/** The only account that an sshd without a system around it can log in. */
export const user: string = userInfo().username

/** A folder of this test, removed behind it. */
export function testFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-sshd-'))
  atEnd(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** How often another program may take the free port before sshd does. */
const mostTries = 5

export async function startSshd({ userKey, hostKeys, config = [] }: SshdWishes): Promise<Sshd> {
  const dir = testFolder()
  const keys = hostKeys ?? [makeKeyFiles(dir, 'host')]
  writeFileSync(join(dir, 'authorized_keys'), `${userKey.public}\n`)
  // Compiled in: the folder that an sshd of root locks its unprivileged half into.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const settings = [
    'ListenAddress 127.0.0.1',
    `PidFile ${join(dir, 'pid')}`,
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    ...keys.map(({ path }) => `HostKey ${path}`),
    'AuthenticationMethods publickey',
    'PermitRootLogin prohibit-password',
    // Folders for temporary files belong to everybody.
    'StrictModes no',
    'UsePAM no',
    'UseDNS no',
    'PrintMotd no',
    'PrintLastLog no',
    'LogLevel DEBUG1',
    ...config,
  ]
  writeFileSync(join(dir, 'sshd_config'), `${settings.join('\n')}\n`)
  let said = ''
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const port = await freePort()
    const started = await start(join(dir, 'sshd_config'), port)
    if (started.listens) {
      const known = keys.map((key) => `[127.0.0.1]:${port} ${key.public}\n`).join('')
      return { port, hostKeys: keys, known, log: started.log }
    }
    said = started.log()
    if (!said.includes('Address already in use')) break
  }
  throw new Error(`sshd did not start: ${said}`)
}

interface Started {
  readonly listens: boolean
  log(): string
}

/** Answers once sshd says that it listens, or has ended. */
function start(config: string, port: number): Promise<Started> {
  // A process group of its own, so that the processes of its sessions end with it.
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config, '-p', String(port)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  const log = (): string => said
  atEnd(() => end(child))
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      if (said.includes(`Server listening on 127.0.0.1 port ${port}.`)) resolve({ listens: true, log })
    })
    child.once('error', reject)
    child.once('exit', () => resolve({ listens: false, log }))
  })
}

/** Ends a program that was started with `detached`, and every process of its group. */
export function end(child: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  } catch {
    // All of the group are gone already.
  }
  child.stdout?.destroy()
  child.stderr?.destroy()
  return gone
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
