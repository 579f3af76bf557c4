import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net'
import type { Connection, RejectConnection, ServerChannel, Session } from 'ssh2'
import ssh2 from 'ssh2'
import { type Clock, systemClock } from '../src/kernel/clock.ts'
import { IkeroError } from '../src/kernel/errors.ts'
import { offeredAlgorithms } from './faults/algorithms.ts'
import { openBlackHole } from './faults/black-hole.ts'
import { noFaults, type TcpFault } from './faults/faults.ts'
import { createFaultyTerminal, type Piece, type PieceTerminal } from './faults/faulty-terminal.ts'
import { type RunningFaults, runningFaults } from './faults/running.ts'
import { createSender } from './faults/sender.ts'
import type { HostKeys } from './host-keys.ts'
import { authenticate, type SshLogin } from './sshd-auth.ts'
import type { TerminalOptions } from './terminal.ts'
import { terminalStyles } from './terminal-style.ts'
import type { SimulatedDevice } from './types.ts'

export interface ServeOptions extends Pick<TerminalOptions, 'received' | 'lineEnd'> {
  /** 0, the default, takes a free port. */
  readonly port?: number
  readonly login: SshLogin
  readonly hostKeys: HostKeys
  /** For what the device does late; the system's when not given. */
  readonly clock?: Clock
}

/** A simulated device that answers SSH on 127.0.0.1. */
export interface ServedDevice {
  readonly port: number
  /** Writes a message of the device's own into every open terminal. */
  inject(line: string): void
  /** How many connections are open. */
  connections(): number
  /** Ends every connection and frees the port. */
  stop(): Promise<void>
}

export const loopback = '127.0.0.1'

// Real devices say `Cisco-1.25`, for which ssh2 and OpenSSH work around old faults (ssh2 then drops every
// group-exchange method); the lab must not lean on that.
const ownIdent = 'ikero-simulated-device'

/** One connection's way to the device. */
interface Lines {
  readonly device: SimulatedDevice
  readonly faults: RunningFaults
  readonly options: ServeOptions
  readonly open: Set<OpenTerminal>
  /** Logins that asked for a terminal. */
  asked: number
}

/** A terminal and the bytes that wait to leave it. */
interface OpenTerminal {
  readonly terminal: PieceTerminal
  put(pieces: readonly Piece[]): void
}

function newTerminal({ device, options, faults }: Lines): PieceTerminal {
  const { received, lineEnd } = options
  return createFaultyTerminal(
    device.open(),
    {
      ...terminalStyles[device.platform],
      ...(received === undefined ? {} : { received }),
      ...(lineEnd === undefined ? {} : { lineEnd }),
    },
    { lines: faults.met, terminal: faults.terminal },
  )
}

function hangUp(channel: ServerChannel, connection: Connection): void {
  if (!channel.writable) return
  // A channel that is not read never tells that it closed.
  channel.resume()
  // Devices close the whole connection with its terminal; at once would cut off what is still unsent.
  channel.once('close', () => connection.end())
  channel.exit(0)
  channel.end()
}

function shell(lines: Lines, channel: ServerChannel, connection: Connection, socket: Socket): void {
  channel.on('error', () => undefined)
  if (lines.faults.ssh.silentAt === 'terminal') {
    channel.resume()
    return
  }
  const terminal = newTerminal(lines)
  const send = createSender({
    link: lines.faults.link,
    channel,
    clock: lines.options.clock ?? systemClock,
    rekey: () => connection.rekey(),
    end: (how) => {
      if (how === 'logout') hangUp(channel, connection)
      else if (how === 'close') socket.destroy()
      else socket.resetAndDestroy()
    },
  })
  const one: OpenTerminal = { terminal, put: send }
  lines.open.add(one)
  channel.once('close', () => lines.open.delete(one))
  send(terminal.start())
  channel.on('data', (input: Uint8Array) => send(terminal.feed(input)))
  channel.once('end', () => hangUp(channel, connection))
}

/** `ssh HOST LINE`: IOS runs the one line, without echo, prompt or pager, and closes. */
function exec(lines: Lines, channel: ServerChannel, connection: Connection, command: string): void {
  channel.on('error', () => undefined)
  const session = lines.device.open()
  const line = command.split(/[\r\n]/, 1)[0] ?? ''
  lines.options.received?.({ mode: session.mode, line })
  channel.write(session.enter(line).output.replaceAll('\n', '\r\n'))
  hangUp(channel, connection)
}

function serveSession(lines: Lines, session: Session, connection: Connection, socket: Socket): void {
  let taken = false
  const once = (reject: RejectConnection, start: () => void): void => {
    if (taken) reject()
    else start()
    taken = true
  }
  session.on('pty', (accept) => accept?.())
  session.on('window-change', (accept) => accept?.())
  session.on('shell', (accept, reject) => once(reject, () => shell(lines, accept(), connection, socket)))
  session.on('exec', (accept, reject, { command }) =>
    // An ASA has a terminal only; that it refuses is operators' experience, not documented.
    lines.device.platform === 'asa'
      ? reject()
      : once(reject, () => exec(lines, accept(), connection, command)),
  )
}

function serveConnection(lines: Lines, connection: Connection, socket: Socket): void {
  let sessions = 0
  connection.on('error', () => undefined)
  authenticate(connection, lines.options.login, lines.faults.ssh)
  connection.on('session', (accept, reject) => {
    // One session channel per connection, as on the devices.
    sessions += 1
    lines.asked += 1
    if (sessions > 1 || lines.asked <= lines.faults.ssh.full) reject()
    else serveSession(lines, accept(), connection, socket)
  })
}

function listen(server: NetServer, port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const cause = error.code === 'EADDRINUSE' ? 'another program listens there' : error.message
      const next = 'choose another --port-base, or none to take free ports'
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

/** Takes a port and lets it go, or leaves it unanswered. */
async function serveNothing(fault: TcpFault, port: number, name: string): Promise<ServedDevice> {
  const dead = { inject: () => undefined, connections: () => 0 }
  if (fault === 'black-hole') return { ...dead, ...(await openBlackHole(loopback, port)) }
  const server = createServer()
  const free = await listen(server, port, name)
  await new Promise((resolve) => server.close(resolve))
  return { ...dead, port: free, stop: () => Promise.resolve() }
}

/** Lets a simulated device answer SSH on 127.0.0.1; rejects with PORT_UNUSABLE when the port is taken. */
export async function serveDevice(device: SimulatedDevice, options: ServeOptions): Promise<ServedDevice> {
  const faults = device.faults ?? runningFaults(noFaults)
  if (faults.tcp !== undefined) return serveNothing(faults.tcp, options.port ?? 0, device.name)
  const sockets = new Set<Socket>()
  const lines: Lines = { device, faults, options, open: new Set(), asked: 0 }
  const { silentAt, ident = ownIdent } = faults.ssh
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    if (silentAt === 'connect' || silentAt === 'greeting') {
      socket.resume()
      if (silentAt === 'greeting') socket.write(`SSH-2.0-${ident}\r\n`)
      return
    }
    // A server of its own per connection tells which socket a session belongs to; it never listens itself.
    const config = {
      hostKeys: [...options.hostKeys.privateKeys],
      ident,
      algorithms: offeredAlgorithms(faults.ssh),
    }
    const ssh = new ssh2.Server(config, (connection) => serveConnection(lines, connection, socket))
    ssh.injectSocket(socket)
  })
  const port = await listen(server, options.port ?? 0, device.name)
  return {
    port,
    inject: (line) => {
      for (const { terminal, put } of lines.open) put(terminal.inject(line))
    },
    connections: () => sockets.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
