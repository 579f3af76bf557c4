import { describe, expect, it } from 'vitest'
import type { DeviceIdentity } from '../../src/model/identity.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { HandClock, intent, record, sending, storeIn, tempFolder } from './build.ts'

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
