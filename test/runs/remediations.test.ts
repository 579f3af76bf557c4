import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeFiles } from '../../src/runs/files.ts'
import { HandClock, intent, outcome, record, sending, started, storeIn, tempFolder } from './build.ts'

const hour = 3_600_000
const remediates = { command: 'drift', remediates: true } as const

describe('when remediation wrote to a host', () => {
  it('is told for each run of it, the oldest first, and of no other command', async () => {
    const clock = new HandClock()
    const store = storeIn(tempFolder(), { clock })
    const pushed = [intent('hub1', ['VPN']), sending('hub1', 'VPN'), sending('hub1', 'VPN')]
    await record(store, pushed)
    clock.pass(hour)
    await record(store, pushed, remediates)
    clock.pass(hour)
    await record(
      store,
      [{ kind: 'saving', host: 'hub1' }, ...pushed, { kind: 'saving', host: 'hub2' }],
      remediates,
    )
    clock.pass(hour)
    await record(store, [outcome('hub1', 'VPN', 'pending')], remediates)
    await record(store, [intent('hub3', ['VPN'])], remediates)
    await record(store, [sending('hub4', 'VPN', 'revert')], remediates)
    await record(store, pushed, { command: 'drift' })
    expect(await store.remediations(0)).toEqual(
      new Map([
        ['hub1', ['2026-11-24T20:30:12.000Z', '2026-11-24T21:30:12.000Z']],
        ['hub2', ['2026-11-24T21:30:12.000Z']],
      ]),
    )
  })

  it('is of the runs since a moment, and only their journals are opened', async () => {
    const clock = new HandClock()
    const dir = tempFolder()
    const opened: string[] = []
    const files = {
      ...nodeFiles,
      openToRead: (path: string) => {
        opened.push(path)
        return nodeFiles.openToRead(path)
      },
    }
    const store = storeIn(dir, { clock, files })
    const pushed = [intent('hub1', ['VPN']), sending('hub1', 'VPN')]
    await record(store, pushed, remediates)
    clock.pass(hour)
    const { runId } = await record(store, pushed, remediates)
    opened.length = 0
    const since = clock.wall().getTime()
    expect(await store.remediations(since)).toEqual(new Map([['hub1', [clock.wall().toISOString()]]]))
    expect(opened).toEqual([join(dir, 'runs', runId, 'journal.ndjson')])
    expect(await store.remediations(since + 1_000)).toEqual(new Map())
  })

  it('counts a run that was cut off, and not the one that asks', async () => {
    const clock = new HandClock()
    const dir = tempFolder()
    const other = storeIn(dir, { clock })
    const cutOff = await other.begin(started(remediates))
    for (const entry of [intent('hub1', ['VPN']), sending('hub1', 'VPN')]) await cutOff.append(entry)
    await cutOff.close()
    clock.pass(hour)
    const store = storeIn(dir, { clock, randomHex: () => 'abcdef' })
    const own = await store.begin(started(remediates))
    await own.append(sending('hub2', 'VPN'))
    expect([...(await store.remediations(0)).keys()]).toEqual(['hub1'])
    await own.close()
  })

  it('is nobody where nothing was ever recorded', async () => {
    expect(await storeIn(join(tempFolder(), 'none')).remediations(0)).toEqual(new Map())
  })
})
