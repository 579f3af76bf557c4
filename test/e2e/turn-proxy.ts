import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** One connection through a {@link turnProxy}. */
export interface Turns {
  /** Network round trips since TCP was connected. The server hears of the connection half a trip later. */
  readonly roundTrips: number
}

export interface TurnProxy {
  readonly port: number
  /** In the order in which they were made. */
  readonly connections: readonly Turns[]
  stop(): Promise<void>
}

/** How long both ends must say nothing, so that what they had to say to what they got is complete. */
const quietMs = 20

/**
 * A line of any latency between a client and a server on loopback, as counts instead of time: what both ends
 * have said is carried over, both ways at once, only when both wait for something, and each carrying is half a
 * round trip. A busy machine makes it slower and the counts no larger: all ends run in this process, so an
 * end that still works keeps the quiet time from running out.
 */
export async function turnProxy(target: number): Promise<TurnProxy> {
  const connections: Turns[] = []
  const sockets = new Set<Socket>()
  const held = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    return socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    connections.push(new Line(held(client), () => held(connect({ ...loopback, port: target }))))
  })
  await new Promise<void>((resolve) => server.listen(0, loopback.host, resolve))
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const loopback = { host: '127.0.0.1', noDelay: true, allowHalfOpen: true } as const

type Said = Buffer | 'end'

class Line implements Turns {
  #halves = 0
  #client: Socket
  #server: Socket | undefined
  readonly #reach: () => Socket
  #toServer: Said[] = []
  #toClient: Said[] = []
  #heard = 0
  #carrying = false

  constructor(client: Socket, reach: () => Socket) {
    this.#client = client
    this.#reach = reach
    this.#hear(client, (said) => this.#toServer.push(said))
  }

  get roundTrips(): number {
    return this.#halves / 2
  }

  #hear(socket: Socket, keep: (said: Said) => void): void {
    const heard = (said: Said): void => {
      keep(said)
      this.#heard += 1
      if (!this.#carrying) void this.#carry()
    }
    socket.on('data', heard)
    socket.on('end', () => heard('end'))
  }

  async #carry(): Promise<void> {
    this.#carrying = true
    for (await this.#quiet(); this.#toServer.length + this.#toClient.length > 0; await this.#quiet()) {
      this.#halves += 1
      const [forth, back] = [this.#toServer, this.#toClient]
      this.#toServer = []
      this.#toClient = []
      deliver(forth, await this.#reached())
      deliver(back, this.#client)
    }
    this.#carrying = false
  }

  async #reached(): Promise<Socket> {
    if (this.#server !== undefined) return this.#server
    const server = this.#reach()
    this.#server = server
    await new Promise<void>((resolve) => server.once('connect', resolve))
    this.#hear(server, (said) => this.#toClient.push(said))
    return server
  }

  async #quiet(): Promise<void> {
    for (let heard = -1; heard !== this.#heard; ) {
      heard = this.#heard
      await new Promise((resolve) => setTimeout(resolve, quietMs))
      // What arrived while the loop was busy is read before it is decided.
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

function deliver(said: readonly Said[], to: Socket): void {
  for (const one of said) {
    if (one === 'end') to.end()
    else to.write(one)
  }
}
