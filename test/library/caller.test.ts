import { describe, expect, it } from 'vitest'
import { Caller, strictly } from '../../src/library/caller.ts'

const event = { kind: 'step', host: 'hub1', step: 'changing' } as const
const never = new Promise<never>(() => undefined)

describe('the functions of a caller', () => {
  it('count as heard when a listener throws or rejects, and are told once with the first reason', async () => {
    const caller = new Caller(undefined)
    let turn = 0
    const { onEvent } = caller.listening(() => {
      turn += 1
      if (turn > 1) throw new Error(`disk full ${turn}`)
      return Promise.reject(new Error('log is closed'))
    })
    onEvent?.(event)
    await Promise.resolve()
    onEvent?.(event)
    onEvent?.(event)
    await new Promise((resolve) => setImmediate(resolve))
    expect(turn).toBe(3)
    expect(caller.warnings()).toEqual([
      {
        code: 'CALLBACK_FAILED',
        severity: 'warning',
        message: expect.stringMatching(/^onEvent failed 3 times, first: .*; the run went on$/),
      },
    ])
  })

  it('say yes by true alone', async () => {
    const caller = new Caller(undefined)
    const answers = [true, false, 'no', 1, undefined].map((answer) =>
      Reflect.apply(caller.asking, caller, ['approve', () => answer])('?'),
    )
    expect(await Promise.all(answers)).toEqual([true, false, false, false, false])
    expect(caller.warnings()).toEqual([])
  })

  it('cannot change what is sent: a question has a copy of the plan', async () => {
    const plans = (): { lines: { line: string; subMode: RegExp }[] }[] => [
      { lines: [{ line: 'responder-only', subMode: /profile/ }] },
    ]
    const asked = plans()
    const spoils = (given: typeof asked): boolean => {
      expect(given).toEqual(asked)
      for (const { lines } of given) lines.splice(0, 1, { line: 'no crypto map outside_map', subMode: /./ })
      given.length = 0
      return true
    }
    expect(await new Caller(undefined).asking('approve', spoils)(asked)).toBe(true)
    expect(await strictly(spoils)(asked)).toBe(true)
    expect(asked).toEqual(plans())
  })

  it('say no when a question throws, and the reason is told escaped', async () => {
    const caller = new Caller(undefined)
    const ask = caller.asking('approve', () => {
      throw new Error('no \u001b[31mbot')
    })
    expect(await ask('?')).toBe(false)
    expect(caller.warnings()[0]?.message).toMatch(/^approve failed: no .*bot; it counts as not answered$/)
    expect(caller.warnings()[0]?.message).not.toContain('\u001b')
  })

  it('are not waited for when the signal comes: nobody approves, and no secret is there', async () => {
    const stop = new AbortController()
    const caller = new Caller(stop.signal)
    const approval = caller.asking('approve', () => never)('?')
    const secret = caller.prompting(() => never).promptSecret?.('Password')
    stop.abort()
    expect(await Promise.all([approval, secret])).toEqual([false, undefined])
    const late = caller.asking('approve', () => Promise.reject(new Error('aborted')))('?')
    expect(await late).toBe(false)
    expect(caller.warnings()).toEqual([])
    let asked = false
    expect(await caller.asking('approve', () => (asked = true))('?')).toBe(false)
    expect(asked).toBe(false)
  })

  it('end a call where there are no warnings to tell it in', async () => {
    const cause = new Error('no bot')
    const ask = strictly(() => Promise.reject(cause))
    await expect(ask('?')).rejects.toMatchObject({ code: 'CALLBACK_FAILED', fault: 'user', cause })
  })
})
