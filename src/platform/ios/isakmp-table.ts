import { isAddress } from '../../model/address.ts'
import { cleanLines, isPromptOrEcho } from './output.ts'

/** One row of `show crypto isakmp sa`: src started the exchange, dst answered it. */
export interface IsakmpRow {
  readonly dst: string
  readonly src: string
  readonly state: string
  readonly connId: number
  /** As printed: `ACTIVE`, `ACTIVE (deleted)`; absent in layouts that have no such column. */
  readonly status?: string
  readonly evidence: string
}

/** A table with the rows that could not be read beside those that could. */
export interface Table<Row> {
  readonly rows: readonly Row[]
  readonly unreadable: readonly string[]
}

const heading = /^\s*IPv[46] Crypto ISAKMP SA\s*$/
const columns = /^\s*dst\s+src\s+state\s+(?:conn-?id|C-id)/i
const detailColumns = /^\s*C-id\s+Local\s+Remote/
// `slot` stands between conn-id and status in older releases.
const row = /^\s*(\S+)\s+(\S+)\s+([A-Z][A-Z0-9_]+)\s+(\d+)(?:\s+\d+)?(?:\s+([A-Z].*))?$/
const blockLine =
  /^\s*(dst|src|state):\s*(\S+)(?:\s+conn-?id:\s*(\d+))?(?:\s+slot:\s*\d+)?(?:\s+status:\s*(.+))?$/

interface Block {
  readonly lines: string[]
  dst?: string
  src?: string
}

function rowOf(parts: {
  readonly dst: string | undefined
  readonly src: string | undefined
  readonly state: string | undefined
  readonly connId: string | undefined
  readonly status: string | undefined
  readonly evidence: string
  readonly statusExpected: boolean
}): IsakmpRow | undefined {
  const { dst, src, state, connId, status } = parts
  if (dst === undefined || src === undefined || state === undefined || connId === undefined) return undefined
  if (!isAddress(dst) || !isAddress(src)) return undefined
  if (status === undefined && parts.statusExpected) return undefined
  return {
    dst,
    src,
    state,
    connId: Number(connId),
    ...(status === undefined ? {} : { status: status.trim() }),
    evidence: parts.evidence,
  }
}

/**
 * Reads `show crypto isakmp sa` in its layouts: with and without `slot`, IPv6 as rows or as blocks.
 * Undefined when the text is no such output; headings without rows are an empty table. Sources: captures
 * of 12.4 to 17.x; that src is the initiator: one lab seen from both ends.
 */
export function parseIsakmpTable(text: string): Table<IsakmpRow> | undefined {
  const lines = cleanLines(text).filter((line) => line.trim() !== '' && !isPromptOrEcho(line))
  if (lines.some((line) => detailColumns.test(line))) return undefined
  if (!lines.some((line) => heading.test(line) || columns.test(line))) return undefined
  const rows: IsakmpRow[] = []
  const unreadable: string[] = []
  let statusExpected = true
  let block: Block | undefined
  const take = (read: IsakmpRow | undefined, evidence: string): void => {
    if (read === undefined) unreadable.push(evidence)
    else rows.push(read)
  }
  const giveUp = (): void => {
    if (block !== undefined) unreadable.push(block.lines.join('\n'))
    block = undefined
  }
  for (const line of lines) {
    const part = blockLine.exec(line)
    if (part === null) giveUp()
    if (heading.test(line)) continue
    if (columns.test(line)) {
      statusExpected = /\bstatus\b/i.test(line)
    } else if (part === null) {
      const [, dst, src, state, connId, status] = row.exec(line) ?? []
      take(rowOf({ dst, src, state, connId, status, evidence: line, statusExpected }), line)
    } else {
      const [, key, value = '', connId, status] = part
      if (key === 'dst') {
        giveUp()
        block = { lines: [line], dst: value }
        continue
      }
      block ??= { lines: [] }
      block.lines.push(line)
      if (key === 'src') {
        block.src = value
        continue
      }
      const evidence = block.lines.join('\n')
      const { dst, src } = block
      block = undefined
      take(rowOf({ dst, src, state: value, connId, status, evidence, statusExpected: true }), evidence)
    }
  }
  giveUp()
  return { rows, unreadable }
}

/** The SA carries traffic keys: `QM_IDLE`, active and not about to go. */
export function isEstablished(row: Pick<IsakmpRow, 'state' | 'status'>): boolean {
  const status = row.status ?? 'ACTIVE'
  return row.state === 'QM_IDLE' && /^ACTIVE\b/.test(status) && !/\(deleted\)/i.test(status)
}
