import { describe, expect, it } from 'vitest'
import { ok } from '../../src/kernel/result.ts'
import type { Space } from '../../src/model/device-request.ts'
import type { JumpHost } from '../../src/model/inventory.ts'
import type { WriteShell } from '../../src/model/shell.ts'
import { limited } from '../../src/wire/session-limits.ts'
import type { PlainSessions } from '../../src/workflow/ports.ts'
import { createFakeClock } from '../fake-clock.ts'
import { device } from '../workflow/world.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function jump(name: string, sessions?: number): JumpHost {
  const { credential } = device('hub1', []).host
  const most = sessions === undefined ? {} : { sessions }
  return { name, address: '192.0.2.9', port: 22, credential, connectMs: 1000, ...most }
}

function behind(name: string, ...via: readonly JumpHost[]): Space {
  return { host: { ...device(name, []).host, via } }
}

function shell(close: () => void): WriteShell {
  const unused = (): Promise<never> => Promise.reject(new Error('not used here'))
  return {
    platform: 'ios',
    hostname: 'hub1',
    privileged: true,
    roundTrips: 0,
    run: unused,
    runAll: unused,
    enterConfig: unused,
    send: unused,
    leaveConfig: unused,
    save: unused,
    clear: unused,
    confirm: unused,
    startClock: () => undefined,
    close: async () => close(),
  }
}

function counting(clock = createFakeClock(), loginsPerSecond?: number) {
  const seen = { open: 0, most: 0, beganMs: [] as number[] }
  const begin = async () => {
    seen.open += 1
    seen.most = Math.max(seen.most, seen.open)
    seen.beganMs.push(clock.monotonicMs())
    await turn()
    return ok(shell(() => (seen.open -= 1)))
  }
  const inner: PlainSessions = { read: begin, write: begin }
  const limits = loginsPerSecond === undefined ? {} : { loginsPerSecond }
  return { seen, clock, sessions: limited(inner, clock, limits) }
}

async function openAndClose(sessions: PlainSessions, space: Space): Promise<void> {
  const opened = await sessions.read(space)
  await turn()
  if (opened.kind === 'ok') await opened.value.close()
}

describe('a jump host', () => {
  it('carries no more sessions at a time than the inventory says, and all of them in the end', async () => {
    const { seen, sessions } = counting()
    const bastion = jump('bastion', 3)
    const spaces = Array.from({ length: 20 }, (_, nth) => behind(`hub${nth}`, bastion))
    await Promise.all(spaces.map((space) => openAndClose(sessions, space)))
    expect(seen).toMatchObject({ most: 3, open: 0 })
    expect(seen.beganMs).toHaveLength(20)
  })

  it('is no limit where the inventory says none', async () => {
    const { seen, sessions } = counting()
    const spaces = Array.from({ length: 20 }, (_, nth) => behind(`hub${nth}`, jump('bastion')))
    await Promise.all(spaces.map((space) => openAndClose(sessions, space)))
    expect(seen.most).toBe(20)
  })

  it('lets the second login of a change through, or changes would wait for each other', async () => {
    const { seen, sessions } = counting()
    const space = behind('hub1', jump('bastion', 1))
    const first = await sessions.write(space)
    await openAndClose(sessions, space)
    expect(seen).toMatchObject({ most: 2, open: 1 })
    if (first.kind === 'ok') await first.value.close()
    await openAndClose(sessions, behind('hub2', jump('bastion', 1)))
    expect(seen.open).toBe(0)
  })

  it('never makes two chains wait for each other, in whatever order they name their jump hosts', async () => {
    const { seen, sessions } = counting()
    const [a, b] = [jump('a', 1), jump('b', 1)]
    const spaces = Array.from({ length: 10 }, (_, nth) =>
      nth % 2 === 0 ? behind(`hub${nth}`, a, b) : behind(`hub${nth}`, b, a),
    )
    await Promise.all(spaces.map((space) => openAndClose(sessions, space)))
    expect(seen).toMatchObject({ most: 1, open: 0 })
  })
})

describe('logins', () => {
  it('begin no faster than the inventory says', async () => {
    const clock = createFakeClock()
    const { seen, sessions } = counting(clock, 2)
    const begunMs = clock.monotonicMs()
    const spaces = ['hub1', 'hub2', 'hub3', 'hub4'].map((name) => behind(name))
    await clock.settle(Promise.all(spaces.map((space) => openAndClose(sessions, space))))
    expect(seen.beganMs.map((ms) => ms - begunMs)).toEqual([0, 500, 1000, 1500])
  })
})
