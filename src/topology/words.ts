import { printable } from '../kernel/printable.ts'
import { someOf } from '../kernel/some-of.ts'
import type { Severity } from '../model/finding.ts'
import type { WantedState } from '../model/intent.ts'
import type { JudgedPeer } from './peers.ts'

// Enough to recognise; the finding holds all of them.
const shown = 12

/** Peers in a message: by address, the first of many. */
export function listed(addresses: readonly string[]): string {
  return someOf(addresses.map(printable), shown)
}

/** A peer in a message: `203.0.113.2 (spoke1)` where its device was read. */
export function peerName({ address, ends }: JudgedPeer): string {
  const names = ends.map(({ node }) => node.space).filter((name) => name !== address)
  return names.length === 0
    ? printable(address)
    : `${printable(address)} (${names.map(printable).join(', ')})`
}

/** The codes marked ◇ in the rules: taking the setting away strands nothing, so they are told and refuse nothing. */
export function soften(severity: Severity, wanted: WantedState): Severity {
  return wanted === 'bidirectional' ? 'info' : severity
}

/** One line or several of another device, with its name. */
export function saidBy(host: string, lines: string): string {
  return lines
    .split('\n')
    .map((line) => `${host}: ${line}`)
    .join('\n')
}
