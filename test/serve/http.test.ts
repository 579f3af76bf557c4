import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { isRecord } from '../../src/kernel/is-record.ts'
import { createRedactor } from '../../src/kernel/redact.ts'
import type { ServeView } from '../../src/model/serve-view.ts'
import { createStatusServer, type HttpOptions, type StatusServer } from '../../src/serve/http.ts'
import type { LogRecord } from '../../src/serve/log-records.ts'
import { createServeMetrics } from '../../src/serve/metrics.ts'
import { misfits } from '../documents.ts'
import { createFakeClock, type FakeClock } from '../fake-clock.ts'
import { ask, exchange, post, type RawAnswer } from './raw-http.ts'
import { samplesOf } from './samples.ts'
import { troubledView, view } from './views.ts'

const running: StatusServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

interface Started {
  readonly port: number
  readonly clock: FakeClock
  readonly notes: LogRecord[]
  readonly server: StatusServer
}

async function start(part: Partial<HttpOptions> = {}): Promise<Started> {
  const clock = createFakeClock()
  const notes: LogRecord[] = []
  const metrics = createServeMetrics()
  const server = createStatusServer({
    listen: { host: '127.0.0.1', port: 0 },
    view: () => troubledView,
    page: {
      render: ({ devices }, { search, signedIn }) =>
        `<p>${devices.length} devices, ${search.get('of')}, ${signedIn}</p>`,
      policy: "default-src 'none'; form-action 'self'",
    },
    metrics: (shown) => metrics.render(shown, []),
    lastTurnMs: () => 0,
    clock,
    redactor: createRedactor(),
    note: (record) => notes.push(record),
    ...part,
  })
  const listening = await server.listen()
  if (listening.kind === 'err') throw new Error(listening.error.message)
  running.push(server)
  return { port: listening.value.port, clock, notes, server }
}

const token = 'a-token-of-the-status-page'
const browser = { Accept: 'text/html,application/xhtml+xml' }
const sessionOf = ({ headers }: RawAnswer): string => headers['set-cookie']?.split(';')[0] ?? ''

describe('what serve answers', () => {
  it('is the page, with the policy that it brings and headers that keep it from others', async () => {
    const { port } = await start()
    const { status, headers, body } = await ask(port, 'GET /?of=hubs')
    expect([status, body]).toEqual([200, '<p>5 devices, hubs, false</p>'])
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; form-action 'self'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    expect(headers).not.toHaveProperty('server')
    expect(headers).not.toHaveProperty('x-powered-by')
  })

  it('is the view as a document that holds to its schema', async () => {
    const { port } = await start()
    const { headers, body } = await ask(port, 'GET /status.json')
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    const document: unknown = JSON.parse(body)
    expect(misfits('status', document)).toEqual([])
    expect(document).toMatchObject({
      formatVersion: 1,
      ready: true,
      schedules: [{ name: 'hubs', lastRun: { exitCode: 1, durationSeconds: 39.5 } }, { name: 'branches' }],
      devices: [{ host: 'hub1', known: false, roles: { responder: 2, initiator: 0 } }, {}, {}, {}, {}],
      open: [{ overdue: true }, { overdue: false }, { status: 'unknown' }],
    })
  })

  it('is metrics, in the type that Prometheus asks for', async () => {
    const { port } = await start()
    const { headers, body } = await ask(port, 'GET /metrics')
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(samplesOf(body).length).toBeGreaterThan(80)
  })

  it('has secrets masked by their value, wherever they stand', async () => {
    const redactor = createRedactor()
    redactor.register('hunter22')
    const { port } = await start({ redactor, view: () => view({ warnings: ['said hunter22'] }) })
    expect((await ask(port, 'GET /status.json')).body).toContain('said *****')
  })

  it.each(['/', '/status.json', '/metrics', '/healthz', '/readyz'])(
    'has no body for HEAD %s',
    async (path) => {
      const { port } = await start()
      const [head, get] = [await ask(port, `HEAD ${path}`), await ask(port, `GET ${path}`)]
      expect([head.status, head.body]).toEqual([200, ''])
      expect(head.headers['content-length']).toBe(String(Buffer.byteLength(get.body)))
    },
  )

  it.each(['POST /', 'PUT /metrics', 'DELETE /status.json', 'OPTIONS /', 'TRACE /healthz', 'PATCH /readyz'])(
    'is 405 with what is allowed to %s',
    async (line) => {
      const { port } = await start()
      const { status, headers } = await ask(port, line)
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
    },
  )

  it.each([
    '/none',
    '/metrics/',
    '/../metrics',
    '/%6detrics',
    '/./metrics',
    '//metrics',
    '/metrics%00',
    '/..%2f..%2fetc/passwd',
    '/__proto__',
    '/constructor',
    '/login',
    '/logout',
  ])('is 404 to GET %s', async (path) => {
    const { port } = await start()
    expect((await ask(port, `GET ${path}`)).status).toBe(404)
  })

  it('tells nothing of what went wrong but to the log', async () => {
    const { port, notes } = await start({
      view: () => Promise.reject(new Error('ENOSPC: /var/lib/ikero')),
    })
    const { status, body } = await ask(port, 'GET /')
    expect([status, body.includes('ENOSPC')]).toEqual([500, false])
    expect(notes).toMatchObject([{ level: 'error', msg: expect.stringContaining('ENOSPC') }])
  })
})

