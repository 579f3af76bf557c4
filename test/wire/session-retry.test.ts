import { describe, expect, it } from 'vitest'
import { err } from '../../src/kernel/result.ts'
import type { Unreachable } from '../../src/model/shell.ts'
import { patient } from '../../src/wire/session-retry.ts'
import { createFakeClock } from '../fake-clock.ts'
import { device } from '../workflow/world.ts'

const hub1 = device('hub1', [])
const full: Unreachable = {
  code: 'SESSION_LIMIT',
  cause: 'session-limit',
  message: 'all lines taken',
  next: 'end some',
}
const dead: Unreachable = { code: 'CONNECT_FAILED', cause: 'network', message: 'refused', next: 'look' }

function asking(answers: readonly Unreachable[], random = 0) {
  const clock = createFakeClock()
  const at: number[] = []
  const ask = () => {
    at.push(clock.monotonicMs())
    return Promise.resolve(err(answers[at.length - 1] ?? full))
  }
  return { clock, at, sessions: patient({ read: ask, write: ask }, { clock, random: () => random }) }
}

describe('a device whose lines are all taken', () => {
  it.each(['read', 'write'] as const)(
    'is asked four times with growing waits, then unreachable: %s',
    async (kind) => {
      const { clock, at, sessions } = asking([])
      const answer = await clock.settle(sessions[kind](hub1))
      expect(at).toEqual([0, 2000, 6000, 14_000])
      expect(answer).toEqual({
        kind: 'err',
        error: { ...full, message: 'all lines taken; asked 4 times within 14s' },
      })
      expect(clock.pending).toBe(0)
    },
  )

  it('is asked after waits that differ from device to device', async () => {
    const { clock, at, sessions } = asking([], 0.5)
    await clock.settle(sessions.read(hub1))
    expect(at).toEqual([0, 2500, 7500, 17_500])
  })

  it('is not asked again for another reason', async () => {
    const { clock, at, sessions } = asking([full, dead])
    expect(await clock.settle(sessions.read(hub1))).toEqual(err(dead))
    expect(at).toEqual([0, 2000])
  })

  it('is not asked beyond its total time', async () => {
    const { clock, at, sessions } = asking([])
    const short = { host: { ...hub1.host, timeouts: { ...hub1.host.timeouts, totalMs: 7000 } } }
    expect(await clock.settle(sessions.read(short))).toMatchObject({ error: { code: 'SESSION_LIMIT' } })
    expect(at).toEqual([0, 2000, 6000])
  })

  it('is not asked again once the run is interrupted', async () => {
    const { clock, at, sessions } = asking([])
    const abort = new AbortController()
    const answer = sessions.read(hub1, abort.signal)
    await clock.advance(1000)
    abort.abort()
    expect(await clock.settle(answer)).toMatchObject({ error: { code: 'SESSION_LIMIT' } })
    expect(at).toEqual([0])
    expect(clock.pending).toBe(0)
  })
})
