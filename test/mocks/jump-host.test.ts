import type { ClientChannel } from 'ssh2'
import ssh2 from 'ssh2'
import { afterEach, describe, expect, it } from 'vitest'
import { noFaults } from '../../mocks/faults/faults.ts'
import { makeHostKeys } from '../../mocks/host-keys.ts'
import { serveJumpHost } from '../../mocks/jump-host.ts'
import type { SshListener } from '../../mocks/ssh-listener.ts'
import { serveDevice } from '../../mocks/sshd.ts'
import { fakeDevice } from './fake-session.ts'
import { connect } from './ssh-client.ts'

const hostKeys = makeHostKeys()
const login = { username: 'netops', password: 'l0gin-word' }
const served: SshListener[] = []
afterEach(async () => {
  await Promise.all(served.splice(0).map((one) => one.stop()))
})

async function jump(dies?: number): Promise<number> {
  const one = await serveJumpHost(
    { name: 'bastion', faults: noFaults, ...(dies === undefined ? {} : { dies }) },
    { port: 0, login, hostKeys },
  )
  served.push(one)
  return one.port
}

async function device(): Promise<number> {
  const one = await serveDevice(fakeDevice(), { login, hostKeys })
  served.push(one)
  return one.port
}

/** Connects to the jump host and asks it to carry a connection on. */
async function through(port: number, to: number, host = '127.0.0.1'): Promise<ClientChannel> {
  const client = new ssh2.Client()
  return new Promise((resolve, reject) => {
    client.on('error', reject)
    client.once('close', () => reject(new Error('closed')))
    client.once('ready', () =>
      client.forwardOut('127.0.0.1', 1, host, to, (error, channel) =>
        error ? reject(error) : resolve(channel),
      ),
    )
    client.connect({ host: '127.0.0.1', port, ...login, hostVerifier: () => true })
  })
}

describe('a simulated jump host', () => {
  it('carries a connection to a device', async () => {
    const channel = await through(await jump(), await device())
    const said = await new Promise<string>((resolve) =>
      channel.once('data', (data: Buffer) => resolve(data.toString())),
    )
    expect(said).toMatch(/^SSH-2\.0-/)
  })

  it('carries none to another machine, and gives no terminal', async () => {
    const port = await jump()
    await expect(through(port, 22, '192.0.2.1')).rejects.toThrow(/open/i)
    const client = await connect(port, { password: login.password })
    await expect(client.shell()).rejects.toThrow(/open/i)
    client.end()
  })

  it('dies where the scenario says so, and stays dead', async () => {
    const port = await jump(1)
    const to = await device()
    await through(port, to)
    await expect(through(port, to)).rejects.toThrow('closed')
    await expect(through(port, to)).rejects.toThrow(/ECONNREFUSED/)
  })
})
