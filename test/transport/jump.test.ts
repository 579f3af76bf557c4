import type { ServerChannel } from 'ssh2'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../src/kernel/clock.ts'
import { ok, type Result } from '../../src/kernel/result.ts'
import type { Unreachable } from '../../src/model/shell.ts'
import { createJumpHosts, type Hop, type JumpHosts } from '../../src/transport/jump.ts'
import { parseKnownHosts } from '../../src/transport/known-hosts.ts'
import type { ByteLink } from '../../src/transport/link.ts'
import { openSsh, type SshTarget } from '../../src/transport/ssh.ts'
import { createFakeClock } from '../fake-clock.ts'
import {
  atEnd,
  clock,
  newKey,
  passwordOnly,
  type RunningServer,
  type ServerWishes,
  startServer,
  targetOf,
} from './ssh-server.ts'

const echo = (channel: ServerChannel): void => {
  channel.on('data', (data: Buffer) => channel.write(data))
}

const jumpServer = (wishes: ServerWishes = {}): Promise<RunningServer> =>
  startServer({ forward: 'connect', ...wishes })

function hop(name: string, server: RunningServer, more: Partial<SshTarget> = {}): Hop {
  return {
    name,
    target: () => Promise.resolve(ok(targetOf(server, { host: `jump host ${name}`, ...more }))),
  }
}

function pool(over: Clock = clock): JumpHosts {
  const jumps = createJumpHosts(over)
  atEnd(jumps.close)
  return jumps
}

async function open(
  jumps: JumpHosts,
  chain: readonly Hop[],
  target: SshTarget,
): Promise<Result<ByteLink, Unreachable>> {
  const through = await jumps.through(chain)
  if (through.kind === 'err') return through
  const opened = await openSsh(target, { clock, through: through.value })
  if (opened.kind === 'ok') atEnd(() => opened.value.close())
  return opened
}

async function linkThrough(jumps: JumpHosts, chain: readonly Hop[], target: SshTarget): Promise<ByteLink> {
  const opened = await open(jumps, chain, target)
  if (opened.kind === 'err') throw new Error(opened.error.message)
  return opened.value
}

async function refusalThrough(
  jumps: JumpHosts,
  chain: readonly Hop[],
  target: SshTarget,
): Promise<Unreachable> {
  const opened = await open(jumps, chain, target)
  if (opened.kind === 'err') return opened.error
  throw new Error('it opened')
}

const said = async (link: ByteLink): Promise<string> => {
  const chunk = await link.read()
  return chunk === 'closed' ? 'closed' : Buffer.from(chunk).toString()
}

const wrong = (server: RunningServer): Partial<SshTarget> => ({
  knownHosts: parseKnownHosts({ text: `[127.0.0.1]:${server.port} ${newKey('ed25519').public}` }),
})

