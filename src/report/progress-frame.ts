import { clip, displayWidth, pad } from './layout.ts'
import type { Board } from './progress-board.ts'
import type { DeviceLine } from './progress-devices.ts'
import type { Paint, Style } from './style.ts'

export interface FrameRow {
  readonly icon: string
  readonly title: string
  readonly done: boolean
}

/** A terminal, in characters. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A block of lines at the end of a terminal that is drawn over itself. */
export interface Canvas {
  draw(lines: readonly string[], columns: number): void
  /** Draws nothing until `resume`, and leaves alone what is on the screen: other text may be written. */
  pause(): void
  resume(): void
  /** Takes the block away: what is written next stands in its place. False where there is none. */
  clear(columns: number): boolean
}

const csi = '\u001b['
const ownColour = /\u001b\[\d+m/g

/**
 * Rows that the lines take now. A window that was made narrower since has wrapped them, as terminals do today;
 * one that cuts them off instead loses a line or two above the block.
 */
function rowsOf(lines: readonly string[], drawnAt: number, columns: number): number {
  if (columns >= drawnAt) return lines.length
  return lines.reduce(
    (total, line) =>
      total + Math.max(1, Math.ceil(displayWidth(line.replace(ownColour, '')) / Math.max(1, columns))),
    0,
  )
}

/** `write` gets whole frames: cursor up, each line with its rest erased, then whatever stood below. */
export function createCanvas(write: (text: string) => void): Canvas {
  let previous: readonly string[] = []
  let drawnAt = 0
  let paused = false
  const up = (columns: number): string =>
    // A terminal shows what is typed where the cursor stands, Ctrl-C too.
    previous.length === 0 ? '' : `\r${csi}${rowsOf(previous, drawnAt, columns)}A`
  return {
    draw(lines, columns) {
      if (paused || (lines.length === previous.length && lines.every((line, at) => line === previous[at])))
        return
      write(`${up(columns)}${lines.map((line) => `${line}${csi}K\n`).join('')}${csi}J`)
      previous = lines
      drawnAt = columns
    },
    pause() {
      paused = true
      previous = []
    },
    resume() {
      paused = false
    },
    clear(columns) {
      const cleared = previous.length > 0
      if (cleared) write(`${up(columns)}${csi}J`)
      previous = []
      return cleared
    },
  }
}

/** Pieces of one line, each in its colour, as far as the line has room. */
function fitted(pieces: readonly (readonly [string, Paint])[], width: number): string {
  let room = width
  return pieces
    .map(([text, paint]) => {
      const shown = clip(text, room)
      room -= displayWidth(shown)
      return paint(shown)
    })
    .join('')
    .trimEnd()
}

const bare: Paint = (text) => text

function deviceText(line: DeviceLine, hostColumns: number, width: number, style: Style): string {
  const host = `    ${pad(clip(line.host, hostColumns), hostColumns)}  `
  if (line.status === undefined) return fitted([[`${host}${line.text}`, style.dim]], width)
  return fitted(
    [
      [host, bare],
      [line.status, style.status(line.status)],
      [`  ${line.text}`, bare],
    ],
    width,
  )
}

function deviceTexts(lines: readonly DeviceLine[], width: number, style: Style): readonly string[] {
  const longest = Math.max(0, ...lines.map((line) => displayWidth(line.host)))
  const hostColumns = Math.min(longest, Math.floor(width / 2))
  return lines.map((line) => deviceText(line, hostColumns, width, style))
}

/** Where not all rows fit: those that still move, or the last one of a run that is over. */
function fittingRows(rows: readonly FrameRow[], most: number): readonly FrameRow[] {
  if (rows.length <= most) return rows
  const open = rows.filter(({ done }) => !done)
  return open.length === 0 ? rows.slice(-most) : open.slice(0, most)
}

/** What stands below the rows while they move: devices, then one line for the whole run. */
export interface FrameFoot {
  readonly board: Board
  /** How many devices may have a line of their own. */
  readonly deviceLines: number
  /** One line, the first of these that fits. */
  readonly notes: readonly string[]
}

/** The lines of one frame: none is wrapped, and all of them and the cursor fit the terminal. */
export function frameLines(
  rows: readonly FrameRow[],
  foot: FrameFoot | undefined,
  size: TerminalSize,
  style: Style,
): readonly string[] {
  // The last column stays free, where terminals wrap, and the last line, where the cursor stands.
  const width = Math.max(1, size.columns - 1)
  const most = Math.max(1, size.rows - 1)
  const shown = fittingRows(
    rows.filter((row) => row.title !== ''),
    most,
  )
  const drawn = shown.map((row) =>
    fitted(
      [
        [`${row.icon} `, row.done ? style.green : style.cyan],
        [row.title, bare],
      ],
      width,
    ),
  )
  if (foot === undefined) return drawn
  const note = foot.notes.find((one) => displayWidth(one) + 2 <= width)
  const notes = note === undefined || drawn.length === most ? [] : [style.dim(`  ${note}`)]
  const room = Math.min(foot.deviceLines, most - drawn.length - notes.length)
  const devices = room <= 0 ? [] : foot.board.lines(room)
  return [...drawn, ...deviceTexts(devices, width, style), ...notes]
}
