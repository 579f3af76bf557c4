import { describe, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.ts'

describe('the fake clock', () => {
  it('fires timers and sleepers in the order of their time, whatever the order they were made in', async () => {
    const clock = createFakeClock()
    const seen: string[] = []
    clock.timer(30, () => seen.push(`timer ${clock.monotonicMs()}`))
    void clock.sleep(10).then(() => seen.push(`sleep ${clock.monotonicMs()}`))
    clock.timer(30, () => seen.push('second at the same time'))
    await clock.advance(29)
    expect(seen).toEqual(['sleep 10'])
    await clock.advance(1)
    expect(seen).toEqual(['sleep 10', 'timer 30', 'second at the same time'])
    expect(clock.pending).toBe(0)
  })

  it('lets a sleeper sleep again before time goes on', async () => {
    const clock = createFakeClock()
    const wakes: number[] = []
    const loop = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn += 1) {
        await clock.sleep(100)
        wakes.push(clock.monotonicMs())
      }
    }
    void loop()
    await clock.advance(1000)
    expect(wakes).toEqual([100, 200, 300])
    expect(clock.wall().toISOString()).toBe('2026-11-24T19:30:01.000Z')
  })

  it('forgets cancelled timers and wakes aborted sleepers at once', async () => {
    const clock = createFakeClock()
    const abort = new AbortController()
    let fired = false
    const cancel = clock.timer(5, () => {
      fired = true
    })
    const slept = clock.sleep(1000, abort.signal)
    cancel()
    abort.abort()
    await slept
    await clock.advance(10)
    expect(fired).toBe(false)
    expect(clock.pending).toBe(0)
    await clock.sleep(1000, abort.signal)
  })

  it('settles a promise by jumping over its sleeps, and refuses one that the clock cannot help', async () => {
    const clock = createFakeClock()
    const work = async (): Promise<number> => {
      await clock.sleep(3000)
      await clock.sleep(3000)
      return clock.monotonicMs()
    }
    expect(await clock.settle(work())).toBe(6000)
    await expect(clock.settle(new Promise(() => {}))).rejects.toThrow('not the clock')
  })
})
