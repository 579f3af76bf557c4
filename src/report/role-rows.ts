import { formatDuration } from '../kernel/duration.ts'
import { printable } from '../kernel/printable.ts'
import type { RoleRow } from '../model/outcome.ts'
import { type Frame, more } from './frame.ts'
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

function age(row: RoleRow): string {
  const parts = [
    ...(row.ageSeconds === undefined ? [] : [`${seconds(row.ageSeconds)} old`]),
    ...(row.remainingSeconds === undefined ? [] : [`${seconds(row.remainingSeconds)} left`]),
  ]
  return parts.join(', ')
}

function cells(row: RoleRow): readonly string[] {
  const sa = row.reading === 'no-sa' ? '' : row.fresh ? 'fresh' : 'old'
  return [
    printable(row.proof),
    printable(row.peer),
    printable(row.target),
    row.protocol === 'none' ? '-' : printable(row.protocol),
    printable(row.reading),
    sa,
    age(row),
  ]
}

/** One line per SA or peer, what needs attention first; eight of them unless verbose. */
export function renderRoles(rows: readonly RoleRow[], frame: Frame): readonly string[] {
  const sorted = [...rows].sort((a, b) => order.indexOf(a.proof) - order.indexOf(b.proof))
  const shown = frame.verbose ? sorted : sorted.slice(0, 8)
  const table = shown.map(cells)
  const widths = (table[0] ?? []).map((_, column) =>
    Math.min(40, Math.max(...table.map((row) => displayWidth(row[column] ?? '')))),
  )
  const lines = table.map((row, index) => {
    const text = row.map((cell, column) => pad(clip(cell, 40), widths[column] ?? 0))
    const paint = paintOf(shown[index]?.proof ?? 'idle', frame.style)
    return [paint(text[0] ?? ''), ...text.slice(1)].join('  ').trimEnd()
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
