import { connect as connectSocket, createServer } from 'node:net'
import ssh2 from 'ssh2'
import { afterEach, describe, expect, it } from 'vitest'
import { knownHostsLines, makeHostKeys } from '../../mocks/host-keys.ts'
import { type ServedDevice, type ServeOptions, serveDevice } from '../../mocks/sshd.ts'
import type { ReceivedLine } from '../../mocks/terminal.ts'
import { type FakeDevice, fakeDevice } from './fake-session.ts'
import { connect } from './ssh-client.ts'

const hostKeys = makeHostKeys()
const login = { username: 'netops', password: 'l0gin-word' }
const password = login.password
const served: ServedDevice[] = []

async function serve(device: FakeDevice, options: Partial<ServeOptions> = {}): Promise<ServedDevice> {
  const one = await serveDevice(device, { login, hostKeys, ...options })
  served.push(one)
  return one
}

afterEach(async () => {
  await Promise.all(served.splice(0).map((one) => one.stop()))
})

describe('a device behind SSH', () => {
  it('lets a user in with the password and answers a shell', async () => {
    const { port } = await serve(fakeDevice('r1', { banner: 'lab\n' }))
    const client = await connect(port, { password })
    const shell = await client.shell()
    await shell.until('lab\r\nr1>')
    shell.type('show 2\r')
    expect(await shell.until('line 2\r\nr1>')).toBe('lab\r\nr1>show 2\r\nline 1\r\nline 2\r\nr1>')
    client.end()
  })

  it('asks for the password by keyboard-interactive as well', async () => {
    const { port } = await serve(fakeDevice())
    const client = new ssh2.Client()
    const prompts: string[] = []
    client.on('keyboard-interactive', (_name, _instructions, _language, asked, finish) => {
      prompts.push(...asked.map((one) => one.prompt))
      finish([password])
    })
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve)
      client.once('error', reject)
      client.connect({
        host: '127.0.0.1',
        port,
        username: 'netops',
        tryKeyboard: true,
        authHandler: ['keyboard-interactive'],
        hostVerifier: () => true,
      })
    })
    expect(prompts).toEqual(['Password: '])
    client.end()
  })

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an empty password', { password: '' }],
    ['an unknown user', { username: 'root', password }],
  ])('refuses %s', async (_, config) => {
    const { port } = await serve(fakeDevice())
    await expect(connect(port, config)).rejects.toThrow(/authentication methods failed/)
  })

  it('lets a user in with an authorised key and refuses another', async () => {
    const mine = ssh2.utils.generateKeyPairSync('ed25519')
    const other = ssh2.utils.generateKeyPairSync('ed25519')
    const { port } = await serve(fakeDevice(), { login: { ...login, authorisedKeys: [mine.public] } })
    const client = await connect(port, { privateKey: mine.private })
    client.end()
    await expect(connect(port, { privateKey: other.private })).rejects.toThrow(
      /authentication methods failed/,
    )
  })

  it.each([0, 1])('shows the host key that its known_hosts line %i names', async (index) => {
    const { port } = await serve(fakeDevice())
    const [name, type, key] =
      knownHostsLines(hostKeys, '127.0.0.1', port).split('\n')[index]?.split(' ') ?? []
    const client = await connect(port, {
      password,
      algorithms: { serverHostKey: [index === 0 ? 'ssh-ed25519' : 'ecdsa-sha2-nistp256'] },
    })
    expect(name).toBe(`[127.0.0.1]:${port}`)
    expect(type).toBe(['ssh-ed25519', 'ecdsa-sha2-nistp256'][index])
    expect(client.hostKey).toBe(key)
    client.end()
  })

  it('keeps what one client changed for the next', async () => {
    const { port } = await serve(fakeDevice())
    const first = await connect(port, { password })
    const second = await connect(port, { password })
    const [a, b] = [await first.shell(), await second.shell()]
    a.type('configure terminal\rdescription to Osaka\r')
    await a.until('to Osaka\r\nr1(config)#')
    b.type('show description\r')
    expect(await b.until('\r\nto Osaka\r\n')).toContain('r1>')
    first.end()
    second.end()
  })

  it('allows one session on a connection', async () => {
    const { port } = await serve(fakeDevice())
    const client = await connect(port, { password })
    await client.shell()
    await expect(client.shell()).rejects.toThrow(/open failure|Channel open failure/i)
    client.end()
  })

  it('ends the connection when the session is left', async () => {
    const { port, connections } = await serve(fakeDevice())
    const client = await connect(port, { password })
    const shell = await client.shell()
    shell.type('show 400\rexit\r')
    await client.closed
    expect(shell.printed().endsWith('line 400\r\nr1>exit\r\n')).toBe(true)
    expect(connections()).toBeLessThanOrEqual(1)
  })

  it('answers what was typed before the client stopped sending', async () => {
    const { port } = await serve(fakeDevice())
    const client = await connect(port, { password })
    const shell = await client.shell()
    shell.type('show 1\r')
    shell.end()
    await client.closed
    expect(shell.printed()).toBe('r1>show 1\r\nline 1\r\nr1>')
  })

  it('runs one line given to an IOS device as a command, and refuses it on an ASA', async () => {
    const record: ReceivedLine[] = []
    const ios = await serve(fakeDevice('r1'), { received: (entry) => record.push(entry) })
    const asa = await serve(fakeDevice('fw', { platform: 'asa' }))
    const client = await connect(ios.port, { password })
    expect(await client.exec('show 2\nshow 9')).toEqual({ output: 'line 1\r\nline 2\r\n', code: 0 })
    await client.closed
    expect(record).toEqual([{ mode: 'user', line: 'show 2' }])
    const other = await connect(asa.port, { password })
    await expect(other.exec('show 2')).rejects.toThrow(/Unable to exec/)
    other.end()
  })

  it('shows a message of its own in open terminals', async () => {
    const device = await serve(fakeDevice())
    const client = await connect(device.port, { password })
    const shell = await client.shell()
    await shell.until('r1>')
    device.inject('%SYS-5-CONFIG_I: Configured from console')
    await shell.until('r1>\r\n%SYS-5-CONFIG_I: Configured from console\r\n')
    client.end()
  })

  it('sends megabytes to a slow reader without loss', async () => {
    const { port } = await serve(fakeDevice())
    const client = await connect(port, { password })
    const shell = await client.shell()
    shell.type('show 300000\r')
    const printed = await shell.until('line 300000\r\nr1>')
    expect(printed.length).toBeGreaterThan(3_000_000)
    client.end()
  })
})

