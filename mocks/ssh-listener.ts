import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net'
import type { Connection } from 'ssh2'
import ssh2 from 'ssh2'
import { IkeroError } from '../src/kernel/errors.ts'
import { offeredAlgorithms } from './faults/algorithms.ts'
import { openBlackHole } from './faults/black-hole.ts'
import type { SshFaults, TcpFault } from './faults/faults.ts'
import type { HostKeys } from './host-keys.ts'

/** A port on which an SSH server answers, or fails to. */
export interface SshListener {
  readonly port: number
  /** How many connections are open. */
  connections(): number
  /** Ends every connection and frees the port. */
  stop(): Promise<void>
}

export interface ListenOptions {
  /** For messages. */
  readonly name: string
  /** 0 takes a free port. */
  readonly port: number
  readonly hostKeys: HostKeys
  readonly tcp?: TcpFault
  readonly ssh: SshFaults
  /** Whether the way here is lost for new connections. */
  readonly cutOff?: () => boolean
  /** One connection, from its handshake on. */
  readonly serve: (connection: Connection, socket: Socket) => void
}

export const loopback = '127.0.0.1'

// Real devices say `Cisco-1.25`, for which ssh2 and OpenSSH work around old faults (ssh2 then drops every
// group-exchange method); the lab must not lean on that.
const ownIdent = 'ikero-simulated-device'

/** Listens on 127.0.0.1; rejects with PORT_UNUSABLE when the port is taken. */
export async function listenSsh(options: ListenOptions): Promise<SshListener> {
  if (options.tcp !== undefined) return listenToNothing(options.tcp, options)
  const sockets = new Set<Socket>()
  const { silentAt, ident = ownIdent } = options.ssh
  const config = {
    hostKeys: [...options.hostKeys.privateKeys],
    ident,
    algorithms: offeredAlgorithms(options.ssh),
  }
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    if (options.cutOff?.() === true) {
      socket.resetAndDestroy()
      return
    }
    if (silentAt === 'connect' || silentAt === 'greeting') {
      socket.resume()
      if (silentAt === 'greeting') socket.write(`SSH-2.0-${ident}\r\n`)
      return
    }
    // A server of its own per connection tells which socket a session belongs to; it never listens itself.
    const ssh = new ssh2.Server(config, (connection) => {
      connection.on('error', () => undefined)
      options.serve(connection, socket)
    })
    ssh.injectSocket(socket)
  })
  const port = await listen(server, options)
  let stopped: Promise<void> | undefined
  return {
    port,
    connections: () => sockets.size,
    // Asked again, the same end is waited for: Node would count each question as a listener.
    stop: () => {
      stopped ??= new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
      return stopped
    },
  }
}

/** Takes a port and lets it go, or leaves it unanswered. */
async function listenToNothing(fault: TcpFault, options: ListenOptions): Promise<SshListener> {
  const connections = (): number => 0
  if (fault === 'black-hole') return { connections, ...(await openBlackHole(loopback, options.port)) }
  const server = createServer()
  const port = await listen(server, options)
  await new Promise((resolve) => server.close(resolve))
  return { port, connections, stop: () => Promise.resolve() }
}

function listen(server: NetServer, { name, port }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const cause = error.code === 'EADDRINUSE' ? 'another program listens there' : error.message
      const next =
        'leave --port-base out to take free ports, and give -i the inventory.yml that is written to --out'
      reject(
        new IkeroError(
          'PORT_UNUSABLE',
          'user',
          `${name} cannot listen on ${loopback}:${port}: ${cause}`,
          { next },
          error,
        ),
      )
    })
    server.listen(port, loopback, () => {
      const address: AddressInfo | string | null = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
