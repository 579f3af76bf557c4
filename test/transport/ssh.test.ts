import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { AuthContext, ServerChannel } from 'ssh2'
import { describe, expect, it } from 'vitest'
import type { Unreachable } from '../../src/model/shell.ts'
import { algorithmOffer } from '../../src/transport/algorithms.ts'
import { parseKnownHosts } from '../../src/transport/known-hosts.ts'
import type { ByteLink } from '../../src/transport/link.ts'
import { openSsh, type SshTarget } from '../../src/transport/ssh.ts'
import { createFakeClock } from '../fake-clock.ts'
import { atEnd, clock, hashedName, knowing, newKey, startServer, targetOf } from './ssh-server.ts'

const echo = (channel: ServerChannel): void => {
  channel.on('data', (data: Buffer) => channel.write(data))
}

async function linkTo(target: SshTarget): Promise<ByteLink> {
  const opened = await openSsh(target, { clock })
  if (opened.kind === 'err') throw new Error(`${opened.error.code}: ${opened.error.message}`)
  atEnd(() => opened.value.close())
  return opened.value
}

async function refusalOf(target: SshTarget): Promise<Unreachable> {
  const opened = await openSsh(target, { clock })
  if (opened.kind === 'err') return opened.error
  opened.value.close()
  throw new Error('it opened')
}

