import { createHmac } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Result } from '../kernel/result.ts'
import type { Channel } from '../model/schedules.ts'
import type { ServeEvent } from '../model/serve-event.ts'
import type { QueuedNotice, ServeState } from '../model/serve-state.ts'
import { jsonLine } from '../report/json.ts'
import { afterTry, headsOf, mostQueued, type Try, waitOf } from './queue.ts'

/** What a receiver did with a notice. */
export type Posted =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number }
  /** The message names no address: it is a secret. */
  | { readonly kind: 'failed'; readonly message: string }

/** Posts a text to an address. Never rejects, and gives up by itself. */
export type Post = (
  url: string,
  request: {
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly signal: AbortSignal
  },
) => Promise<Posted>

/** What is secret of a channel. */
export interface ChannelSecrets {
  readonly url: string
  /** Absent: no signature. */
  readonly key?: string
}

/** All that the delivery needs of the world outside. */
export interface DeliveryPorts {
  readonly clock: Clock
  /** From 0 up to, not including, 1: spreads what is tried again. */
  readonly random: () => number
  readonly post: Post
  /** Looked up anew for each try, so that a changed secret is used at once. The error holds no secret. Never rejects. */
  readonly secretsOf: (channel: Channel) => Promise<Result<ChannelSecrets, string>>
  /** A body without known secrets, whatever a device said: the last look before it leaves. */
  readonly masked: (body: QueuedNotice['body']) => QueuedNotice['body']
  /** Those of the schedules file that is in force. */
  readonly channels: () => readonly Channel[]
  readonly state: () => ServeState
  /** Changes the state at once; it is on disk when this resolves. Never rejects. */
  readonly update: (change: (state: ServeState) => ServeState) => Promise<void>
  readonly emit: (event: ServeEvent) => void
}

export interface Delivery {
  /** Something was put into the queue. */
  wake(): void
  /** Resolves when nothing is under way any more, after the signal. */
  readonly ended: Promise<void>
}

/** The wall clock may be set, or stand still in a suspended machine: it is looked at anew so often. */
const mostSleepMs = 60_000
/** What is under way when serve ends may take so long; after that it is posted again by the next serve. */
const graceMs = 3_000

/**
 * Delivers the queue of the state until `signal` aborts: the notices of a channel one by one and in their order, the
 * channels side by side. At least once: a notice that was under way when this process died is posted again, with its id.
 */
export function startDelivery(ports: DeliveryPorts, signal: AbortSignal): Delivery {
  const { clock } = ports
  const underWay = new Map<string, Promise<void>>()
  const hard = new AbortController()
  let alarm = new AbortController()
  const wake = (): void => alarm.abort()
  signal.addEventListener('abort', wake, { once: true })

  const begin = (notice: QueuedNotice): void => {
    const done = (): void => {
      underWay.delete(notice.channel)
      wake()
    }
    underWay.set(notice.channel, deliverOne(ports, notice, hard.signal).finally(done))
  }
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      // Made before the queue is looked at: nobody's call in between goes unheard.
      alarm = new AbortController()
      const nowMs = clock.wall().getTime()
      const waiting = headsOf(ports.state()).filter(({ channel }) => !underWay.has(channel))
      for (const notice of waiting) if (waitOf(notice, nowMs) === 0) begin(notice)
      const waits = waiting.map((notice) => waitOf(notice, nowMs)).filter((ms) => ms > 0)
      await clock.sleep(Math.min(mostSleepMs, ...waits), alarm.signal)
    }
    const late = new Promise<void>((resolve) => {
      hard.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    const stop = clock.timer(graceMs, () => hard.abort())
    // Whatever does not heed the abort, such as a program that looks up a secret, is not waited for.
    await Promise.race([Promise.all(underWay.values()), late])
    stop()
  }
  return { wake, ended: run() }
}

async function deliverOne(ports: DeliveryPorts, notice: QueuedNotice, signal: AbortSignal): Promise<void> {
  const { clock, random, update, emit } = ports
  const result = await tryOnce(ports, notice, signal)
  // Ended by us: it is as if it had not been tried.
  if (signal.aborted && result.kind !== 'sent') return
  const { channel } = notice
  let told: ServeEvent = { kind: 'notice-sent', channel, attempts: notice.attempts + 1 }
  await update((state) => {
    const {
      attempts,
      ended,
      state: after,
    } = afterTry(state, notice, result, clock.wall().getTime(), random())
    if (result.kind !== 'sent')
      told = { kind: 'notice-failed', channel, attempts, message: result.message, retried: ended === 'later' }
    return after
  })
  emit(told)
}

async function tryOnce(ports: DeliveryPorts, notice: QueuedNotice, signal: AbortSignal): Promise<Try> {
  const name = notice.channel
  const channel = ports.channels().find((one) => one.name === name)
  if (channel === undefined)
    return { kind: 'lost', message: `there is no channel ${name} any more: what waited for it is dropped` }
  const secrets = await ports.secretsOf(channel)
  if (secrets.kind === 'err')
    return { kind: 'later', message: `${name}: its webhook or key cannot be had: ${secrets.error}` }
  const { url, key } = secrets.value
  const seconds = Math.floor(ports.clock.wall().getTime() / 1000)
  const { body, headers } = requestOf({ ...notice, body: ports.masked(notice.body) }, key, seconds)
  return whatBecame(name, await ports.post(url, { headers, body, signal }))
}

/**
 * The text and the headers of a notice. `X-Ikero-Delivery` is the same in each try. `X-Ikero-Signature` is
 * `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY` with the key of the channel.
 *
 * @param seconds of the try, since 1970
 */
export function requestOf(
  { id, body: document }: QueuedNotice,
  key: string | undefined,
  seconds: number,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = jsonLine(document).trimEnd()
  const sum =
    key === undefined ? undefined : createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')
  return {
    body,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'ikero',
      'X-Ikero-Delivery': id,
      ...(sum === undefined ? {} : { 'X-Ikero-Signature': `t=${seconds},v1=${sum}` }),
    },
  }
}

function whatBecame(name: string, posted: Posted): Try {
  if (posted.kind === 'failed') return { kind: 'later', message: `${name}: ${posted.message}` }
  const { status, retryAfterMs } = posted
  const message = `${name} answered ${status}`
  if (status >= 200 && status < 300) return { kind: 'sent' }
  if (status === 408 || status === 429 || status >= 500)
    return { kind: 'later', message, ...(retryAfterMs === undefined ? {} : { askedMs: retryAfterMs }) }
  const moved = status >= 300 && status < 400
  const why = moved
    ? 'redirects are not followed: give the address that it leads to'
    : 'it takes no such notice'
  return { kind: 'lost', message: `${message}: ${why}` }
}

/** What is told of notices for which the queue had no room. */
export function droppedEvents(dropped: readonly QueuedNotice[]): readonly ServeEvent[] {
  const message = `more than ${mostQueued} notices wait: the oldest is dropped`
  return dropped.map(({ channel, attempts }) => ({
    kind: 'notice-failed',
    channel,
    attempts,
    message: `${channel}: ${message}`,
    retried: false,
  }))
}
