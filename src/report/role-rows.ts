import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import type { RoleRow } from '../model/outcome.ts'
import { type Frame, more, textWidth } from './frame.ts'
import { clip, displayWidth, pad } from './layout.ts'
import type { Paint, Style } from './style.ts'

type Proof = RoleRow['proof']

const order: readonly Proof[] = [
  'lost',
  'contradicts',
  'missing',
  'ambiguous',
  'at-risk',
  'waiting',
  'not-on-record',
  'idle',
  'proven',
]

function paintOf(proof: Proof, style: Style): Paint {
  if (proof === 'proven') return style.green
  if (proof === 'lost' || proof === 'contradicts') return style.red
  return proof === 'idle' ? style.dim : style.yellow
}

const seconds = (count: number): string => formatDuration(count * 1000)

/** How much a row tells of an SA's time: where the line has no room for both, what matters more, or nothing. */
type TimeDetail = 'both' | 'one' | 'none'

function ageOf({ ageSeconds }: RoleRow): string {
  return ageSeconds === undefined ? '' : `age ${seconds(ageSeconds)}`
}

function leftOf({ remainingSeconds }: RoleRow): string {
  return remainingSeconds === undefined ? '' : `${seconds(remainingSeconds)} left`
}

function timeText(row: RoleRow, detail: TimeDetail, one: (row: RoleRow) => string): string {
  if (detail === 'none') return ''
  if (detail === 'one') return one(row)
  return [ageOf(row), leftOf(row)].filter((text) => text !== '').join(', ')
}

type Cells = (row: RoleRow, time: TimeDetail) => readonly string[]

function proofCells(row: RoleRow, time: TimeDetail): readonly string[] {
  const sa = row.reading === 'no-sa' ? '' : row.fresh ? 'fresh' : 'old'
  return [printable(row.proof), ...tunnelCells(row), printable(row.reading), sa, timeText(row, time, ageOf)]
}

function tunnelCells(row: RoleRow): readonly string[] {
  return [printable(row.peer), printable(row.target), row.protocol === 'none' ? '-' : printable(row.protocol)]
}

/** Worst first: what nobody knows, what a change takes away, what it leaves, what is not there. */
const readings: readonly RoleRow['reading'][] = ['unreadable', 'initiator', 'responder', 'no-sa']

const startedBy: Readonly<Record<RoleRow['reading'], string>> = {
  unreadable: 'could not be read',
  initiator: 'this device started',
  responder: 'the peer started',
  'no-sa': 'no SA',
}

function saCells(row: RoleRow, time: TimeDetail): readonly string[] {
  // Not idle: its tunnel is up without an IKE SA that is listed.
  const up = row.reading === 'no-sa' && row.proof !== 'idle'
  return [...tunnelCells(row), up ? 'up, no IKE SA' : startedBy[row.reading], timeText(row, time, leftOf)]
}

interface Table {
  readonly rows: readonly (readonly string[])[]
  readonly widths: readonly number[]
}

function tableOf(rows: readonly RoleRow[], cells: Cells, time: TimeDetail): Table {
  const texts = rows.map((row) => cells(row, time).map((cell) => clip(cell, 40)))
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.max(...texts.map((row) => displayWidth(row[column] ?? ''))),
  )
  return { rows: texts, widths }
}

/** The table with as much of the times as the line has room for. */
function fitting(rows: readonly RoleRow[], cells: Cells, columns: number): Table {
  const width = (table: Table): number => table.widths.reduce((total, one) => total + one + 2, -2)
  const both = tableOf(rows, cells, 'both')
  if (width(both) <= columns) return both
  const one = tableOf(rows, cells, 'one')
  return width(one) <= columns ? one : tableOf(rows, cells, 'none')
}

// A device may have hundreds of tunnels.
const shownRows = 8

/** Proof, one line per SA or peer, what needs attention first; eight of them unless verbose. */
export function renderRoles(rows: readonly RoleRow[], frame: Frame): readonly string[] {
  const sorted = [...rows].sort((a, b) => order.indexOf(a.proof) - order.indexOf(b.proof))
  const shown = frame.verbose ? sorted : sorted.slice(0, shownRows)
  const lines = drawn(fitting(shown, proofCells, textWidth(frame))).map(([proof = '', ...others], index) => {
    const paint = paintOf(shown[index]?.proof ?? 'idle', frame.style)
    return `${paint(proof)}  ${others.join('  ')}`.trimEnd()
  })
  const rest = sorted.slice(shown.length).map((row) => row.proof)
  return [...lines, ...more(rest.length, `rows: ${tallyOf(rest, order)}`, frame)]
}

/** The SAs that stand where nothing was sent: they prove nothing, and say who starts today. */
export function renderSas(rows: readonly RoleRow[], frame: Frame): readonly string[] {
  const sorted = [...rows].sort((a, b) => readings.indexOf(a.reading) - readings.indexOf(b.reading))
  const shown = frame.verbose ? sorted : sorted.slice(0, shownRows)
  const lines = drawn(fitting(shown, saCells, textWidth(frame))).map((row, index) => {
    const line = row.join('  ').trimEnd()
    return shown[index]?.reading === 'no-sa' ? frame.style.dim(line) : line
  })
  const rest = sorted.slice(shown.length).map(({ reading }) => startedBy[reading])
  const words = readings.map((reading) => startedBy[reading])
  return [...lines, ...more(rest.length, `rows: ${tallyOf(rest, words)}`, frame)]
}

function drawn({ rows, widths }: Table): readonly (readonly string[])[] {
  return rows.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0)))
}

function tallyOf<W extends string>(rest: readonly W[], words: readonly W[]): string {
  const parts = words.flatMap((word) => {
    const count = rest.filter((one) => one === word).length
    return count === 0 ? [] : [`${count} ${word}`]
  })
  return parts.join(', ')
}
