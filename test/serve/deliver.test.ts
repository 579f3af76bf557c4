import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { err, ok } from '../../src/kernel/result.ts'
import type { ServeEvent } from '../../src/model/serve-event.ts'
import { emptyServeState, type QueuedNotice, type ServeState } from '../../src/model/serve-state.ts'
import {
  type DeliveryPorts,
  droppedEvents,
  type Posted,
  requestOf,
  startDelivery,
} from '../../src/serve/deliver.ts'
import { enqueue } from '../../src/serve/queue.ts'
import { createFakeClock, type FakeClock } from '../fake-clock.ts'
import { channel, hour } from './notice-build.ts'

interface Sent {
  readonly channel: string
  readonly id: string
  readonly atMs: number
}

/** What a receiver does with a notice; it may take its time. */
type Receiver = (sent: Sent, signal: AbortSignal) => Promise<Posted> | Posted

interface World {
  readonly clock: FakeClock
  readonly sent: readonly Sent[]
  readonly events: readonly ServeEvent[]
  readonly state: ServeState
  put(...notices: readonly QueuedNotice[]): void
  start(): { readonly stop: () => Promise<void>; readonly die: () => void }
}

function notice(id: string, of: string = 'noc', madeAt: string = hour(0)): QueuedNotice {
  return { id, channel: of, madeAt, attempts: 0, nextAt: madeAt, body: { text: id } }
}

function world(receive: Receiver, more: Partial<DeliveryPorts> = {}): World {
  const clock = createFakeClock(new Date(hour(0)))
  const sent: Sent[] = []
  const events: ServeEvent[] = []
  let state: ServeState = emptyServeState
  let wake = (): void => undefined
  return {
    clock,
    sent,
    events,
    get state() {
      return state
    },
    put: (...notices) => {
      state = enqueue(state, notices).state
      wake()
    },
    start: () => {
      // What a process that is dead still does is heard by nobody.
      let alive = true
      const stop = new AbortController()
      const delivery = startDelivery(
        {
          clock,
          random: () => 0.5,
          channels: () => [channel('noc'), channel('mail')],
          secretsOf: async ({ name }) => ok({ url: `https://${name}.example/secret` }),
          masked: (body) => body,
          post: async (url, { headers, signal }) => {
            const name = new URL(url).hostname.split('.')[0] ?? ''
            const one = { channel: name, id: headers['X-Ikero-Delivery'] ?? '', atMs: clock.monotonicMs() }
            if (alive) sent.push(one)
            return receive(one, signal)
          },
          state: () => state,
          update: async (change) => {
            if (alive) state = JSON.parse(JSON.stringify(change(state)))
          },
          emit: (event) => {
            if (alive) events.push(event)
          },
          ...more,
        },
        stop.signal,
      )
      wake = delivery.wake
      return {
        stop: () => {
          stop.abort()
          return clock.settle(delivery.ended)
        },
        die: () => {
          alive = false
          stop.abort()
        },
      }
    },
  }
}

const answer = (status: number, retryAfterMs?: number): Posted => ({
  kind: 'answered',
  status,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})
const seconds = ({ sent }: World): readonly number[] => sent.map(({ atMs }) => atMs / 1000)

