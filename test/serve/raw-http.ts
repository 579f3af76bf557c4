import { connect } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly text: string
}

/** Sends bytes and reads until the other end closes. */
export function exchange(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    const chunks: Buffer[] = []
    let failed: Error | undefined
    socket.on('data', (chunk) => chunks.push(chunk))
    // A server that ends early resets what was still being sent; what it answered counts.
    socket.on('error', (error) => {
      failed = error
    })
    socket.on('close', () => {
      const answer = Buffer.concat(chunks).toString('utf8')
      if (answer === '' && failed !== undefined) reject(failed)
      else resolve(parsed(answer))
    })
    socket.write(text)
  })
}

function parsed(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
  })
  return {
    status: Number(first.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
    text,
  }
}

/** One request with a line for each header, on a connection that ends with its answer. */
export function ask(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<RawAnswer> {
  const all = { Host: `127.0.0.1:${port}`, Connection: 'close', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return exchange(port, `${line} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** A form, as a browser posts it. */
export function post(
  port: number,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const form = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': String(Buffer.byteLength(body)),
  }
  return ask(port, `POST ${path}`, { ...form, ...headers }, body)
}
