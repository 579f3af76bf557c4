import type { Clock } from '../kernel/clock.ts'
import type { Redactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Listen } from '../model/schedules.ts'
import { statusPage, statusPolicy } from '../report/html/status-page.ts'
import type { Secrets } from '../secrets/resolve.ts'
import { createStatusServer, type ListenProblem, type StatusServer } from '../serve/http.ts'
import type { ServeLog } from '../serve/log.ts'
import type { ServeMetrics } from '../serve/metrics.ts'
import type { Serve } from '../serve/serve.ts'

/** What the status page and what stands beside it are served from. */
export interface DoorOptions {
  readonly clock: Clock
  readonly redactor: Redactor
  /** Fetches anew each time. */
  readonly secrets: () => Secrets
  readonly metrics: ServeMetrics
  readonly log: ServeLog
  readonly lastTurnMs: () => number
  /** Names of the channels that are in force. */
  readonly channels: () => readonly string[]
}

/** Where the page is served; another place takes its place. */
export interface Door {
  /** @returns its address, undefined where it is off; an error leaves the old one as it is */
  open(listen: Listen | undefined): Promise<Result<string | undefined, ListenProblem>>
  close(): Promise<void>
}

interface Open {
  readonly place: string
  readonly token: string | undefined
  readonly url: string
  readonly server: StatusServer
}

export function createDoor(running: Pick<Serve, 'view'>, options: DoorOptions): Door {
  const { clock, redactor, metrics, log, lastTurnMs, channels } = options
  let at: Open | undefined
  const serverAt = ({ host, port }: Listen, token: string | undefined): StatusServer =>
    createStatusServer({
      listen: { host, port },
      ...(token === undefined ? {} : { token }),
      view: () => running.view(),
      page: { render: (view, { signedIn }) => statusPage(view, { signedIn }).html, policy: statusPolicy },
      metrics: (view) => metrics.render(view, channels()),
      lastTurnMs,
      clock,
      redactor,
      note: log.note,
    })
  const close = async (): Promise<void> => {
    const { server } = at ?? {}
    at = undefined
    await server?.close()
  }
  return {
    close,
    async open(listen) {
      if (listen === undefined) {
        await close()
        return ok(undefined)
      }
      const token = await tokenOf(listen, options.secrets())
      if (token.kind === 'err') return token
      const place = placeOf(listen)
      if (at?.place === place && at.token === token.value) return ok(at.url)
      // One address takes one server: where only the token is another, the old one has to go first.
      if (at?.place === place) await close()
      const server = serverAt(listen, token.value)
      const opened = await server.listen()
      if (opened.kind === 'err') return opened
      await close()
      const url = `http://${placeOf({ ...listen, port: opened.value.port })}/`
      at = { place, token: token.value, url, server }
      return ok(url)
    },
  }
}

async function tokenOf(
  { token }: Listen,
  secrets: Secrets,
): Promise<Result<string | undefined, ListenProblem>> {
  if (token === undefined) return ok(undefined)
  const value = await secrets.resolve(token)
  if (value.kind === 'ok') return value
  return err({
    code: 'TOKEN_MISSING',
    message: `nothing is served: the token cannot be had: ${value.error.message}`,
    next: 'provide the token, or listen on 127.0.0.1 without one',
  })
}

function placeOf({ host, port }: Listen): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
