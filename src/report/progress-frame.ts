import { clip, pad } from './layout.ts'
import type { Board, DeviceLine } from './progress-board.ts'
import type { Style } from './style.ts'

export interface FrameRow {
  readonly icon: string
  readonly title: string
  readonly done: boolean
}

/** A block of lines at the end of a terminal that is drawn over itself. */
export interface Canvas {
  draw(lines: readonly string[]): void
  /** Leaves the block where it is and draws nothing until `resume`: other text may be written. */
  pause(): void
  resume(): void
}

const csi = '\u001b['

/** `write` gets whole frames: cursor up, each line with its rest erased, then whatever stood below. */
export function createCanvas(write: (text: string) => void): Canvas {
  let previous: readonly string[] = []
  let paused = false
  return {
    draw(lines) {
      if (paused || (lines.length === previous.length && lines.every((line, at) => line === previous[at])))
        return
      const up = previous.length === 0 ? '' : `${csi}${previous.length}A`
      write(`${up}${lines.map((line) => `${line}${csi}K\n`).join('')}${csi}J`)
      previous = lines
    },
    pause() {
      paused = true
      previous = []
    },
    resume() {
      paused = false
    },
  }
}

function deviceText(line: DeviceLine, hostColumns: number, width: number, style: Style): string {
  const host = pad(clip(line.host, hostColumns), hostColumns)
  if (line.status === undefined) return style.dim(clip(`    ${host}  ${line.text}`, width))
  const room = Math.max(0, width - 4 - hostColumns - 2 - line.status.length - 2)
  return `    ${host}  ${style.status(line.status)(line.status)}  ${clip(line.text, room)}`.trimEnd()
}

/** The lines of one frame; the last column stays free, where terminals wrap. */
export function frameLines(
  rows: readonly FrameRow[],
  board: Board,
  columns: number,
  deviceLines: number,
  style: Style,
): readonly string[] {
  const width = Math.max(20, columns - 1)
  const devices = deviceLines === 0 ? [] : board.lines(deviceLines)
  const hostColumns = Math.min(24, Math.max(0, ...devices.map((line) => line.host.length)))
  return [
    ...rows
      .filter((row) => row.title !== '')
      .map(
        (row) => `${row.done ? style.green(row.icon) : style.cyan(row.icon)} ${clip(row.title, width - 2)}`,
      ),
    ...devices.map((line) => deviceText(line, hostColumns, width, style)),
  ]
}
