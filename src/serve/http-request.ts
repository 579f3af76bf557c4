import type { IncomingMessage } from 'node:http'

/** A token in a form, percent-encoded, with its name. */
const longestForm = 4096

/** Where a request goes to: its path as it was written, nothing decoded or resolved, and whom it takes us for. */
export interface Place {
  readonly path: string
  readonly search: URLSearchParams
  /** As in the Host header; empty where it names nobody. */
  readonly host: string
}

/** Undefined where the request's target is of a form that nothing here answers, or it names several hosts (RFC 9112, 3.2). */
export function placeOf({ url = '', headers, headersDistinct }: IncomingMessage): Place | undefined {
  if ((headersDistinct.host?.length ?? 0) > 1) return undefined
  // The absolute form, which everybody has to take (RFC 9112, 3.2.2), is for proxies: its host counts then.
  const [, authority, rest = url] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  const target = authority !== undefined && !rest.startsWith('/') ? `/${rest}` : rest
  if (!target.startsWith('/')) return undefined
  const [path = '/', ...query] = target.split('?')
  const search = new URLSearchParams(query.join('?'))
  return { path, search, host: authority ?? headers.host ?? '' }
}

/** Names of this machine's own loopback, with any port: what a page of somebody else's name cannot send (DNS rebinding). */
export function isLoopbackName(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host)
}

/** The value of one cookie of a request. */
export function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  for (const pair of headers.cookie?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/** The token of `Authorization: Bearer`. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
}

/** Whether a browser says that another site sent the request. What is no browser says nothing. */
export function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/** What a form sent, or why it is not read. Rejects where the connection ends before the form does. */
export async function formOf(request: IncomingMessage): Promise<URLSearchParams | 'too-long' | 'no-form'> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return 'no-form'
  const text = await textOf(request)
  return text === undefined ? 'too-long' : new URLSearchParams(text)
}

function textOf(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    // Not `for await`: to leave it early would end the connection before it has its answer.
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > longestForm) resolve(undefined)
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('error', reject)
    request.once('close', () => reject(new Error('the request was cut off')))
  })
}