describe('health', () => {
  it('is 200 while the loop of schedules turned within three minutes, by the clock that is handed in', async () => {
    let turned = 0
    const { port, clock } = await start({ lastTurnMs: () => turned })
    await clock.advance(179_999)
    expect((await ask(port, 'GET /healthz')).status).toBe(200)
    await clock.advance(1)
    const late = await ask(port, 'GET /healthz')
    expect([late.status, late.body]).toEqual([503, 'the loop of schedules has not turned for 180 seconds\n'])
    turned = clock.monotonicMs()
    expect((await ask(port, 'GET /healthz')).status).toBe(200)
  })

  it('is readiness apart from it: 503 while the view has a reason, or cannot be made', async () => {
    let current: ServeView = view({ notReady: 'stopping' })
    let broken = false
    const { port } = await start({
      view: () => {
        if (broken) throw new Error('unreadable')
        return current
      },
    })
    const ready = async (): Promise<readonly unknown[]> => {
      const { status, body } = await ask(port, 'GET /readyz')
      return [status, body]
    }
    expect(await ready()).toEqual([503, 'not ready\n'])
    current = view()
    expect(await ready()).toEqual([200, 'ready\n'])
    broken = true
    expect(await ready()).toEqual([503, 'not ready\n'])
    expect((await ask(port, 'GET /healthz')).status).toBe(200)
  })
})

describe('without a token', () => {
  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1', '127.0.0.1:9464', '[::1]', '[::1]:9464'])(
    'it answers as %s',
    async (host) => {
      const { port } = await start()
      expect((await ask(port, 'GET /status.json', { Host: host })).status).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'evil.example:9464',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example@localhost',
    'localhost:9464@evil.example',
    '127.0.0.1:',
    '0.0.0.0',
    '',
  ])('it answers nothing as %j: a page of that name could read it (DNS rebinding)', async (host) => {
    const { port } = await start()
    for (const path of ['/', '/status.json', '/metrics', '/healthz', '/readyz', '/none']) {
      const { status, text } = await ask(port, `GET ${path}`, { Host: host })
      expect(status).toBe(421)
      expect(text).not.toContain('hub1')
    }
  })

  it('takes the absolute form by the host that it names, not by the header', async () => {
    const { port } = await start()
    const get = async (target: string, host: string): Promise<number> =>
      (await ask(port, `GET ${target}`, { Host: host })).status
    expect(await get('http://localhost/status.json', 'evil.example')).toBe(200)
    expect(await get('http://evil.example/status.json', 'localhost')).toBe(421)
    expect(await get('http://localhost', 'localhost')).toBe(200)
    expect(await get('http://localhost?of=hubs', 'localhost')).toBe(200)
    expect(await get('ftp://localhost/', 'localhost')).toBe(400)
  })

  it('refuses requests without a host, with two of them, and what is no HTTP', async () => {
    const { port } = await start()
    const close = 'Connection: close\r\n\r\n'
    expect((await exchange(port, `GET / HTTP/1.1\r\n${close}`)).status).toBe(400)
    expect((await exchange(port, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(421)
    expect((await exchange(port, 'hello\r\n\r\n')).status).toBe(400)
    const two = `GET /status.json HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n${close}`
    expect((await exchange(port, two)).status).toBe(400)
    const smuggled = `GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n${close}`
    expect((await exchange(port, smuggled)).status).toBe(400)
  })

  it('does not listen where others reach it', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      const listening = start({ listen: { host, port: 0 } })
      await expect(listening).rejects.toThrow(/there is no token/)
    }
  })
})

