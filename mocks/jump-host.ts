import { connect, type Socket } from 'node:net'
import type { Connection, ServerChannel } from 'ssh2'
import type { HostKeys } from './host-keys.ts'
import type { ScenarioJump } from './scenario.ts'
import { listenSsh, loopback, type SshListener } from './ssh-listener.ts'
import { authenticate, type SshLogin } from './sshd-auth.ts'

export interface JumpOptions {
  readonly port: number
  readonly login: SshLogin
  readonly hostKeys: HostKeys
}

/** A jump host on 127.0.0.1: carries connections to other ports of this machine, and nowhere else. */
export async function serveJumpHost(jump: ScenarioJump, options: JumpOptions): Promise<SshListener> {
  const onward = new Set<Socket>()
  let carried = 0
  const stop = async (): Promise<void> => {
    for (const socket of onward) socket.destroy()
    await listener.stop()
  }
  const serve = (connection: Connection): void => {
    authenticate(connection, options.login, jump.faults.ssh)
    connection.on('session', (_accept, reject) => reject())
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      carried += 1
      if (jump.dies !== undefined && carried > jump.dies) {
        void stop()
        return
      }
      if (destIP !== loopback) reject()
      else forward(onward, destPort, accept, reject)
    })
  }
  const { tcp, ssh } = jump.faults
  const listener = await listenSsh({
    name: jump.name,
    ...options,
    ...(tcp === undefined ? {} : { tcp }),
    ssh,
    serve,
  })
  return { ...listener, stop }
}

function forward(onward: Set<Socket>, port: number, accept: () => ServerChannel, reject: () => void): void {
  const socket = connect({ host: loopback, port, noDelay: true })
  onward.add(socket)
  socket.once('close', () => onward.delete(socket))
  socket.once('error', reject)
  socket.once('connect', () => {
    socket.removeListener('error', reject)
    const channel = accept()
    socket.on('error', () => undefined)
    channel.on('error', () => undefined)
    channel.pipe(socket).pipe(channel)
    channel.once('close', () => socket.destroy())
  })
}