describe('a fault of a device', () => {
  it('accepts a connection and says nothing', async () => {
    const device = await serve(fakeDevice('r1', { ssh: { silentAt: 'connect' } }))
    await expect(connect(device.port, { password, readyTimeout: 50 })).rejects.toThrow(/handshake/i)
  })

  it('lets a user in and never shows a prompt', async () => {
    const { port } = await serve(fakeDevice('r1', { ssh: { silentAt: 'terminal' } }))
    const client = await connect(port, { password })
    const shell = await client.shell()
    shell.type('show 1\r')
    await new Promise((resolve) => setImmediate(resolve))
    expect(shell.printed()).toBe('')
    client.end()
  })

  it.each([
    ['before', ''],
    ['after', 'to Osaka'],
  ] as const)('loses the connection %s a line takes effect', async (when, description) => {
    const device = fakeDevice('r1', { lines: [{ line: /^description/, ends: { when, how: 'reset' } }] })
    const { port } = await serve(device)
    const client = await connect(port, { password })
    const shell = await client.shell()
    shell.type('configure terminal\rdescription to Osaka\rshow 1\r')
    await client.closed
    expect(device.description).toBe(description)
    expect(device.entered).not.toContain('show 1')
  })

  it('survives a client that breaks off or speaks nonsense', async () => {
    const device = await serve(fakeDevice())
    for (const text of [
      'SSH-2.0-x\r\nnonsense nonsense nonsense nonsense\r\n',
      'GET / HTTP/1.0\r\n\r\n',
      '',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connectSocket(device.port, '127.0.0.1', () => {
          socket.write(text)
          socket.once('data', () => socket.resetAndDestroy())
        })
        socket.on('error', () => undefined)
        socket.once('close', () => resolve())
      })
    }
    const client = await connect(device.port, { password })
    client.end()
    await client.closed
  })
})

describe('the server of a device', () => {
  it('says which port is taken', async () => {
    const blocker = createServer()
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => {
        const address = blocker.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    await expect(serve(fakeDevice(), { port })).rejects.toMatchObject({
      code: 'PORT_UNUSABLE',
      message: `r1 cannot listen on 127.0.0.1:${port}: another program listens there`,
    })
    await new Promise((resolve) => blocker.close(resolve))
  })

  it('leaves nothing open when it stops, also with clients in the middle of something', async () => {
    const device = await serve(fakeDevice())
    const client = await connect(device.port, { password })
    await client.shell()
    const half = connectSocket(device.port, '127.0.0.1')
    half.on('error', () => undefined)
    await new Promise((resolve) => half.once('data', resolve))
    await device.stop()
    await client.closed
    expect(device.connections()).toBe(0)
    half.destroy()
    await expect(connect(device.port, { password })).rejects.toThrow(/ECONNREFUSED/)
  })
})
