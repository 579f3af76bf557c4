import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunId } from '../../src/model/ids.ts'
import type { ReadFile } from '../../src/runs/files.ts'
import { countDamage, readJournal } from '../../src/runs/journal-reader.ts'
import { finished, intent, outcome, record, saReading, sending, storeIn, tempFolder } from './build.ts'

const id = '20261124T193012-000001'

/** A run as it was recorded whole, and the bytes of its journal. */
async function recorded(): Promise<{
  readonly dir: string
  readonly runId: RunId
  readonly path: string
  readonly bytes: Buffer
}> {
  const dir = tempFolder()
  const journal = await record(storeIn(dir), [
    intent('hub1', ['VPN']),
    sending('hub1', 'VPN'),
    { kind: 'read-back', host: 'hub1', target: 'VPN', value: 'responder-only', asWanted: true },
    { kind: 'saving', host: 'hub1' },
    { kind: 'saved', host: 'hub1', ok: true, said: '[OK]' },
    saReading('hub1', 2000),
    outcome('hub1', 'VPN', 'verified'),
    { kind: 'device-outcome', host: 'hub1', status: 'verified' },
    finished(id, 0, { hub1: 'verified' }),
  ])
  const path = join(journal.folder, 'journal.ndjson')
  return { dir, runId: journal.runId, path, bytes: readFileSync(path) }
}

/** What a disk, a crash or a careless editor may do to some bytes: cut, change, take out, repeat, put in. */
const harm = (size: number): fc.Arbitrary<(bytes: Buffer) => Buffer> =>
  fc
    .record({
      how: fc.constantFrom('cut', 'flip', 'take', 'repeat', 'put'),
      at: fc.nat({ max: size - 1 }),
      length: fc.integer({ min: 1, max: 400 }),
      bit: fc.nat({ max: 7 }),
      noise: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    })
    .map(({ how, at, length, bit, noise }) => (bytes) => {
      const [head, rest] = [bytes.subarray(0, at), bytes.subarray(at)]
      switch (how) {
        case 'cut':
          return head
        case 'flip':
          return Buffer.concat([
            head,
            Buffer.from(rest.subarray(0, 1).map((byte) => byte ^ (1 << bit))),
            rest.subarray(1),
          ])
        case 'take':
          return Buffer.concat([head, rest.subarray(length)])
        case 'repeat':
          return Buffer.concat([head, rest.subarray(0, length), rest])
        default:
          return Buffer.concat([head, noise, rest])
      }
    })

const lineFeed = 0x0a
const textLines = (bytes: Buffer): readonly string[] =>
  bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '')

describe('a run whose journal was harmed', () => {
  it('never throws; every line that is as it was written and in its order is used, and the harm is told', async () => {
    const { dir, runId, path, bytes } = await recorded()
    const store = storeIn(dir)
    const whole = await store.read(runId)
    if (whole.kind === 'err') throw new Error(whole.error)
    const written = textLines(bytes)
    await fc.assert(
      fc.asyncProperty(fc.array(harm(bytes.length), { minLength: 1, maxLength: 3 }), async (harms) => {
        const harmed = harms.reduce((before, one) => one(before), bytes)
        writeFileSync(path, harmed)
        const run = await store.read(runId)
        await store.lastChange('hub1', 'VPN')
        await store.unsettled()
        const [listed] = await store.list()
        const lost = await store.unreadable()
        const ended = harmed.subarray(0, harmed.lastIndexOf(lineFeed) + 1)
        const standing = textLines(ended)
        if (standing[0] !== written[0]) {
          // The beginning is gone: whatever else is there, the run is not passed over in silence.
          expect(run.kind).toBe('err')
          expect([listed, lost]).toEqual([undefined, standing.length === 0 ? [] : lost])
          if (standing.length > 0 && harmed[0] !== lineFeed) expect(lost).toEqual([runId])
          return
        }
        if (run.kind === 'err') throw new Error(run.error)
        const changed = !bytes.subarray(0, harmed.length).equals(harmed) || harmed.at(-1) !== lineFeed
        expect(run.value.damage.length > 0).toBe(changed)
        expect(listed?.damaged ?? 0).toBe(run.value.damage.length)
        // Steps are the lines between the first and the last, readings left out, in the order of their numbers.
        let last = 0
        const expected = standing.flatMap((line) => {
          const at = written.indexOf(line)
          if (at < last) return []
          last = at + 1
          const step = whole.value.steps.find(
            (one) => JSON.stringify(JSON.parse(line).entry) === JSON.stringify(one.entry),
          )
          return step === undefined ? [] : [step]
        })
        expect(run.value.steps).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })

  it('is counted as it is told, without reading what its lines say', async () => {
    const { bytes } = await recorded()
    await fc.assert(
      fc.asyncProperty(fc.array(harm(bytes.length), { maxLength: 4 }), async (harms) => {
        const harmed = harms.reduce((before, one) => one(before), bytes)
        let told = 0
        for await (const item of readJournal(fileOf(harmed))) if (item.kind === 'damage') told += 1
        expect(await countDamage(fileOf(harmed))).toBe(told)
      }),
    )
  })

  it('is read up to its torn end, and is one that was cut off', async () => {
    const { dir, runId, path, bytes } = await recorded()
    writeFileSync(path, bytes.subarray(0, bytes.length - 10))
    const store = storeIn(dir)
    expect(await store.list()).toMatchObject([{ runId, damaged: 1 }])
    expect((await store.list())[0]?.finishedAt).toBeUndefined()
    expect(await store.read(runId)).toMatchObject({
      value: {
        damage: [{ line: 10, reason: 'it was cut off while it was written' }],
        changes: [{ status: 'verified' }],
      },
    })
  })
})

function fileOf(bytes: Buffer): ReadFile {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => undefined,
  }
}
