import { isAddress } from '../../model/address.ts'
import { cleanLines } from './output.ts'

/** One NHRP entry of `show dmvpn`. */
export interface DmvpnPeer {
  /** Absent where the device does not know it (`UNKNOWN`, or an empty column). */
  readonly nbma?: string
  readonly tunnelAddress: string
  /** `UP`, `NHRP`, `IKE`, `IPSEC`, `INTF`, as printed. */
  readonly state: string
  /** Letters of the legend: S static, D dynamic, I incomplete, L local, T1 and T2 shortcut routes. */
  readonly attributes: string
}

/** One interface of `show dmvpn`; one with both families appears twice. */
export interface DmvpnInterface {
  readonly interface: string
  readonly family: 4 | 6
  /** `Hub`, `Spoke` or `Hub/Spoke`, as printed. */
  readonly type?: string
  /** The number that the device prints. */
  readonly peerCount?: number
  readonly peers: readonly DmvpnPeer[]
}

const heading = /^\s*Interface: ([A-Za-z]\S*), IPv([46]) NHRP Details/
const legend = /^\s*Legend: Attrb --> /
const kind = /^\s*Type:\s*([A-Za-z/]+), (?:NHRP Peers:|Total NBMA Peers \(v4\/v6\):) ?(\d+)/
// `# Ent` and the NBMA address are left out where the line above has them too.
const row = /^\s*(?:\d+ +)?(?:(\S+) +)?([0-9A-Fa-f.:]+) +([A-Za-z]+) +(?:\S+) +([A-Z][A-Z0-9]*)$/
const nbmaLine = /^\s*\d+\.Peer NBMA Address: (\S+)/
const addressLine = /^\s*Tunnel IPv6 Address: (\S+)/
const statusLine = /Status: ([A-Za-z]+), UpDn Time: [^,]+, Cache Attrib: (\S+)/

function known(nbma: string | undefined): { readonly nbma?: string } {
  return nbma !== undefined && isAddress(nbma) ? { nbma } : {}
}

/** The layout with a line for each peer. */
function rowsOf(lines: readonly string[]): readonly DmvpnPeer[] {
  return lines.flatMap((line) => {
    const [, nbma, tunnelAddress, state, attributes] = row.exec(line) ?? []
    if (tunnelAddress === undefined || state === undefined || attributes === undefined) return []
    return isAddress(tunnelAddress) ? [{ ...known(nbma), tunnelAddress, state, attributes }] : []
  })
}

/** The layout with a block for each peer (IPv6). */
function blocksOf(lines: readonly string[]): readonly DmvpnPeer[] {
  const peers: DmvpnPeer[] = []
  let nbma: string | undefined
  let tunnelAddress: string | undefined
  for (const line of lines) {
    const started = nbmaLine.exec(line)?.[1]
    if (started !== undefined) {
      nbma = started
      tunnelAddress = undefined
    }
    tunnelAddress = addressLine.exec(line)?.[1] ?? tunnelAddress
    const [, state, attributes] = statusLine.exec(line) ?? []
    if (tunnelAddress === undefined || state === undefined || attributes === undefined) continue
    peers.push({ ...known(nbma), tunnelAddress, state, attributes })
  }
  return peers
}

function interfaceOf(name: string, family: 4 | 6, lines: readonly string[]): DmvpnInterface {
  const [, type, count] = lines.map((line) => kind.exec(line)).find((found) => found !== null) ?? []
  return {
    interface: name,
    family,
    ...(type === undefined ? {} : { type }),
    ...(count === undefined ? {} : { peerCount: Number(count) }),
    peers: [...rowsOf(lines), ...blocksOf(lines)],
  }
}

/**
 * Reads `show dmvpn`; undefined when the text is no such output. A router without DMVPN prints the legend
 * alone or nothing. Source: public captures of 12.4 to IOS-XE 17, IPv4 tables and IPv6 blocks.
 */
export function parseDmvpn(text: string): readonly DmvpnInterface[] | undefined {
  const lines = cleanLines(text)
  const starts = lines.flatMap((line, index) => (heading.test(line) ? [index] : []))
  if (starts.length === 0) return lines.some((line) => legend.test(line)) ? [] : undefined
  return starts.map((start, at) => {
    const [, name = '', family] = heading.exec(lines[start] ?? '') ?? []
    return interfaceOf(name, family === '6' ? 6 : 4, lines.slice(start + 1, starts[at + 1]))
  })
}

/**
 * How many clients are registered with one tunnel; undefined where the output does not list it. A spoke's
 * dynamic entries are shortcuts to other spokes, and so are entries with a shortcut route.
 */
export function registeredClients(dmvpn: readonly DmvpnInterface[], tunnel: string): number | undefined {
  const own = dmvpn.filter((each) => each.interface === tunnel)
  if (own.length === 0 || own.some((each) => each.type === undefined)) return undefined
  const clients = own
    .filter(({ type = '' }) => /hub/i.test(type))
    .flatMap(({ peers }) => peers)
    .filter(({ state, attributes }) => state === 'UP' && /D/.test(attributes) && !/[ILST]/.test(attributes))
  return new Set(clients.map(({ nbma, tunnelAddress }) => nbma ?? tunnelAddress)).size
}
