import type { Role } from '../../model/facts.ts'
import { readRole, readState } from './sa-state.ts'

/** One IKEv2 SA as printed. */
export interface Ikev2Row {
  /** Unique while the SA lives: its identity. */
  readonly tunnelId: string
  readonly local: string
  readonly localPort?: number
  readonly peer: string
  readonly peerPort?: number
  readonly state: string
  readonly role: Role
  readonly established: boolean
  readonly halfOpen: boolean
  readonly lifetimeSeconds?: number
  readonly activeSeconds?: number
  readonly evidence: string
}

export interface Ikev2Table {
  readonly recognised: boolean
  readonly rows: readonly Ikev2Row[]
  readonly unreadable: readonly string[]
  /** The sum of `IKE count:` over all sessions. */
  readonly counted: number
}

const heading = /^\s*(?:IKEv2 SAs:|There are no IKEv2 SAs\b)/i
const tableHead = /^\s*Tunnel-id\s+Local\s+Remote\s+.*\bRole\s*$/i
const session = /^\s*Session-id:\s*\d+, Status:.*\bIKE count:\s*(\d+)/i
const rowStart = /^\s*\d{1,10}\s+\S+\s+\S/
const life = /Life\/Active Time:\s*(\d+)\/(\d+)\s*sec/i
const otherPart = /^\s*(?:IKEv1 SAs:|There are no IKEv1 SAs|Active SA: \d+)/i

function endpoint(text: string): { readonly host: string; readonly port?: number } {
  const [, host, port] = /^(.+)\/(\d{1,5})$/.exec(text) ?? []
  return host === undefined ? { host: text } : { host, port: Number(port) }
}

/** Columns are as wide as their longest address: only the order counts, and the last word is the role. */
function readRow(line: string): Ikev2Row | undefined {
  const words = line.trim().split(/\s+/)
  const [tunnelId, localText, remoteText] = words
  const role = readRole(words.at(-1))
  if (tunnelId === undefined || localText === undefined || remoteText === undefined) return undefined
  const state = role === 'unknown' ? words.at(-1) : words.at(-2)
  if (state === undefined || words.length < 5 || role === 'unknown') return undefined
  const local = endpoint(localText)
  const remote = endpoint(remoteText)
  const { established, halfOpen } = readState(state)
  return {
    tunnelId,
    local: local.host,
    peer: remote.host,
    state,
    role,
    established,
    halfOpen,
    evidence: line.trim(),
    ...(local.port === undefined ? {} : { localPort: local.port }),
    ...(remote.port === undefined ? {} : { peerPort: remote.port }),
  }
}

/** The row with what the detail lines below it say of its time. */
function withLife(row: Ikev2Row, line: string): Ikev2Row {
  const [, lifetime, active] = life.exec(line) ?? []
  if (lifetime === undefined) return row
  return {
    ...row,
    lifetimeSeconds: Number(lifetime),
    activeSeconds: Number(active),
    evidence: `${row.evidence}\n${line.trim()}`,
  }
}

/** `show crypto ikev2 sa [detail]`, and the IKEv2 part of `show crypto isakmp sa [detail]`. */
export function readIkev2(lines: readonly string[]): Ikev2Table {
  const rows: Ikev2Row[] = []
  const unreadable: string[] = []
  let recognised = false
  let inTable = false
  let counted = 0
  for (const line of lines) {
    recognised ||= heading.test(line) || tableHead.test(line)
    counted += Number(session.exec(line)?.[1] ?? 0)
    if (tableHead.test(line)) inTable = true
    else if (session.test(line) || otherPart.test(line)) inTable = false
    else if (inTable && rowStart.test(line)) {
      const row = readRow(line)
      if (row === undefined) unreadable.push(line.trim())
      else rows.push(row)
    } else {
      const last = rows.at(-1)
      if (inTable && last !== undefined) rows[rows.length - 1] = withLife(last, line)
    }
  }
  return { recognised, rows, unreadable, counted }
}