describe('slow, long and early clients', () => {
  it('are cut off when their headers do not come', async () => {
    const times = { headersMs: 20, requestMs: 20, idleMs: 20, checkMs: 5, silentMs: 10_000 }
    const { port } = await start({ times })
    const answer = await exchange(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    expect(answer.status).toBe(408)
  })

  it('are cut off when the form of a login does not come', async () => {
    const times = { headersMs: 20, requestMs: 20, idleMs: 20, checkMs: 5, silentMs: 10_000 }
    const { port, notes } = await start({ times, token })
    const head =
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n'
    expect((await exchange(port, `${head}token=`)).status).toBe(408)
    expect(notes).toEqual([])
  })

  it('lose their connection when they do not read their answer', async () => {
    const times = { headersMs: 20, requestMs: 20, idleMs: 20, checkMs: 5, silentMs: 50 }
    const page = { render: () => 'x'.repeat(50_000_000), policy: '' }
    const { port } = await start({ times, page })
    const accepted = new Promise<Socket>((resolve) => {
      const take = (told: unknown): void => {
        if (!isRecord(told) || !(told.socket instanceof Socket)) return
        unsubscribe('net.server.socket', take)
        resolve(told.socket)
      }
      subscribe('net.server.socket', take)
    })
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const theirs = await accepted
    await new Promise((resolve) => theirs.once('close', resolve))
    expect(theirs.bytesWritten).toBeGreaterThan(1_000_000)
    socket.destroy()
  })

  it('are refused when their headers are huge', async () => {
    const { port } = await start()
    expect((await ask(port, 'GET /', { 'X-Long': 'x'.repeat(20_000) })).status).toBe(431)
    expect((await ask(port, `GET /${'x'.repeat(20_000)}`)).status).toBe(431)
  })

  it('have a body that nobody asked for ignored, and their connection ended', async () => {
    const { port } = await start()
    const head = (more: string): string => `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${more}\r\n\r\n`
    for (const more of ['Content-Length: 1000000000', 'Transfer-Encoding: chunked'])
      expect((await exchange(port, head(more))).body).toBe('ok\n')
    const expecting = await exchange(port, head('Content-Length: 5\r\nExpect: 100-continue'))
    expect([expecting.status, expecting.body]).toEqual([200, 'ok\n'])
  })

  it('keep their connection while they behave, and lose it when serve stops', async () => {
    const { port, server, clock } = await start()
    const socket = connect({ host: '127.0.0.1', port })
    const answers = async (): Promise<string> =>
      new Promise((resolve) => {
        socket.once('data', (data) => resolve(data.toString()))
        socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
      })
    expect(await answers()).toContain('ok\n')
    expect(await answers()).toContain('Connection: keep-alive')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await server.close()
    await closed
    expect(clock.pending).toBe(0)
    await expect(exchange(port, 'GET /healthz HTTP/1.1\r\n\r\n')).rejects.toThrow(/ECONNREFUSED/)
  })

  it('do not hold up the end: what has no answer after a second loses its connection', async () => {
    const never = new Promise<ServeView>(() => undefined)
    let asked = (): void => undefined
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve
    })
    const { port, server, clock } = await start({
      view: () => {
        asked()
        return never
      },
    })
    const socket = connect({ host: '127.0.0.1', port })
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await wasAsked
    const ended = server.close()
    await clock.advance(1000)
    await Promise.all([ended, closed])
  })
})