describe('a way through jump hosts', () => {
  it('leads through two of them, each with its own credential', async () => {
    const outer = await jumpServer({ authenticate: passwordOnly('outer-secret') })
    const inner = await jumpServer({ authenticate: passwordOnly('inner-secret') })
    const device = await startServer({ shell: echo })
    const chain = [
      hop('outer', outer, { password: 'outer-secret' }),
      hop('inner', inner, { password: 'inner-secret' }),
    ]
    const link = await linkThrough(pool(), chain, targetOf(device))
    await link.write('show clock\r')
    expect(await said(link)).toBe('show clock\r')
    expect([outer, inner, device].map((server) => server.connections())).toEqual([1, 1, 1])
  })

  it('connects each of them once for all devices, and ends with the run', async () => {
    const bastion = await jumpServer()
    const devices = await Promise.all([1, 2, 3].map(() => startServer({ shell: echo })))
    const jumps = pool()
    const links = await Promise.all(
      devices.map((device) => linkThrough(jumps, [hop('bastion', bastion)], targetOf(device))),
    )
    for (const link of links) link.close()
    await expect.poll(() => devices.map((device) => device.connections())).toEqual([0, 0, 0])
    const [first] = devices
    if (first !== undefined) await linkThrough(jumps, [hop('bastion', bastion)], targetOf(first))
    expect(bastion.accepted()).toBe(1)
    expect(bastion.attempts).toEqual(['none', 'password'])
    jumps.close()
    await expect.poll(() => bastion.connections()).toBe(0)
  })

  it.each([
    ['first', 0],
    ['second', 1],
  ])('is refused, with the hop named, when the key of the %s hop has changed', async (_, index) => {
    const servers = [await jumpServer(), await jumpServer()]
    const device = await startServer({ shell: echo })
    const chain = servers.map((server, at) => hop(`jump${at + 1}`, server, at === index ? wrong(server) : {}))
    const refusal = await refusalThrough(pool(), chain, targetOf(device))
    expect(refusal).toMatchObject({ code: 'HOST_KEY_CHANGED', cause: 'host-key' })
    expect(refusal.message).toContain(
      `the host key of jump host jump${index + 1} (127.0.0.1:${servers[index]?.port})`,
    )
    expect(servers[index]?.attempts).toEqual([])
    expect(device.accepted()).toBe(0)
  })

  it('still verifies the key of the device at its end', async () => {
    const bastion = await jumpServer()
    const device = await startServer({ shell: echo })
    const refusal = await refusalThrough(pool(), [hop('bastion', bastion)], targetOf(device, wrong(device)))
    expect(refusal).toMatchObject({ code: 'HOST_KEY_CHANGED' })
    expect(refusal.message).toContain('the host key of hub1 ')
    expect(device.attempts).toEqual([])
  })

  it('presents a refused credential of a jump host once, however many devices are behind it', async () => {
    const bastion = await jumpServer()
    const device = await startServer({ shell: echo })
    const jumps = pool()
    const chain = [hop('bastion', bastion, { password: 'wrong' })]
    const refusals = await Promise.all([1, 2, 3].map(() => refusalThrough(jumps, chain, targetOf(device))))
    refusals.push(await refusalThrough(jumps, chain, targetOf(device)))
    expect(new Set(refusals.map((refusal) => refusal.message)).size).toBe(1)
    expect(refusals[0]?.message).toContain('jump host bastion')
    expect(refusals[0]).toMatchObject({ code: 'AUTHENTICATION_FAILED', cause: 'authentication' })
    expect(bastion.attempts).toEqual(['none', 'password'])
    expect(jumps.troubles()).toEqual([{ jump: 'bastion', error: refusals[0] }])
  })

  it('tells a jump host that does not forward from one that cannot reach the device', async () => {
    const refuses = await startServer({})
    const forwards = await jumpServer()
    const device = await startServer({ shell: echo })
    const jumps = pool()
    const first = await refusalThrough(jumps, [hop('closed', refuses)], targetOf(device))
    expect(first.code).toBe('CONNECT_FAILED')
    expect(first.message).toMatch(/^jump host closed \(.*\) (?:does not forward|could not connect) to hub1/)
    const nowhere = targetOf({ ...device, port: 1 })
    const second = await refusalThrough(jumps, [hop('open', forwards)], nowhere)
    expect(second.message).toMatch(/^jump host open \(.*\) could not connect to hub1 \(127\.0\.0\.1:1\)/)
    // Neither is the jump host's own trouble.
    expect(jumps.troubles()).toEqual([])
  })

  it('gives up a device that the jump host cannot reach in time, by the clock of the device', async () => {
    const bastion = await startServer({ forward: 'ignore' })
    const jumps = pool()
    const through = await jumps.through([hop('bastion', bastion)])
    if (through.kind === 'err') throw new Error(through.error.message)
    const fake = createFakeClock()
    const key = newKey('ed25519')
    const opening = openSsh(targetOf({ port: 9, key }), { clock: fake, through: through.value })
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    await fake.advance(10_000)
    expect(await opening).toMatchObject({
      kind: 'err',
      error: { code: 'TIMED_OUT', message: expect.stringContaining('to the TCP connection within 10s') },
    })
  })
})

