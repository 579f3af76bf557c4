import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/model/record.ts'
import type { ReadFile } from '../../src/runs/files.ts'
import { encodeLine, headOf } from '../../src/runs/journal-line.ts'
import { type JournalItem, readJournal } from '../../src/runs/journal-reader.ts'
import { lastRawLine, rawLines } from '../../src/runs/line-reader.ts'
import { scanRun } from '../../src/runs/run-scan.ts'
import { finished, intent, outcome, saReading, sending, started } from './build.ts'

const entries: readonly JournalEntry[] = [
  started({ playbook: 'hubs – 応答のみ' }),
  intent('hub1', ['VPN']),
  sending('hub1', 'VPN'),
  {
    kind: 'line-replied',
    host: 'hub1',
    target: 'VPN',
    line: 'responder-only',
    reply: 'accepted',
    said: 'a\nb',
  },
  {
    kind: 'revert-timer',
    host: 'hub1',
    minutes: 5,
    step: 'setting',
    line: 'configure terminal revert timer 5',
  },
  { kind: 'revert-timer', host: 'hub1', minutes: 5, step: 'fired' },
  saReading('hub1', 2000),
  outcome('hub1', 'VPN', 'verified'),
  finished('20261124T193012-4f1c9a', 0, { hub1: 'verified' }),
]
const lines = entries.map((entry, index) =>
  encodeLine({ v: 1, seq: index + 1, at: '2026-11-24T19:30:12.000Z', entry }),
)
const journal = Buffer.concat(lines)

function fileOf(bytes: Buffer, most = Number.POSITIVE_INFINITY): ReadFile {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + Math.min(length, most)),
    close: async () => undefined,
  }
}

async function itemsOf(bytes: Buffer): Promise<readonly JournalItem[]> {
  const items: JournalItem[] = []
  for await (const item of readJournal(fileOf(bytes))) items.push(item)
  return items
}

const entriesIn = (items: readonly JournalItem[]): readonly JournalEntry[] =>
  items.flatMap((item) => (item.kind === 'line' ? [item.line.entry] : []))
const damageIn = (items: readonly JournalItem[]): readonly string[] =>
  items.flatMap((item) => (item.kind === 'damage' ? [`${item.damage.line}: ${item.damage.reason}`] : []))

/** How many whole lines stand in the first `cut` bytes. */
function wholeLines(cut: number): number {
  let end = 0
  return lines.filter((line) => {
    end += line.length
    return end <= cut
  }).length
}

describe('a journal', () => {
  it('reads back as it was written', async () => {
    const items = await itemsOf(journal)
    expect(entriesIn(items)).toEqual(entries)
    expect(damageIn(items)).toEqual([])
  })

  it('cut off at any byte keeps every whole line and tells of a torn one', async () => {
    for (let cut = 0; cut <= journal.length; cut += 1) {
      const items = await itemsOf(journal.subarray(0, cut))
      const whole = wholeLines(cut)
      expect(entriesIn(items)).toEqual(entries.slice(0, whole))
      const ends = lines.slice(0, whole).reduce((sum, line) => sum + line.length, 0) === cut
      expect(damageIn(items)).toEqual(ends ? [] : [`${whole + 1}: it was cut off while it was written`])
    }
  })

  it('with any bit flipped loses that line only, or two where it made or took a line feed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: journal.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
        const bytes = Buffer.from(journal)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        const items = await itemsOf(bytes)
        expect(damageIn(items).length).toBeGreaterThan(0)
        const kept = entriesIn(items)
        expect(kept.length).toBeGreaterThanOrEqual(entries.length - 2)
        for (const entry of kept) expect(entries).toContainEqual(entry)
      }),
    )
  })

  it('followed by noise is read up to it, whatever the noise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
        const items = await itemsOf(Buffer.concat([journal, noise]))
        expect(entriesIn(items)).toEqual(entries)
      }),
    )
  })

  it('is not believed where a line stands twice or is missing', async () => {
    const twice = await itemsOf(Buffer.concat([...lines.slice(0, 2), ...lines.slice(1)]))
    expect(entriesIn(twice)).toEqual(entries)
    expect(damageIn(twice)).toEqual(['3: number 2 comes after 2'])
    const gap = await itemsOf(Buffer.concat([...lines.slice(0, 2), ...lines.slice(4)]))
    expect(damageIn(gap)).toEqual(['3: lines 3 to 4 are missing before it'])
  })

  it('is not believed where a line has a right checksum and a wrong shape', async () => {
    const body = '{"v":1,"seq":1,"at":"2026-11-24T19:30:12.000Z","entry":{"kind":"outcome","host":7}'
    const sum = createHash('sha256').update(body).digest('hex').slice(0, 16)
    const items = await itemsOf(Buffer.from(`${body},"sum":"${sum}"}\n`))
    expect(damageIn(items)).toEqual(['1: it is not a line of format 1'])
  })
})

