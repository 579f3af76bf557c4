import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { messageOf } from '../kernel/errors.ts'
import { quoted } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Answer, headersOf, plain } from './answer.ts'
import { createRoutes, type RoutesOptions } from './routes.ts'
import { createGate } from './sessions.ts'

/** How long a client may take, in milliseconds. */
export interface HttpTimes {
  /** To send its headers. */
  readonly headersMs: number
  /** To send all of a request. */
  readonly requestMs: number
  /** Between two requests of one connection. */
  readonly idleMs: number
  /** How often the first two are looked at. */
  readonly checkMs: number
  /** Between two pieces of anything, sent or read: who does not read an answer must not keep others out. */
  readonly silentMs: number
}

const defaultTimes: HttpTimes = {
  headersMs: 10_000,
  requestMs: 15_000,
  idleMs: 5_000,
  checkMs: 2_000,
  silentMs: 30_000,
}

/** Bytes of all headers of a request. */
const longestHeaders = 16_384
const mostConnections = 100

export interface HttpOptions extends RoutesOptions {
  readonly listen: { readonly host: string; readonly port: number }
  /** Its value. Absent only where the address is loopback. */
  readonly token?: string
  readonly times?: HttpTimes
}

/** Why nothing listens. */
export interface ListenProblem {
  /** As Node has it: EADDRINUSE, EACCES, EADDRNOTAVAIL; TOKEN_MISSING is ours. */
  readonly code: string
  readonly message: string
  readonly next: string
}

/** Status page, metrics and health over HTTP. */
export interface StatusServer {
  /** The port that it listens on, also where 0 was asked for. */
  listen(): Promise<Result<{ readonly port: number }, ListenProblem>>
  /** Begins no request any more and ends idle connections at once, others with their answer, or after a second. */
  close(): Promise<void>
}

/** A server that listens to nothing yet. */
export function createStatusServer(options: HttpOptions): StatusServer {
  const { token, clock, listen, times = defaultTimes } = options
  const gate = token === undefined ? undefined : createGate(token, clock)
  const answerTo = createRoutes(options, gate)
  const server = createServer(
    {
      headersTimeout: times.headersMs,
      requestTimeout: times.requestMs,
      keepAliveTimeout: times.idleMs,
      connectionsCheckingInterval: times.checkMs,
      maxHeaderSize: longestHeaders,
    },
    handle,
  )
  server.maxConnections = mostConnections
  server.timeout = times.silentMs
  // Whoever asks whether to send a body gets the answer instead.
  server.on('checkContinue', handle)

  function handle(request: IncomingMessage, response: ServerResponse): void {
    void respond(request, response)
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await answerTo(request).catch((thrown: unknown) => {
      if (request.destroyed && !request.complete) return plain(400, 'the request was cut off')
      options.note({
        level: 'error',
        msg: `a request could not be answered: ${messageOf(thrown)}`,
        fields: { event: 'http-failed', path: request.url },
      })
      return plain(500, 'this could not be answered; the log has the reason')
    })
    send(request, response, answer)
  }

  return {
    listen: () => begin(server, listen, token),
    close: () => end(server, options.clock),
  }
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  // A body that nobody asked for is not waited for: the connection ends with the answer.
  if (hasBody(request) && !request.complete) response.setHeader('Connection', 'close')
  response.writeHead(answer.status, headersOf(answer))
  response.end(request.method === 'HEAD' ? undefined : answer.body)
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i

function begin(
  server: Server,
  { host, port }: HttpOptions['listen'],
  token: string | undefined,
): Promise<Result<{ readonly port: number }, ListenProblem>> {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  if (token === undefined && !loopback.test(host))
    return Promise.resolve(
      err({
        code: 'TOKEN_MISSING',
        message: `nothing listens on ${quoted(place)}: others reach this address, and there is no token`,
        next: 'name a token in the schedules file, or listen on 127.0.0.1',
      }),
    )
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(err(problemOf(place, error)))
    server.once('error', failed)
    server.listen({ host, port }, () => {
      server.off('error', failed)
      // What a listening server may still meet (too many open files) ends that connection, not serve.
      server.on('error', () => undefined)
      const address = server.address()
      resolve(ok({ port: typeof address === 'object' && address !== null ? address.port : port }))
    })
  })
}

const steps: Readonly<Record<string, string>> = {
  EADDRINUSE: 'end what listens there, perhaps another ikero serve, or name another port in listen',
  EACCES: 'name a port above 1023 in listen, or give the service the right to it',
  EADDRNOTAVAIL: 'name an address of this machine in listen',
  ENOTFOUND: 'name an address of this machine in listen',
}

const said: Readonly<Record<string, string>> = {
  EADDRINUSE: 'somebody listens there already (EADDRINUSE)',
  EACCES: 'this user may not listen there (EACCES)',
}

function problemOf(place: string, error: NodeJS.ErrnoException): ListenProblem {
  const code = error.code ?? 'UNKNOWN'
  const next = steps[code] ?? 'look at listen in the schedules file'
  return { code, message: `the page cannot be served at ${quoted(place)}: ${said[code] ?? code}`, next }
}

/** So long an answer that is under way may take when serve stops. */
const lastAnswersMs = 1000

function end(server: Server, clock: HttpOptions['clock']): Promise<void> {
  return new Promise((resolve) => {
    const stopWaiting = clock.timer(lastAnswersMs, () => server.closeAllConnections())
    // Also called where it never listened.
    server.close(() => {
      stopWaiting()
      resolve()
    })
    server.closeIdleConnections()
  })
}
