import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/model/record.ts'
import { nodeFiles } from '../../src/runs/files.ts'
import {
  finished,
  HandClock,
  intent,
  outcome,
  readingOf,
  record,
  saReading,
  sending,
  started,
  storeIn,
  tempFolder,
} from './build.ts'

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)
const pushed = [intent('hub1', ['VPN']), sending('hub1', 'VPN')] as const

describe('beginning a run', () => {
  it('makes a folder of its own, for its owner only, with the first line on disk', async () => {
    const dir = join(tempFolder(), 'deep', '.ikero')
    const journal = await storeIn(dir).begin(started())
    expect(journal.runId).toBe('20261124T193012-000001')
    expect(journal.folder).toBe(join(dir, 'runs', journal.runId))
    expect([dir, join(dir, 'runs'), journal.folder].map(mode)).toEqual(['700', '700', '700'])
    expect(mode(join(journal.folder, 'journal.ndjson'))).toBe('600')
    expect(readFileSync(join(journal.folder, 'journal.ndjson'), 'utf8')).toContain('"kind":"run-started"')
    await journal.close()
  })

  it('flushes the folders in which the journal is new', async () => {
    const synced: string[] = []
    const dir = tempFolder()
    const files = {
      ...nodeFiles,
      syncFolder: async (path: string): Promise<void> => {
        synced.push(path)
        await nodeFiles.syncFolder(path)
      },
    }
    const journal = await storeIn(dir, { files }).begin(started())
    expect(synced).toEqual([journal.folder, join(dir, 'runs'), dir])
    await journal.close()
  })

  it('draws another id when one is taken, and gives up when all are', async () => {
    const dir = tempFolder()
    const tails = ['aaaaaa', 'aaaaaa', 'bbbbbb']
    const store = storeIn(dir, { randomHex: () => tails.shift() ?? 'bbbbbb' })
    const ids = [(await record(store, [])).runId, (await record(store, [])).runId]
    expect(ids).toEqual(['20261124T193012-aaaaaa', '20261124T193012-bbbbbb'])
    await expect(store.begin(started())).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
  })

  it('is refused where runs is a link that leads elsewhere', async () => {
    const dir = tempFolder()
    const elsewhere = tempFolder()
    symlinkSync(elsewhere, join(dir, 'runs'))
    await expect(storeIn(dir).begin(started())).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
    expect(readdirSync(elsewhere)).toEqual([])
  })

  it('never writes through a link in the place of the run’s folder', async () => {
    const dir = tempFolder()
    const elsewhere = tempFolder()
    mkdirSync(join(dir, 'runs'))
    symlinkSync(elsewhere, join(dir, 'runs', '20261124T193012-000001'))
    const journal = await storeIn(dir).begin(started())
    expect(journal.runId).toBe('20261124T193012-000002')
    expect(readdirSync(elsewhere)).toEqual([])
    await journal.close()
  })

  it.each([
    [
      'no folder can be made',
      { makeFolder: () => Promise.reject(new Error('EROFS: read-only file system')) },
    ],
    ['no file can be made', { create: () => Promise.reject(new Error('EDQUOT: quota exceeded')) }],
    ['a folder cannot be flushed', { syncFolder: () => Promise.reject(new Error('EIO: i/o error')) }],
    [
      'the first line cannot be flushed',
      {
        create: async () => ({
          append: async () => undefined,
          sync: () => Promise.reject(new Error('EIO: i/o error')),
          close: async () => undefined,
        }),
      },
    ],
  ])('fails with JOURNAL_FAILED when %s', async (_, broken) => {
    const store = storeIn(tempFolder(), { files: { ...nodeFiles, ...broken } })
    await expect(store.begin(started())).rejects.toMatchObject({ code: 'JOURNAL_FAILED', fault: 'user' })
  })
})

