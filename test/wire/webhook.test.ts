import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { createRedactor } from '../../src/kernel/redact.ts'
import type { ServeEvent } from '../../src/model/serve-event.ts'
import { emptyServeState, type ServeState } from '../../src/model/serve-state.ts'
import { type Posted, startDelivery } from '../../src/serve/deliver.ts'
import { channelSecrets, createPost, isReadable } from '../../src/wire/webhook.ts'
import { createFakeClock, type FakeClock } from '../fake-clock.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

interface Got {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface Receiver {
  readonly url: string
  readonly got: readonly Got[]
  /** Resolves when so many requests have been read. */
  arrived(count: number): Promise<void>
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An HTTP server on loopback that gives these answers, one after the other, and then the last one. */
async function receiver(...answers: readonly Answer[]): Promise<Receiver> {
  const got: Got[] = []
  const waiting: (() => void)[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    got.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() })
    for (const look of waiting) look()
    answers[Math.min(got.length, answers.length) - 1]?.(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = isAddress(address) ? address.port : 0
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return {
    url: `http://127.0.0.1:${port}/services/S3CRET`,
    got,
    arrived: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (got.length >= count) resolve()
        }
        waiting.push(look)
        look()
      }),
  }
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

const says =
  (status: number, headers: Readonly<Record<string, string>> = {}, body: string = 'ok'): Answer =>
  (_request, response) => {
    response.writeHead(status, headers).end(body)
  }
const hang: Answer = () => undefined

function post(url: string, clock: FakeClock | typeof systemClock = systemClock): Promise<Posted> {
  const signal = new AbortController().signal
  return createPost(clock)(url, { headers: { 'X-Ikero-Delivery': 'd1' }, body: '{"text":"é"}', signal })
}

