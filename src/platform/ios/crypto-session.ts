import { isAddress } from '../../model/address.ts'
import { cleanLines } from './output.ts'

/** One IKE SA of `show crypto session [detail]`; this output never tells who started it. */
export interface SessionSa {
  readonly version: 1 | 2
  /** Older releases print `IKE SA:` without a version, and mean IKEv1. */
  readonly versionPrinted: boolean
  readonly local: string
  readonly localPort: number
  readonly peer: string
  readonly peerPort: number
  readonly state: string
  readonly interface?: string
  readonly sessionStatus?: string
}

const saLine = /^\s*IKE(?:v([12]))? SA: local (\S+)\/(\d+) remote (\S+)\/(\d+)\s+(\S+)$/
const heading = /^\s*(?:Crypto session current status|Interface: |Session status: )/

/** Long IPv6 endpoints put `remote` on a line of its own. */
function joined(lines: readonly string[]): readonly string[] {
  const out: string[] = []
  for (const line of lines) {
    const last = out.at(-1)
    if (last !== undefined && /^\s*IKE(?:v[12])? SA: local \S+$/.test(last) && /^\s*remote /.test(line))
      out[out.length - 1] = `${last} ${line.trim()}`
    else out.push(line)
  }
  return out
}

/** Reads `show crypto session`; undefined when the text is no such output. */
export function parseCryptoSession(text: string): readonly SessionSa[] | undefined {
  const lines = joined(cleanLines(text))
  if (!lines.some((line) => heading.test(line))) return undefined
  const sas: SessionSa[] = []
  let session: Pick<SessionSa, 'interface' | 'sessionStatus'> = {}
  for (const line of lines) {
    const name = /^\s*Interface: (\S+)/.exec(line)?.[1]
    const status = /^\s*Session status: (\S+)/.exec(line)?.[1]
    if (name !== undefined) session = { interface: name }
    if (status !== undefined) session = { ...session, sessionStatus: status }
    const [, version, local, localPort, peer, peerPort, state] = saLine.exec(line) ?? []
    if (local === undefined || peer === undefined || state === undefined) continue
    sas.push({
      version: version === '2' ? 2 : 1,
      versionPrinted: version !== undefined,
      local,
      localPort: Number(localPort),
      peer,
      peerPort: Number(peerPort),
      state,
      ...session,
    })
  }
  return sas
}

interface Session {
  readonly withoutIke: boolean
  peer?: string
  /** Printed figures of IPsec SAs, one for each flow. */
  readonly ipsecSas: number[]
}

/**
 * The peers whose session is UP-NO-IKE: IPsec SAs carry its traffic, and there is no IKE SA until they are
 * rekeyed. A session that lists no IPsec SA contradicts that, and is not up. Undefined when the text is no
 * `show crypto session`.
 */
export function peersUpWithoutIke(text: string): readonly string[] | undefined {
  const lines = cleanLines(text)
  if (!lines.some((line) => heading.test(line))) return undefined
  const sessions: Session[] = []
  for (const line of lines) {
    const status = /^\s*Session status: (\S+)/.exec(line)?.[1]
    if (status !== undefined) sessions.push({ withoutIke: status === 'UP-NO-IKE', ipsecSas: [] })
    const session = sessions.at(-1)
    if (session === undefined) continue
    const peer = /^\s*Peer: (\S+)/.exec(line)?.[1]
    if (peer !== undefined && isAddress(peer)) session.peer ??= peer
    const count = /^\s*Active SAs: (\d+)/.exec(line)?.[1]
    if (count !== undefined) session.ipsecSas.push(Number(count))
  }
  const up = sessions.filter(
    ({ withoutIke, ipsecSas }) =>
      withoutIke && (ipsecSas.length === 0 || ipsecSas.some((count) => count > 0)),
  )
  return [...new Set(up.flatMap(({ peer }) => peer ?? []))]
}
