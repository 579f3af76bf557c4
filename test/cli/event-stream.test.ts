import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createEventStream } from '../../src/cli/event-stream.ts'
import { createRedactor } from '../../src/kernel/redact.ts'
import type { RunEvent } from '../../src/model/event.ts'
import { eventLine } from '../../src/report/events.ts'
import { toJsonDocument } from '../../src/report/json.ts'
import { redactedEmit } from '../../src/wire/redacted-emit.ts'
import { misfits } from '../documents.ts'
import { createFakeClock } from '../fake-clock.ts'
import { verified } from '../report/cases.ts'

const head = { seq: 1, at: '2026-11-24T19:30:12.000Z' }
const replied = (said: string): RunEvent => ({
  kind: 'line-replied',
  host: 'hub1',
  line: 'responder-only',
  reply: 'refused',
  said,
})

/** A reader that takes nothing until it is told to. */
class SlowReader extends Writable {
  readonly taken: string[] = []
  #waiting: (() => void)[] = []
  #open = false

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk.toString('utf8'))
    if (this.#open) done()
    else this.#waiting.push(done)
  }

  read(): void {
    this.#open = true
    for (const done of this.#waiting.splice(0)) done()
  }
}

const parsed = (lines: readonly string[]): readonly { event: string; seq: number; count?: number }[] =>
  lines
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('an event as a line', () => {
  it('has no control, C1 or direction character, and any JSON parser gets the text back', () => {
    const said = 'a\u0000\u001b[2Jb\u009b2Jc\u202ed\u2066e\u2028f\u200bg\ufeff\nh'
    const line = eventLine(replied(said), head)
    expect(line.slice(0, -1)).not.toMatch(
      /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
    )
    expect(line.endsWith('}\n')).toBe(true)
    expect(JSON.parse(line)).toMatchObject({ v: 1, event: 'line-replied', said })
  })

  it.each([
    [{ kind: 'step', host: 'hub1', step: 'reading' }],
    [{ kind: 'saved', host: 'fw1', context: 'customer-a', ok: true, said: '[OK]' }],
    [
      {
        kind: 'finding',
        host: 'hub1',
        finding: { code: 'PROFILE_UNUSED', severity: 'warn', message: 'm', next: 'n' },
      },
    ],
  ] satisfies readonly [RunEvent][])('keeps to the schema: %j', (event) => {
    expect(misfits('events', JSON.parse(eventLine(event, head)))).toEqual([])
    expect(misfits('events', { ...JSON.parse(eventLine(event, head)), more: 1 })).not.toEqual([])
  })
})

describe('events of a run', () => {
  it('hide known secrets, and keep their kind even where a secret is a word of ours', () => {
    const redactor = createRedactor()
    for (const secret of ['hunter2', 'line-replied']) redactor.register(secret)
    const heard: RunEvent[] = []
    redactedEmit(redactor, (event) => heard.push(event))(replied('bad: hunter2'))
    expect(heard).toEqual([replied('bad: *****')])
  })
})

describe('the stream of events', () => {
  const clock = createFakeClock()

  it('numbers its lines and ends with the result', () => {
    const out = new PassThrough()
    const stream = createEventStream(out, clock)
    stream.emit(replied('no'))
    stream.end(toJsonDocument(verified, 0))
    const lines = parsed([String(out.read())])
    expect(lines.map(({ event, seq }) => [seq, event])).toEqual([
      [1, 'line-replied'],
      [2, 'result'],
    ])
    for (const line of lines) expect(misfits('events', line)).toEqual([])
  })

  it('lets no more wait for a slow reader than it may, tells what it dropped, and never drops the result', async () => {
    const out = new SlowReader()
    const most = 10_000
    const stream = createEventStream(out, clock, most)
    for (let nth = 0; nth < 1000; nth += 1) stream.emit(replied('x'.repeat(100)))
    const oneLine = Buffer.byteLength(out.taken[0] ?? '') + 10
    expect(out.writableLength).toBeLessThanOrEqual(most + oneLine)
    stream.end(toJsonDocument(verified, 0))
    out.read()
    await new Promise((resolve) => out.end(resolve))
    const lines = parsed(out.taken)
    const [dropped, last] = lines.slice(-2)
    expect(last).toMatchObject({ event: 'result' })
    expect(dropped).toMatchObject({ event: 'events-dropped' })
    expect(lines.length - 2 + (dropped?.count ?? 0)).toBe(1000)
    expect(dropped?.seq).toBe(1001)
    for (const line of lines) expect(misfits('events', line)).toEqual([])
  })

  it('goes on after a reader has caught up', async () => {
    const out = new SlowReader()
    const stream = createEventStream(out, clock, 100)
    for (let nth = 0; nth < 5; nth += 1) stream.emit(replied('no'))
    out.read()
    await new Promise((resolve) => setImmediate(resolve))
    stream.emit(replied('again'))
    await new Promise((resolve) => out.end(resolve))
    expect(parsed(out.taken).map(({ event, seq, count }) => [seq, event, count])).toEqual([
      [1, 'line-replied', undefined],
      [6, 'events-dropped', 4],
      [7, 'line-replied', undefined],
    ])
  })

  it('keeps nothing for a reader that has gone away', async () => {
    const out = new PassThrough()
    out.on('error', () => undefined)
    out.destroy()
    const stream = createEventStream(out, clock, 100)
    for (let nth = 0; nth < 1000; nth += 1) stream.emit(replied('x'.repeat(100)))
    await new Promise((resolve) => setImmediate(resolve))
    expect(out.writableLength).toBeLessThan(1000)
    expect(() => stream.end(toJsonDocument(verified, 0))).not.toThrow()
  })
})
