import { addressKey } from '../model/address.ts'
import type { Finding } from '../model/finding.ts'
import type { TargetView } from './peers.ts'
import { listed, soften } from './words.ts'

/**
 * MULTI_PEER: an answering ASA does not walk the peer list of its entry, so it does not follow a peer to its
 * backup address (source: ASA 9.14 VPN guide, IKEv2 multi-peer crypto map).
 */
export function multiPeer({ device, state, name, entry }: TargetView): readonly Finding[] {
  if (entry === undefined || state.findings.some((one) => one.code === 'MULTI_PEER')) return []
  const peers = [...new Map(entry.peers.map((peer) => [addressKey(peer), peer])).values()]
  if (peers.length < 2) return []
  const lines = entry.evidence.filter((line) => / set peer /.test(line))
  return [
    {
      code: 'MULTI_PEER',
      severity: soften('block', device.wanted),
      target: name,
      peers,
      message: `${name} has ${peers.length} peers (${listed(peers)}): an end that only answers does not walk this list, and does not follow its peer to a backup address until it has traffic of its own`,
      ...(lines.length === 0 ? {} : { evidence: lines.join('\n') }),
      next: `leave ${name} out of the playbook, or give each peer an entry of its own`,
    },
  ]
}
