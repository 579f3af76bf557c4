import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { err, ok } from '../../src/kernel/result.ts'
import type { ReadShell, Unreachable, WriteShell } from '../../src/model/shell.ts'
import { oneAtATime } from '../../src/wire/session-queue.ts'
import type { PlainSessions } from '../../src/workflow/ports.ts'
import { device } from '../workflow/world.ts'

const hub1 = device('hub1', [])
const other = { host: { ...hub1.host, address: '192.0.2.2' } }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const full: Unreachable = { code: 'CONNECT_FAILED', cause: 'network', message: 'no', next: 'look' }

function shellOf(close: () => void): WriteShell {
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
    close: async () => {
      await turn()
      close()
    },
  }
}

/** Sessions that count what is open; the first `failing` ones fail. */
function counting(how: 'opens' | 'fails' | 'throws' = 'opens') {
  const open = { readers: 0, writers: 0, most: 0 }
  const begin = async (kind: 'readers' | 'writers') => {
    open[kind] += 1
    open.most = Math.max(open.most, open.readers + open.writers)
    await turn()
    if (how !== 'opens') open[kind] -= 1
    if (how === 'throws') throw new Error('broken')
    return how === 'fails' ? err(full) : ok(shellOf(() => (open[kind] -= 1)))
  }
  const inner: PlainSessions = { read: () => begin('readers'), write: () => begin('writers') }
  return { open, sessions: oneAtATime(inner) }
}

async function opened<S extends ReadShell>(
  opening: Promise<{ readonly kind: 'ok'; readonly value: S } | { readonly kind: 'err' }>,
): Promise<S> {
  const answer = await opening
  if (answer.kind === 'err') throw new Error('no session')
  return answer.value
}

describe('one session to a device at a time', () => {
  it('lets the next one wait until the first is closed, and another device not at all', async () => {
    const { open, sessions } = counting()
    const first = await opened(sessions.read(hub1))
    let there = false
    const second = opened(sessions.read(hub1)).then((shell) => {
      there = true
      return shell
    })
    await (await opened(sessions.read(other))).close()
    for (let at = 0; at < 5; at += 1) await turn()
    expect(there).toBe(false)
    await first.close()
    await (await second).close()
    expect(open).toMatchObject({ readers: 0, writers: 0 })
  })

  it('tells devices with the same private address behind different jump hosts apart', async () => {
    const behind = (name: string, address: string): typeof hub1 => {
      const { credential } = hub1.host
      const jump = { name, address, port: 22, credential, connectMs: 1000, algorithms: 'modern' } as const
      return { ...hub1, host: { ...hub1.host, via: [jump] } }
    }
    const { open, sessions } = counting()
    const first = await opened(sessions.read(behind('east', '192.0.2.10')))
    const second = await opened(sessions.read(behind('west', '192.0.2.20')))
    expect(open.most).toBe(2)
    const waiting = opened(sessions.read(behind('gate', '192.0.2.10')))
    for (let at = 0; at < 5; at += 1) await turn()
    expect(open.most).toBe(2)
    await first.close()
    await second.close()
    await (await waiting).close()
  })

  it('lets one read beside the one that writes, and no second', async () => {
    const { open, sessions } = counting()
    const writer = await opened(sessions.write(hub1))
    const second = await opened(sessions.read(hub1))
    const third = opened(sessions.read(hub1))
    await turn()
    expect(open).toMatchObject({ readers: 1, writers: 1 })
    await second.close()
    await (await third).close()
    await writer.close()
    expect(open.most).toBe(2)
  })

  it.each(['fails', 'throws'] as const)('gives the place free when opening %s', async (how) => {
    const { sessions } = counting(how)
    for (let at = 0; at < 3; at += 1) {
      const end = await sessions.read(hub1).then(
        ({ kind }) => kind,
        () => 'thrown',
      )
      expect(end).toBe(how === 'fails' ? 'err' : 'thrown')
    }
    await sessions.write(hub1).catch(() => undefined)
  })

  it('does not let an aborted one wait', async () => {
    const { sessions } = counting()
    const first = await opened(sessions.read(hub1))
    const abort = new AbortController()
    const second = sessions.read(hub1, abort.signal)
    await turn()
    abort.abort()
    await (await opened(second)).close()
    await first.close()
  })

  it('closes twice without giving the place free twice', async () => {
    const { open, sessions } = counting()
    const first = await opened(sessions.read(hub1))
    await first.close()
    const second = await opened(sessions.read(hub1))
    open.readers += 1
    await first.close()
    const third = opened(sessions.read(hub1))
    await turn()
    await turn()
    expect(open.readers).toBe(1)
    await second.close()
    await (await third).close()
  })

  it('never has more than one open, or one beside a writer, whatever is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('read', 'write', 'change'), { maxLength: 12 }),
        async (asked) => {
          const { open, sessions } = counting()
          const seen: string[] = []
          const note = (): void => {
            seen.push(`${open.readers}+${open.writers}`)
          }
          const use = async (kind: (typeof asked)[number]): Promise<void> => {
            const shell = await opened<ReadShell>(
              kind === 'read' ? sessions.read(hub1) : sessions.write(hub1),
            )
            note()
            if (kind === 'change') await (await opened(sessions.read(hub1))).close()
            await turn()
            await shell.close()
          }
          await Promise.all(asked.map(use))
          for (const one of seen) expect(['1+0', '0+1', '1+1']).toContain(one)
          expect(open).toMatchObject({ readers: 0, writers: 0 })
          expect(open.most).toBeLessThanOrEqual(2)
        },
      ),
      { numRuns: 60 },
    )
  })
})
