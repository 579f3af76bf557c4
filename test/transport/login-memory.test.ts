import type { AuthContext, ServerChannel } from 'ssh2'
import { describe, expect, it } from 'vitest'
import { type LoginMemory, openSsh, type SshTarget } from '../../src/transport/ssh.ts'
import { atEnd, clock, type KeyPair, newKey, passwordOnly, startServer, targetOf } from './ssh-server.ts'

const shell = (channel: ServerChannel): void => {
  channel.on('data', (data: Buffer) => channel.write(data))
}

/** Logs in and out; what the refusal says, where it is one. */
async function login(target: SshTarget, memory: LoginMemory): Promise<string> {
  const opened = await openSsh(target, { clock, memory })
  if (opened.kind === 'err') return opened.error.message
  atEnd(() => opened.value.close())
  return 'in'
}

const isKey = (context: AuthContext, key: KeyPair): boolean =>
  context.method === 'publickey' && context.key.data.toString('base64') === key.public.split(' ')[1]

/** Takes the password by one question. */
function question(context: AuthContext): void {
  if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => {
      if (answer === 'let-me-in') context.accept()
      else context.reject(['keyboard-interactive'])
    })
  } else context.reject(['keyboard-interactive'])
}

describe('what worked on a host before', () => {
  it.each([
    ['password', passwordOnly('let-me-in')],
    ['keyboard-interactive', question],
  ] as const)('goes first the next time, without a question for the methods: %s', async (method, decide) => {
    const server = await startServer({ shell, authenticate: decide })
    const memory: LoginMemory = {}
    const first = ['none', method]
    expect(await login(targetOf(server), memory)).toBe('in')
    expect(server.attempts).toEqual(first)
    expect(await login(targetOf(server), memory)).toBe('in')
    expect(server.attempts).toEqual([...first, method])
  })

  it('is presented once where it is refused now, and nothing that was refused before it', async () => {
    const user = newKey('ed25519')
    let open = true
    const server = await startServer({
      shell,
      authenticate: (context) => {
        if (context.method === 'password' && open) context.accept()
        else context.reject(['publickey', 'password'])
      },
    })
    const memory: LoginMemory = {}
    const target = targetOf(server, { privateKey: { text: user.private } })
    expect(await login(target, memory)).toBe('in')
    const before = server.attempts.length
    open = false
    expect(await login(target, memory)).toContain('refused the login of netops (password)')
    expect(server.attempts.slice(before)).toEqual(['password'])
  })

  it('gives way where the device takes other methods by now', async () => {
    let decide = passwordOnly('let-me-in')
    const server = await startServer({ shell, authenticate: (context) => decide(context) })
    const memory: LoginMemory = {}
    expect(await login(targetOf(server), memory)).toBe('in')
    decide = question
    expect(await login(targetOf(server), memory)).toBe('in')
    expect(server.attempts).toEqual(['none', 'password', 'password', 'keyboard-interactive'])
    expect(memory.worked).toEqual({ type: 'keyboard-interactive' })
  })

  it('may be one of several keys', async () => {
    const [wrong, right] = [newKey('ed25519'), newKey('ecdsa')]
    const tried: string[] = []
    const server = await startServer({
      shell,
      authenticate: (context) => {
        if (context.method === 'publickey') tried.push(context.key.algo)
        if (isKey(context, right)) context.accept()
        else context.reject(['publickey'])
      },
    })
    const { password: _none, ...target } = targetOf(server, {
      identities: [wrong, right].map((key, index) => ({ name: `key ${index}`, text: key.private })),
    })
    const memory: LoginMemory = {}
    expect(await login(target, memory)).toBe('in')
    expect(new Set(tried)).toEqual(new Set(['ssh-ed25519', 'ecdsa-sha2-nistp256']))
    tried.length = 0
    expect(await login(target, memory)).toBe('in')
    expect(new Set(tried)).toEqual(new Set(['ecdsa-sha2-nistp256']))
  })

  it('is not kept where a device wants one method after the other', async () => {
    const user = newKey('ed25519')
    let keyed = false
    const server = await startServer({
      shell,
      authenticate: (context) => {
        if (context.method === 'none') keyed = false
        if (isKey(context, user)) {
          keyed = true
          context.reject(['password'], true)
        } else if (context.method === 'password' && keyed) context.accept()
        else context.reject(['publickey'])
      },
    })
    const memory: LoginMemory = {}
    expect(await login(targetOf(server, { privateKey: { text: user.private } }), memory)).toBe('in')
    expect(memory.worked).toBeUndefined()
  })
})

describe('a credential of nothing but a private key', () => {
  it('presents it at once, and hears what a device takes that does not want it', async () => {
    const server = await startServer({ shell })
    const { password: _none, ...target } = targetOf(server, {
      privateKey: { text: newKey('ed25519').private },
    })
    expect(await login(target, {})).toContain(
      'takes password for a login, and the credential of netops has none',
    )
    expect(server.attempts).toEqual(['publickey'])
  })
})
