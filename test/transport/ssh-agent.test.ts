import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthContext, ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'
import { describe, expect, it } from 'vitest'
import { userKeyTypes } from '../../src/transport/algorithms.ts'
import { parseKnownHosts } from '../../src/transport/known-hosts.ts'
import { openSsh, type SshTarget } from '../../src/transport/ssh.ts'
import { createFakeClock } from '../fake-clock.ts'
import { atEnd, clock, type KeyPair, newKey, startServer, targetOf } from './ssh-server.ts'

interface AgentWishes {
  readonly sign?: 'refuse'
  /** It takes the connection and says nothing. */
  readonly silent?: boolean
}

function readKey(key: KeyPair): ParsedKey {
  const read = ssh2.utils.parseKey(key.private)
  if (read instanceof Error) throw read
  return read
}

/** An SSH agent on a socket of its own, with these keys. */
async function startAgent(keys: readonly KeyPair[], wishes: AgentWishes = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ikero-agent-'))
  const path = join(folder, 'agent.sock')
  const sockets = new Set<Socket>()
  const own = keys.map(readKey)
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (wishes.silent === true) return
    const agent = new ssh2.AgentProtocol(false)
    agent.on('identities', (request) => agent.getIdentitiesReply(request, own))
    agent.on('sign', (request, wanted, data) => {
      const key = own.find((one) => one.getPublicSSH().equals(wanted.getPublicSSH()))
      const signature = wishes.sign === 'refuse' ? undefined : key?.sign(data)
      if (signature === undefined || signature instanceof Error) agent.failureReply(request)
      else agent.signReply(request, signature)
    })
    socket.pipe(agent).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  atEnd(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
    rmSync(folder, { recursive: true, force: true })
  })
  return path
}

/** Takes one key, or the password, and hangs up after so many refusals. */
function taking(
  key: KeyPair | undefined,
  most = 100,
): (context: AuthContext, connection: { end(): void }) => void {
  let refused = 0
  return (context, connection) => {
    const good =
      (context.method === 'publickey' && context.key.data.toString('base64') === key?.public.split(' ')[1]) ||
      (context.method === 'password' && context.password === 'let-me-in')
    if (good) return context.accept()
    if (context.method !== 'none') refused += 1
    context.reject(['publickey', 'password'])
    if (refused >= most) connection.end()
  }
}

/** What the server was asked; a key is asked about and then proven, which is told as one here. */
async function attempt(
  target: SshTarget,
): Promise<{ readonly opened: boolean; readonly message: string; readonly next: string }> {
  const result = await openSsh(target, { clock })
  if (result.kind === 'ok') {
    result.value.close()
    return { opened: true, message: '', next: '' }
  }
  return { opened: false, message: result.error.message, next: result.error.next ?? '' }
}

const shell = (): void => {}
const keyOnly = (target: SshTarget): SshTarget => {
  const { password: _none, ...rest } = target
  return rest
}