describe('a post', () => {
  it('carries headers and body, and gives the status', async () => {
    const to = await receiver(says(200))
    expect(await post(to.url)).toEqual({ kind: 'answered', status: 200 })
    expect(to.got).toMatchObject([
      { path: '/services/S3CRET', headers: { 'x-ikero-delivery': 'd1' }, body: '{"text":"é"}' },
    ])
  })

  it('turns user and password of the address into the header that they stand for', async () => {
    const to = await receiver(says(204, {}, ''))
    await post(to.url.replace('http://', 'http://me:p%40ss@'))
    const login = Buffer.from('me:p@ss').toString('base64')
    expect(to.got[0]?.headers.authorization).toBe(`Basic ${login}`)
  })

  it('follows no redirect', async () => {
    const elsewhere = await receiver(says(200))
    const to = await receiver(says(307, { Location: elsewhere.url }))
    expect(await post(to.url)).toEqual({ kind: 'answered', status: 307 })
    expect(elsewhere.got).toEqual([])
  })

  it.each([
    ['30', 30_000],
    ['Tue, 24 Nov 2026 19:31:00 GMT', 60_000],
    ['Tue, 24 Nov 2026 19:00:00 GMT', undefined],
    ['soon', undefined],
    ['-5', undefined],
  ])('reads Retry-After: %s', async (text, retryAfterMs) => {
    const to = await receiver(says(429, { 'Retry-After': text }))
    const posted = await post(to.url, createFakeClock(new Date('2026-11-24T19:30:00Z')))
    expect(posted).toEqual({
      kind: 'answered',
      status: 429,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  })

  it('reads little of an answer without an end, and ends the connection', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    const to = await receiver((request, response) => {
      // However it ends: cut in mid-write it is an error of the socket.
      closed = new Promise((resolve) => request.socket.on('error', () => undefined).once('close', resolve))
      response.writeHead(200)
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    expect(await post(to.url)).toEqual({ kind: 'answered', status: 200 })
    await closed
  })

  it('has a status that counts, also where the rest of the answer does not come', async () => {
    const clock = createFakeClock()
    const to = await receiver((_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('slow')
    })
    const head = new Promise<void>((resolve) => subscribe('undici:request:headers', () => resolve()))
    const posted = post(to.url, clock)
    await head
    await clock.advance(10_000)
    expect(await posted).toEqual({ kind: 'answered', status: 200 })
    expect(clock.pending).toBe(0)
  })

  it('waits ten seconds for an answer', async () => {
    const clock = createFakeClock()
    const to = await receiver(hang)
    const posted = post(to.url, clock)
    await to.arrived(1)
    await clock.advance(9_999)
    expect(clock.pending).toBe(1)
    await clock.advance(1)
    expect(await posted).toEqual({ kind: 'failed', message: 'no answer within 10 s' })
  })

  it('is ended by its signal', async () => {
    const to = await receiver(hang)
    const stop = new AbortController()
    const clock = createFakeClock()
    const posted = createPost(clock)(to.url, { headers: {}, body: '{}', signal: stop.signal })
    await to.arrived(1)
    stop.abort()
    expect((await posted).kind).toBe('failed')
    expect(clock.pending).toBe(0)
  })

  it('tells that the connection was closed, and no address', async () => {
    const to = await receiver((request) => request.socket.resetAndDestroy())
    expect(await post(to.url)).toEqual({
      kind: 'failed',
      message: 'the connection was closed before an answer',
    })
  })

  it('tells that nobody listens', async () => {
    const gone = await receiver(says(200))
    await closing.pop()?.()
    expect(await post(gone.url)).toEqual({ kind: 'failed', message: 'the connection was refused' })
  })

  it('tells that there is no TLS', async () => {
    const to = await receiver(says(200))
    const { kind, message = '' } = { message: '', ...(await post(to.url.replace('http:', 'https:'))) }
    expect([kind, message]).toEqual([
      'failed',
      expect.stringMatching(/^no TLS connection with it \([A-Z_]+\)$/),
    ])
  })

  it.each([
    ['no address', 'S3CRET', 'its address is not that of an HTTP server'],
    ['another protocol', 'file:///S3CRET', 'its address is not that of an HTTP server'],
    ['a port that fetch refuses', 'http://127.0.0.1:25/S3CRET', 'its port is one that fetch refuses'],
  ])('fails without its address in the text: %s', async (_title, url, message) => {
    expect(await post(url)).toEqual({ kind: 'failed', message })
  })
})

describe('the secrets of a channel', () => {
  const sources = (env: Record<string, string>) => ({ env, redactor: createRedactor() })
  const noc = {
    name: 'noc',
    url: { kind: 'env', name: 'NOC' },
    signWith: { kind: 'env', name: 'KEY' },
  } as const

  it('are looked up anew each time, and masked', async () => {
    const env: Record<string, string> = { NOC: 'https://a.example/1', KEY: 'first-key' }
    const from = sources(env)
    const secretsOf = channelSecrets(from)
    expect(await secretsOf(noc)).toEqual({
      kind: 'ok',
      value: { url: 'https://a.example/1', key: 'first-key' },
    })
    env.NOC = 'https://b.example/2'
    expect(await secretsOf(noc)).toMatchObject({ value: { url: 'https://b.example/2' } })
    expect(from.redactor.redact('https://b.example/2 first-key')).toBe('***** *****')
  })

  it.each([
    [{ KEY: 'k3y' }, 'the environment variable NOC is not set'],
    [{ NOC: 'https://a.example/1' }, 'the environment variable KEY is not set'],
  ])('are named by where they were looked for: %j', async (env, error) => {
    expect(await channelSecrets(sources(env))(noc)).toEqual({ kind: 'err', error })
  })
})

it.each([
  ['http://192.0.2.1/x', true],
  ['http://chat.example/x', true],
  ['http://127.0.0.1.example/x', true],
  ['https://chat.example/x', false],
  ['http://127.0.0.1:8065/x', false],
  ['http://[::1]/x', false],
  ['http://localhost/x', false],
  ['nonsense', false],
])('%s is readable on its way: %s', (url, readable) => expect(isReadable(url)).toBe(readable))

it('a queue is delivered over HTTP: what fails is tried again, in order, and lands once', async () => {
  const to = await receiver(says(500), says(429, { 'Retry-After': '30' }), says(200))
  const clock = createFakeClock()
  const stop = new AbortController()
  const events: ServeEvent[] = []
  const seenEvents: (() => void)[] = []
  const at = clock.wall().toISOString()
  const redactor = createRedactor()
  redactor.register('pa55word')
  const body = { text: 'username pa55word' }
  const notice = (id: string) => ({ id, channel: 'noc', madeAt: at, attempts: 0, nextAt: at, body })
  let state: ServeState = { ...emptyServeState, queue: [notice('a'), notice('b')] }
  const { ended } = startDelivery(
    {
      clock,
      random: () => 0.5,
      post: createPost(clock),
      secretsOf: channelSecrets({ env: { NOC: to.url, KEY: 'k3y' }, redactor }),
      masked: redactor.redactDeep,
      channels: () => [
        { name: 'noc', url: { kind: 'env', name: 'NOC' }, signWith: { kind: 'env', name: 'KEY' } },
      ],
      state: () => state,
      update: async (change) => {
        state = change(state)
      },
      emit: (event) => {
        events.push(event)
        for (const look of seenEvents) look()
      },
    },
    stop.signal,
  )
  const happened = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (events.length >= count) resolve()
      }
      seenEvents.push(look)
      look()
    })
  await happened(1)
  await clock.advance(5_000)
  await happened(2)
  await clock.advance(29_999)
  expect(to.got).toHaveLength(2)
  await clock.advance(1)
  await happened(4)
  stop.abort()
  await ended
  expect(to.got.map(({ headers }) => headers['x-ikero-delivery'])).toEqual(['a', 'a', 'a', 'b'])
  expect(to.got[0]?.body).toBe('{"text":"username *****"}')
  expect(to.got[0]?.headers['x-ikero-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/)
  expect(events.map(({ kind }) => kind)).toEqual([
    'notice-failed',
    'notice-failed',
    'notice-sent',
    'notice-sent',
  ])
  expect(JSON.stringify([events, state])).not.toMatch(/S3CRET|127\.0\.0\.1|k3y/)
  expect(state.queue).toEqual([])
})
