import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/kernel/redact.ts'
import { parseRunId } from '../../src/model/ids.ts'
import type { AppendFile } from '../../src/runs/files.ts'
import { FileJournal } from '../../src/runs/journal.ts'
import { decodeLine } from '../../src/runs/journal-line.ts'
import { HandClock, outcome, sending, started } from './build.ts'

/** A file whose steps end only when the test says how. */
class StagedFile implements AppendFile {
  readonly steps: string[] = []
  readonly written: Buffer[] = []
  #waiting: { readonly name: string; readonly end: (why?: Error) => void }[] = []

  #step(name: string): Promise<void> {
    this.steps.push(name)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, end: (why) => (why === undefined ? resolve() : reject(why)) })
    })
  }
  append(data: Uint8Array): Promise<void> {
    this.written.push(Buffer.from(data))
    return this.#step('append')
  }
  sync(): Promise<void> {
    return this.#step('sync')
  }
  async close(): Promise<void> {
    this.steps.push('close')
  }
  /** Ends the step that is under way, and lets what follows from it happen. */
  async end(name: string, why?: Error): Promise<void> {
    await settled()
    const step = this.#waiting.shift()
    expect(step?.name).toBe(name)
    step?.end(why)
    await settled()
  }
  lines(): readonly string[] {
    return Buffer.concat(this.written).toString('utf8').split('\n').slice(0, -1)
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function journalOn(file: AppendFile, secrets: readonly string[] = []): FileJournal {
  const runId = parseRunId('20261124T193012-4f1c9a')
  if (runId === undefined) throw new Error('not a run id')
  const redactor = createRedactor()
  for (const secret of secrets) redactor.register(secret)
  return new FileJournal({ runId, folder: 'runs/x' }, file, { clock: new HandClock(), redactor })
}

/** How a promise stands, without waiting for it. */
function watched(promise: Promise<void>): { state: string } {
  const seen = { state: 'pending' }
  promise.then(
    () => {
      seen.state = 'on disk'
    },
    (why: { code: string }) => {
      seen.state = why.code
    },
  )
  return seen
}

describe('an append', () => {
  it('resolves only when the flush that follows its write has ended', async () => {
    const file = new StagedFile()
    const append = watched(journalOn(file).append(sending('hub1', 'VPN')))
    await file.end('append')
    expect(append.state).toBe('pending')
    await file.end('sync')
    expect(append.state).toBe('on disk')
  })

  it('shares one write and one flush with those that came while the disk was busy, in their order', async () => {
    const file = new StagedFile()
    const journal = journalOn(file)
    const first = watched(journal.append(started()))
    await settled()
    const later = ['a', 'b', 'c'].map((target) =>
      watched(journal.append(outcome('hub1', target, 'verified'))),
    )
    await file.end('append')
    await file.end('sync')
    expect([first.state, ...later.map((one) => one.state)]).toEqual([
      'on disk',
      'pending',
      'pending',
      'pending',
    ])
    await file.end('append')
    await file.end('sync')
    expect(later.map((one) => one.state)).toEqual(['on disk', 'on disk', 'on disk'])
    expect(file.steps).toEqual(['append', 'sync', 'append', 'sync'])
    const lines = file.lines().map((line) => JSON.parse(line))
    expect(lines.map((line) => [line.seq, line.entry.target])).toEqual([
      [1, undefined],
      [2, 'a'],
      [3, 'b'],
      [4, 'c'],
    ])
  })

  it('stands in one line with its number, the time of day and a checksum', async () => {
    const file = new StagedFile()
    void journalOn(file).append(sending('hub1', 'VPN'))
    await settled()
    const [line = ''] = file.lines()
    const decoded = decodeLine(Buffer.from(line))
    expect(decoded).toMatchObject({
      kind: 'ok',
      value: { v: 1, seq: 1, at: '2026-11-24T19:30:12.000Z', entry: sending('hub1', 'VPN') },
    })
  })

  it('holds no secret that is known', async () => {
    const file = new StagedFile()
    void journalOn(file, ['hunter22']).append({
      kind: 'saved',
      host: 'hub1',
      ok: false,
      said: 'wrong: hunter22',
    })
    await settled()
    expect(file.lines().join()).toContain('wrong: *****')
    expect(file.lines().join()).not.toContain('hunter22')
  })
})

describe('a journal that failed', () => {
  it.each([
    ['its write', 'append'],
    ['its flush', 'sync'],
  ])('rejects the append of which %s failed, those that wait and all later ones', async (_, step) => {
    const file = new StagedFile()
    const journal = journalOn(file)
    const first = watched(journal.append(sending('hub1', 'VPN')))
    await settled()
    const waiting = watched(journal.append(sending('hub1', 'BRANCH')))
    if (step === 'sync') await file.end('append')
    await file.end(step, new Error('EIO: i/o error'))
    const later = watched(journal.append(sending('hub2', 'VPN')))
    await settled()
    expect([first.state, waiting.state, later.state]).toEqual([
      'JOURNAL_FAILED',
      'JOURNAL_FAILED',
      'JOURNAL_FAILED',
    ])
    expect(file.steps.filter((name) => name === 'append')).toHaveLength(1)
    await expect(journal.append(started())).rejects.toThrow('EIO: i/o error')
  })

  it('keeps what was on disk before as it is', async () => {
    const file = new StagedFile()
    const journal = journalOn(file)
    const first = watched(journal.append(started()))
    await file.end('append')
    await file.end('sync')
    const second = watched(journal.append(sending('hub1', 'VPN')))
    await file.end('append', new Error('ENOSPC'))
    expect([first.state, second.state]).toEqual(['on disk', 'JOURNAL_FAILED'])
  })
})

describe('closing a journal', () => {
  it('waits for what was appended, refuses what comes later and never rejects', async () => {
    const file = new StagedFile()
    const journal = journalOn(file)
    const first = watched(journal.append(started()))
    const closed = watched(journal.close())
    const late = watched(journal.append(sending('hub1', 'VPN')))
    await file.end('append')
    expect(closed.state).toBe('pending')
    await file.end('sync')
    expect([first.state, closed.state, late.state]).toEqual(['on disk', 'on disk', 'JOURNAL_FAILED'])
    expect(file.steps.at(-1)).toBe('close')
  })
})
