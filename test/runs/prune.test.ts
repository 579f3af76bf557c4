import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/model/record.ts'
import type { RunStore } from '../../src/runs/store.ts'
import type { RunStarted } from '../../src/runs/stored-run.ts'
import {
  counting,
  finished,
  HandClock,
  intent,
  outcome,
  record,
  sending,
  storeIn,
  tempFolder,
} from './build.ts'

const day = 24 * 3_600_000

interface Kept {
  readonly dir: string
  readonly clock: HandClock
  readonly store: RunStore
}

function state(): Kept {
  const dir = tempFolder()
  const clock = new HandClock('2026-01-01T02:00:00.000Z')
  return { dir, clock, store: storeIn(dir, { clock, randomHex: counting() }) }
}

/** `end`: as a run writes it that came to one. */
type Entries = readonly (JournalEntry | 'end')[]

/** A run of its own day. */
async function run(
  { store, clock }: Kept,
  entries: Entries,
  more: Partial<RunStarted> = {},
): Promise<string> {
  clock.pass(day)
  const at = clock.wall().toISOString()
  const end = finished('run', 0, {})
  const ended: JournalEntry =
    end.kind === 'run-finished' ? { ...end, result: { ...end.result, startedAt: at, finishedAt: at } } : end
  const written = entries.map((entry) => (entry === 'end' ? ended : entry))
  return (await record(store, written, more)).runId
}

const looked = ['end'] as const
const changed = (host: string): Entries => [
  intent(host, ['VPN']),
  sending(host, 'VPN'),
  outcome(host, 'VPN', 'unproven'),
  'end',
]

/** All but what is younger than a day. */
const prune = ({ store, clock }: Kept, atLeast = 0): Promise<readonly string[]> =>
  store.prune({ beforeMs: clock.wall().getTime() - day, atLeast })

describe('old runs', () => {
  it('go, oldest and newest alike, but for the newest so many and for those of the days that are kept', async () => {
    const kept = state()
    const runs: string[] = []
    for (let nth = 0; nth < 6; nth += 1) runs.push(await run(kept, looked, { command: 'drift' }))
    kept.clock.pass(day)
    expect(await prune(kept, 2)).toEqual([runs[3], runs[2], runs[1], runs[0]])
    expect((await kept.store.list()).map(({ runId }) => runId)).toEqual([runs[5], runs[4]])
    expect(readdirSync(join(kept.dir, 'runs'))).toEqual([runs[4], runs[5]])
    expect(await prune(kept, 2)).toEqual([])
  })

  it('stay where one is the last change of a target, or says how that change stands', async () => {
    const kept = state()
    const before = await run(kept, changed('hub1'))
    const change = await run(kept, changed('hub1'))
    const proof = await run(kept, [outcome('hub1', 'VPN', 'verified'), 'end'], { command: 'verify' })
    const idle = await run(kept, [outcome('hub1', 'VPN', 'compliant'), 'end'], { command: 'drift' })
    kept.clock.pass(3 * day)
    expect([...(await prune(kept))].sort()).toEqual([before, idle].sort())
    expect(await kept.store.lastChange('hub1', 'VPN')).toMatchObject({ runId: change, status: 'verified' })
    // A store that opens the folder anew knows the same.
    expect(await storeIn(kept.dir).lastChange('hub1', 'VPN')).toMatchObject({ status: 'verified' })
    expect((await kept.store.list()).map(({ runId }) => runId)).toEqual([proof, change])
  })

  it('stay where they remediate and a breaker may still count them', async () => {
    const kept = state()
    const looked = await run(kept, ['end'], { command: 'drift' })
    const put = await run(kept, [...changed('hub1')], { command: 'drift', remediates: true })
    const later = await run(kept, [...changed('hub1')], { command: 'drift', remediates: true })
    kept.clock.pass(3 * day)
    const nowMs = kept.clock.wall().getTime()
    const rules = { beforeMs: nowMs - day, atLeast: 0 }
    expect(await kept.store.prune({ ...rules, remediatedBeforeMs: nowMs - 30 * day })).toEqual([looked])
    expect(await kept.store.prune({ ...rules, remediatedBeforeMs: nowMs - 2 * day })).toEqual([put])
    expect((await kept.store.list()).map(({ runId }) => runId)).toEqual([later])
  })

  it('stay where they were cut off in a change, and go where they had sent nothing', async () => {
    const kept = state()
    const cut = await run(kept, [intent('hub1', ['VPN']), sending('hub1', 'VPN')])
    const looking = await run(kept, [], { command: 'drift' })
    await run(kept, changed('hub1'))
    kept.clock.pass(3 * day)
    expect(await prune(kept)).toEqual([looking])
    expect((await kept.store.list()).map(({ runId }) => runId)).toContain(cut)
  })

  it('stay or go together with the runs that finish them or take them back', async () => {
    const kept = state()
    const first = await run(kept, changed('hub1'))
    await run(kept, [...changed('hub2')], { command: 'resume', resumes: first })
    const other = await run(kept, changed('hub3'))
    const back = await run(
      kept,
      [sending('hub3', 'VPN', 'revert'), outcome('hub3', 'VPN', 'rolled-back'), 'end'],
      {
        command: 'rollback',
        of: other,
      },
    )
    const last = await run(kept, [...changed('hub1'), ...changed('hub3')])
    kept.clock.pass(3 * day)
    // hub2's last change is in the resume, so the run that it finished stays as well.
    expect([...(await prune(kept))].sort()).toEqual([other, back].sort())
    expect((await kept.store.list()).map(({ runId }) => runId)).toContain(first)
    expect((await kept.store.list()).map(({ runId }) => runId)).toContain(last)
  })

  it('are removed as links, never where these lead, and what a killed removal left goes too', async () => {
    const kept = state()
    await run(kept, looked, { command: 'drift' })
    const outside = join(tempFolder(), 'precious')
    mkdirSync(outside)
    writeFileSync(join(outside, 'file'), 'x')
    const left = join(kept.dir, 'runs', '.20250101T000000-000001.gone')
    mkdirSync(left)
    writeFileSync(join(left, 'journal.ndjson'), '')
    symlinkSync(outside, join(left, 'link'))
    symlinkSync(outside, join(kept.dir, 'runs', '20250101T000000-00000f'))
    kept.clock.pass(3 * day)
    await prune(kept)
    expect(existsSync(left)).toBe(false)
    expect(existsSync(join(outside, 'file'))).toBe(true)
  })

  it('are none where nothing was ever recorded', async () => {
    expect(await prune(state())).toEqual([])
  })
})
