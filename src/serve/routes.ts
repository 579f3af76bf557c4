import type { IncomingMessage } from 'node:http'
import type { Clock } from '../kernel/clock.ts'
import type { Redactor } from '../kernel/redact.ts'
import type { ServeView } from '../model/serve-view.ts'
import { type Answer, htmlType, jsonType, plain, seeOther } from './answer.ts'
import { bearerOf, cookieOf, formOf, isForeign, isLoopbackName, type Place, placeOf } from './http-request.ts'
import type { LogRecord } from './log-records.ts'
import { loginPage, loginPolicy } from './login-page.ts'
import { metricsContentType } from './metrics.ts'
import type { Gate } from './sessions.ts'
import { renderStatus } from './status.ts'

/** The loop of schedules sleeps a minute at most: after three without a turn something hangs. */
const longestSilenceMs = 3 * 60_000

const sessionCookie = 'ikero_session'

/** What a page is told of the request that it answers. */
export interface PageRequest {
  readonly search: URLSearchParams
  /** A browser that came with the token: a form that posts to `/logout` makes sense. */
  readonly signedIn: boolean
}

/** The status page, drawn by whoever is handed in. */
export interface StatusPage {
  render(view: ServeView, request: PageRequest): string
  /** Content-Security-Policy of it; the form of `/logout` needs `form-action 'self'`. */
  readonly policy: string
}

/** What is answered, and from what. */
export interface RoutesOptions {
  readonly view: () => ServeView | Promise<ServeView>
  readonly page: StatusPage
  readonly metrics: (view: ServeView) => Promise<string>
  /** When the loop of schedules turned last, by the monotonic clock. */
  readonly lastTurnMs: () => number
  readonly clock: Pick<Clock, 'monotonicMs' | 'timer'>
  /** Masks known secrets in the view before it is drawn. */
  readonly redactor: Pick<Redactor, 'redactDeep'>
  readonly note: (record: LogRecord) => void
}

type Handler = (request: IncomingMessage, place: Place) => Answer | Promise<Answer>

interface Route {
  readonly GET?: Handler
  readonly POST?: Handler
  /** Answered to whoever asks: machines that watch processes have no token. */
  readonly open?: true
}

/**
 * Answers requests. Without a gate only the names of loopback are answered, so that no page that a browser has open can
 * read this one under a name of its own.
 */
export function createRoutes(
  options: RoutesOptions,
  gate: Gate | undefined,
): (request: IncomingMessage) => Promise<Answer> {
  const routes: Readonly<Record<string, Route>> = {
    ...pages(options, gate),
    ...health(options),
    ...(gate === undefined ? {} : doors(options, gate)),
  }
  return async (request) => {
    const place = placeOf(request)
    if (place === undefined) return plain(400, 'this request names no path, or several hosts')
    if (gate === undefined && !isLoopbackName(place.host))
      return plain(
        421,
        'answered as localhost, 127.0.0.1 or [::1] only; another name needs listen with a token',
      )
    const route = Object.hasOwn(routes, place.path) ? routes[place.path] : undefined
    if (gate !== undefined && route?.open !== true) {
      const refusal = refusalOf(request, gate, options.note)
      if (refusal !== undefined) return refusal
    }
    if (route === undefined) return plain(404, 'not found')
    const handler = handlerOf(route, request.method ?? '')
    return handler === undefined
      ? plain(405, 'method not allowed', { Allow: allowed(route) })
      : handler(request, place)
  }
}

function handlerOf(route: Route, method: string): Handler | undefined {
  if (method === 'GET' || method === 'HEAD') return route.GET
  return method === 'POST' ? route.POST : undefined
}

function allowed({ GET, POST }: Route): string {
  return [...(GET === undefined ? [] : ['GET', 'HEAD']), ...(POST === undefined ? [] : ['POST'])].join(', ')
}

/** Undefined for whoever may come in. */
function refusalOf(request: IncomingMessage, gate: Gate, note: RoutesOptions['note']): Answer | undefined {
  if (gate.isOpen(cookieOf(request, sessionCookie) ?? '')) return undefined
  const token = bearerOf(request)
  if (token !== undefined) {
    const answer = gate.tries(addressOf(request), token)
    if (answer === 'right') return undefined
    if (answer === 'too-many') return tooMany
    note(wrongToken(addressOf(request)))
  }
  const isBrowser = request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '')
  if (isBrowser && token === undefined) return seeOther('/login')
  return plain(401, 'a token is needed', { 'WWW-Authenticate': 'Bearer realm="ikero"' })
}

