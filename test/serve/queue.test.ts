import { describe, expect, it } from 'vitest'
import { emptyServeState, type QueuedNotice, type ServeState } from '../../src/model/serve-state.ts'
import { afterTry, enqueue, headsOf, mostQueued, waitOf } from '../../src/serve/queue.ts'
import { hour } from './notice-build.ts'

const nowMs = Date.parse(hour(0))

function notice(id: string, part: Partial<QueuedNotice> = {}): QueuedNotice {
  return { id, channel: 'noc', madeAt: hour(0), attempts: 0, nextAt: hour(0), body: {}, ...part }
}
function waiting(...queue: readonly QueuedNotice[]): ServeState {
  return { ...emptyServeState, queue }
}
const ids = ({ queue }: ServeState): readonly string[] => queue.map(({ id }) => id)

describe('the queue', () => {
  it('is in the order in which notices are made; only the oldest of a channel is next', () => {
    const { state } = enqueue(waiting(notice('1')), [notice('2', { channel: 'mail' }), notice('3')])
    expect(ids(state)).toEqual(['1', '2', '3'])
    expect(headsOf(state).map(({ id }) => id)).toEqual(['1', '2'])
  })

  it('holds a notice once', () => {
    expect(ids(enqueue(waiting(notice('1')), [notice('1')]).state)).toEqual(['1'])
  })

  it('drops the oldest where there is no room, and what they told is news again', () => {
    const full = Array.from({ length: mostQueued }, (_, nth) => notice(`${nth}`, { madeAt: hour(nth) }))
    const told = [0, 5].map((nth) => ({
      channel: 'noc',
      subject: `device hubs h${nth}`,
      key: 'failed',
      at: hour(nth),
    }))
    const { state, dropped } = enqueue({ ...waiting(...full), told }, [notice('a'), notice('b')])
    expect(dropped.map(({ id }) => id)).toEqual(['0', '1'])
    expect(state.queue).toHaveLength(mostQueued)
    expect(ids(state).slice(-2)).toEqual(['a', 'b'])
    expect(state.told.map(({ key }) => key)).toEqual(['lost', 'failed'])
  })

  it.each([
    ['now', 0, 0],
    ['in a minute', 60_000, 60_000],
    ['a minute ago', -60_000, 0],
    ['in an hour', 3_600_000, 3_600_000],
    ['in more than any notice waits: the clock was set back', 3_600_001, 0],
  ])('waits for its next try: %s', (_title, inMs, waitMs) => {
    const nextAt = new Date(nowMs + inMs).toISOString()
    expect(waitOf(notice('1', { nextAt }), nowMs)).toBe(waitMs)
  })

  it('does not wait for a time that is none', () => {
    expect(waitOf(notice('1', { nextAt: 'soon' }), nowMs)).toBe(0)
  })
})

describe('after a try', () => {
  const later = (attempts: number, random: number, askedMs?: number): number => {
    const one = notice('1', { attempts })
    const result = { kind: 'later', message: 'm', ...(askedMs === undefined ? {} : { askedMs }) } as const
    const tried = afterTry(waiting(one), one, result, nowMs, random)
    expect(tried).toMatchObject({ attempts: attempts + 1, ended: 'later' })
    return waitOf(tried.state.queue[0] ?? one, nowMs) / 1000
  }

  it('waits from 5 s up to 30 min, doubled each time, spread by a quarter', () => {
    expect([0, 1, 2, 3, 8, 9, 500].map((attempts) => later(attempts, 0.5))).toEqual([
      5, 10, 20, 40, 1280, 1800, 1800,
    ])
    expect([0, 1, 4].map((attempts) => later(attempts, 0))).toEqual([5, 7.5, 60])
    expect([0, 1, 4, 10].map((attempts) => later(attempts, 0.999))).toEqual([6.247, 12.495, 99.96, 1800])
  })

  it('waits as long as the receiver asks, up to an hour, and not shorter than it would', () => {
    expect([later(0, 0.5, 120_000), later(0, 0.5, 86_400_000), later(9, 0.5, 1_000)]).toEqual([
      120, 3600, 1800,
    ])
  })

  it('is out of the queue once it was sent', () => {
    const tried = afterTry(waiting(notice('1'), notice('2')), notice('1'), { kind: 'sent' }, nowMs, 0)
    expect([ids(tried.state), tried.ended, tried.attempts]).toEqual([['2'], 'sent', 1])
  })

  it('is tried for a day, the last time at its end, and then lost', () => {
    const one = notice('1', { attempts: 60 })
    const almost = Date.parse(hour(24)) - 60_000
    const last = afterTry(waiting(one), one, { kind: 'later', message: 'm' }, almost, 0.5)
    expect(last.state.queue[0]?.nextAt).toBe(hour(24))
    const told = [{ channel: 'noc', subject: 'device hubs a', key: 'failed', at: hour(0) }]
    const lost = afterTry(
      { ...last.state, told },
      one,
      { kind: 'later', message: 'm' },
      Date.parse(hour(24)),
      0,
    )
    expect([lost.ended, ids(lost.state), lost.state.told[0]?.key]).toEqual(['lost', [], 'lost'])
  })

  it('is lost where it was made in a future that a wrong clock showed: it would hold up all after it', () => {
    const one = notice('1', { madeAt: '2040-01-01T00:00:00.000Z' })
    const tried = afterTry(waiting(one, notice('2')), one, { kind: 'later', message: 'm' }, nowMs, 0)
    expect([tried.ended, ids(tried.state)]).toEqual(['lost', ['2']])
  })

  it('is lost at once where that is the answer', () => {
    const tried = afterTry(waiting(notice('1')), notice('1'), { kind: 'lost', message: 'm' }, nowMs, 0)
    expect([tried.ended, ids(tried.state)]).toEqual(['lost', []])
  })

  it('changes nothing of what was told in the meantime, where it was dropped while it was under way', () => {
    const told = [{ channel: 'noc', subject: 'device hubs a', key: 'failed', at: hour(0) }]
    const tried = afterTry(
      { ...waiting(notice('2')), told },
      notice('1'),
      { kind: 'lost', message: 'm' },
      nowMs,
      0,
    )
    expect([ids(tried.state), tried.state.told]).toEqual([['2'], told])
  })
})
