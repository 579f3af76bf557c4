import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { runBounded } from '../../src/secrets/command.ts'

describe('a program that prints a secret', () => {
  it('is ended when its time is over, also when a child of its own holds the pipe open', async () => {
    // A clock whose timer is fired by hand: the program is known to hang when it is.
    const fire: (() => void)[] = []
    const clock = {
      ...systemClock,
      timer: (_ms: number, due: () => void) => {
        fire.push(due)
        return () => undefined
      },
    }
    const program =
      'require("child_process").spawn("sleep", ["2"], { stdio: ["ignore", "inherit", "ignore"] })'
    const answer = runBounded([process.execPath, '-e', program], process.env, 1000, clock)
    fire[0]?.()
    expect(await answer).toEqual({ kind: 'failed', reason: 'it did not end within 1 seconds' })
  })
})