describe('a notice', () => {
  it('is sent when it is put into the queue, and is out of it then', async () => {
    const one = world(() => answer(204))
    const { stop } = one.start()
    await one.clock.advance(10_000)
    one.put(notice('a'))
    await one.clock.advance(0)
    expect([one.sent, one.state.queue]).toEqual([[{ channel: 'noc', id: 'a', atMs: 10_000 }], []])
    expect(one.events).toEqual([{ kind: 'notice-sent', channel: 'noc', attempts: 1 }])
    await stop()
    expect(one.clock.pending).toBe(0)
  })

  it.each([
    ['a server that fails', answer(500)],
    ['a server that is asked too often', answer(429)],
    ['a server that had to wait too long', answer(408)],
    ['a fault of the network', { kind: 'failed', message: 'the connection was refused' } as const],
  ])('is tried again after %s', async (_title, first) => {
    const one = world(() => (one.sent.length < 4 ? first : answer(200)))
    const { stop } = one.start()
    one.put(notice('a'))
    await one.clock.advance(60_000)
    expect(seconds(one)).toEqual([0, 5, 15, 35])
    expect(one.events.map((event) => [event.kind, 'retried' in event && event.retried])).toEqual([
      ['notice-failed', true],
      ['notice-failed', true],
      ['notice-failed', true],
      ['notice-sent', false],
    ])
    await stop()
  })

  it('waits as long as the receiver asks', async () => {
    const one = world(() => (one.sent.length === 1 ? answer(429, 90_000) : answer(200)))
    const { stop } = one.start()
    one.put(notice('a'))
    await one.clock.advance(120_000)
    expect(seconds(one)).toEqual([0, 90])
    await stop()
  })

  it.each([400, 401, 404, 410, 413, 301, 302, 307])(
    'is lost at once after %i, and says so',
    async (status) => {
      const one = world(() => answer(status))
      const { stop } = one.start()
      one.put(notice('a'), notice('b'))
      await one.clock.advance(3_600_000)
      expect(one.sent.map(({ id }) => id)).toEqual(['a', 'b'])
      expect(one.state.queue).toEqual([])
      expect(one.events).toMatchObject([
        { kind: 'notice-failed', channel: 'noc', attempts: 1, retried: false },
        { kind: 'notice-failed', channel: 'noc', attempts: 1, retried: false },
      ])
      expect(JSON.stringify(one.events)).toContain(`noc answered ${status}`)
      await stop()
    },
  )

  it('is lost after a day of tries, and the ones behind it are tried', async () => {
    const one = world(() => answer(503))
    const { stop } = one.start()
    one.put(notice('a'), notice('b', 'noc', hour(1)))
    await one.clock.advance(24 * 3_600_000 - 1)
    expect(new Set(one.sent.map(({ id }) => id))).toEqual(new Set(['a']))
    await one.clock.advance(1)
    expect(one.events.filter((event) => 'retried' in event && !event.retried)).toHaveLength(1)
    await one.clock.advance(3_600_000)
    expect(one.sent.at(-1)?.id).toBe('b')
    expect(one.state.queue).toEqual([])
    await stop()
  })

  it('is lost where its channel is not any more', async () => {
    const one = world(() => answer(200), { channels: () => [channel('mail')] })
    const { stop } = one.start()
    one.put(notice('a'))
    await one.clock.advance(0)
    expect(one.sent).toEqual([])
    expect(one.events).toMatchObject([{ kind: 'notice-failed', channel: 'noc', retried: false }])
    await stop()
  })

  it('is tried again where its secret cannot be had, with a secret looked up anew', async () => {
    const answers = [err('the environment variable NOC is not set'), ok({ url: 'https://noc.example/' })]
    const one = world(() => answer(200), { secretsOf: async () => answers.shift() ?? err('none') })
    const { stop } = one.start()
    one.put(notice('a'))
    await one.clock.advance(5_000)
    expect(seconds(one)).toEqual([5])
    expect(one.events[0]).toMatchObject({
      retried: true,
      message: 'noc: its webhook or key cannot be had: the environment variable NOC is not set',
    })
    await stop()
  })

  it('never shows the address or the key in state or events', async () => {
    const one = world(() => (one.sent.length === 1 ? answer(500) : answer(404)), {
      secretsOf: async () => ok({ url: 'https://noc.example/T0P-S3CRET', key: 'K3Y-S3CRET' }),
    })
    const { stop } = one.start()
    one.put(notice('a'))
    await one.clock.advance(60_000)
    expect(one.events).toHaveLength(2)
    expect(JSON.stringify([one.events, one.state])).not.toMatch(/S3CRET|noc\.example/)
    await stop()
  })
})

describe('channels', () => {
  it('do not wait for one another, and have one notice under way each', async () => {
    const held: (() => void)[] = []
    const one = world((sent) =>
      sent.channel === 'noc' ? new Promise((resolve) => held.push(() => resolve(answer(200)))) : answer(200),
    )
    const { stop } = one.start()
    one.put(notice('n1'), notice('n2'), notice('m1', 'mail'), notice('m2', 'mail'))
    await one.clock.advance(1_000)
    expect(one.sent.map(({ id }) => id)).toEqual(['n1', 'm1', 'm2'])
    held.shift()?.()
    await one.clock.advance(0)
    expect(one.sent.map(({ id }) => id)).toEqual(['n1', 'm1', 'm2', 'n2'])
    held.shift()?.()
    await stop()
  })

  it('keep their order while the first one has to wait', async () => {
    const one = world(() => (one.sent.length < 3 ? answer(503) : answer(200)))
    const { stop } = one.start()
    one.put(notice('a'), notice('b'))
    await one.clock.advance(30_000)
    expect(one.sent.map(({ id }) => id)).toEqual(['a', 'a', 'a', 'b'])
    await stop()
  })
})

