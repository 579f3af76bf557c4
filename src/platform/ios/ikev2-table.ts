import { isAddress } from '../../model/address.ts'
import { firstOf } from '../text.ts'
import type { Table } from './isakmp-table.ts'
import { cleanLines, isPromptOrEcho } from './output.ts'

/** One SA of `show crypto ikev2 sa`, with what `detailed` adds. */
export interface Ikev2Row {
  readonly tunnelId: number
  readonly local: string
  readonly localPort: number
  readonly remote: string
  readonly remotePort: number
  /** `fvrf/ivrf` as printed; long names are cut by the device. */
  readonly vrf: string
  readonly status: string
  readonly lifeSeconds?: number
  readonly activeSeconds?: number
  readonly localSpi?: string
  /** Present where `Initiator of SA` was printed. */
  readonly initiator?: boolean
  readonly evidence: string
}

const heading = /^\s*IPv[46] Crypto IKEv2\s+(?:SA|Session)\b/
const anyHeading = /^\s*(?:IPv[46] Crypto IKEv2\s+(?:SA|Session)\b|Tunnel-id\s)/
const row = /^\s*(\d+)\s+(\S+)\/(\d+)\s+(\S+)\/(\d+)\s+(\S+)\s+(\S+)$/
// IPv6: the endpoints stand on lines of their own below.
const shortRow = /^\s*(\d+)\s+(\S+\/\S*)\s+(\S+)$/
const endpoint = /^\s*(Local|Remote)\s+(\S+)\/(\d+)$/
const startsRow = /^\s{0,2}\d+\s/

interface Draft {
  readonly lines: string[]
  readonly tunnelId: string
  readonly vrf: string
  readonly status: string
  local?: string
  localPort?: string
  remote?: string
  remotePort?: string
}

function draftOf(line: string): Draft | undefined {
  const full = row.exec(line)
  if (full !== null) {
    const [, tunnelId = '', local = '', localPort = '', remote = '', remotePort = '', vrf = '', status = ''] =
      full
    return { lines: [line], tunnelId, local, localPort, remote, remotePort, vrf, status }
  }
  const [, tunnelId, vrf = '', status = ''] = shortRow.exec(line) ?? []
  return tunnelId === undefined ? undefined : { lines: [line], tunnelId, vrf, status }
}

function rowOf(draft: Draft): Ikev2Row | undefined {
  const { local = '', remote = '', lines } = draft
  if (!isAddress(local) || !isAddress(remote) || !/^[A-Z][A-Z-]*$/.test(draft.status)) return undefined
  // An identity is the peer's own text: it must not pass for what the device says.
  const own = lines.filter((line) => !/^\s*(?:Local|Remote) id\b/i.test(line))
  const life = firstOf(own, /^\s*Life\/Active Time:\s*(\d+)\/\d+ sec/)
  const active = firstOf(own, /^\s*Life\/Active Time:\s*\d+\/(\d+) sec/)
  const initiator = firstOf(own, /^\s*Initiator of SA\s*:\s*(Yes|No)\b/i)
  const localSpi = firstOf(own, /^\s*Local spi:\s*([0-9A-Fa-f]+)/)
  return {
    tunnelId: Number(draft.tunnelId),
    local,
    localPort: Number(draft.localPort),
    remote,
    remotePort: Number(draft.remotePort),
    vrf: draft.vrf,
    status: draft.status,
    ...(life === undefined ? {} : { lifeSeconds: Number(life) }),
    ...(active === undefined ? {} : { activeSeconds: Number(active) }),
    ...(localSpi === undefined ? {} : { localSpi }),
    ...(initiator === undefined ? {} : { initiator: initiator.toLowerCase() === 'yes' }),
    evidence: evidenceOf(lines),
  }
}

// The row and what decides the role; the rest of a detailed SA is two dozen lines.
function evidenceOf(lines: readonly string[]): string {
  const [first = '', ...rest] = lines
  return [first, ...rest.filter((line) => endpoint.test(line) || /Initiator of SA|Active Time/.test(line))]
    .map((line) => line.trim())
    .join('\n')
}

/**
 * Reads `show crypto ikev2 sa [detailed]` and `show crypto ikev2 session`; undefined when the text is no
 * such output. A device without IKEv2 SAs prints the headings only, or nothing: what nothing means is for
 * the caller. Sources: captures of 15.x and 16.x.
 */
export function parseIkev2Table(text: string): Table<Ikev2Row> | undefined {
  const lines = cleanLines(text).filter((line) => line.trim() !== '' && !isPromptOrEcho(line))
  if (!lines.some((line) => heading.test(line))) return undefined
  const rows: Ikev2Row[] = []
  const unreadable: string[] = []
  let draft: Draft | undefined
  const close = (): void => {
    if (draft === undefined) return
    const read = rowOf(draft)
    if (read === undefined) unreadable.push(draft.lines.join('\n'))
    else rows.push(read)
    draft = undefined
  }
  for (const line of lines) {
    if (anyHeading.test(line)) {
      close()
    } else if (startsRow.test(line)) {
      close()
      draft = draftOf(line)
      if (draft === undefined) unreadable.push(line)
    } else if (draft !== undefined) {
      draft.lines.push(line)
      const [, end, address, port] = endpoint.exec(line) ?? []
      if (end === 'Local' && address !== undefined && port !== undefined) {
        draft.local ??= address
        draft.localPort ??= port
      } else if (end === 'Remote' && address !== undefined && port !== undefined) {
        draft.remote ??= address
        draft.remotePort ??= port
      }
    }
  }
  close()
  return { rows, unreadable }
}
