import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import { displayWidth } from '../../src/report/layout.ts'
import { createBoard } from '../../src/report/progress-board.ts'
import { type Busy, deviceLinesOf } from '../../src/report/progress-devices.ts'
import {
  type Canvas,
  createCanvas,
  type FrameFoot,
  frameLines,
  type TerminalSize,
} from '../../src/report/progress-frame.ts'
import { elapsedNotes } from '../../src/report/progress-notes.ts'
import { createStyle } from '../../src/report/style.ts'
import { profileTarget } from '../names.ts'
import { device } from './builders.ts'
import { changeOf, plan, targetPlan } from './plans.ts'
import { createTerminal } from './terminal.ts'
import { watch } from './watch.ts'

const hosts = Array.from({ length: 1000 }, (_, index) => `site-${index}-with-a-name-that-goes-on`)
const started: RunEvent = { kind: 'run-started', command: 'apply', runId: 'r', playbook: 'p', hosts }

/** A thousand devices at work, forty of which failed. */
function busyBoard(names: readonly string[] = hosts): ReturnType<typeof createBoard> {
  const board = createBoard(names, () => 65_000)
  board.take(started)
  for (const [index, host] of names.entries()) {
    board.take({ kind: 'step', host, step: index % 2 === 0 ? 'changing' : 'proving' })
    if (index % 25 === 0) board.take({ kind: 'device-finished', outcome: device(host, 'failed') })
  }
  return board
}

const rowsOf = (board: FrameFoot['board']): Parameters<typeof frameLines>[0] =>
  (['survey', 'change', 'proof'] as const).map((name) => ({
    icon: '⠋',
    title: board.title(name),
    done: board.isDone(name),
  }))

function framed(size: TerminalSize, color = false, board = busyBoard()): readonly string[] {
  const foot = { board, deviceLines: 10, notes: elapsedNotes(65_000, 0, true) }
  return frameLines(rowsOf(board), foot, size, createStyle(color))
}

const sizes = fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 60 }) })

describe('a frame of a thousand devices', () => {
  it.each([
    [200, 40, 14],
    [80, 24, 14],
    [60, 20, 14],
    [40, 10, 9],
    [30, 5, 4],
    [20, 3, 2],
    [10, 2, 1],
    [80, 1, 1],
  ])('of %i columns and %i lines has %i lines, none wrapped', (columns, rows, count) => {
    const lines = framed({ columns, rows })
    expect(lines).toHaveLength(count)
    for (const line of lines) expect(displayWidth(line)).toBeLessThan(columns)
  })

  it('keeps the counts before all else where the terminal has few lines, then the time, then failures', () => {
    const heads = (rows: number): readonly string[] =>
      framed({ columns: 80, rows }).map((line) => line.trim().split(/ +/).slice(0, 2).join(' '))
    expect(heads(4)).toEqual(['⠋ survey', '⠋ change', '⠋ proof'])
    expect(heads(5)).toEqual(['⠋ survey', '⠋ change', '⠋ proof', '1m 5s'])
    expect(heads(6)[3]).toMatch(/^site-975\S+ failed$/)
  })

  it('says what Ctrl-C does in as many words as fit, and the time always', () => {
    const last = (columns: number): string | undefined => framed({ columns, rows: 24 }).at(-1)
    expect(last(80)).toBe('  1m 5s  Ctrl-C: finish devices in hand, begin no other')
    expect(last(40)).toBe('  1m 5s  Ctrl-C: finish and stop')
    expect(last(20)).toBe('  1m 5s')
  })

  it('neither wraps nor outgrows any terminal, in colour too', () => {
    const board = busyBoard()
    fc.assert(
      fc.property(sizes, fc.boolean(), (size, color) => {
        const lines = framed(size, color, board)
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, size.rows - 1))
        const terminal = createTerminal(size.columns, size.rows)
        terminal.write(`${lines.join('\n')}\n`)
        // One column is no terminal: there is no place for a character and none for the cursor.
        if (size.columns > 1) expect(terminal.wrapped()).toBe(0)
      }),
    )
  })

  it('does not wrap names of wide characters, should a file ever bring such', () => {
    for (const columns of [24, 31, 40, 80])
      for (const line of framed({ columns, rows: 24 }, false, busyBoard(['東京本社拠点'.repeat(5)])))
        expect(displayWidth(line)).toBeLessThan(columns)
  })
})

describe('the lines of devices', () => {
  it('are made without looking at more devices than are shown', () => {
    let looked = 0
    function* busy(): Generator<Busy> {
      for (const host of hosts) {
        looked += 1
        yield { host, since: 0, text: 'proving' }
      }
    }
    const trouble = hosts.map((host) => ({ host, status: 'failed' as const, text: '' }))
    expect(deviceLinesOf(trouble, busy(), 5_000, 10).map(({ status }) => status)).toEqual([
      ...Array.from({ length: 6 }, () => 'failed'),
      ...Array.from({ length: 4 }, () => undefined),
    ])
    expect(looked).toBeLessThanOrEqual(5)
  })

  it('have the devices longest in their present step, not those that began first', () => {
    let ms = 0
    const board = createBoard(['a', 'b', 'c'], () => ms)
    for (const host of ['a', 'b', 'c']) board.take({ kind: 'step', host, step: 'connecting' })
    ms = 4_000
    board.take({ kind: 'step', host: 'a', step: 'changing' })
    board.take({ kind: 'step', host: 'b', step: 'connecting' })
    ms = 9_000
    expect(board.lines(2)).toEqual([
      { host: 'b', text: 'connecting for 9s' },
      { host: 'c', text: 'connecting for 9s' },
    ])
    expect(board.lines(3).at(-1)).toEqual({ host: 'a', text: 'changing for 5s' })
    board.take({ kind: 'device-finished', outcome: device('b', 'verified') })
    expect(board.lines(3).map(({ host }) => host)).toEqual(['c', 'a'])
  })
})

