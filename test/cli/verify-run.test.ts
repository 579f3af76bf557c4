import { describe, expect, it } from 'vitest'
import { HandClock, intent, outcome, record, sending, storeIn, tempFolder } from '../runs/build.ts'
import { ikeroHere } from './in-process.ts'

const flat = (text: string): string => text.replace(/\s+/g, ' ')

describe('ikero verify of a run', () => {
  it('that a later rollback took back says which run and when, with 64, and contacts nothing', async () => {
    const state = tempFolder()
    const clock = new HandClock()
    const store = storeIn(state, { clock })
    const pushed = [intent('hub1', ['VPN']), sending('hub1', 'VPN')]
    const first = await record(store, [...pushed, outcome('hub1', 'VPN', 'verified')])
    clock.pass(60_000)
    const back = await record(
      store,
      [sending('hub1', 'VPN', 'revert'), outcome('hub1', 'VPN', 'rolled-back')],
      { command: 'rollback', of: first.runId },
    )
    const ran = await ikeroHere(['verify', first.runId, '--state-dir', state])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(flat(ran.stderr)).toContain(
      `run ${first.runId} was taken back by run ${back.runId} at 2026-11-24T19:31:12.000Z`,
    )
  })

  it('that took its own change back is looked at as before', async () => {
    const state = tempFolder()
    const pushed = [intent('hub1', ['VPN']), sending('hub1', 'VPN')]
    const { runId } = await record(storeIn(state), [...pushed, outcome('hub1', 'VPN', 'rolled-back')])
    const ran = await ikeroHere(['verify', runId, '--state-dir', state])
    expect(flat(ran.stderr)).not.toContain('was taken back by')
  })
})
