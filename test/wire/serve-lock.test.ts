import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/kernel/clock.ts'
import { lockServe } from '../../src/wire/serve-lock.ts'
import { createFakeClock } from '../fake-clock.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function stateDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-serve-'))
  folders.push(dir)
  return dir
}

const lockOf = (dir: string): string => join(dir, 'serve', 'leases', 'serve.json')
const heartbeatIn = (dir: string): string => JSON.parse(readFileSync(lockOf(dir), 'utf8')).heartbeat
const tell = (told: string[]) => (why: string) => void told.push(why)
/** A clock whose timers are the test's, and whose pauses cost nothing. */
const patient = (): ReturnType<typeof createFakeClock> => {
  const clock = createFakeClock()
  return { ...clock, sleep: async () => undefined, advance: clock.advance }
}
const lock = (dir: string, clock: Clock, told: string[] = []): ReturnType<typeof lockServe> =>
  lockServe(dir, { env: {} }, clock, tell(told))

describe('the right to serve from a state directory', () => {
  it('is had by one, who is named to the other, and is free again when it is given back', async () => {
    const dir = stateDir()
    const clock = patient()
    const first = await lock(dir, clock)
    expect(first.kind).toBe('ok')
    expect(await lock(dir, clock)).toMatchObject({
      kind: 'err',
      error: { message: expect.stringMatching(/^another ikero serve keeps .*pid \d+, since 2026-/) },
    })
    if (first.kind === 'ok') await first.value.release()
    expect(readdirSync(join(dir, 'serve', 'leases'))).toEqual([])
    expect(clock.pending).toBe(0)
    expect((await lock(dir, clock)).kind).toBe('ok')
  })

  it('shows that it is alive while it is had', async () => {
    const dir = stateDir()
    const clock = patient()
    const held = await lock(dir, clock)
    const before = heartbeatIn(dir)
    await clock.advance(15_000)
    await expect.poll(() => heartbeatIn(dir)).not.toBe(before)
    if (held.kind === 'ok') await held.value.release()
  })

  it('of a process that is no more is taken over at once', async () => {
    const dir = stateDir()
    const clock = patient()
    await lock(dir, clock)
    const dead = { ...JSON.parse(readFileSync(lockOf(dir), 'utf8')), pid: 4_194_303, pidStarted: '1' }
    writeFileSync(lockOf(dir), `${JSON.stringify(dead)}\n`)
    expect((await lock(dir, clock)).kind).toBe('ok')
  })

  it('tells its owner once when somebody else has it', async () => {
    const dir = stateDir()
    const clock = patient()
    const told: string[] = []
    await lock(dir, clock, told)
    rmSync(lockOf(dir))
    await clock.advance(15_000)
    await expect.poll(() => told).toEqual(['another process has taken the state directory over'])
    await clock.advance(60_000)
    expect(told).toHaveLength(1)
  })
})
