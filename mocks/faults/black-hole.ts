import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** A port that answers no connection, and what frees it. */
export interface BlackHole {
  readonly port: number
  stop(): Promise<void>
}

// A thread that listens and never comes to accept: once its queue is full, Linux answers no SYN any more.
const listener = `
const { createServer } = require('node:net')
const { parentPort, workerData } = require('node:worker_threads')
const server = createServer()
server.on('error', (error) => parentPort.postMessage({ error: error.message }))
server.listen({ port: workerData.port, host: workerData.host, backlog: 1 }, () => {
  parentPort.postMessage({ port: server.address().port })
  Atomics.wait(new Int32Array(workerData.memory), 0, 0)
})`
/** The queue holds one more than its backlog. */
const fills = 2

/** Takes a port on which every SYN stays unanswered, as behind a firewall that drops; 0 is a free one. */
export async function openBlackHole(host: string, port: number): Promise<BlackHole> {
  const worker = new Worker(listener, {
    eval: true,
    workerData: { host, port, memory: new SharedArrayBuffer(4) },
  })
  const listening = await new Promise<number>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (said: { readonly port?: number; readonly error?: string }) =>
      said.port === undefined ? reject(new Error(said.error)) : resolve(said.port),
    )
  })
  const sockets: Socket[] = []
  for (let count = 0; count < fills; count += 1) {
    await new Promise<void>((resolve) => {
      const socket = connect(listening, host, resolve)
      socket.on('error', () => undefined)
      sockets.push(socket)
    })
  }
  return {
    port: listening,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await worker.terminate()
    },
  }
}
