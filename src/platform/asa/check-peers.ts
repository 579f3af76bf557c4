import { printable } from '../../kernel/printable.ts'
import type { CryptoMapEntry } from '../../model/facts.ts'
import type { Finding, Severity } from '../../model/finding.ts'
import { type DeviceIntent, declarationFor, type PeerDeclaration } from '../../model/intent.ts'

/**
 * The far end of a crypto map entry must be an ASA, a VPN 3000 or a PIX with 7.0 or later: the exchange that
 * `answer-only` waits for is known to those only (source: the responder-only tech note). Taking the setting
 * away strands nobody, so it is told then and refused otherwise.
 */
export function checkPeers(entry: CryptoMapEntry, target: string, intent: DeviceIntent): readonly Finding[] {
  const severity: Severity = intent.state === 'responder-only' ? 'block' : 'info'
  const addresses = [...new Set(entry.peers)]
  return addresses.flatMap((address) =>
    judge(
      address,
      declarationFor(intent.peers, intent.host, target, address),
      severity,
      entry,
      target,
      intent,
    ),
  )
}

function judge(
  address: string,
  declared: PeerDeclaration | undefined,
  severity: Severity,
  entry: CryptoMapEntry,
  target: string,
  intent: DeviceIntent,
): readonly Finding[] {
  const peer = printable(address)
  const line = entry.evidence.find((text) => / set peer /.test(text))
  const common = { severity, target, peers: [address], ...(line === undefined ? {} : { evidence: line }) }
  const how = `under peers in the inventory write ${peer}: { type: asa, version: …, by: … } or its true type`
  if (declared === undefined || declared.type === 'unknown') {
    const why = declared === undefined ? 'is declared nowhere' : 'is declared with type unknown'
    const message = `the peer ${peer} ${why}, and an answer-only entry needs an ASA, VPN 3000 or PIX 7.0+ there`
    const next = `find out what ${peer} is; ${how}; plan --write-peers writes the block to fill in`
    return [{ ...common, code: 'PEER_TYPE_UNKNOWN', message, next }]
  }
  if (declared.type === 'asa' || declared.type === 'vpn3000') return []
  if (declared.type === 'pix') return judgePix(peer, declared, common, how)
  const message = `the peer ${peer} is declared as ${declared.type}: answer-only works with an ASA, VPN 3000 or PIX 7.0+ only`
  const next = `leave ${target} out for ${intent.host}, or correct the type if ${declared.key} is wrong`
  return [{ ...common, code: 'PEER_TYPE_UNSUPPORTED', message, next }]
}

function judgePix(
  peer: string,
  declared: PeerDeclaration,
  common: Pick<Finding, 'severity' | 'target' | 'peers' | 'evidence'>,
  how: string,
): readonly Finding[] {
  const major = /^(\d{1,2})\./.exec(declared.version ?? '')?.[1]
  if (major !== undefined && Number(major) >= 7) return []
  if (major === undefined) {
    const message = `the peer ${peer} is declared as a pix without a version, and only 7.0 and later fit`
    return [{ ...common, code: 'PEER_TYPE_UNKNOWN', message, next: how }]
  }
  const message = `the peer ${peer} is declared as a pix with ${declared.version}, and only 7.0 and later fit`
  const next = 'leave this entry out of the playbook, or upgrade that end and correct the declaration'
  return [{ ...common, code: 'PEER_VERSION_TOO_OLD', message, next }]
}
