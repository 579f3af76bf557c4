import { describe, expect, it } from 'vitest'
import type { Status } from '../../src/model/outcome.ts'
import { readAtOnce } from '../../src/runs/at-once.ts'
import { nodeFiles, type ReadFile } from '../../src/runs/files.ts'
import { HandClock, intent, outcome, record, sending, storeIn, tempFolder } from './build.ts'

const hour = 3_600_000
const looks = { command: 'drift', schedule: 'hubs' } as const

/** Files that count how many of them are open at once, and how often one was opened. */
function counted(): {
  readonly files: typeof nodeFiles
  readonly most: () => number
  readonly opened: () => number
} {
  let open = 0
  let most = 0
  let opened = 0
  const files = {
    ...nodeFiles,
    openToRead: async (path: string): Promise<ReadFile> => {
      open += 1
      opened += 1
      most = Math.max(most, open)
      const file = await nodeFiles.openToRead(path)
      return {
        size: file.size,
        read: (offset, length) => file.read(offset, length),
        close: async () => {
          open -= 1
          await file.close()
        },
      }
    },
  }
  return { files, most: () => most, opened: () => opened }
}

describe('a store with the looks of many nights', () => {
  it.each([
    ['verified', 'verified'],
    ['unproven', 'unproven'],
    ['compliant', 'unproven'],
    ['pending', 'unproven'],
    ['unreachable', 'unproven'],
    ['failed', 'unproven'],
  ] as const)(
    'finds an old change, and what a later look says of it: %s',
    async (said: Status, status: Status) => {
      const clock = new HandClock()
      const dir = tempFolder()
      const store = storeIn(dir, { clock })
      const change = await record(store, [
        intent('hub1', ['VPN']),
        sending('hub1', 'VPN'),
        outcome('hub1', 'VPN', 'unproven'),
      ])
      for (let night = 0; night < 30; night += 1) {
        clock.pass(hour)
        const now = night === 3 ? said : 'compliant'
        await record(store, [outcome('hub1', 'VPN', now), outcome('hub2', 'VPN', 'compliant')], looks)
      }
      const again = counted()
      const reader = storeIn(dir, { clock, files: again.files })
      expect(await reader.lastChange('hub1', 'VPN')).toMatchObject({ runId: change.runId, status })
      expect(await reader.lastChange('hub2', 'VPN')).toBeUndefined()
      expect(again.most()).toBeLessThanOrEqual(readAtOnce)
      // Each journal once, and once more the one that has the change.
      expect(again.opened()).toBe(31 + 1)
    },
  )

  it('reads no further than it must for what was changed lately', async () => {
    const clock = new HandClock()
    const dir = tempFolder()
    const store = storeIn(dir, { clock })
    for (let night = 0; night < 30; night += 1) {
      clock.pass(hour)
      await record(store, [outcome('hub1', 'VPN', 'compliant')], looks)
    }
    clock.pass(hour)
    await record(store, [intent('hub1', ['VPN']), sending('hub1', 'VPN')])
    const again = counted()
    await storeIn(dir, { clock, files: again.files }).lastChange('hub1', 'VPN')
    expect(again.opened()).toBe(2)
  })

  it('lists them newest first, with the schedule that each is of', async () => {
    const clock = new HandClock()
    const dir = tempFolder()
    const store = storeIn(dir, { clock })
    const ids: string[] = []
    for (let night = 0; night < 30; night += 1) {
      clock.pass(hour)
      ids.unshift((await record(store, [], night % 2 === 0 ? looks : { command: 'drift' })).runId)
    }
    const again = counted()
    const runs = await storeIn(dir, { clock, files: again.files }).list()
    expect(runs.map(({ runId }) => runId)).toEqual(ids)
    expect(runs.map(({ schedule }) => schedule).slice(0, 2)).toEqual([undefined, 'hubs'])
    expect(again.most()).toBeLessThanOrEqual(readAtOnce)
  })
})
