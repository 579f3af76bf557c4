import { createHmac, randomBytes } from 'node:crypto'
import { type AddressInfo, connect, Socket } from 'node:net'
import type { AuthContext, Connection, ServerChannel, TcpipRequestInfo } from 'ssh2'
import ssh2 from 'ssh2'
import { afterEach } from 'vitest'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { type KnownHosts, parseKnownHosts } from '../../src/transport/known-hosts.ts'
import type { SshTarget } from '../../src/transport/ssh.ts'

const endings: (() => Promise<void> | void)[] = []

// Not `onTestFinished`: it runs after the check for leaks.
afterEach(async () => {
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end()
})

/** Runs when the test ends, before the check for leaks; the last one first. */
export function atEnd(end: () => Promise<void> | void): void {
  endings.push(end)
}

export interface KeyPair {
  readonly private: string
  /** `type base64`, as a line of known_hosts ends. */
  readonly public: string
}

export function newKey(kind: 'ed25519' | 'ecdsa' | 'rsa', passphrase?: string): KeyPair {
  const protect = passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr' as const }
  const pair =
    kind === 'ed25519'
      ? ssh2.utils.generateKeyPairSync('ed25519', { ...protect, comment: 'test' })
      : kind === 'ecdsa'
        ? ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, ...protect, comment: 'test' })
        : ssh2.utils.generateKeyPairSync('rsa', { bits: 2048, ...protect, comment: 'test' })
  // ssh2 1.17.0 writes about one key in a hundred in a form that it cannot read back.
  if (ssh2.utils.parseKey(pair.private, passphrase) instanceof Error) return newKey(kind, passphrase)
  return { private: pair.private, public: pair.public.split(' ').slice(0, 2).join(' ') }
}

export interface ServerWishes {
  readonly keys?: readonly KeyPair[]
  readonly authenticate?: (context: AuthContext, connection: Connection) => void
  /** What happens on the terminal; without it the request is never answered. */
  readonly shell?: (channel: ServerChannel) => void
  readonly session?: 'accept' | 'refuse'
  readonly shellRequest?: 'accept' | 'refuse' | 'ignore'
  readonly ident?: string
  readonly kex?: readonly string[]
  readonly cipher?: readonly string[]
  readonly hostKeyAlgorithms?: readonly string[]
  /** What a jump host does with a request to connect on; without it, it is refused. */
  readonly forward?: 'connect' | 'ignore'
  /** Never answers a request for a sign of life. */
  readonly deaf?: true
}

export interface RunningServer {
  readonly port: number
  readonly attempts: readonly string[]
  readonly windows: readonly { readonly cols: number; readonly term?: string }[]
  readonly connections: () => number
  /** How many connections there have been. */
  readonly accepted: () => number
  /** Requests for a sign of life that it did not answer. */
  readonly ignored: () => number
  /** Ends every connection without a word. */
  readonly drop: () => void
  readonly key: KeyPair
}

/** A small SSH server on loopback that ends with the test. */
export async function startServer(wishes: ServerWishes = {}): Promise<RunningServer> {
  const keys = wishes.keys ?? [newKey('ed25519')]
  const attempts: string[] = []
  const windows: { cols: number; term?: string }[] = []
  const open = new Set<Connection>()
  const sockets = new Set<Socket>()
  let accepted = 0
  let ignored = 0
  const { kex, cipher, hostKeyAlgorithms } = wishes
  const algorithms = {
    algorithms: {
      ...(kex === undefined ? {} : { kex: [...kex] }),
      ...(cipher === undefined ? {} : { cipher: [...cipher] }),
      ...(hostKeyAlgorithms === undefined ? {} : { serverHostKey: [...hostKeyAlgorithms] }),
    },
  }
  const server = new ssh2.Server(
    // @ts-expect-error -- the algorithm names of ssh2 are a closed union; tests name them as text
    {
      hostKeys: keys.map((key) => key.private),
      ...(wishes.ident === undefined ? {} : { ident: wishes.ident }),
      ...algorithms,
    },
    (connection: Connection) => {
      open.add(connection)
      accepted += 1
      const socket: unknown = Reflect.get(connection, '_sock')
      if (socket instanceof Socket) sockets.add(socket)
      if (wishes.deaf === true) {
        const protocol: unknown = Reflect.get(connection, '_protocol')
        // ssh2's server refuses such requests by itself, which is an answer.
        if (typeof protocol === 'object' && protocol !== null) {
          Object.assign(protocol, { requestFailure: () => (ignored += 1) })
        }
      }
      connection.on('tcpip', (accept, reject, info) => {
        if (wishes.forward === 'connect') forward(accept, reject, info)
        else if (wishes.forward === undefined) reject()
      })
      connection.on('close', () => open.delete(connection))
      connection.on('error', () => {})
      connection.on('authentication', (context) => {
        attempts.push(context.method)
        const decide = wishes.authenticate ?? passwordOnly('let-me-in')
        decide(context, connection)
      })
      connection.on('session', (accept, reject) => {
        if (wishes.session === 'refuse') {
          reject()
          return
        }
        const session = accept()
        session.on('pty', (yes, _no, info) => {
          windows.push({ cols: info.cols, term: String(Reflect.get(info, 'term')) })
          yes?.()
        })
        session.on('shell', (yes, no) => {
          if (wishes.shellRequest === 'ignore') return
          if (wishes.shellRequest === 'refuse') {
            no?.()
            return
          }
          wishes.shell?.(yes())
        })
      })
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(async () => {
    for (const connection of open) connection.end()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const [key] = keys
  if (key === undefined) throw new Error('a server needs a key')
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    attempts,
    windows,
    connections: () => open.size,
    accepted: () => accepted,
    ignored: () => ignored,
    drop: () => {
      for (const socket of sockets) socket.destroy()
    },
    key,
  }
}

function forward(accept: () => ServerChannel, reject: () => void, info: TcpipRequestInfo): void {
  const onward = connect(info.destPort, info.destIP)
  onward.once('error', reject)
  onward.once('connect', () => {
    onward.removeListener('error', reject)
    const channel = accept()
    for (const stream of [onward, channel]) stream.on('error', () => {})
    channel.pipe(onward).pipe(channel)
    channel.once('close', () => onward.destroy())
  })
}

export function passwordOnly(password: string): (context: AuthContext) => void {
  return (context) => {
    if (context.method === 'password' && context.password === password) context.accept()
    else context.reject(['password'])
  }
}

/** known_hosts for a server on loopback. */
export function knowing(port: number, ...keys: readonly KeyPair[]): KnownHosts {
  return parseKnownHosts({ text: keys.map((key) => `[127.0.0.1]:${port} ${key.public}\n`).join('') })
}

export function hashedName(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

export function targetOf(
  server: { readonly port: number; readonly key: KeyPair },
  more: Partial<SshTarget> = {},
): SshTarget {
  return {
    host: 'hub1',
    address: '127.0.0.1',
    port: server.port,
    username: 'netops',
    password: 'let-me-in',
    connectTimeoutMs: 10_000,
    knownHosts: knowing(server.port, server.key),
    ...more,
  }
}

export const clock: Clock = systemClock