/** A TCP listener that is no SSH server. */
async function listener(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.resume()
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const text = async (link: ByteLink): Promise<string> => {
  const chunk = await link.read()
  return chunk === 'closed' ? 'closed' : Buffer.from(chunk).toString()
}

describe('an SSH link', () => {
  it('carries bytes both ways on a wide terminal, and ends reads when it is closed', async () => {
    const server = await startServer({ shell: echo })
    const link = await linkTo(targetOf(server))
    expect(link.peer).toBe(`hub1 (127.0.0.1:${server.port})`)
    expect(link.hostKey).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
    await link.write('show version\r')
    expect(await text(link)).toBe('show version\r')
    expect(server.windows).toEqual([{ cols: 511, term: 'vt100' }])
    const pending = link.read()
    link.close()
    link.close()
    expect(await pending).toBe('closed')
    expect(await link.read()).toBe('closed')
    await expect(link.write('more')).rejects.toThrow('closed')
  })

  it('gives all that was said before the device closed', async () => {
    const server = await startServer({
      shell: (channel) => {
        channel.write('goodbye')
        channel.end()
      },
    })
    const link = await linkTo(targetOf(server))
    expect(await text(link)).toBe('goodbye')
    expect(await text(link)).toBe('closed')
  })

  it('ends reads and writes when the connection is lost', async () => {
    const server = await startServer({
      shell: (channel) => {
        channel.on('data', () => {
          Reflect.get(Reflect.get(channel, '_client'), '_sock').resetAndDestroy()
        })
      },
    })
    const link = await linkTo(targetOf(server))
    await link.write('x')
    expect(await text(link)).toBe('closed')
    await expect(link.write('y')).rejects.toThrow('closed')
  })

  it('lives on with a device that answers no request for a sign of life', async () => {
    const server = await startServer({ shell: echo, deaf: true })
    const opened = await openSsh(targetOf(server), { clock, keepaliveMs: 10 })
    if (opened.kind === 'err') throw new Error(opened.error.message)
    atEnd(() => opened.value.close())
    await expect.poll(() => server.ignored()).toBeGreaterThan(10)
    await opened.value.write('x')
    expect(await text(opened.value)).toBe('x')
  })

  it('holds a device back that sends more than is pulled', async () => {
    let accepted = 0
    const total = 64 * 1024 * 1024
    const server = await startServer({
      shell: (channel) => {
        const block = Buffer.alloc(64 * 1024, 'x')
        const pump = (): void => {
          while (accepted < total) {
            accepted += block.length
            if (!channel.write(block)) {
              channel.once('drain', pump)
              return
            }
          }
        }
        pump()
      },
    })
    const link = await linkTo(targetOf(server))
    await text(link)
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(accepted).toBeLessThan(total / 4)
  })
})

describe('the host key', () => {
  it('lets a known device in, also by a hashed name', async () => {
    const server = await startServer({ shell: echo })
    const name = hashedName(`[127.0.0.1]:${server.port}`)
    const link = await linkTo(
      targetOf(server, { knownHosts: parseKnownHosts({ text: `${name} ${server.key.public}` }) }),
    )
    await link.write('x')
    expect(await text(link)).toBe('x')
  })

  it('is asked for by the type that known_hosts has', async () => {
    const keys = [newKey('ed25519'), newKey('rsa'), newKey('ecdsa')]
    for (const key of keys) {
      const server = await startServer({ keys, shell: echo })
      const link = await linkTo(targetOf(server, { knownHosts: knowing(server.port, key) }))
      await link.write('x')
      expect(await text(link)).toBe('x')
    }
  })

  it.each([
    ['unknown', () => '', 'HOST_KEY_UNKNOWN'],
    ['changed', (name: string) => `${name} ${newKey('ed25519').public}`, 'HOST_KEY_CHANGED'],
    ['of another type than known', (name: string) => `${name} ${newKey('ecdsa').public}`, 'HOST_KEY_CHANGED'],
    ['revoked', (name: string, own: string) => `${name} ${own}\n@revoked * ${own}`, 'HOST_KEY_CHANGED'],
    [
      'known by a certificate authority only',
      (name: string) => `@cert-authority ${name} ${newKey('ed25519').public}`,
      'HOST_CERTIFICATE_UNSUPPORTED',
    ],
  ])('that is %s is refused before the login', async (_what, lines, code) => {
    const server = await startServer({ shell: echo })
    const knownHosts = parseKnownHosts({ text: lines(`[127.0.0.1]:${server.port}`, server.key.public) })
    const refusal = await refusalOf(targetOf(server, { knownHosts }))
    expect(refusal).toMatchObject({ code, cause: 'host-key' })
    expect(refusal.message).toContain(`hub1 (127.0.0.1:${server.port})`)
    expect(refusal.message).toContain('SHA256:')
    expect(server.attempts).toEqual([])
  })
})

describe('the login', () => {
  it('presents a wrong password exactly once and does not name it', async () => {
    const server = await startServer({ shell: echo })
    const refusal = await refusalOf(targetOf(server, { password: 'wrong-secret' }))
    expect(refusal).toMatchObject({ code: 'AUTHENTICATION_FAILED', cause: 'authentication' })
    expect(server.attempts.filter((method) => method !== 'none')).toEqual(['password'])
    expect(JSON.stringify(refusal)).not.toContain('wrong-secret')
  })

  it('presents the password once when the device also takes it by questions', async () => {
    const server = await startServer({
      authenticate: (context) => context.reject(['password', 'keyboard-interactive']),
    })
    const refusal = await refusalOf(targetOf(server))
    expect(refusal.code).toBe('AUTHENTICATION_FAILED')
    expect(server.attempts).toEqual(['none', 'password'])
  })

  it('counts a connection that is closed on the password as a refusal', async () => {
    const server = await startServer({
      authenticate: (context, connection) => {
        if (context.method === 'none') context.reject(['password'])
        else connection.end()
      },
    })
    expect((await refusalOf(targetOf(server))).code).toBe('AUTHENTICATION_FAILED')
  })

  it('works where `none` is answered without a list of methods', async () => {
    const server = await startServer({
      shell: echo,
      authenticate: (context) => {
        if (context.method === 'password' && context.password === 'let-me-in') context.accept()
        else context.reject()
      },
    })
    await linkTo(targetOf(server))
    expect(server.attempts).toEqual(['none', 'password'])
  })

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('works with a private key (%s)', async (kind) => {
    const user = newKey(kind)
    const server = await startServer({
      shell: echo,
      authenticate: (context: AuthContext) => {
        const good =
          context.method === 'publickey' && context.key.data.toString('base64') === user.public.split(' ')[1]
        if (good) context.accept()
        else context.reject(['publickey'])
      },
    })
    const { password: _none, ...keyOnly } = targetOf(server, { privateKey: { text: user.private } })
    await linkTo(keyOnly)
    // Nothing else could be presented, so the device is not asked what it takes.
    expect(new Set(server.attempts)).toEqual(new Set(['publickey']))
  })

  it('reads an encrypted private key with its passphrase, and refuses it without before any contact', async () => {
    const user = newKey('ed25519', 'open sesame')
    const server = await startServer({
      shell: echo,
      authenticate: (context) => {
        if (context.method === 'publickey') context.accept()
        else context.reject(['publickey'])
      },
    })
    await linkTo(targetOf(server, { privateKey: { text: user.private, passphrase: 'open sesame' } }))
    const before = server.attempts.length
    const refusal = await refusalOf(
      targetOf(server, { privateKey: { text: user.private, passphrase: 'no' } }),
    )
    expect(refusal).toMatchObject({ code: 'AUTHENTICATION_FAILED', cause: 'authentication' })
    expect(refusal.message).toContain('the passphrase of the private key for hub1')
    const without = await refusalOf(targetOf(server, { privateKey: { text: user.private } }))
    expect(without.message).toContain('is encrypted, and the credential has no passphrase')
    expect(server.attempts.length).toBe(before)
  })

  it('burns one credential only where the device hangs up after three refusals', async () => {
    let refused = 0
    const server = await startServer({
      authenticate: (context, connection) => {
        if (context.method !== 'none') refused += 1
        context.reject(['publickey', 'password', 'keyboard-interactive'])
        if (refused >= 3) connection.end()
      },
    })
    const refusal = await refusalOf(targetOf(server, { privateKey: { text: newKey('ed25519').private } }))
    expect(refusal.message).toContain('refused the login of netops (key, then password)')
    expect(server.attempts).toEqual(['none', 'publickey', 'password'])
  })

  it('goes on from a refused key to the password', async () => {
    const server = await startServer({
      shell: echo,
      authenticate: (context) => {
        if (context.method === 'password' && context.password === 'let-me-in') context.accept()
        else context.reject(['publickey', 'password'])
      },
    })
    await linkTo(targetOf(server, { privateKey: { text: newKey('ed25519').private } }))
    expect(server.attempts).toEqual(['none', 'publickey', 'password'])
  })

  const questions = (prompts: readonly string[], rounds = 1): ((context: AuthContext) => void) => {
    return (context) => {
      if (context.method !== 'keyboard-interactive') {
        context.reject(['keyboard-interactive'])
        return
      }
      const answers: string[] = []
      const ask = (round: number): void => {
        context.prompt(
          prompts.map((prompt) => ({ prompt, echo: false })),
          (given) => {
            answers.push(...given)
            if (round < rounds) ask(round + 1)
            else if (answers.includes('let-me-in')) context.accept()
            else context.reject(['keyboard-interactive'])
          },
        )
      }
      ask(1)
    }
  }

  it.each(['Password: ', "netops@hub1's password:", 'Enter password', '(netops) Password:'])(
    'answers the question %j with the password',
    async (prompt) => {
      const server = await startServer({ shell: echo, authenticate: questions([prompt]) })
      await linkTo(targetOf(server))
    },
  )

  it.each([
    ['Verification code: '],
    ['Retype password:'],
    ['Username: '],
    ['One-time password: '],
    ['Password:\u001b]52;c;AAAA\u0007 what is your name?'],
  ])('does not answer the question %j, and shows it', async (prompt) => {
    const server = await startServer({ shell: echo, authenticate: questions([prompt]) })
    const refusal = await refusalOf(targetOf(server))
    expect(refusal.code).toBe('AUTHENTICATION_FAILED')
    expect(refusal.message).not.toMatch(/[\u0000-\u001f]/)
    expect(refusal.message).toContain(prompt.slice(0, 8).trim())
  })

  it.each([
    ['New password: ', ''],
    ['Password: ', 'Your password has expired.'],
    ['Password: ', 'You are required to change your password immediately'],
  ])(
    'stops where a new password is wanted (%j after %j), and never types one',
    async (prompt, instructions) => {
      let answered = false
      const server = await startServer({
        shell: echo,
        authenticate: (context) => {
          if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
          context.prompt([{ prompt, echo: false }], 'login', instructions, () => {
            answered = true
          })
        },
      })
      const refusal = await refusalOf(targetOf(server))
      expect(refusal.code).toBe('AUTHENTICATION_FAILED')
      expect(refusal.message).toContain('wants a new password for netops')
      expect(refusal.next).toContain('ikero never sets one')
      expect(answered).toBe(false)
    },
  )

  it('answers a password that is about to expire', async () => {
    const server = await startServer({
      shell: echo,
      authenticate: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
        const words = 'Your password will expire in 5 days.'
        context.prompt([{ prompt: 'Password: ', echo: false }], 'login', words, () => context.accept())
      },
    })
    await linkTo(targetOf(server))
  })

  it('stops where the device answers the password with a demand for a new one', async () => {
    const server = await startServer({
      authenticate: (context) => {
        if (context.method !== 'password') return context.reject(['password'])
        context.requestChange('Choose a new one:', () => {})
      },
    })
    const refusal = await refusalOf(targetOf(server))
    expect(refusal.message).toContain('wants a new password for netops (“Choose a new one:”)')
    expect(server.attempts).toEqual(['none', 'password'])
  })

  it('does not type the password where it would be shown', async () => {
    const server = await startServer({
      shell: echo,
      authenticate: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
        context.prompt([{ prompt: 'Password: ', echo: true }], () => context.accept())
      },
    })
    expect((await refusalOf(targetOf(server))).message).toContain('shown as it is typed')
  })

  it('ends a dialogue of rounds without a question', async () => {
    let rounds = 0
    const server = await startServer({
      authenticate: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
        const again = (): void => {
          rounds += 1
          if (rounds < 1000) context.prompt([], again)
        }
        again()
      },
    })
    expect((await refusalOf(targetOf(server))).message).toContain('0 questions in round 6')
    expect(rounds).toBeLessThan(20)
  })

  it('gives the password once however often it is asked, and gives up on many questions', async () => {
    const twice = await startServer({ shell: echo, authenticate: questions(['Password: '], 2) })
    expect((await refusalOf(targetOf(twice))).code).toBe('AUTHENTICATION_FAILED')
    const many = await startServer({
      shell: echo,
      authenticate: questions(Array.from({ length: 50 }, () => 'Password: ')),
    })
    expect((await refusalOf(targetOf(many))).message).toContain('50 questions')
  })

  it('names what the device takes when the credential has none of it', async () => {
    const server = await startServer({ authenticate: (context) => context.reject(['hostbased']) })
    const refusal = await refusalOf(targetOf(server))
    expect(refusal.message).toContain('takes hostbased')
    expect(server.attempts).toEqual(['none'])
  })
})

