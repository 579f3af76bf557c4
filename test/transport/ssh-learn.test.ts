import { createServer } from 'node:net'
import ssh2 from 'ssh2'
import { describe, expect, it } from 'vitest'
import { parseKnownHosts } from '../../src/transport/known-hosts.ts'
import type { SshReach } from '../../src/transport/ssh.ts'
import { learnHostKey } from '../../src/transport/ssh-learn.ts'
import { createFakeClock } from '../fake-clock.ts'
import { atEnd, clock, type KeyPair, knowing, newKey, startServer } from './ssh-server.ts'

const nothing = parseKnownHosts({ text: '' })

function reach(server: { readonly port: number }, more: Partial<SshReach> = {}): SshReach {
  return {
    host: 'hub1',
    address: '127.0.0.1',
    port: server.port,
    connectTimeoutMs: 10_000,
    knownHosts: nothing,
    ...more,
  }
}

const base64Of = (key: KeyPair): string => key.public.split(' ')[1] ?? ''

async function learned(target: SshReach, wanted?: string): Promise<string> {
  const key = await learnHostKey(target, { clock }, wanted)
  if (key.kind === 'err') throw new Error(`${key.error.code}: ${key.error.message}`)
  return key.value.base64
}

/** A server that shows one key and signs with another. */
async function impostor(shown: KeyPair, owned: KeyPair): Promise<number> {
  const [face, hand] = [shown, owned].map((key) => ssh2.utils.parseKey(key.private))
  if (face === undefined || hand === undefined || face instanceof Error || hand instanceof Error)
    throw new Error('no key')
  const mask = Object.create(hand, { getPublicSSH: { value: () => face.getPublicSSH() } })
  const attempts: string[] = []
  const server = new ssh2.Server({ hostKeys: [{ key: mask }] }, (connection) => {
    connection.on('error', () => {})
    connection.on('authentication', (context) => attempts.push(context.method))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    expect(attempts).toEqual([])
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const address: { port: number } | null | string = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

describe('learning a host key', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'ends after the key exchange: no login (%s)',
    async (kind) => {
      const server = await startServer({ keys: [newKey(kind)] })
      expect(await learned(reach(server))).toBe(base64Of(server.key))
      await expect.poll(() => server.connections()).toBe(0)
      expect(server.attempts).toEqual([])
    },
  )

  it('asks first for the type that known_hosts has', async () => {
    const keys = [newKey('ed25519'), newKey('ecdsa'), newKey('rsa')]
    const server = await startServer({ keys })
    for (const key of keys) {
      expect(await learned(reach(server, { knownHosts: knowing(server.port, key) }))).toBe(base64Of(key))
    }
  })

  it('looks through all types for a fingerprint, and answers with the first key where no one has it', async () => {
    const keys = [newKey('ed25519'), newKey('ecdsa'), newKey('rsa')]
    const server = await startServer({ keys })
    for (const key of keys) {
      const only = await startServer({ keys: [key] })
      const print = await learnHostKey(reach(only), { clock })
      if (print.kind === 'err') throw new Error(print.error.message)
      expect(await learned(reach(server), print.value.fingerprint)).toBe(base64Of(key))
    }
    const [first] = keys
    expect(await learned(reach(server), `SHA256:${'A'.repeat(43)}`)).toBe(
      first === undefined ? '' : base64Of(first),
    )
  })

  it('takes no key whose owner another machine is', async () => {
    const port = await impostor(newKey('ed25519'), newKey('ed25519'))
    const key = await learnHostKey(reach({ port }), { clock })
    expect(key).toMatchObject({
      kind: 'err',
      error: { code: 'HOST_KEY_CHANGED', message: expect.stringContaining('cannot prove') },
    })
  })

  it('is given up by the connect clock, and by the signal', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).resume())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(() => new Promise<void>((resolve) => server.close(() => resolve())))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const fake = createFakeClock()
    const slow = learnHostKey(reach({ port }), { clock: fake })
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    await fake.advance(10_000)
    expect(await slow).toMatchObject({ kind: 'err', error: { code: 'TIMED_OUT' } })
    const stop = new AbortController()
    const broken = learnHostKey(reach({ port }), { clock: fake, signal: stop.signal })
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    stop.abort('operator')
    expect(await broken).toMatchObject({ kind: 'err', error: { code: 'CONNECT_FAILED' } })
    expect(fake.pending).toBe(0)
  })
})
