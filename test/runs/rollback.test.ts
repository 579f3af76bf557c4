import { describe, expect, it } from 'vitest'
import type { Status } from '../../src/model/outcome.ts'
import type { JournalEntry } from '../../src/model/record.ts'
import { runsOfPlan } from '../../src/runs/summary.ts'
import { HandClock, intent, outcome, record, sending, storeIn, tempFolder } from './build.ts'

/** An apply that ended verified, then a rollback of it with these entries. */
async function statusAfter(entries: readonly JournalEntry[]): Promise<Status | undefined> {
  const clock = new HandClock()
  const store = storeIn(tempFolder(), { clock })
  const { runId } = await record(store, [
    intent('hub1', ['VPN']),
    sending('hub1', 'VPN'),
    outcome('hub1', 'VPN', 'verified'),
  ])
  clock.pass(60_000)
  await record(store, entries, { command: 'rollback', of: runId })
  const last = await store.lastChange('hub1', 'VPN')
  expect(last?.runId).toBe(runId)
  return last?.status
}

const back = [intent('hub1', ['VPN']), sending('hub1', 'VPN', 'revert')]

describe('the status of a change after a rollback of its run', () => {
  it.each<[string, readonly JournalEntry[], Status]>([
    ['rolled-back where it was taken back', [...back, outcome('hub1', 'VPN', 'rolled-back')], 'rolled-back'],
    ['unknown where that failed', [...back, outcome('hub1', 'VPN', 'unknown')], 'unknown'],
    ['unknown where the rollback was cut off in the middle', back, 'unknown'],
    ['as it was where nothing was sent', [outcome('hub1', 'VPN', 'blocked')], 'verified'],
    [
      'rolled-back where it read as before already',
      [outcome('hub1', 'VPN', 'compliant'), outcome('hub1', 'VPN', 'rolled-back')],
      'rolled-back',
    ],
  ])('is %s', async (_what, entries, status) => {
    expect(await statusAfter(entries)).toBe(status)
  })
})

describe('the runs of a saved plan', () => {
  it('are the applies with its hash, the newest first; none where no run has it', async () => {
    const clock = new HandClock()
    const store = storeIn(tempFolder(), { clock })
    const planHash = 'a'.repeat(64)
    const planFile = { path: 'a.json', contentHash: planHash }
    const first = await record(store, [], { planFile })
    clock.pass(60_000)
    const newest = await record(store, [], { planFile })
    clock.pass(60_000)
    await record(store, [], { command: 'rollback', planFile })
    await record(store, [], { planFile: { path: 'b.json', contentHash: 'b'.repeat(64) } })
    const runs = await store.list()
    expect(runsOfPlan(runs, planHash)).toEqual([newest.runId, first.runId])
    expect(runsOfPlan(runs, 'c'.repeat(64))).toEqual([])
  })
})