describe('the list of runs', () => {
  it('is empty, and makes no folder, where none was begun', async () => {
    const dir = join(tempFolder(), '.ikero')
    expect(await storeIn(dir).list()).toEqual([])
    expect(existsSync(dir)).toBe(false)
  })

  it('tells the newest first, with the end of those that have one', async () => {
    const dir = tempFolder()
    const clock = new HandClock()
    const store = storeIn(dir, { clock })
    await record(store, [
      finished('20261124T193012-000001', 3, { hub1: 'unproven', hub2: 'unproven', old1: 'blocked' }),
    ])
    clock.pass(60_000)
    await record(store, [...pushed], { command: 'verify', playbook: 'other' })
    expect(await store.list()).toEqual([
      {
        runId: '20261124T193112-000002',
        command: 'verify',
        playbook: 'other',
        startedAt: '2026-11-24T19:31:12.000Z',
      },
      {
        runId: '20261124T193012-000001',
        command: 'apply',
        playbook: 'hubs answer only',
        startedAt: '2026-11-24T19:30:12.000Z',
        finishedAt: '2026-11-24T19:31:00.000Z',
        exitCode: 3,
        totals: { unproven: 2, blocked: 1 },
      },
    ])
  })

  it('keeps the order of runs that began in the same second', async () => {
    const clock = new HandClock()
    const tails = ['cccccc', 'aaaaaa', 'bbbbbb']
    const store = storeIn(tempFolder(), { clock, randomHex: () => tails.shift() ?? '' })
    for (let run = 0; run < 3; run += 1) {
      await record(store, [])
      clock.pass(100)
    }
    const order = (await store.list()).map((run) => run.runId.slice(-6))
    expect(order).toEqual(['bbbbbb', 'aaaaaa', 'cccccc'])
  })

  it('leaves out links, strangers and runs of which nothing was written', async () => {
    const dir = tempFolder()
    const store = storeIn(dir)
    const journal = await record(store, [])
    symlinkSync(journal.folder, join(dir, 'runs', '20261125T000000-ffffff'))
    mkdirSync(join(dir, 'runs', '20261126T000000-eeeeee'))
    mkdirSync(join(dir, 'runs', '20261126T000000-dddddd'))
    writeFileSync(join(dir, 'runs', '20261126T000000-dddddd', 'journal.ndjson'), '{"v":1,"seq":1')
    writeFileSync(join(dir, 'runs', 'notes.txt'), 'hello')
    expect((await store.list()).map((run) => run.runId)).toEqual([journal.runId])
  })

  it('says so when the folder cannot be read', async () => {
    const files = { ...nodeFiles, names: () => Promise.reject(new Error('EACCES: permission denied')) }
    await expect(storeIn(tempFolder(), { files }).list()).rejects.toMatchObject({ code: 'RUNS_UNREADABLE' })
  })
})

describe('reading one run', () => {
  it('gives its beginning, its result and its changes, by id and by path', async () => {
    const dir = tempFolder()
    const store = storeIn(dir)
    const journal = await record(store, [
      ...pushed,
      saReading('hub1', 2000),
      outcome('hub1', 'VPN', 'unproven'),
      finished('20261124T193012-000001', 3, { hub1: 'unproven' }),
    ])
    const byId = await store.read(journal.runId)
    expect(byId).toMatchObject({
      kind: 'ok',
      value: {
        folder: journal.folder,
        started: { playbookPath: 'playbooks/hubs.yml' },
        result: { devices: [{ host: 'hub1' }] },
        changes: [
          { host: 'hub1', target: 'VPN', status: 'unproven', readingsSince: [{ afterPushMs: 2000 }] },
        ],
        damage: [],
      },
    })
    expect(await storeIn(tempFolder()).read(journal.folder)).toEqual(byId)
  })

  it('uses what stands before a torn tail, and tells of it', async () => {
    const store = storeIn(tempFolder())
    const journal = await record(store, [...pushed, outcome('hub1', 'VPN', 'verified')])
    const path = join(journal.folder, 'journal.ndjson')
    truncateSync(path, statSync(path).size - 5)
    expect(await store.read(journal.runId)).toMatchObject({
      kind: 'ok',
      value: { changes: [{ status: 'unknown' }], damage: [{ line: 4 }] },
    })
  })

  it.each([
    ['an id that does not exist', () => '20261124T193012-ffffff', 'there is no run'],
    ['a word that is neither id nor folder', () => 'yesterday', 'neither a run id nor'],
    [
      'a link to a run’s folder',
      (folder: string) => {
        const link = join(tempFolder(), '20261124T193012-000001')
        symlinkSync(folder, link)
        return link
      },
      'is a link',
    ],
    [
      'a folder whose journal is gone',
      () => {
        const empty = join(tempFolder(), '20261124T193012-000009')
        mkdirSync(empty)
        return empty
      },
      'has no journal.ndjson',
    ],
  ])('says why there is none: %s', async (_, runOf, message) => {
    const store = storeIn(tempFolder())
    const journal = await record(store, [])
    const answer = await store.read(runOf(journal.folder))
    expect(answer.kind).toBe('err')
    expect(JSON.stringify(answer)).toContain(message)
  })

  it('says so when its journal may not be read', async () => {
    const dir = tempFolder()
    const journal = await record(storeIn(dir), [])
    const files = { ...nodeFiles, openToRead: () => Promise.reject(new Error('EACCES: permission denied')) }
    expect(await storeIn(dir, { files }).read(journal.runId)).toEqual({
      kind: 'err',
      error: `${journal.runId} cannot be read: EACCES: permission denied`,
    })
  })
})