describe('with a token', () => {
  it('answers health to everybody, and everything else to whoever has it', async () => {
    const { port } = await start({ token })
    for (const path of ['/healthz', '/readyz', '/login']) {
      const { status } = await ask(port, `GET ${path}`, { Host: 'ikero.example' })
      expect(status).toBe(200)
    }
    for (const path of ['/', '/status.json', '/metrics', '/none']) {
      const without = await ask(port, `GET ${path}`)
      expect([without.status, without.headers['www-authenticate']]).toEqual([401, 'Bearer realm="ikero"'])
      const { status } = await ask(port, `GET ${path}`, { Authorization: `Bearer ${token}` })
      expect(status).toBe(path === '/none' ? 404 : 200)
    }
  })

  it.each([
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer x ${token}`,
    `Basic ${token}`,
    token,
  ])('refuses Authorization: %s', async (value) => {
    const { port } = await start({ token })
    expect((await ask(port, 'GET /metrics', { Authorization: value })).status).toBe(401)
  })

  it('sends a browser to the form, lets it in with a cookie that is not the token, and out again', async () => {
    const { port, notes } = await start({ token })
    const sent = await ask(port, 'GET /', browser)
    expect([sent.status, sent.headers.location]).toEqual([303, '/login'])
    const form = await ask(port, 'GET /login', browser)
    expect(form.body).toContain('<form method="post" action="/login">')
    expect(form.headers['content-security-policy']).toMatch(/default-src 'none'.*form-action 'self'/)

    const inside = await post(port, '/login', `token=${encodeURIComponent(token)}`)
    expect([inside.status, inside.headers.location]).toEqual([303, '/'])
    expect(inside.headers['set-cookie']).toMatch(
      /^ikero_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    )
    expect(inside.text).not.toContain(token)
    const cookie = { Cookie: `other=1; ${sessionOf(inside)}` }
    expect((await ask(port, 'GET /', { ...browser, ...cookie })).body).toContain('true</p>')

    const foreign = { ...cookie, 'Sec-Fetch-Site': 'cross-site' }
    expect((await post(port, '/logout', '', foreign)).status).toBe(403)
    const out = await post(port, '/logout', '', { ...cookie, 'Sec-Fetch-Site': 'same-origin' })
    expect([out.status, out.headers['set-cookie']]).toEqual([303, expect.stringContaining('Max-Age=0')])
    expect((await ask(port, 'GET /status.json', cookie)).status).toBe(401)
    expect(JSON.stringify(notes)).not.toContain(token)
  })

  it('ends a session after twelve hours, by the clock that is handed in', async () => {
    const { port, clock } = await start({ token })
    const cookie = { Cookie: sessionOf(await post(port, '/login', `token=${token}`)) }
    await clock.advance(12 * 3_600_000 - 1)
    expect((await ask(port, 'GET /metrics', cookie)).status).toBe(200)
    await clock.advance(1)
    expect((await ask(port, 'GET /metrics', cookie)).status).toBe(401)
  })

  it('looks at no sixth try within a minute of five wrong ones, not even at the right token', async () => {
    const { port, clock, notes } = await start({ token })
    for (let nth = 0; nth < 4; nth += 1) {
      const wrong = await post(port, '/login', `token=wrong${nth}`)
      expect([wrong.status, wrong.headers['set-cookie']]).toEqual([401, undefined])
      expect(wrong.body).toContain('That is not the token.')
    }
    // The fifth as a program would try it: both ways count together.
    expect((await ask(port, 'GET /metrics', { Authorization: 'Bearer wrong' })).status).toBe(401)
    const sixth = await post(port, '/login', `token=${token}`)
    expect([sixth.status, sixth.headers['retry-after']]).toEqual([429, '60'])
    expect((await ask(port, 'GET /metrics', { Authorization: `Bearer ${token}` })).status).toBe(429)
    // Each wrong one is told, whichever way it came; what is not looked at any more fills no log.
    const warned = notes.filter(({ level }) => level === 'warn')
    expect(warned.map(({ fields }) => fields.address)).toEqual(Array(5).fill('127.0.0.1'))
    await clock.advance(60_000)
    expect((await post(port, '/login', `token=${token}`)).status).toBe(303)
  })

  it('leaves a browser that is signed in alone while others guess', async () => {
    const { port } = await start({ token })
    const cookie = { Cookie: sessionOf(await post(port, '/login', `token=${token}`)) }
    for (let nth = 0; nth < 6; nth += 1) await post(port, '/login', 'token=wrong')
    expect((await ask(port, 'GET /', cookie)).status).toBe(200)
  })

  it('reads no form that is too long, that is none, or that another site sends', async () => {
    const { port } = await start({ token })
    const fits = `token=${'x'.repeat(4096 - 6)}`
    expect((await post(port, '/login', fits)).status).toBe(401)
    expect((await post(port, '/login', `${fits}x`)).status).toBe(413)
    expect((await post(port, '/login', `token=${'x'.repeat(300_000)}`)).status).toBe(413)
    const json = { 'Content-Type': 'application/json' }
    expect((await post(port, '/login', `{"token":"${token}"}`, json)).status).toBe(415)
    expect((await post(port, '/login', `token=${token}`, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
      403,
    )
    expect((await ask(port, 'PUT /login')).headers.allow).toBe('GET, HEAD, POST')
  })
})

describe('listening', () => {
  it('says which address is taken, and what to do', async () => {
    const { port } = await start()
    const second = createStatusServer({
      listen: { host: '127.0.0.1', port },
      view: () => view(),
      page: { render: () => '', policy: '' },
      metrics: async () => '',
      lastTurnMs: () => 0,
      clock: createFakeClock(),
      redactor: createRedactor(),
      note: () => undefined,
    })
    expect(await second.listen()).toEqual({
      kind: 'err',
      error: {
        code: 'EADDRINUSE',
        message: `the page cannot be served at "127.0.0.1:${port}": somebody listens there already (EADDRINUSE)`,
        next: 'end what listens there, perhaps another ikero serve, or name another port in listen',
      },
    })
    await second.close()
  })

  it('says so where the address is none of this machine', async () => {
    await expect(start({ token, listen: { host: '192.0.2.1', port: 0 } })).rejects.toThrow(
      /"192\.0\.2\.1:0": EADDRNOTAVAIL/,
    )
  })
})
