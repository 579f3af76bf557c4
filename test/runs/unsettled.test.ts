import { describe, expect, it } from 'vitest'
import { nodeFiles } from '../../src/runs/files.ts'
import { HandClock, intent, outcome, record, sending, storeIn, tempFolder } from './build.ts'

const push = (host: string) => [intent(host, ['VPN']), sending(host, 'VPN')] as const

describe('targets that are not settled', () => {
  it('are those whose last change is unproven or unknown, each by the run that made it', async () => {
    const dir = tempFolder()
    const clock = new HandClock()
    const store = storeIn(dir, { clock })
    const first = await record(store, [
      ...['open', 'proven-later', 'reverted'].flatMap((host) => [
        ...push(host),
        outcome(host, 'VPN', 'unproven'),
      ]),
      ...push('changed-again'),
      outcome('changed-again', 'VPN', 'unproven'),
    ])
    clock.pass(60_000)
    await record(store, [
      outcome('proven-later', 'VPN', 'verified'),
      outcome('open', 'VPN', 'unreachable'),
      ...push('changed-again'),
      outcome('changed-again', 'VPN', 'verified'),
    ])
    clock.pass(60_000)
    const cut = await record(store, [...push('cut-off'), outcome('reverted', 'VPN', 'rolled-back')])
    expect(await store.unsettled()).toEqual([
      {
        runId: cut.runId,
        host: 'cut-off',
        target: 'VPN',
        status: 'unknown',
        changedAt: '2026-11-24T19:32:12.000Z',
      },
      {
        runId: first.runId,
        host: 'open',
        target: 'VPN',
        status: 'unproven',
        changedAt: '2026-11-24T19:30:12.000Z',
      },
    ])
  })

  it('are none where nothing was recorded, and where nothing was sent', async () => {
    expect(await storeIn(tempFolder()).unsettled()).toEqual([])
    const store = storeIn(tempFolder())
    await record(store, [intent('hub1', ['VPN']), outcome('hub1', 'VPN', 'compliant')])
    expect(await store.unsettled()).toEqual([])
  })

  it('are found by one reading of every run', async () => {
    const dir = tempFolder()
    const clock = new HandClock()
    const writer = storeIn(dir, { clock })
    for (let run = 0; run < 4; run += 1) {
      await record(writer, [...push(`hub${run}`), outcome(`hub${run}`, 'VPN', 'verified')])
      clock.pass(60_000)
    }
    let opened = 0
    const openToRead: typeof nodeFiles.openToRead = (path) => {
      opened += 1
      return nodeFiles.openToRead(path)
    }
    expect(await storeIn(dir, { files: { ...nodeFiles, openToRead } }).unsettled()).toEqual([])
    expect(opened).toBe(4)
  })
})
