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

/** How much a row tells of an SA's age. */
type AgeDetail = 'both' | 'old' | 'none'

function ageText(row: RoleRow, age: AgeDetail): string {
  const parts = [
    ...(row.ageSeconds === undefined || age === 'none' ? [] : [`age ${seconds(row.ageSeconds)}`]),
    ...(row.remainingSeconds === undefined || age !== 'both'
      ? []
      : [`${seconds(row.remainingSeconds)} left`]),
  ]
  return parts.join(', ')
}

function cells(row: RoleRow, age: AgeDetail): readonly string[] {
  const sa = row.reading === 'no-sa' ? '' : row.fresh ? 'fresh' : 'old'
  return [
    printable(row.proof),
    printable(row.peer),
    printable(row.target),
    row.protocol === 'none' ? '-' : printable(row.protocol),
    printable(row.reading),
    sa,
    ageText(row, age),
  ].map((cell) => clip(cell, 40))
}

interface Table {
  readonly rows: readonly (readonly string[])[]
  readonly widths: readonly number[]
}

function tableOf(rows: readonly RoleRow[], age: AgeDetail): Table {
  const texts = rows.map((row) => cells(row, age))
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.max(...texts.map((row) => displayWidth(row[column] ?? ''))),
  )
  return { rows: texts, widths }
}

/** The table with as much of the ages as the line has room for. */
function fitting(rows: readonly RoleRow[], columns: number): Table {
  const width = (table: Table): number => table.widths.reduce((total, one) => total + one + 2, -2)
  const both = tableOf(rows, 'both')
  if (width(both) <= columns) return both
  const old = tableOf(rows, 'old')
  return width(old) <= columns ? old : tableOf(rows, 'none')
}

/** One line per SA or peer, what needs attention first; eight of them unless verbose. */
export function renderRoles(rows: readonly RoleRow[], frame: Frame): readonly string[] {
  const sorted = [...rows].sort((a, b) => order.indexOf(a.proof) - order.indexOf(b.proof))
  const shown = frame.verbose ? sorted : sorted.slice(0, 8)
  const table = fitting(shown, textWidth(frame))
  const lines = table.rows.map((row, index) => {
    const [proof = '', ...others] = row.map((cell, column) => pad(cell, table.widths[column] ?? 0))
    const paint = paintOf(shown[index]?.proof ?? 'idle', frame.style)
    return `${paint(proof)}  ${others.join('  ')}`.trimEnd()
  })
  const rest = sorted.slice(shown.length).map((row) => row.proof)
  return [...lines, ...more(rest.length, `rows: ${proofTally(rest)}`, frame)]
}

function proofTally(rest: readonly Proof[]): string {
  const parts = order.flatMap((proof) => {
    const count = rest.filter((one) => one === proof).length
    return count === 0 ? [] : [`${count} ${proof}`]
  })
  return parts.join(', ')
}
