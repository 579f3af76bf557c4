import type { Role } from '../../model/facts.ts'
import { shown } from '../text.ts'
import { readRole, readState } from './sa-state.ts'

/** One IKEv1 SA as printed. The number in front of a block is its row, not an identity. */
export interface Ikev1Row {
  readonly peer: string
  readonly row?: number
  /** `L2L` or `user`, as printed. */
  readonly type?: string
  readonly role: Role
  readonly state: string
  readonly established: boolean
  readonly halfOpen: boolean
  readonly rekey?: string
  readonly encryption?: string
  readonly hash?: string
  readonly auth?: string
  readonly lifetimeSeconds?: number
  readonly remainingSeconds?: number
  readonly evidence: string
}

export interface Ikev1Table {
  /** Something in the text is this table's, be it that there is no SA. */
  readonly recognised: boolean
  readonly rows: readonly Ikev1Row[]
  /** Rows that could not be read, as printed. */
  readonly unreadable: readonly string[]
  /** `Total IKE SA: N`, where printed. */
  readonly total?: number
}

type Fields = Readonly<Partial<Record<string, string>>>

const heading = /^\s*(?:IKEv1 SAs:|Active SA: \d+|Total IKE SA: \d+|There are no (?:IKEv1|isakmp) sas\b)/i
const blockStart = /^\s*(?:(?<row>\d+)\s+)?IKE Peer:\s*(?<peer>\S+)\s*$/i
const tableHead = /^\s*IKE Peer\s+Type\s+Dir\s+Rky\s+State\b/i
const blockEnd = /^\s*(?:IKEv[12] SAs:|There are no |Session-id:|Tunnel-id\b|Global |IKE Peer\s+Type\b)/i
const keys = 'Type|Role|Rekey|State|Encrypt|Hash|Auth|Lifetime Remaining|Lifetime'
const tableRow =
  /^\s*(?<row>\d+)\s+(?<peer>\S+)\s+(?<type>[A-Za-z]\S*)\s+(?<role>(?:Init|Resp)\w*)\s+(?<rekey>Yes|No)\s+(?<state>[A-Z]\S+)(?:\s+(?<encryption>\S+)\s+(?<hash>\S+)\s+(?<auth>\S+)\s+(?<lifetime>\d+))?\s*$/i

/** `Key : value   Key : value`; a key without a value takes nothing from the key after it. */
function fieldsOf(lines: readonly string[]): Fields {
  const pattern = new RegExp(`\\b(${keys})\\s*:\\s*(?!(?:${keys})\\s*:)(\\S+)`, 'gi')
  const fields: Record<string, string> = {}
  for (const line of lines) {
    for (const [, key, value] of line.matchAll(pattern)) {
      if (key !== undefined && value !== undefined) fields[key.toLowerCase()] = value
    }
  }
  return fields
}

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function rowFrom(peer: string, row: string | undefined, fields: Fields, evidence: string): Ikev1Row {
  const state = fields.state ?? ''
  const { established, halfOpen, role } = readState(state)
  const printed = readRole(fields.role)
  const optional = {
    row: seconds(row),
    type: fields.type,
    rekey: fields.rekey,
    encryption: fields.encrypt ?? fields.encryption,
    hash: fields.hash,
    auth: fields.auth,
    lifetimeSeconds: seconds(fields.lifetime),
    remainingSeconds: seconds(fields['lifetime remaining']),
  }
  return {
    peer,
    state,
    established,
    halfOpen,
    role: printed === 'unknown' ? role : printed,
    evidence,
    ...shown(optional),
  }
}

/**
 * The IKEv1 part of `show crypto isakmp sa [detail]` and `show crypto ikev1 sa [detail]`: blocks (8.x and
 * later, with or without the heading) and the older table, whose heading may stand before every row.
 */
export function readIkev1(lines: readonly string[]): Ikev1Table {
  const rows: Ikev1Row[] = []
  const unreadable: string[] = []
  let inTable = false
  let recognised = false
  let total: number | undefined
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    total ??= seconds(/^\s*Total IKE SA:\s*(\d+)/i.exec(line)?.[1])
    recognised ||= heading.test(line)
    const start = blockStart.exec(line)?.groups
    if (start?.peer !== undefined) {
      const end = blockLength(lines, at)
      const own = lines.slice(at, end).filter((text) => text.trim() !== '')
      const evidence = own.map((text) => text.trim()).join('\n')
      const row = rowFrom(start.peer, start.row, fieldsOf(own.slice(1)), evidence)
      if (row.state === '') unreadable.push(evidence)
      else rows.push(row)
      recognised = true
      inTable = false
      at = end - 1
    } else if (tableHead.test(line)) {
      inTable = true
      recognised = true
    } else if (inTable && /^\s*\d+\s+\S/.test(line)) {
      const groups = tableRow.exec(line)?.groups
      if (groups?.peer === undefined) unreadable.push(line.trim())
      else rows.push(rowFrom(groups.peer, groups.row, groups, line.trim()))
    } else if (blockEnd.test(line)) inTable = false
  }
  return { recognised, rows, unreadable, ...(total === undefined ? {} : { total }) }
}

/** Where the block that starts here ends: at the next block, or where another part begins. */
function blockLength(lines: readonly string[], start: number): number {
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (blockStart.test(line) || blockEnd.test(line)) return at
  }
  return lines.length
}