describe('a jump host that dies', () => {
  it('is one cause for every session that it carried, and is connected anew for the next', async () => {
    const bastion = await jumpServer()
    const devices = await Promise.all([1, 2, 3, 4].map(() => startServer({ shell: echo })))
    const jumps = pool()
    const chain = [hop('bastion', bastion)]
    const links = await Promise.all(devices.map((device) => linkThrough(jumps, chain, targetOf(device))))
    const waiting = links.map((link) => link.read())
    bastion.drop()
    expect(await Promise.all(waiting)).toEqual(links.map(() => 'closed'))
    const causes = new Set(links.map((link) => link.whyClosed?.()))
    expect([...causes]).toEqual([expect.stringContaining('the connection to the jump host bastion')])
    expect(jumps.troubles()).toMatchObject([{ jump: 'bastion', error: { code: 'CONNECT_FAILED' } }])
    const [first] = devices
    if (first === undefined) throw new Error('no device')
    const again = await linkThrough(jumps, chain, targetOf(first))
    await again.write('x')
    expect(await said(again)).toBe('x')
    expect(bastion.accepted()).toBe(2)
  })

  it('is the cause also for a device behind two of them', async () => {
    const [outer, inner] = [await jumpServer(), await jumpServer()]
    const device = await startServer({ shell: echo })
    const jumps = pool()
    const link = await linkThrough(jumps, [hop('outer', outer), hop('inner', inner)], targetOf(device))
    outer.drop()
    expect(await said(link)).toBe('closed')
    expect(link.whyClosed?.()).toContain('jump host outer')
    expect(jumps.troubles().map((trouble) => trouble.jump)).toEqual(['outer'])
  })

  it('is not tried again for every device in turn while it is away', async () => {
    const fake = createFakeClock()
    const jumps = pool(fake)
    let asked = 0
    const away: Hop = {
      name: 'away',
      target: () => {
        asked += 1
        return Promise.resolve(ok(targetOf({ port: 1, key: newKey('ed25519') }, { host: 'jump host away' })))
      },
    }
    const through = async (): Promise<string> => {
      const result = await jumps.through([away])
      return result.kind === 'err' ? result.error.message : 'open'
    }
    const all = await Promise.all([through(), through(), through()])
    expect(new Set(all)).toEqual(new Set(['jump host away (127.0.0.1:1) refused the connection']))
    await through()
    expect(asked).toBe(1)
    await fake.advance(10_000)
    await through()
    expect(asked).toBe(2)
  })

  it('is connected anew when it has said nothing for a minute and did not open a way: it may be half open', async () => {
    const fake = createFakeClock()
    const bastion = await startServer({ forward: 'ignore' })
    const jumps = pool(fake)
    const chain = [hop('bastion', bastion)]
    const tryOnce = async (): Promise<string> => {
      const through = await jumps.through(chain)
      if (through.kind === 'err') return through.error.message
      const opening = openSsh(targetOf({ port: 9, key: newKey('ed25519') }), {
        clock: fake,
        through: through.value,
      })
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      await fake.advance(10_000)
      const opened = await opening
      return opened.kind === 'err' ? opened.error.code : 'open'
    }
    expect([await tryOnce(), await tryOnce()]).toEqual(['TIMED_OUT', 'TIMED_OUT'])
    expect(bastion.accepted()).toBe(1)
    await fake.advance(50_000)
    expect(await tryOnce()).toBe('TIMED_OUT')
    expect(bastion.accepted()).toBe(2)
    jumps.close()
    await fake.advance(1000)
  })

  it('stops nobody else when the run of one device is cancelled', async () => {
    const bastion = await jumpServer()
    const device = await startServer({ shell: echo })
    const jumps = pool()
    const stop = new AbortController()
    const given = jumps.through([hop('bastion', bastion)], stop.signal)
    const kept = linkThrough(jumps, [hop('bastion', bastion)], targetOf(device))
    stop.abort('operator')
    expect(await given).toMatchObject({ kind: 'err' })
    await (await kept).write('x')
  })
})