describe('the SSH agent', () => {
  it('logs in with the key that the device takes, and nothing else is presented', async () => {
    const key = newKey('ed25519')
    const socket = await startAgent([newKey('ed25519'), key])
    const server = await startServer({ shell, authenticate: taking(key) })
    expect(await attempt(targetOf(server, { agent: { socket } }))).toMatchObject({ opened: true })
    expect(server.attempts).not.toContain('password')
  })

  it('goes on to the password when the device takes none of its keys', async () => {
    const socket = await startAgent([newKey('ed25519')])
    const server = await startServer({ shell, authenticate: taking(undefined) })
    expect(await attempt(targetOf(server, { agent: { socket } }))).toMatchObject({ opened: true })
    expect(server.attempts).toEqual(['none', 'publickey', 'password'])
  })

  it('goes on to the password when it will not sign, and says so when that is refused too', async () => {
    const key = newKey('ed25519')
    const socket = await startAgent([key], { sign: 'refuse' })
    const server = await startServer({ shell, authenticate: taking(key) })
    expect(await attempt(targetOf(server, { agent: { socket } }))).toMatchObject({ opened: true })
    const { message } = await attempt(targetOf(server, { agent: { socket }, password: 'wrong' }))
    expect(message).toContain('(a key of the agent, then password)')
    expect(message).toContain('not presented: the agent would not sign')
  })

  it.each([
    ['is not named', undefined, 'SSH_AUTH_SOCK is not set'],
    ['is not there', '/nonexistent/agent.sock', 'the SSH agent at /nonexistent/agent.sock cannot be used'],
  ])('that %s is told before any contact where nothing else is left', async (_, socket, words) => {
    const server = await startServer({ shell })
    const agent = socket === undefined ? {} : { socket }
    const { message, next } = await attempt(keyOnly(targetOf(server, { agent })))
    expect(message).toContain(words)
    expect(next).toContain('ssh-add')
    expect(server.accepted()).toBe(0)
    // With a password it is no obstacle.
    expect(await attempt(targetOf(server, { agent }))).toMatchObject({ opened: true })
  })

  it('without keys is told as such', async () => {
    const socket = await startAgent([])
    const server = await startServer({ shell })
    const { message } = await attempt(keyOnly(targetOf(server, { agent: { socket } })))
    expect(message).toContain('has no keys')
  })

  it('that never answers is given up by the clock', async () => {
    const socket = await startAgent([], { silent: true })
    const server = await startServer({ shell })
    const fake = createFakeClock()
    const opening = openSsh(keyOnly(targetOf(server, { agent: { socket } })), { clock: fake })
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    await fake.advance(5000)
    expect(await opening).toMatchObject({
      kind: 'err',
      error: { message: expect.stringContaining('does not answer') },
    })
  })

  it.each([
    ['a device', 'Cisco-1.25', 3, 2],
    ['OpenSSH', 'OpenSSH_9.2p1', 6, 5],
  ])('with many keys leaves %s a try for the password', async (_, ident, most, keys) => {
    const socket = await startAgent(Array.from({ length: 8 }, () => newKey('ed25519')))
    const server = await startServer({ shell, ident, authenticate: taking(undefined, most) })
    expect(await attempt(targetOf(server, { agent: { socket } }))).toMatchObject({ opened: true })
    expect(server.attempts.filter((method) => method === 'publickey')).toHaveLength(keys)
    const { message } = await attempt(targetOf(server, { agent: { socket }, password: 'wrong' }))
    expect(message).toContain(`not presented: ${8 - keys} of the agent's keys`)
  })

  it('is asked for the identity files only where IdentitiesOnly says so', async () => {
    const key = newKey('ed25519')
    const socket = await startAgent([newKey('ed25519'), newKey('ed25519'), key])
    const server = await startServer({ shell, authenticate: taking(key, 1) })
    const only = [key.public.split(' ')[1] ?? '']
    const target = targetOf(server, { agent: { socket, only } })
    expect(await attempt(target)).toMatchObject({ opened: true })
    const none = await attempt(keyOnly(targetOf(server, { agent: { socket, only: ['AAAA'] } })))
    expect(none.message).toContain('no key that the SSH configuration allows')
  })
})

describe('identity files that only a configuration names', () => {
  it('are presented in their order, and one that cannot be used is no obstacle', async () => {
    const key = newKey('ed25519')
    const server = await startServer({ shell, authenticate: taking(key) })
    const identities = [
      { name: 'IdentityFile /k/locked (config:2)', text: newKey('ed25519', 'secret').private },
      { name: 'IdentityFile /k/other (config:3)', text: newKey('ed25519').private },
      { name: 'IdentityFile /k/right (config:4)', text: key.private },
    ]
    expect(await attempt(keyOnly(targetOf(server, { identities })))).toMatchObject({ opened: true })
    const refused = await attempt(targetOf(server, { identities: identities.slice(0, 2), password: 'wrong' }))
    expect(refused.message).toContain('refused the login of netops (key, then password)')
    expect(refused.message).toContain('not presented: IdentityFile /k/locked (config:2): it is encrypted')
  })
})

describe('key types that PubkeyAcceptedAlgorithms leaves out', () => {
  it('are presented neither from a file nor from the agent', async () => {
    const [ed25519, rsa] = [newKey('ed25519'), newKey('rsa')]
    const socket = await startAgent([ed25519, rsa])
    const server = await startServer({ shell, authenticate: taking(rsa, 1) })
    const edits = { userKeys: { how: 'set', names: ['rsa-sha2-*'] } } as const
    expect(await attempt(targetOf(server, { agent: { socket }, edits }))).toMatchObject({ opened: true })
    const identities = [{ name: 'IdentityFile /k', text: ed25519.private }]
    const refused = await attempt(targetOf(server, { identities, edits, password: 'wrong' }))
    expect(refused.message).toContain('IdentityFile /k: PubkeyAcceptedAlgorithms leaves its type out')
    expect(userKeyTypes({ how: 'remove', names: ['ssh-rsa'] })).toContain('ssh-rsa')
    expect(userKeyTypes({ how: 'remove', names: ['*rsa*'] })).not.toContain('ssh-rsa')
  })
})

describe('a HostKeyAlias', () => {
  it('is the name that known_hosts is asked for, without a port', async () => {
    const server = await startServer({ shell })
    const knownHosts = parseKnownHosts({ text: `core-1 ${server.key.public}\n` })
    expect(await attempt(targetOf(server, { knownHosts, hostKeyAlias: 'core-1' }))).toMatchObject({
      opened: true,
    })
    expect((await attempt(targetOf(server, { knownHosts }))).message).toContain('known_hosts has no key')
  })
})
