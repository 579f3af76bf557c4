import type { FindingCode } from '../codes.ts'
import { type Explanation, severities } from './explanation.ts'

const techNote =
  'Cisco tech note 113158: connection-type works only with an ASA 5500, a VPN 3000 or a PIX 500 with 7.0 or later at the other end'

type Code = Extract<
  FindingCode,
  | 'PEER_TYPE_UNSUPPORTED'
  | 'PEER_TYPE_UNKNOWN'
  | 'PEER_VERSION_TOO_OLD'
  | 'MULTI_PEER'
  | 'BOTH_ENDS_RESPONDER'
  | 'SOLE_INITIATOR'
  | 'LIFETIME_SHORTER'
>

/** The other end, and whether it can live with an end that only answers. */
export const peerExplanations: Readonly<Record<Code, Explanation>> = {
  PEER_TYPE_UNSUPPORTED: {
    title: 'the peer of an ASA entry is of another make',
    severity: severities.strands,
    meaning:
      'The inventory declares, or the device itself shows, a peer that is no ASA, VPN 3000 or PIX 7.0+.',
    wouldBreak:
      'The exchange before the first tunnel that answer-only waits for is known to those three only: with a router or a cloud gateway traffic is blackholed.',
    todo: 'Leave this entry out of the playbook; correct the type in the inventory if it is wrong.',
    source: `${techNote}; Oracle's troubleshooting page tells of blackholed traffic with originate-only towards its gateway`,
    since: 'now',
  },
  PEER_TYPE_UNKNOWN: {
    title: 'nobody has said what the peer is',
    severity: severities.strands,
    meaning:
      'The peer of an ASA entry was not read in this run and is declared nowhere, or as unknown. A gateway cannot tell: ASA, VPN 3000 and PIX share one vendor ID, and an ASA imitates IOS.',
    wouldBreak: 'As PEER_TYPE_UNSUPPORTED, if it is of another make.',
    todo: 'plan --write-peers FILE writes all undeclared peers as a block to fill in: type, and by whom it is known.',
    source: `${techNote}; ASA debug messages 715038, 715048 and 715049 on vendor IDs`,
    since: 'now',
  },
  PEER_VERSION_TOO_OLD: {
    title: 'the peer runs software before 7.0',
    severity: severities.strands,
    meaning:
      'The peer of an ASA entry is a PIX with less than 7.0, by declaration or by its own show version.',
    wouldBreak:
      'PIX 6.x does not know the exchange that answer-only waits for: the tunnel does not come up again.',
    todo: 'Upgrade that end, or leave the entry out of the playbook.',
    source: techNote,
    since: 'now',
  },
  MULTI_PEER: {
    title: 'an ASA entry lists several peers',
    severity: severities.strands,
    meaning: 'set peer has more than one address: a primary and its backups.',
    wouldBreak:
      'An end that only answers does not walk its list. It does not follow its peer to a backup address until it has traffic of its own, and then it may not call.',
    todo: 'Leave the entry out, or give each peer an entry of its own.',
    source: 'Cisco document 220638, "Understand IKEv2 Crypto Map Backup Peers"',
    since: 'now',
  },
  BOTH_ENDS_RESPONDER: {
    title: 'both ends would only answer',
    severity: `${severities.strands}; a device on which both ends already are responders is failed, not compliant`,
    meaning:
      'The other end is in this run or was read in it, and it is responder-only or answer-only, now or by this plan.',
    wouldBreak:
      'Nobody starts. The tunnel lives until its present SAs expire, up to a day, and never comes back.',
    todo: 'Decide which end calls, and take the other one out of the playbook (or set it to bidirectional).',
    source:
      'follows from the IOS feature guide "IKE Responder-Only Mode": such an end starts neither main, aggressive nor quick mode',
    since: 'now',
  },
  SOLE_INITIATOR: {
    title: 'perhaps only this end can start',
    severity: `block unless the playbook accepts it, where the peer cannot start or where a target with one peer shows nothing; warn on a target with many peers; info where the peer can, and this end has called so far; only info with state: bidirectional`,
    meaning:
      'Nothing shows that the peer can start: no SA that it started, now or on record; its configuration was not read; nothing is declared. Or something speaks against it: initiates: never, a responder at the other end, a cloud gateway that waits to be called.',
    wouldBreak: 'The tunnel goes down at the next expiry and nobody calls.',
    todo: 'Give the host its endpoints so that it is read, let the peer start once, or declare initiates: always or on-traffic as its owner confirms.',
    source: "operators' experience; AWS VPN guide: its gateways wait to be called by default",
    since: 'now',
  },
  LIFETIME_SHORTER: {
    title: 'the lifetime here is shorter than there',
    severity: `block unless the playbook accepts it, where shorter than the known value of the peer; warn where only the default of its platform is known; info where equal or with IKEv1; only info with state: bidirectional`,
    meaning:
      'With IKEv2 lifetimes are not negotiated: the end with the shorter one starts the rekey. IKE and IPsec are compared, in seconds and kilobytes.',
    wouldBreak:
      'An end that may not start cannot rekey: its SA expires and the tunnel drops, hours after the change, again and again.',
    todo: 'Make the lifetime of this end longer than that of the peer; the message names the line. ikero does not send it.',
    source: 'RFC 7296, section 2.8; for IKEv1 the lower value is negotiated (ASA messages 713073 to 713076)',
    since: 'now',
  },
}