describe('a line that is passed over', () => {
  it('shows its kind and host in its first bytes, in whatever order its fields were given', () => {
    const entry: JournalEntry = {
      afterPushMs: 1,
      reading: { sas: [], unreadable: [] },
      host: 'hub"1',
      kind: 'sa-reading',
    }
    const line = encodeLine({ v: 1, seq: 9, at: '2026-11-24T19:30:12.000Z', entry })
    expect(headOf(line)).toEqual({ kind: 'sa-reading', host: 'hub"1' })
    expect(headOf(lines[0] ?? Buffer.alloc(0))).toEqual({ kind: 'run-started', host: undefined })
    expect(headOf(Buffer.from('{"v":2}'))).toEqual({ kind: undefined, host: undefined })
  })
})

describe('lines of a file', () => {
  it('are the same however the file is read in pieces, forwards and for the last one backwards', async () => {
    const text = fc
      .array(fc.uint8Array({ maxLength: 30 }), { maxLength: 6 })
      .map((parts) => Buffer.concat(parts.flatMap((part) => [Buffer.from(part), Buffer.from('\n')])))
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.uint8Array({ maxLength: 10 }),
        fc.integer({ min: 1, max: 7 }),
        async (whole, tail, most) => {
          const bytes = Buffer.concat([whole, tail])
          const found: string[] = []
          let last: string | undefined
          for await (const raw of rawLines(fileOf(bytes, most))) {
            found.push(raw.bytes.toString('latin1'))
            expect(bytes.subarray(raw.offset, raw.offset + raw.bytes.length)).toEqual(raw.bytes)
            if (raw.ended) last = raw.bytes.toString('latin1')
          }
          const expected = bytes.toString('latin1').split('\n')
          expect(found).toEqual(expected.at(-1) === '' ? expected.slice(0, -1) : expected)
          expect((await lastRawLine(fileOf(bytes)))?.bytes.toString('latin1')).toBe(last)
        },
      ),
    )
  })

  it('longer than a piece are found from either end', async () => {
    const long = Buffer.from('x'.repeat(700_000))
    const bytes = Buffer.concat([
      Buffer.from('a\n'),
      long,
      Buffer.from('\n'),
      Buffer.from('torn'.repeat(100_000)),
    ])
    expect((await lastRawLine(fileOf(bytes)))?.offset).toBe(2)
    expect((await lastRawLine(fileOf(bytes)))?.bytes.length).toBe(700_000)
    const lengths: number[] = []
    for await (const raw of rawLines(fileOf(bytes))) lengths.push(raw.bytes.length)
    expect(lengths).toEqual([1, 700_000, 400_000])
  })
})

describe('a scan for changes', () => {
  it('never throws, wherever the journal was cut', async () => {
    for (let cut = 0; cut <= journal.length; cut += 7) {
      const scan = await scanRun(fileOf(journal.subarray(0, cut)))
      expect(scan.changes.length).toBe(wholeLines(cut) >= 3 ? 1 : 0)
    }
  })
})
