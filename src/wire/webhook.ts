import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Channel } from '../model/schedules.ts'
import { createSecrets, type SecretSources } from '../secrets/resolve.ts'
import type { ChannelSecrets, Post, Posted } from '../serve/deliver.ts'

/** A receiver gets so long for its answer. */
const timeoutMs = 10_000
/** So much of an answer is read, and thrown away: a short one leaves the connection open for the next notice. */
const mostRead = 1024

/**
 * Posts over HTTP with the `fetch` of Node: redirects are not followed, certificates are verified. No text of a failure
 * holds the address, whatever Node writes into its own: it is a secret.
 */
export function createPost(clock: Clock): Post {
  return async (url, { headers, body, signal }) => {
    const address = addressOf(url)
    if (address === undefined) return { kind: 'failed', message: 'its address is not that of an HTTP server' }
    const patience = new AbortController()
    const stop = clock.timer(timeoutMs, () => patience.abort())
    const end = (): void => patience.abort()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    try {
      const answer = await fetch(address.url, {
        method: 'POST',
        headers: { ...headers, ...address.headers },
        body,
        redirect: 'manual',
        signal: patience.signal,
      })
      await throwAway(answer)
      return answered(answer, clock)
    } catch (thrown) {
      const late = patience.signal.aborted
      return { kind: 'failed', message: late ? `no answer within ${timeoutMs / 1000} s` : reasonOf(thrown) }
    } finally {
      stop()
      signal.removeEventListener('abort', end)
    }
  }
}

/** User and password of an address become the header that they stand for: fetch refuses them in an address. */
function addressOf(
  text: string,
): { readonly url: string; readonly headers: Record<string, string> } | undefined {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return undefined
  const { username, password } = url
  if (username === '' && password === '') return { url: url.href, headers: {} }
  url.username = ''
  url.password = ''
  const login = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
  return { url: url.href, headers: { Authorization: `Basic ${login}` } }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The status has been read already: what goes wrong here changes nothing. */
async function throwAway({ body }: Response): Promise<void> {
  const reader = body?.getReader()
  if (reader === undefined) return
  try {
    let read = 0
    while (read <= mostRead) {
      const { done, value } = await reader.read()
      if (done) return
      read += value.length
    }
    await reader.cancel()
  } catch {
    // A link that broke after the answer.
  }
}

function answered({ status, headers }: Response, clock: Clock): Posted {
  const retryAfterMs = patienceOf(headers.get('retry-after'), clock.wall().getTime())
  return { kind: 'answered', status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** `Retry-After`: seconds or a date (RFC 9110, 10.2.3). */
function patienceOf(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000
  const ms = Date.parse(text) - nowMs
  return ms > 0 ? ms : undefined
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before an answer',
  UND_ERR_SOCKET: 'the connection was closed before an answer',
  EPIPE: 'the connection was closed before an answer',
  ENOTFOUND: 'its name has no address',
  EAI_AGAIN: 'its name could not be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
}

/** Only from a list, and the code: what Node says may hold the address. */
function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown) ?? codeOf(causeOf(thrown)) ?? ''
  const known = reasons[code]
  if (known !== undefined) return known
  if (/CERT|SIGNATURE/.test(code)) return `its certificate is not accepted (${code})`
  if (/^ERR_(?:SSL|TLS)_|^EPROTO$/.test(code)) return `no TLS connection with it (${code})`
  // Fetch connects to no port that is another service's, such as 25: "Port blocking" of the Fetch standard.
  if (causeOf(thrown) instanceof Error && messageOf(causeOf(thrown)) === 'bad port')
    return 'its port is one that fetch refuses'
  return code === '' ? 'the request failed' : `the request failed (${code})`
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  const { code } = thrown
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,50}$/.test(code) ? code : undefined
}

/**
 * Address and key of a channel, looked up anew by each call; registered to be masked everywhere. Nobody is asked: a
 * `prompt` is an error.
 */
export function channelSecrets(
  sources: Omit<SecretSources, 'prompt'>,
): (channel: Channel) => Promise<Result<ChannelSecrets, string>> {
  return async ({ url, signWith }) => {
    // Anew: a store of secrets asks once for each, and they may change while serve is at work.
    const secrets = createSecrets(sources)
    const address = await secrets.resolve(url)
    if (address.kind === 'err') return err(address.error.message)
    if (signWith === undefined) return ok({ url: address.value })
    const key = await secrets.resolve(signWith)
    return key.kind === 'err' ? err(key.error.message) : ok({ url: address.value, key: key.value })
  }
}

/** Whether an address sends notices readable over a network: no TLS, and not to this machine. */
export function isReadable(url: string): boolean {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' }
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
  return protocol === 'http:' && !loopback
}
