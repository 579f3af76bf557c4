import type { Emit } from '../model/event.ts'
import { createBoard } from './progress-board.ts'
import { createCanvas } from './progress-frame.ts'
import { createPlainTeller } from './progress-plain.ts'
import { startRows } from './progress-rows.ts'
import { createStyle } from './style.ts'

export interface ProgressOptions {
  /** `tty` draws over itself; `plain` writes a line an event (logs, pipes); `silent` writes nothing. */
  readonly kind: 'tty' | 'plain' | 'silent'
  readonly write: (text: string) => void
  /** Terminal columns; a function is asked at every frame, so that a resized window is followed. */
  readonly width: number | (() => number)
  readonly color: boolean
  readonly hosts: readonly string[]
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

export interface Progress {
  readonly emit: Emit
  /** Nothing is drawn until `resume`: a question may be asked. */
  pause(): void
  resume(): void
  /** Draws the end and leaves no timer or listener behind; later events are dropped. May be called twice. */
  stop(): Promise<void>
}

const deviceLines = 10

/** Shows a run while it works. It only listens: whatever happens here, the run goes on. */
export function createProgress(options: ProgressOptions): Progress {
  switch (options.kind) {
    case 'silent':
      return { emit: () => {}, pause: () => {}, resume: () => {}, stop: async () => {} }
    case 'plain':
      return plainProgress(options.write)
    case 'tty':
      return terminalProgress(options)
  }
}

function plainProgress(write: (text: string) => void): Progress {
  const tell = createPlainTeller()
  let stopped = false
  return {
    emit(event) {
      const text = stopped ? undefined : tell(event)
      if (text !== undefined) write(text)
    },
    pause: () => {},
    resume: () => {},
    async stop() {
      stopped = true
    },
  }
}

function terminalProgress({ write, width, color, hosts, now }: ProgressOptions): Progress {
  const board = createBoard(hosts, now)
  const canvas = createCanvas(write)
  const columns = typeof width === 'number' ? (): number => width : width
  const rows = startRows({ board, canvas, style: createStyle(color), columns, deviceLines })
  let stopped: Promise<void> | undefined
  return {
    emit(event) {
      if (stopped !== undefined) return
      board.take(event)
      rows.settle()
    },
    pause: () => canvas.pause(),
    resume: () => canvas.resume(),
    stop() {
      canvas.resume()
      stopped ??= rows.stop()
      return stopped
    },
  }
}
