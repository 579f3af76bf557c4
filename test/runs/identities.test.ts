import { describe, expect, it } from 'vitest'
import type { DeviceIdentity } from '../../src/model/identity.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { HandClock, intent, outcome, record, sending, storeIn, tempFolder } from './build.ts'

const box = (serial: string): DeviceIdentity => ({ hostname: 'hub1', serials: [serial] })

function pushed(host: string, target: string, identity?: DeviceIdentity, context?: string): JournalEntry[] {
  const more = {
    ...(identity === undefined ? {} : { identity }),
    ...(context === undefined ? {} : { context }),
  }
  return [
    { ...intent(host, [target]), ...more },
    { ...sending(host, target), ...(context === undefined ? {} : { context }) },
  ]
}

describe('who a device was when it was last changed', () => {
  it('is told by the newest run that changed it, whatever else has been recorded since', async () => {
    const clock = new HandClock()
    const store = storeIn(tempFolder(), { clock })
    await record(store, pushed('hub1', 'VPN', box('OLD')))
    clock.pass(60_000)
    const last = await record(store, pushed('hub1', 'OTHER', box('NEW')))
    clock.pass(60_000)
    await record(store, [...pushed('hub2', 'VPN', box('ELSE'))])
    await record(store, [])
    expect([...(await store.identities(['hub1', 'hub9']))]).toEqual([
      ['hub1', { identity: box('NEW'), runId: last.runId, at: '2026-11-24T19:31:12.000Z' }],
    ])
  })

  it('is told for each context by itself', async () => {
    const store = storeIn(tempFolder())
    await record(store, [
      ...pushed('fw1', 'a:m/10', box('A'), 'a'),
      ...pushed('fw1', 'b:m/10', box('B'), 'b'),
    ])
    const known = await store.identities(['fw1'])
    expect([...known].map(([space, { identity }]) => [space, identity.serials[0]]).sort()).toEqual([
      ['fw1/a', 'A'],
      ['fw1/b', 'B'],
    ])
  })

  it('is not known where nothing was sent, and from records that did not keep it', async () => {
    const store = storeIn(tempFolder())
    await record(store, pushed('hub1', 'VPN'))
    await record(store, pushed('hub2', 'VPN', box('NEVER')).slice(0, 1))
    expect([...(await store.identities(['hub1', 'hub2']))]).toEqual([])
  })

  it('is known as soon as the run is closed, also to a store that was asked before', async () => {
    const store = storeIn(tempFolder())
    expect((await store.identities(['hub1'])).size).toBe(0)
    await record(store, pushed('hub1', 'VPN', box('NEW')))
    expect((await store.identities(['hub1'])).get('hub1')?.identity).toEqual(box('NEW'))
  })
})

describe('another box that a person took for a device', () => {
  const took = (host: string, serial: string, context?: string): JournalEntry => ({
    kind: 'identity-seen',
    host,
    ...(context === undefined ? {} : { context }),
    identity: box(serial),
    fromRun: '20261101T120000-0a0a0a',
  })

  it('is the one that is known, and what was changed before is no change of it', async () => {
    const clock = new HandClock()
    const store = storeIn(tempFolder(), { clock })
    const proven = [...pushed('hub1', 'VPN', box('OLD')), outcome('hub1', 'VPN', 'unproven')]
    await record(store, [...proven, ...pushed('hub2', 'VPN', box('ELSE'))])
    clock.pass(60_000)
    const { runId } = await record(store, [took('hub1', 'NEW')])
    expect((await store.identities(['hub1'])).get('hub1')).toMatchObject({ identity: box('NEW'), runId })
    expect(await store.lastChange('hub1', 'VPN')).toBeUndefined()
    expect(await store.lastChange('hub2', 'VPN')).toBeDefined()
    expect((await store.unsettled()).map(({ host }) => host)).toEqual(['hub2'])
  })

  it('leaves what its own run and later ones change, and other contexts', async () => {
    const clock = new HandClock()
    const store = storeIn(tempFolder(), { clock })
    const all = (serial: string): JournalEntry[] =>
      ['a', 'b'].flatMap((context) => pushed('fw1', `${context}:m/10`, box(serial), context))
    await record(store, all('OLD'))
    clock.pass(60_000)
    await record(store, [took('fw1', 'NEW', 'a'), ...pushed('fw1', 'a:m/20', box('NEW'), 'a')])
    const found = await Promise.all(
      ['a:m/10', 'a:m/20', 'b:m/10'].map((target) => store.lastChange('fw1', target)),
    )
    expect(found.map((one) => one?.target)).toEqual([undefined, 'a:m/20', 'b:m/10'])
    const known = [...(await store.identities(['fw1']))].map(([space, { identity }]) => [
      space,
      ...identity.serials,
    ])
    expect(known.sort()).toEqual([
      ['fw1/a', 'NEW'],
      ['fw1/b', 'OLD'],
    ])
  })

  it('is not forgotten when old runs are removed', async () => {
    const clock = new HandClock()
    const store = storeIn(tempFolder(), { clock })
    await record(store, pushed('hub1', 'VPN', box('OLD')))
    clock.pass(60_000)
    await record(store, [took('hub1', 'NEW')])
    clock.pass(30 * 24 * 3_600_000)
    await record(store, [])
    await store.prune({ beforeMs: clock.wall().getTime() - 3_600_000, atLeast: 1 })
    expect((await store.identities(['hub1'])).get('hub1')?.identity).toEqual(box('NEW'))
    expect(await store.lastChange('hub1', 'VPN')).toBeUndefined()
  })
})
