import { printable } from '../../kernel/printable.ts'
import type { CryptoMapEntry } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'

type Check = (entry: CryptoMapEntry, target: string) => Finding | undefined

const incomplete: Check = (entry, target) => {
  const missing = [
    entry.acl === undefined ? 'match address' : undefined,
    entry.peers.length === 0 ? 'set peer' : undefined,
    entry.proposals.length === 0 ? 'transform set or IKEv2 proposal' : undefined,
  ].filter((word) => word !== undefined)
  if (missing.length === 0) return undefined
  return {
    code: 'ENTRY_INCOMPLETE',
    severity: 'block',
    target,
    message: `the entry has no ${missing.join(' and no ')}: it carries no tunnel, so the setting would do nothing`,
    evidence: entry.evidence.join('\n'),
    next: 'finish the entry on the device, or take its number out of the playbook',
  }
}

const unbound: Check = (entry, target) => {
  if (entry.interfaces.length > 0) return undefined
  return {
    code: 'MAP_UNBOUND',
    severity: 'block',
    target,
    message: `the crypto map ${entry.map} is bound to no interface: its entries carry no tunnel`,
    next: `bind it with crypto map ${entry.map} interface NAME, or take it out of the playbook`,
  }
}

const originateOnly: Check = (entry, target) => {
  if (entry.connectionType !== 'originate-only') return undefined
  return {
    code: 'ENTRY_ORIGINATE_ONLY',
    severity: 'block',
    target,
    message:
      'the entry is originate-only, by design of a backup LAN-to-LAN pair: changing it reverses the tunnel',
    evidence: typeLine(entry),
    next: 'ask who built the pair; leave this entry out of the playbook',
  }
}

const unknownType: Check = (entry, target) => {
  const printed = entry.connectionTypePrinted
  if (printed === undefined || entry.connectionType !== undefined) return undefined
  return {
    code: 'RELEASE_UNKNOWN',
    severity: 'block',
    target,
    message: `the entry has connection type ${printable(printed)}, which ikero does not know`,
    evidence: typeLine(entry),
    next: 'leave this entry out of the playbook and report the release and the line',
  }
}

/** What is set, as a line of its own; for the default too, which only `all` prints. */
export function typeLine(entry: CryptoMapEntry): string {
  return `crypto map ${entry.map} ${entry.seq} set connection-type ${entry.connectionTypePrinted ?? 'bidirectional'}`
}

/** What a static entry must have before its connection type may be set: rules of the tech note and of ASA. */
export function checkEntry(entry: CryptoMapEntry, target: string): readonly Finding[] {
  return [incomplete, unbound, originateOnly, unknownType]
    .map((check) => check(entry, target))
    .filter((finding) => finding !== undefined)
}
