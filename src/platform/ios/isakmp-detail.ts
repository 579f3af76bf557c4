import { isAddress } from '../../model/address.ts'
import type { Table } from './isakmp-table.ts'
import { cleanLines, durationSeconds, isPromptOrEcho } from './output.ts'

/** One row of `show crypto isakmp sa detail`: which end is this device, and how long the SA still lives. */
export interface IsakmpDetailRow {
  readonly connId: number
  readonly local: string
  readonly remote: string
  readonly ivrf?: string
  readonly status: string
  /** What is left of the lifetime. */
  readonly remainingSeconds?: number
  readonly evidence: string
}

const heading = /^\s*IPv[46] Crypto ISAKMP SA\s*$/
const columns = /^\s*C-id\s+Local\s+Remote/
// The legend of capability letters, and the engine line below each row.
const passed = /^\s*(?:Codes: |[A-Z] - |Engine-id:|psk - |rsig - |renc - |IPv[46] Crypto)/
// I-VRF may be blank, so that the columns behind Remote shift.
const row = /^\s*(\d+)\s+(\S+)\s+(\S+)\s+(.*)$/
const blockLine = /^\s*(?:Local|Remote|I-VRF|Status|conn-id)\s*:/i

function detailOf(line: string): IsakmpDetailRow | undefined {
  const [, connId, local = '', remote = '', rest = ''] = row.exec(line) ?? []
  if (connId === undefined || !isAddress(local) || !isAddress(remote)) return undefined
  const words = rest.split(/\s+/)
  const at = words.findIndex((word) => /^(?:ACTIVE|STDBY|STANDBY|DELETED|DELETE|INACTIVE)$/i.test(word))
  const status = words[at]
  if (status === undefined || at > 1) return undefined
  const ivrf = at === 1 ? words[0] : undefined
  const remaining = words.map(durationSeconds).find((seconds) => seconds !== undefined)
  return {
    connId: Number(connId),
    local,
    remote,
    ...(ivrf === undefined ? {} : { ivrf }),
    status,
    ...(remaining === undefined ? {} : { remainingSeconds: remaining }),
    evidence: line,
  }
}

/** Reads `show crypto isakmp sa detail`; undefined when the text is no such output. */
export function parseIsakmpDetail(text: string): Table<IsakmpDetailRow> | undefined {
  const lines = cleanLines(text).filter((line) => line.trim() !== '' && !isPromptOrEcho(line))
  const shortForm = lines.some((line) => /^\s*dst\s+src\s+state/i.test(line) || blockLine.test(line))
  if (shortForm || !lines.some((line) => heading.test(line) || columns.test(line))) return undefined
  const rows: IsakmpDetailRow[] = []
  const unreadable: string[] = []
  for (const line of lines) {
    if (heading.test(line) || columns.test(line) || passed.test(line)) continue
    const read = detailOf(line)
    if (read === undefined) unreadable.push(line)
    else rows.push(read)
  }
  return { rows, unreadable }
}