describe('the end', () => {
  it('waits for what is under way', async () => {
    const one = world(async () => {
      await one.clock.sleep(2_000)
      return answer(200)
    })
    const { stop } = one.start()
    one.put(notice('a'), notice('b'))
    await one.clock.advance(0)
    await stop()
    expect([one.sent.length, one.state.queue.map(({ id }) => id)]).toEqual([1, ['b']])
    expect(one.clock.monotonicMs()).toBe(2_000)
  })

  it('waits for three seconds and no longer: the next serve sends it again, with the same id', async () => {
    const hangs: Receiver = (_sent, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'failed', message: 'ended' })),
      )
    let receive = hangs
    const one = world((sent, signal) => receive(sent, signal))
    const first = one.start()
    one.put(notice('a'))
    await one.clock.advance(0)
    await first.stop()
    expect(one.clock.monotonicMs()).toBe(3_000)
    expect([one.state.queue, one.events]).toEqual([[notice('a')], []])

    receive = () => answer(200)
    const second = one.start()
    await one.clock.advance(0)
    expect(one.sent.map(({ id }) => id)).toEqual(['a', 'a'])
    await second.stop()
    expect(one.clock.pending).toBe(0)
  })

  it('does not wait for what heeds no signal', async () => {
    const one = world(() => new Promise(() => undefined))
    const { stop } = one.start()
    one.put(notice('a'))
    await one.clock.advance(0)
    await stop()
    expect(one.clock.monotonicMs()).toBe(3_000)
  })
})

it('nothing is lost over deaths and failures: every notice gets there, in the order of its channel', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('put' as const), channel: fc.constantFrom('noc', 'mail') }),
    fc.record({ do: fc.constant('die' as const) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 1_200_000 }) }),
  )
  const outcome = fc.constantFrom<Posted | 'hang'>(
    answer(200),
    answer(200),
    answer(500),
    answer(429, 30_000),
    { kind: 'failed', message: 'reset' },
    'hang',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.array(outcome, { maxLength: 12 }),
      async (steps, outcomes) => {
        const arrived: Sent[] = []
        const next = [...outcomes]
        const one = world(async (sent) => {
          const what = next.shift() ?? answer(200)
          // A receiver that has it, and a link that breaks before its answer.
          if (what === 'hang' || what.kind === 'failed' || what.status === 200) arrived.push(sent)
          if (what !== 'hang') return what
          await one.clock.sleep(10_000)
          return { kind: 'failed', message: 'no answer' }
        })
        let now = one.start()
        const made: QueuedNotice[] = []
        for (const what of steps) {
          if (what.do === 'put') {
            const fresh = notice(`${made.length}`, what.channel, one.clock.wall().toISOString())
            made.push(fresh)
            one.put(fresh)
          } else if (what.do === 'wait') await one.clock.advance(what.ms)
          else {
            now.die()
            now = one.start()
          }
          await one.clock.advance(0)
        }
        for (let turn = 0; turn < 24 && one.state.queue.length > 0; turn += 1)
          await one.clock.advance(600_000)
        expect(one.state.queue).toEqual([])
        for (const name of ['noc', 'mail']) {
          const ids = arrived.filter((sent) => sent.channel === name).map(({ id }) => id)
          const firsts = ids.filter((id, nth) => ids.indexOf(id) === nth)
          expect(firsts).toEqual(made.filter((sent) => sent.channel === name).map(({ id }) => id))
          // What arrives twice arrives before the next of its channel does.
          expect(ids.map(Number)).toEqual(ids.map(Number).sort((a, b) => a - b))
        }
        now.die()
      },
    ),
  )
})

describe('the request', () => {
  it('is signed over time and body with the key of the channel', () => {
    const { headers, body } = requestOf(notice('a'), 'k3y', 1_764_000_000)
    const sum = createHmac('sha256', 'k3y').update(`1764000000.${body}`).digest('hex')
    expect(headers).toEqual({
      'Content-Type': 'application/json; charset=utf-8',
      'User-Agent': 'ikero',
      'X-Ikero-Delivery': 'a',
      'X-Ikero-Signature': `t=1764000000,v1=${sum}`,
    })
    expect(JSON.parse(body)).toEqual({ text: 'a' })
  })

  it('has no signature without a key', () => {
    expect(requestOf(notice('a'), undefined, 1).headers).not.toHaveProperty('X-Ikero-Signature')
  })
})

it('a notice for which there was no room is told as lost', () => {
  expect(droppedEvents([notice('a')])).toEqual([
    {
      kind: 'notice-failed',
      channel: 'noc',
      attempts: 0,
      message: 'noc: more than 1000 notices wait: the oldest is dropped',
      retried: false,
    },
  ])
})