const tooMany = plain(429, 'too many wrong tokens from this address; wait a minute', { 'Retry-After': '60' })

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? ''
}

function pages(
  { view, page, metrics, redactor }: RoutesOptions,
  gate: Gate | undefined,
): Readonly<Record<string, Route>> {
  const masked = async (): Promise<ServeView> => redactor.redactDeep(await view())
  return {
    '/': {
      GET: async (request, { search }) => {
        const signedIn = gate?.isOpen(cookieOf(request, sessionCookie) ?? '') === true
        const body = page.render(await masked(), { search, signedIn })
        return { status: 200, type: htmlType, body, policy: page.policy }
      },
    },
    '/status.json': {
      GET: async () => ({ status: 200, type: jsonType, body: renderStatus(await masked()) }),
    },
    '/metrics': {
      // Not masked: they have names and numbers of the view, and none of its texts.
      GET: async () => ({ status: 200, type: metricsContentType, body: await metrics(await view()) }),
    },
  }
}

function health({ view, lastTurnMs, clock }: RoutesOptions): Readonly<Record<string, Route>> {
  return {
    '/healthz': {
      open: true,
      GET: () => {
        const silentMs = clock.monotonicMs() - lastTurnMs()
        return silentMs < longestSilenceMs
          ? plain(200, 'ok')
          : plain(503, `the loop of schedules has not turned for ${Math.floor(silentMs / 1000)} seconds`)
      },
    },
    '/readyz': {
      open: true,
      // Not why: whoever asks has shown no token.
      GET: async () => ((await isReady(view)) ? plain(200, 'ready') : plain(503, 'not ready')),
    },
  }
}

async function isReady(view: RoutesOptions['view']): Promise<boolean> {
  try {
    return (await view()).notReady === undefined
  } catch {
    return false
  }
}

/** Ways in and out for browsers. */
function doors({ note }: RoutesOptions, gate: Gate): Readonly<Record<string, Route>> {
  const refused = (status: number, problem: string, headers = {}): Answer => ({
    status,
    type: htmlType,
    body: loginPage(problem),
    policy: loginPolicy,
    headers,
  })
  return {
    '/login': {
      open: true,
      GET: () => ({ status: 200, type: htmlType, body: loginPage(), policy: loginPolicy }),
      POST: async (request) => {
        if (isForeign(request)) return plain(403, 'this form was sent by another site')
        const form = await formOf(request)
        if (form === 'no-form') return plain(415, 'a form is expected')
        if (form === 'too-long') return plain(413, 'too long for a token', { Connection: 'close' })
        const address = addressOf(request)
        const tried = gate.tries(address, form.get('token') ?? '')
        if (tried === 'right') {
          note(entry('info', 'a browser signed in', address))
          return seeOther('/', { 'Set-Cookie': cookie(gate.open(), 12 * 3600) })
        }
        // A try that is not looked at has no line: who sends thousands would fill the disk.
        if (tried === 'too-many')
          return refused(429, 'Too many wrong tokens. Wait a minute.', { 'Retry-After': '60' })
        note(wrongToken(address))
        return refused(401, 'That is not the token.')
      },
    },
    '/logout': {
      POST: (request) => {
        if (isForeign(request)) return plain(403, 'this form was sent by another site')
        gate.close(cookieOf(request, sessionCookie) ?? '')
        return seeOther('/login', { 'Set-Cookie': cookie('', 0) })
      },
    },
  }
}

/** Without `Secure`: serve speaks no TLS itself, and a browser would drop it where nothing in front of it does. */
function cookie(value: string, seconds: number): string {
  return `${sessionCookie}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`
}

function wrongToken(address: string): LogRecord {
  return entry('warn', 'a wrong token was refused', address)
}

function entry(level: LogRecord['level'], msg: string, address: string): LogRecord {
  return { level, msg, fields: { event: 'http-login', address } }
}