describe('a canvas', () => {
  const before = 'user@host $ ikero apply'
  interface Drawing {
    readonly canvas: Canvas
    readonly screen: () => readonly string[]
    draw(text: string, size: TerminalSize): void
  }
  function drawing({
    columns,
    rows,
  }: TerminalSize): Drawing & { readonly terminal: ReturnType<typeof createTerminal> } {
    const terminal = createTerminal(columns, rows)
    terminal.write(`${before}\n`)
    const canvas = createCanvas((text) => terminal.write(text))
    return {
      terminal,
      canvas,
      screen: () => terminal.screen(),
      draw: (text, size) =>
        canvas.draw(
          Array.from({ length: Math.min(5, size.rows - 1) }, (_, index) =>
            `${index} ${text}`.repeat(30).slice(0, size.columns - 1),
          ),
          size.columns,
        ),
    }
  }

  it('draws over itself and over nothing else while the window changes its width', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 24, max: 200 }), { maxLength: 12 }), (widths) => {
        const size = { columns: 80, rows: 60 }
        const { terminal, draw, screen } = drawing(size)
        draw('a', size)
        for (const [index, columns] of widths.entries()) {
          terminal.resize(columns, 60)
          draw(String(index), { columns, rows: 60 })
        }
        expect(screen()).toHaveLength(1 + 5)
        expect(screen()[0]).toBe(before)
      }),
    )
  })

  it('draws over what was typed below it', () => {
    const size = { columns: 80, rows: 24 }
    const { terminal, draw, screen } = drawing(size)
    draw('a', size)
    terminal.write('^C')
    draw('b', size)
    expect(screen()).toHaveLength(1 + 5)
    expect(screen().join('\n')).not.toContain('^C')
  })
})

describe('what is told while rows are drawn', () => {
  it('stands above them, once, and the rows below it say what the next Ctrl-C does', async () => {
    const clock = { ms: 0 }
    const { progress, terminal, screen } = watch('tty', ['hub1'], clock)
    progress.emit({ ...started, hosts: ['hub1'] })
    progress.emit({ kind: 'step', host: 'hub1', step: 'changing' })
    terminal.write('^C')
    progress.interrupted(1)
    progress.tell('interrupted: so and so')
    clock.ms = 3_000
    await expect.poll(screen).toContainEqual(expect.stringContaining('Ctrl-C again'))
    expect(screen()[0]).toBe('interrupted: so and so')
    expect(screen().at(-1)).toBe('  3s  finishing devices in hand; Ctrl-C again: stop after the line in hand')
    expect(screen().filter((line) => line.includes('survey'))).toHaveLength(1)
    await progress.stop()
    expect(screen()).toHaveLength(1 + 3)
  })

  it('stands below a question, which stays', async () => {
    const { progress, terminal, screen } = watch('tty', ['hub1'])
    progress.emit({ ...started, hosts: ['hub1'] })
    progress.pause()
    terminal.write('Send these lines? ^C')
    progress.tell('interrupted: so and so')
    progress.resume()
    await progress.stop()
    expect(screen().slice(-5)).toEqual([
      'Send these lines? ^C',
      'interrupted: so and so',
      expect.stringContaining('survey'),
      expect.stringContaining('change'),
      expect.stringContaining('proof'),
    ])
  })

  it('is told in a log and where nothing is shown too', async () => {
    for (const kind of ['plain', 'silent'] as const) {
      const { progress, written } = watch(kind, [])
      progress.tell('interrupted')
      await progress.stop()
      expect(written).toEqual(['interrupted\n'])
    }
  })
})

describe('the rows', () => {
  it('count the devices of the run, and other ends apart', () => {
    const board = createBoard(['hub1'], () => 0)
    board.take({ ...started, hosts: ['hub1'] })
    for (const host of ['hub1', 'far1']) {
      board.take({ kind: 'step', host, step: 'reading' })
      board.take({ kind: 'step', host, step: 'read' })
    }
    expect(board.title('survey')).toBe('survey  1 of 1 read, and 1 other end')
  })

  it('say what went wrong before what a narrow window cuts off', () => {
    const board = createBoard([], () => 0)
    board.take({ ...started, hosts: ['site-2', 'site-3'] })
    for (const host of ['site-2', 'site-3'])
      board.take({
        kind: 'planned',
        plan: plan(host, [targetPlan(profileTarget('VPN'), changeOf(['a'], ['b']))]),
      })
    board.take({ kind: 'wave-started', wave: 2, of: 40, canary: false, hosts: [], awaits: 'verified' })
    board.take({ kind: 'device-finished', outcome: device('site-2', 'failed') })
    board.take({ kind: 'device-finished', outcome: device('site-3', 'unknown') })
    expect(board.title('change')).toBe(
      'change  0 of 2 changed, 1 unknown, 1 failed, wave 2 of 40; next wave: when verified',
    )
    board.take({ kind: 'rollout-stopped', reason: '' })
    expect(board.title('change')).toBe('change  stopped, 0 of 2 changed, 1 unknown, 1 failed')
  })
})
