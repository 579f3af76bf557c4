import { printable } from '../kernel/printable.ts'
import { blocks } from '../model/finding.ts'
import type { CommandName, Coverage, DeviceOutcome } from '../model/outcome.ts'
import { driftCause } from './drift.ts'
import type { Frame } from './frame.ts'
import { clip, counted, displayWidth, pad } from './layout.ts'
import { softwareName } from './names.ts'

const headings = ['STATUS', 'DEVICE', 'PLATFORM', 'TARGETS', 'PEERS OR CAUSE'] as const

function sum(all: readonly Coverage[], key: keyof Coverage): number {
  return all.reduce((total, coverage) => total + (coverage[key] ?? 0), 0)
}

function coverageText(all: readonly Coverage[]): string {
  const peers = sum(all, 'peers')
  const parts = [`${sum(all, 'proven')} of ${peers} proven`]
  const named: readonly (readonly [keyof Coverage, string])[] = [
    ['lost', 'lost'],
    ['atRisk', 'at risk'],
    ['waiting', 'waiting'],
    ['idle', 'idle'],
    ['ambiguous', 'ambiguous'],
  ]
  for (const [key, word] of named) if (sum(all, key) > 0) parts.push(`${sum(all, key)} ${word}`)
  return parts.join(', ')
}

function causeOrPeers(device: DeviceOutcome, command: CommandName): string {
  const cause = causeText(device, command)
  if (device.known === undefined) return cause
  const known = `known until ${printable(device.known.until)}`
  return cause === '' ? known : `${known}: ${cause}`
}

function causeText(device: DeviceOutcome, command: CommandName): string {
  if (device.error !== undefined) return printable(device.error.code)
  const codes = [...new Set(device.findings.filter(blocks).map((finding) => finding.code))]
  const drift = command === 'drift' ? driftCause(device) : ''
  const causes = [...(drift === '' ? [] : [drift]), ...codes.map(printable)]
  if (causes.length > 0) return causes.join(', ')
  const coverage = device.targets.flatMap((target) =>
    target.coverage === undefined ? [] : [target.coverage],
  )
  return coverage.length === 0 ? '' : coverageText(coverage)
}

/** `VPN, BRANCH`, `outside_map/10,20`; counted where there are many. */
function targetsText(device: DeviceOutcome): string {
  const names = device.targets.map((target) => printable(target.name))
  if (names.length > 3) return counted(names.length, 'target')
  const maps = new Map<string, string[]>()
  for (const name of names) {
    const [, map = name, entry] = /^(.+)\/(\d+)$/.exec(name) ?? []
    maps.set(map, [...(maps.get(map) ?? []), ...(entry === undefined ? [] : [entry])])
  }
  return [...maps]
    .map(([map, entries]) => (entries.length === 0 ? map : `${map}/${entries.join(',')}`))
    .join(', ')
}

function cells(device: DeviceOutcome, command: CommandName): readonly string[] {
  return [
    device.status,
    printable(device.host),
    softwareName(device.software, device.platform),
    targetsText(device),
    causeOrPeers(device, command),
  ]
}

/** Columns as wide as their texts; where the line is too short, those in the middle give up the most. */
function columnWidths(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const natural = headings.map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))))
  const room = width - 2 - 2 * (headings.length - 1)
  if (natural.reduce((total, one) => total + one, 0) <= room) return natural
  // The cause matters most where there is hardly room for anything.
  const shares = width < 80 ? [1, 0.2, 0.18, 0.18] : [1, 0.26, 0.22, 0.22]
  return natural.map((wanted, column) =>
    Math.min(wanted, Math.max(8, Math.floor(room * (shares[column] ?? 1)))),
  )
}

/** One line a device, in the order given. */
export function renderTable(
  devices: readonly DeviceOutcome[],
  command: CommandName,
  frame: Frame,
): readonly string[] {
  const rows = devices.map((device) => cells(device, command))
  const widths = columnWidths([headings, ...rows], frame.width)
  const draw = (row: readonly string[]): readonly string[] =>
    row.map((cell, column) => {
      const last = column === row.length - 1
      const used = widths.slice(0, column).reduce((total, width) => total + width + 2, 2)
      const room = last ? Math.max(8, frame.width - used) : (widths[column] ?? 0)
      return last ? clip(cell, room) : pad(clip(cell, room), room)
    })
  return [
    frame.style.dim(`  ${draw(headings).join('  ')}`.trimEnd()),
    ...rows.map((row, index) => {
      const [status = '', ...rest] = draw(row)
      const paint = frame.style.status(devices[index]?.status ?? 'unknown')
      return `  ${paint(status)}  ${rest.join('  ')}`.trimEnd()
    }),
  ]
}
