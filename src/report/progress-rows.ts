import { figures, Listr, type ListrTask, type ListrTaskObject, Spinner } from 'listr2'
import { type Board, type RowName, rowNames } from './progress-board.ts'
import { type Canvas, frameLines, type TerminalSize } from './progress-frame.ts'
import type { Style } from './style.ts'

/** How the rows are drawn. */
export interface RowsOptions {
  readonly board: Board
  readonly canvas: Canvas
  readonly style: Style
  /** Asked at every frame, so that a resized window is followed. */
  readonly size: () => TerminalSize
  /** How many devices may have a line of their own below the rows. */
  readonly deviceLines: number
  /** The last line while the rows move, the best first: the first one that fits is drawn. */
  readonly notes: () => readonly string[]
}

/** Rows on the terminal, one task of listr2 each. */
export interface Rows {
  /** Ends the tasks of rows that are done; the frame follows with the next tick. */
  settle(): void
  /** Ends all tasks, draws the last frame, rows alone, and stops the ticking. */
  stop(): Promise<void>
}

/**
 * A renderer of listr2 with our own writer. Its default one would take over process.stdout, wrap at that
 * stream's width, and hook signals to restore the cursor; signals have one owner, and it is not a report.
 */
function rendererOf({ board, canvas, style, size, deviceLines, notes }: RowsOptions) {
  return class {
    static readonly nonTTY: boolean = true
    static readonly rendererOptions: Record<PropertyKey, unknown> = {}
    static readonly rendererTaskOptions: Record<PropertyKey, unknown> = {}
    readonly #tasks: readonly ListrTaskObject<unknown>[]
    readonly #spinner = new Spinner()

    constructor(tasks: readonly ListrTaskObject<unknown>[]) {
      this.#tasks = tasks
    }

    readonly render = (): void => {
      this.#draw(true)
      this.#spinner.start(() => this.#draw(true))
    }

    readonly end = (): void => {
      this.#spinner.stop()
      this.#draw(false)
    }

    #draw(live: boolean): void {
      const rows = this.#tasks.map((task, index) => {
        const name = rowNames[index]
        const done = task.isCompleted()
        return {
          done,
          icon: done ? figures.tick : this.#spinner.fetch(),
          title: name === undefined ? '' : board.title(name),
        }
      })
      const terminal = size()
      const foot = live ? { board, deviceLines, notes: notes() } : undefined
      canvas.draw(frameLines(rows, foot, terminal, style), terminal.columns)
    }
  }
}

/**
 * Starts the rows. listr2 draws and never decides: its tasks are promises that only wait for the board, so
 * nothing that it does or throws can reach the run.
 */
export function startRows(options: RowsOptions): Rows {
  const rows = rowNames.map(pendingRow)
  const tasks: ListrTask<unknown>[] = rows.map(({ name, ended }) => ({ title: name, task: () => ended }))
  const drawn = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: rendererOf(options),
  }).run()
  return {
    settle() {
      for (const row of rows) if (options.board.isDone(row.name)) row.end()
    },
    async stop() {
      for (const row of rows) row.end()
      await drawn
    },
  }
}

interface PendingRow {
  readonly name: RowName
  readonly ended: Promise<void>
  readonly end: () => void
}

function pendingRow(name: RowName): PendingRow {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { name, ended, end: () => end() }
}
