import type { ClientChannel, ConnectConfig } from 'ssh2'
import ssh2 from 'ssh2'

/** What a client saw of a shell: everything printed so far, and a way to wait for a text in it. */
export interface Shell {
  readonly printed: () => string
  type(text: string): void
  until(text: string): Promise<string>
  readonly closed: Promise<void>
  end(): void
}

export interface Client {
  readonly hostKey: string
  shell(): Promise<Shell>
  exec(command: string): Promise<{ output: string; code: number | null }>
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>
  end(): void
}

function wrap(channel: ClientChannel): Shell {
  let printed = ''
  const listeners = new Set<() => void>()
  channel.on('data', (bytes: Uint8Array) => {
    printed += Buffer.from(bytes).toString('utf8')
    for (const listener of listeners) listener()
  })
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()))
  return {
    printed: () => printed,
    type: (text) => {
      channel.write(text)
    },
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!printed.includes(text)) return
          listeners.delete(look)
          resolve(printed)
        }
        listeners.add(look)
        void closed.then(() =>
          reject(new Error(`closed before ${JSON.stringify(text)}: ${JSON.stringify(printed)}`)),
        )
        look()
      }),
    closed,
    end: () => {
      channel.end()
    },
  }
}

/** Logs in with ssh2's client; rejects with its error. The host key is handed out, not judged. */
export function connect(port: number, config: ConnectConfig): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    let hostKey = ''
    const closed = new Promise<void>((done) => client.once('close', () => done()))
    client.on('error', reject)
    client.once('close', () => reject(new Error('closed before it was ready')))
    client.once('ready', () => {
      client.setNoDelay(true)
      resolve({
        hostKey,
        closed,
        end: () => {
          client.end()
        },
        shell: () =>
          new Promise((done, fail) => {
            client.shell({ term: 'vt100' }, (error, channel) => (error ? fail(error) : done(wrap(channel))))
          }),
        exec: (command) =>
          new Promise((done, fail) => {
            client.exec(command, (error, channel) => {
              if (error) return fail(error)
              let output = ''
              let code: number | null = null
              channel.on('data', (bytes: Uint8Array) => {
                output += Buffer.from(bytes).toString('utf8')
              })
              // ssh2 tells of the end only when both streams were read.
              channel.stderr.resume()
              channel.on('exit', (status: number | null) => {
                code = status
              })
              channel.once('close', () => done({ output, code }))
            })
          }),
      })
    })
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'netops',
      hostVerifier: (key: Buffer) => {
        hostKey = key.toString('base64')
        return true
      },
      ...config,
    })
  })
}