describe('a device that cannot be reached', () => {
  it('is told with address and reason when the port is closed', async () => {
    const port = await listener(() => {})
    const closed = await new Promise<number>((resolve) => {
      const spare = createServer()
      spare.listen(0, '127.0.0.1', () => {
        const address = spare.address()
        spare.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
      })
    })
    const refusal = await refusalOf(targetOf({ port: closed, key: newKey('ed25519') }))
    expect(refusal).toMatchObject({ code: 'CONNECT_FAILED', cause: 'network' })
    expect(refusal.message).toContain(`hub1 (127.0.0.1:${closed}) refused the connection`)
  })

  it('is given up by the connect clock when it accepts TCP and says nothing', async () => {
    let ended = false
    const port = await listener((socket) => socket.on('close', () => (ended = true)))
    const fake = createFakeClock()
    const opening = openSsh(targetOf({ port, key: newKey('ed25519') }), { clock: fake })
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    await fake.advance(9_999)
    expect(fake.pending).toBe(1)
    await fake.advance(1)
    expect(await opening).toMatchObject({
      kind: 'err',
      error: { code: 'TIMED_OUT', cause: 'network', message: expect.stringContaining('within 10s') },
    })
    expect(fake.pending).toBe(0)
    await expect.poll(() => ended).toBe(true)
  })

  it('is told by the stage where it stood still: a banner and no key exchange', async () => {
    const port = await listener((socket) => socket.write('SSH-2.0-Cisco-1.25\r\n'))
    const fake = createFakeClock()
    const opening = openSsh(targetOf({ port, key: newKey('ed25519') }), { clock: fake })
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    await fake.advance(10_000)
    expect(await opening).toMatchObject({
      kind: 'err',
      error: { code: 'TIMED_OUT', message: expect.stringContaining('to the SSH handshake within 10s') },
    })
  })

  it('is told by the stage where it stood still: a login that is never answered', async () => {
    const server = await startServer({ authenticate: () => {} })
    const fake = createFakeClock()
    const opening = openSsh(targetOf(server), { clock: fake })
    await expect.poll(() => server.attempts).toEqual(['none'])
    await fake.advance(10_000)
    expect(await opening).toMatchObject({
      kind: 'err',
      error: { code: 'TIMED_OUT', message: expect.stringContaining('to the login within 10s') },
    })
    await expect.poll(() => server.connections()).toBe(0)
  })

  it('is given up by the connect clock when it never answers the terminal', async () => {
    const server = await startServer({ shellRequest: 'ignore' })
    const fake = createFakeClock()
    const opening = openSsh(targetOf(server), { clock: fake })
    await expect.poll(() => server.windows.length).toBe(1)
    await fake.advance(10_000)
    expect(await opening).toMatchObject({
      kind: 'err',
      error: { code: 'TIMED_OUT', message: expect.stringContaining('terminal') },
    })
    await expect.poll(() => server.connections()).toBe(0)
  })

  it.each([
    ['refuses the channel, without a reason', { session: 'refuse' }, 'it refuses to open one'],
    ['refuses the shell', { shellRequest: 'refuse' }, 'Unable to open shell'],
  ] as const)('is out of sessions when it %s', async (_what, wishes, said) => {
    const server = await startServer(wishes)
    const refusal = await refusalOf(targetOf(server))
    expect(refusal).toMatchObject({ code: 'SESSION_LIMIT', cause: 'session-limit' })
    expect(refusal.message.split(' gives no terminal: ')[1]).toBe(said)
    await expect.poll(() => server.connections()).toBe(0)
  })

  it('is told apart when it speaks no SSH, drops at once, or says that it is full', async () => {
    const key = newKey('ed25519')
    const drops = await listener((socket) => socket.destroy())
    expect((await refusalOf(targetOf({ port: drops, key }))).code).toBe('CONNECT_FAILED')
    const speaks = await listener((socket) => socket.end('HTTP/1.0 400 Bad\u001b[2J Request\r\n'))
    const other = await refusalOf(targetOf({ port: speaks, key }))
    expect(other.code).toBe('CONNECT_FAILED')
    expect(other.message).toContain('it said: HTTP/1.0 400 Bad\\x1b[2J Request')
    const full = await listener((socket) => socket.end('% Connection refused: too many users\r\n'))
    expect((await refusalOf(targetOf({ port: full, key }))).code).toBe('SESSION_LIMIT')
  })

  it('shows both offers when no algorithm is shared', async () => {
    const server = await startServer({ kex: ['diffie-hellman-group1-sha1'] })
    const refusal = await refusalOf(targetOf(server))
    expect(refusal.code).toBe('ALGORITHMS_MISMATCH')
    expect(refusal.message).toContain('no key exchange in common')
    expect(refusal.message).toContain('the device offers diffie-hellman-group1-sha1; ikero offers curve25519')
  })

  it.each([
    ['modern', ['diffie-hellman-group-exchange-sha256']],
    ['legacy', ['diffie-hellman-group-exchange-sha1']],
  ] as const)(
    'says why group exchange is not used with Cisco-1.25, and what helps (%s)',
    async (set, kex) => {
      const server = await startServer({ ident: 'Cisco-1.25', kex })
      const refusal = await refusalOf(targetOf(server, { algorithms: set }))
      expect(refusal.code).toBe('ALGORITHMS_MISMATCH')
      expect(refusal.message).toContain(`${kex[0]} cannot be used with a device that calls itself Cisco-1.25`)
      expect(refusal.next).toContain('ip ssh server algorithm kex')
    },
  )

  it.each([
    ['key exchange', { kex: ['diffie-hellman-group1-sha1'], cipher: ['3des-cbc'] }],
    ['key exchange', { kex: ['diffie-hellman-group14-sha1'] }],
    ['cipher', { cipher: ['aes128-cbc', '3des-cbc'] }],
    ['host key', { hostKeyAlgorithms: ['ssh-rsa'] }],
  ] as const)(
    'that has an old %s only is refused, told what to write, and let in as legacy',
    async (what, old) => {
      const server = await startServer({ keys: [newKey('rsa')], shell: echo, ...old })
      const refusal = await refusalOf(targetOf(server))
      expect(refusal.code).toBe('ALGORITHMS_MISMATCH')
      expect(refusal.message).toContain(`no ${what} in common`)
      expect(refusal.next).toContain('write `algorithms: legacy` for hub1 in the inventory')
      expect(server.attempts).toEqual([])
      await linkTo(targetOf(server, { algorithms: 'legacy' }))
    },
  )

  it('is offered nothing with SHA-1 or CBC in key exchange, ciphers and host keys unless it is legacy', () => {
    const { kex, cipher, serverHostKey } = algorithmOffer([])
    expect(JSON.stringify([kex, cipher, serverHostKey])).not.toMatch(/sha1|cbc|"ssh-rsa"|ssh-dss/)
    const old = algorithmOffer(['ssh-rsa'], 'legacy')
    expect(JSON.stringify(old)).toMatch(/group1-sha1.*3des-cbc.*"ssh-rsa"/)
    expect(old.serverHostKey).not.toContain('ssh-dss')
  })

  it('is let go when the run is cancelled, before and during the attempt', async () => {
    let ended = false
    const port = await listener((socket) => socket.on('close', () => (ended = true)))
    const target = targetOf({ port, key: newKey('ed25519') })
    const before = AbortSignal.abort()
    expect(await openSsh(target, { clock, signal: before })).toMatchObject({ kind: 'err' })
    const during = new AbortController()
    const opening = openSsh(target, { clock, signal: during.signal })
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    during.abort('operator')
    expect(await opening).toMatchObject({
      kind: 'err',
      error: { message: expect.stringContaining('cancelled') },
    })
    await expect.poll(() => ended).toBe(true)
  })
})
