import type { Socket } from 'node:net'
import type { Connection, RejectConnection, ServerChannel, Session } from 'ssh2'
import { type Clock, systemClock } from '../src/kernel/clock.ts'
import { noFaults } from './faults/faults.ts'
import { createFaultyTerminal, type Piece, type PieceTerminal } from './faults/faulty-terminal.ts'
import { type RunningFaults, runningFaults } from './faults/running.ts'
import { createSender } from './faults/sender.ts'
import type { HostKeys } from './host-keys.ts'
import { listenSsh, type SshListener } from './ssh-listener.ts'
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
export interface ServedDevice extends SshListener {
  /** Writes a message of the device's own into every open terminal. */
  inject(line: string): void
}

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
    { lines: faults.met, terminal: faults.terminal, cutOff: () => device.cutOff?.() === 'all' },
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
  authenticate(connection, lines.options.login, lines.faults.ssh)
  connection.on('session', (accept, reject) => {
    // One session channel per connection, as on the devices.
    sessions += 1
    lines.asked += 1
    if (sessions > 1 || lines.asked <= lines.faults.ssh.full) reject()
    else serveSession(lines, accept(), connection, socket)
  })
}

/** Lets a simulated device answer SSH on 127.0.0.1; rejects with PORT_UNUSABLE when the port is taken. */
export async function serveDevice(device: SimulatedDevice, options: ServeOptions): Promise<ServedDevice> {
  const faults = device.faults ?? runningFaults(noFaults)
  const lines: Lines = { device, faults, options, open: new Set(), asked: 0 }
  const listener = await listenSsh({
    name: device.name,
    port: options.port ?? 0,
    hostKeys: options.hostKeys,
    ...(faults.tcp === undefined ? {} : { tcp: faults.tcp }),
    ssh: faults.ssh,
    cutOff: () => device.cutOff?.() !== undefined,
    serve: (connection, socket) => serveConnection(lines, connection, socket),
  })
  return {
    ...listener,
    inject: (line) => {
      for (const { terminal, put } of lines.open) put(terminal.inject(line))
    },
  }
}
