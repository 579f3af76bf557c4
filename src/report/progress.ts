import type { Emit } from '../model/event.ts'
import type { CommandName } from '../model/outcome.ts'
import type { Visit } from '../model/visit.ts'
import { wrapText } from './layout.ts'
import { type Board, createBoard } from './progress-board.ts'
import { createCanvas, type TerminalSize } from './progress-frame.ts'
import { elapsedNotes, type Interrupts } from './progress-notes.ts'
import { createPlainTeller } from './progress-plain.ts'
import { type Rows, startRows } from './progress-rows.ts'
import { createVisitBoard, type VisitWords, visitText } from './progress-visits.ts'
import { createStyle } from './style.ts'

export interface ProgressOptions {
  /** `tty` draws over itself; `plain` writes a line an event (logs, pipes); `silent` writes nothing. */
  readonly kind: 'tty' | 'plain' | 'silent'
  readonly write: (text: string) => void
  /** A function is asked at every frame, so that a resized window is followed. */
  readonly size: () => TerminalSize
  readonly color: boolean
  readonly hosts: readonly string[]
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** What every progress can do, whatever it listens to. */
interface Shown {
  /** Nothing is drawn until `resume`: a question may be asked, where the rows were. */
  pause(): void
  resume(): void
  /** Writes a sentence above what is drawn, also when nothing else is shown. */
  tell(sentence: string): void
  /** Says from now on what one more Ctrl-C does. */
  interrupted(count: Interrupts): void
  /** Draws the end and leaves no timer or listener behind; later events are dropped. May be called twice. */
  stop(): Promise<void>
}

/** The progress of a run. */
export interface Progress extends Shown {
  readonly emit: Emit
}

/** The progress of a command without a run: adopt, doctor, trust. */
export interface VisitProgress extends Shown {
  visit(visit: Visit): void
}

/** Commands that write to no device. */
const looking: readonly CommandName[] = ['plan', 'verify', 'drift']

/** How many devices have a line of their own, however many there are. */
const deviceLines = 10

/** Shows a run while it works. It only listens: whatever happens here, the run goes on. */
export function createProgress(options: ProgressOptions): Progress {
  const board = createBoard(options.hosts, options.now)
  const tell = createPlainTeller()
  let writes = true
  const { shown, listen } = show(options, board, () => writes)
  return {
    ...shown,
    emit: listen((event) => {
      if (options.kind === 'plain') return tell(event)
      if (event.kind === 'run-started') writes = event.remediates === true || !looking.includes(event.command)
      board.take(event)
      return undefined
    }),
  }
}

/** The same for a command that goes to each device once, to look. */
export function createVisitProgress(options: ProgressOptions, words: VisitWords): VisitProgress {
  const board = createVisitBoard(options.hosts, words, options.now)
  const { shown, listen } = show(options, board, () => false)
  return {
    ...shown,
    visit: listen((visit: Visit) => {
      if (options.kind === 'plain') return visitText(visit, words)
      board.take(visit)
      return undefined
    }),
  }
}

interface Listening {
  readonly shown: Shown
  /** Hands each event on until the end: what comes back is written, and the rows follow. */
  listen<T>(take: (event: T) => string | undefined): (event: T) => void
}

function show(options: ProgressOptions, board: Board, writes: () => boolean): Listening {
  if (options.kind === 'tty') return onTerminal(options, board, writes)
  const { kind, write } = options
  let stopped = false
  return {
    shown: {
      pause: () => {},
      resume: () => {},
      tell: (sentence) => write(`${sentence}\n`),
      interrupted: () => {},
      async stop() {
        stopped = true
      },
    },
    listen: (take) => (event) => {
      if (stopped || kind === 'silent') return
      const text = take(event)
      if (text !== undefined) write(text)
    },
  }
}

function onTerminal(
  { write, size, color, now }: ProgressOptions,
  board: Board,
  writes: () => boolean,
): Listening {
  const canvas = createCanvas(write)
  const style = createStyle(color)
  const begun = now()
  let interrupts: Interrupts = 0
  const notes = (): readonly string[] => elapsedNotes(now() - begun, interrupts, writes())
  // Begun by what is told first: a run's first event says which rows it has.
  let rows: Rows | undefined
  let stopped: Promise<void> | undefined
  return {
    shown: {
      pause() {
        canvas.clear(size().columns)
        canvas.pause()
      },
      resume: () => canvas.resume(),
      tell(sentence) {
        const { columns } = size()
        const text = `${wrapText(sentence, columns).join('\n')}\n`
        write(canvas.clear(columns) ? text : `\n${text}`)
      },
      interrupted(count) {
        interrupts = count
      },
      stop() {
        canvas.resume()
        stopped ??= rows?.stop() ?? Promise.resolve()
        return stopped
      },
    },
    listen: (take) => (event) => {
      if (stopped !== undefined) return
      take(event)
      rows ??= startRows({ board, canvas, style, size, deviceLines, notes })
      rows.settle()
    },
  }
}
