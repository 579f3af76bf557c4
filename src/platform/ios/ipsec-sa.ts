import type { ParsedFlow, ParsedIpsecSa } from '../../model/parsed.ts'
import { cleanLines } from './output.ts'

// The role of these SAs is that of phase 2 and proves nothing about IKE.

interface OpenFlow {
  interface: string
  mapTag?: string
  local?: string
  peer?: string
  peerPort?: number
  readonly sas: ParsedIpsecSa[]
}

const section = /^\s*(inbound|outbound) (esp|ah|pcp) sas:/
const current = /^\s*current_peer:? (\S+)(?: port (\d+))?/

/** What a line says of the SA that stands above it. */
function detailOf(line: string): Partial<ParsedIpsecSa> {
  const connId = /^\s*conn id: (\d+)/.exec(line)?.[1]
  const initiator = /\binitiator ?: ?(True|False)\b/i.exec(line)?.[1]
  const [, kilobytes, seconds] = /remaining key lifetime \(k\/sec\): ?\((\d+)\/(\d+)\)/.exec(line) ?? []
  // Without a volume limit only the seconds are printed.
  const only = /remaining key lifetime \(sec\): ?\(?(\d+)\)?/.exec(line)?.[1] ?? seconds
  const status = /^\s*Status: (\S+)/.exec(line)?.[1]
  return {
    ...(connId === undefined ? {} : { connId: Number(connId) }),
    ...(initiator === undefined ? {} : { initiator: /^true$/i.test(initiator) }),
    ...(kilobytes === undefined ? {} : { remainingKilobytes: Number(kilobytes) }),
    ...(only === undefined ? {} : { remainingSeconds: Number(only) }),
    ...(status === undefined ? {} : { status }),
  }
}

/** What a line says of the flow. */
function flowDetail(flow: OpenFlow, line: string): void {
  const [, peer, port] = current.exec(line) ?? []
  if (peer !== undefined) flow.peer = peer
  if (port !== undefined) flow.peerPort = Number(port)
  // The endpoints are the addresses that IKE used; `local addr` above them is the map's.
  const [, local, remote] = /^\s*local crypto endpt\.: (\S+), remote crypto endpt\.: (\S+)/.exec(line) ?? []
  if (local !== undefined) flow.local = local
  if (remote !== undefined) flow.peer ??= remote
}

/**
 * Reads `show crypto ipsec sa [detail]` of IOS; undefined when the text is no such output. The indentation
 * differs between releases and is not used. Source: public captures of 12.4 to IOS-XE 17.
 */
export function parseIpsecSas(text: string): readonly ParsedFlow[] | undefined {
  const flows: OpenFlow[] = []
  let name: string | undefined
  let mapTag: string | undefined
  let place: Pick<ParsedIpsecSa, 'direction' | 'protocol'> | undefined
  for (const line of cleanLines(text)) {
    name = /^\s*interface: ([A-Za-z]\S*)$/.exec(line)?.[1] ?? name
    mapTag = /^\s*Crypto map tag: ([^\s,]+),/.exec(line)?.[1] ?? mapTag
    if (name !== undefined && mapTag !== undefined && /^\s*protected vrf:/.test(line)) {
      flows.push({ interface: name, mapTag, sas: [] })
      place = undefined
    }
    const flow = flows.at(-1)
    if (flow === undefined) continue
    const [, direction, protocol] = section.exec(line) ?? []
    if (direction !== undefined)
      place =
        protocol === 'pcp'
          ? undefined
          : {
              direction: direction === 'inbound' ? 'inbound' : 'outbound',
              protocol: protocol === 'ah' ? 'ah' : 'esp',
            }
    const spi = /^\s*spi: (0x[0-9A-Fa-f]+)/.exec(line)?.[1]
    const last = flow.sas.at(-1)
    if (place === undefined) flowDetail(flow, line)
    else if (spi !== undefined) flow.sas.push({ ...place, spi })
    else if (last?.direction === place.direction && last.protocol === place.protocol)
      flow.sas[flow.sas.length - 1] = { ...last, ...detailOf(line) }
  }
  return flows.length === 0 ? undefined : flows
}
