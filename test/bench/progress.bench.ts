import { bench, describe } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import { createProgress } from '../../src/report/progress.ts'
import { createBoard, type RunBoard, rowNames } from '../../src/report/progress-board.ts'
import { createCanvas, frameLines } from '../../src/report/progress-frame.ts'
import { elapsedNotes } from '../../src/report/progress-notes.ts'
import { createStyle } from '../../src/report/style.ts'
import { device } from '../report/builders.ts'

const hosts = Array.from({ length: 1000 }, (_, index) => `site-${index}`)
const size = { columns: 120, rows: 40 }
// listr2 draws ten frames a second. Ten devices at a time, five seconds each: 500 s, 5,000 frames.
const framesADevice = 5

function eventsOf(host: string): readonly RunEvent[] {
  return [
    { kind: 'step', host, step: 'connecting' },
    { kind: 'step', host, step: 'changing' },
    { kind: 'line-sent', host, target: 'VPN', line: 'responder-only', purpose: 'change' },
    { kind: 'step', host, step: 'proving' },
    { kind: 'coverage', host, text: '2 of 2 peers proven', proven: 2, peers: 2 },
  ]
}
const finished = (host: string): RunEvent => ({ kind: 'device-finished', outcome: device(host, 'verified') })

/** What a tick of listr2 costs here: the same rows, drawn by the same canvas, without waiting for it. */
function drawer(board: RunBoard, now: () => number, write: (text: string) => void): () => void {
  const canvas = createCanvas(write)
  const style = createStyle(true)
  let ticks = 0
  return () => {
    ticks += 1
    const rows = rowNames.map((name) => ({
      icon: String(ticks % 10),
      title: board.title(name),
      done: board.isDone(name),
    }))
    const foot = { board, deviceLines: 10, notes: elapsedNotes(now(), 0, true) }
    canvas.draw(frameLines(rows, foot, size, style), size.columns)
  }
}

/** All devices are still proving when the last one is begun: as many as can be busy at once. */
function terminalRun(frames: number): void {
  let ms = 0
  const now = (): number => ms
  const board = createBoard(hosts, now)
  const draw = drawer(board, now, () => undefined)
  for (const host of hosts) {
    for (const event of eventsOf(host)) board.take(event)
    for (let frame = 0; frame < frames; frame += 1) {
      ms += 100
      draw()
    }
  }
  for (const host of hosts) board.take(finished(host))
}

describe('progress of 1,000 devices on a terminal', () => {
  for (const frames of [0, framesADevice]) {
    const name = frames === 0 ? 'events alone' : `events and ${frames} frames a device`
    const micros: number[] = []
    const round = (): void => {
      const before = process.cpuUsage()
      terminalRun(frames)
      const { user, system } = process.cpuUsage(before)
      micros.push(user + system)
    }
    bench(name, round, {
      teardown: (_task, mode) => {
        const total = micros.splice(0)
        const each = total.reduce((sum, one) => sum + one, 0) / total.length / hosts.length
        // Less than 1,000 is asked for.
        if (mode === 'run') process.stdout.write(`${name}: ${each.toFixed(0)} µs of CPU a device\n`)
      },
    })
  }
})

describe('progress of 1,000 devices in a log', () => {
  bench('a line an event', async () => {
    let written = 0
    const progress = createProgress({
      kind: 'plain',
      write: (text) => {
        written += text.length
      },
      size: () => size,
      color: false,
      hosts,
      now: () => written,
    })
    for (const host of hosts) for (const event of [...eventsOf(host), finished(host)]) progress.emit(event)
    await progress.stop()
  })
})