describe('the last change of a target', () => {
  it('is the newest push of it, with the SAs before and the readings after', async () => {
    const clock = new HandClock()
    const store = storeIn(tempFolder(), { clock })
    await record(store, [...pushed, outcome('hub1', 'VPN', 'verified')])
    clock.pass(3_600_000)
    const run = await record(store, [
      intent('hub1', ['VPN'], readingOf('2002')),
      sending('hub1', 'VPN'),
      saReading('hub1', 2000),
      saReading('hub2', 2000),
      saReading('hub1', 5000),
      outcome('hub1', 'VPN', 'unproven'),
    ])
    expect(await store.lastChange('hub1', 'VPN')).toEqual({
      runId: run.runId,
      host: 'hub1',
      target: 'VPN',
      at: '2026-11-24T20:30:12.000Z',
      readingBefore: readingOf('2002'),
      readingsSince: [
        { afterPushMs: 2000, reading: readingOf('after 2000') },
        { afterPushMs: 5000, reading: readingOf('after 5000') },
      ],
      status: 'unproven',
    })
  })

  it('has the readings of its own context, while another one of the device is read too', async () => {
    const store = storeIn(tempFolder())
    const of = (context: string, nth: number): readonly JournalEntry[] => [
      { ...intent('fw1', [`${context}:m/10`], readingOf(`before ${nth}`)), context },
      { kind: 'line-sending', host: 'fw1', context, target: `${context}:m/10`, line: 'x', purpose: 'change' },
      { kind: 'sa-reading', host: 'fw1', context, afterPushMs: nth, reading: readingOf(`after ${nth}`) },
    ]
    const late: JournalEntry = {
      kind: 'sa-reading',
      host: 'fw1',
      context: 'customer-a',
      afterPushMs: 9,
      reading: readingOf('after 9'),
    }
    await record(store, [...of('customer-a', 1), ...of('customer-b', 2), late])
    expect(await store.lastChange('fw1', 'customer-a:m/10')).toMatchObject({
      readingBefore: readingOf('before 1'),
      readingsSince: [{ reading: readingOf('after 1') }, { reading: readingOf('after 9') }],
    })
    expect(await store.lastChange('fw1', 'customer-b:m/10')).toMatchObject({
      readingBefore: readingOf('before 2'),
      readingsSince: [{ reading: readingOf('after 2') }],
    })
  })

  it('is none where nothing was sent for it, or only its way back', async () => {
    const store = storeIn(tempFolder())
    await record(store, [intent('hub1', ['VPN', 'BRANCH']), sending('hub1', 'VPN', 'revert')])
    expect(await store.lastChange('hub1', 'VPN')).toBeUndefined()
    expect(await store.lastChange('hub1', 'BRANCH')).toBeUndefined()
    expect(await store.lastChange('hub9', 'VPN')).toBeUndefined()
  })

  it('is unknown where the run was cut off after a line went out', async () => {
    const store = storeIn(tempFolder())
    await record(store, [...pushed])
    expect(await store.lastChange('hub1', 'VPN')).toMatchObject({ status: 'unknown' })
  })

  it.each([
    ['proves it', 'verify', 'verified', 'verified'],
    ['takes it back', 'apply', 'rolled-back', 'rolled-back'],
    ['could not judge it', 'verify', 'failed', 'unproven'],
    ['could not reach it', 'verify', 'unreachable', 'unproven'],
    ['calls it compliant', 'apply', 'compliant', 'unproven'],
    ['only planned', 'plan', 'pending', 'unproven'],
  ] as const)(
    'has the status of the run that made it, unless a later one %s',
    async (_, command, later, expected) => {
      const clock = new HandClock()
      const store = storeIn(tempFolder(), { clock })
      const run = await record(store, [...pushed, outcome('hub1', 'VPN', 'unproven')])
      clock.pass(3_600_000)
      await record(store, [outcome('hub1', 'VPN', later)], { command })
      expect(await store.lastChange('hub1', 'VPN')).toMatchObject({ runId: run.runId, status: expected })
      expect(await store.read(run.runId)).toMatchObject({ value: { changes: [{ status: expected }] } })
    },
  )

  it('keeps the first reading after the push and the last four of many', async () => {
    const store = storeIn(tempFolder())
    const readings = Array.from({ length: 30 }, (_, index) => saReading('hub1', (index + 1) * 1000))
    await record(store, [...pushed, ...readings])
    const change = await store.lastChange('hub1', 'VPN')
    expect(change?.readingsSince.map((one) => one.afterPushMs)).toEqual([
      1000, 27_000, 28_000, 29_000, 30_000,
    ])
  })

  it('leaves out the run in hand until it is closed', async () => {
    const store = storeIn(tempFolder())
    const journal = await store.begin(started())
    for (const entry of pushed) await journal.append(entry)
    expect(await store.lastChange('hub1', 'VPN')).toBeUndefined()
    await journal.close()
    expect(await store.lastChange('hub1', 'VPN')).toMatchObject({ runId: journal.runId })
  })

  it('reads every run once, however many targets are asked for at the same time', async () => {
    const dir = tempFolder()
    const clock = new HandClock()
    const writer = storeIn(dir, { clock })
    for (let run = 0; run < 3; run += 1) {
      await record(writer, [intent(`hub${run}`, ['VPN']), sending(`hub${run}`, 'VPN')])
      clock.pass(60_000)
    }
    let opened = 0
    const files = {
      ...nodeFiles,
      openToRead: (path: string) => {
        opened += 1
        return nodeFiles.openToRead(path)
      },
    }
    const store = storeIn(dir, { files })
    const asked = ['hub0', 'hub1', 'hub2', 'hub3', 'hub4']
    const found = await Promise.all(asked.map((host) => store.lastChange(host, 'VPN')))
    expect(found.map((change) => change?.host)).toEqual(['hub0', 'hub1', 'hub2', undefined, undefined])
    // Three scans, and one look-up for each change that was found.
    expect(opened).toBe(6)
  })
})
