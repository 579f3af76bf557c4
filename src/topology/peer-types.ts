import { printable } from '../kernel/printable.ts'
import { addressKey } from '../model/address.ts'
import type { FindingCode } from '../model/codes.ts'
import type { OsFamily, SoftwareFacts } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import { declarationFor, type PeerDeclaration, type PeerType } from '../model/intent.ts'
import { softwareInWords } from '../model/software-name.ts'
import { type ReadDevice, spaceOf } from './input.ts'
import type { TargetView } from './peers.ts'
import { saidBy, soften } from './words.ts'

// "ASA 5500" in the rule of the tech note covers every platform that runs ASA software; FTD is not one of them.
const typeOf: Readonly<Record<OsFamily, PeerType>> = {
  ios: 'ios',
  'ios-xe': 'ios',
  asa: 'asa',
  pix: 'pix',
  ftd: 'other',
  nxos: 'other',
  iosxr: 'other',
  other: 'unknown',
}

/** What a peer is by its own `show version`. */
export interface ReadPeerType {
  readonly type: PeerType
  readonly version?: string
  readonly host: string
  readonly evidence: string
}

/** What a device that was read is. */
export function typed(device: Pick<ReadDevice, 'host' | 'facts'>): ReadPeerType {
  const { os, version, evidence } = device.facts.software
  return { type: typeOf[os], host: spaceOf(device), evidence, ...(version === undefined ? {} : { version }) }
}

/** True for PIX before 7.0, and for whatever else calls itself a security appliance with such a version. */
export function isTooOld(version: string | undefined): boolean {
  const major = /^(\d{1,3})\./.exec(version ?? '')?.[1]
  return major !== undefined && Number(major) < 7
}

/** Addresses that exactly one kind of device owns; where private addresses repeat, those of endpoints only. */
function typesByAddress(
  devices: readonly ReadDevice[],
): ReadonlyMap<string, readonly [string, ReadPeerType]> {
  const all = new Map<string, { address: string; stated: ReadPeerType[]; own: ReadPeerType[] }>()
  const entryOf = (address: string) => {
    const found = all.get(addressKey(address)) ?? { address, stated: [], own: [] }
    all.set(addressKey(address), found)
    return found
  }
  for (const device of devices) {
    for (const address of device.facts.ownAddresses) entryOf(address).own.push(typed(device))
    for (const address of device.endpoints ?? []) entryOf(address).stated.push(typed(device))
  }
  const out = new Map<string, readonly [string, ReadPeerType]>()
  for (const [key, { address, stated, own }] of all) {
    const types = stated.length > 0 ? stated : own
    // The units of a pair share an address and a kind; during an upgrade the older one may be the one that answers.
    const oldest = types.find((one) => isTooOld(one.version)) ?? types[0]
    if (oldest !== undefined && types.every((one) => one.type === oldest.type))
      out.set(key, [address, oldest])
  }
  return out
}

/** What the device at an address is, by its own `show version`; undefined where none or several were read there. */
export function peerTypeFrom(devices: readonly ReadDevice[], address: string): ReadPeerType | undefined {
  return typesByAddress(devices).get(addressKey(address))?.[1]
}

/**
 * Declarations for every address of devices that were read, typed by their own `show version`, to be put
 * before the inventory's own: a peer that is read needs no declared type. What the inventory says of such an
 * address besides (`initiates`, `by`, lifetimes) is kept; a declaration by `HOST/TARGET` still goes first.
 */
export function declarationsFromDevices(
  devices: readonly ReadDevice[],
  declared: readonly PeerDeclaration[] = [],
): readonly PeerDeclaration[] {
  return [...typesByAddress(devices).values()]
    .filter(([, { type }]) => type !== 'unknown')
    .map(([address, { type, version }]) => {
      const said = declarationFor(declared, '', '', address)
      const { version: _, ...rest } = said ?? {}
      return { ...rest, key: address, type, ...(version === undefined ? {} : { version }) }
    })
}

const codes: readonly FindingCode[] = ['PEER_TYPE_UNKNOWN', 'PEER_TYPE_UNSUPPORTED', 'PEER_VERSION_TOO_OLD']

/**
 * PEER_TYPE_UNSUPPORTED and PEER_VERSION_TOO_OLD of crypto map entries whose peer was read, by its own
 * `show version`. Where the platform's checks have judged the peers of this target, nothing is added.
 */
export function peerTypes(view: TargetView): readonly Finding[] {
  const { state, peers } = view
  if (state.target.kind !== 'crypto-map-entry') return []
  if (state.findings.some((one) => codes.includes(one.code))) return []
  return peers.flatMap((peer) => {
    const [first, ...more] = peer.ends
    if (first === undefined || more.length > 0) return []
    const finding = judge(view, peer.address, first.node.space, first.node.facts.software)
    return finding === undefined ? [] : [finding]
  })
}

function judge(
  view: TargetView,
  address: string,
  host: string,
  software: SoftwareFacts,
): Finding | undefined {
  const type = typeOf[software.os]
  const code = codeOf(type, software.version)
  if (code === undefined) return undefined
  const name = printable(host)
  return {
    code,
    severity: soften('block', view.device.wanted),
    target: view.name,
    peers: [address],
    message: `the peer ${printable(address)} is ${name} and runs ${softwareInWords(software)}: an answer-only entry needs an ASA, VPN 3000 or PIX 7.0+ there`,
    evidence: saidBy(host, software.evidence),
    next:
      code === 'PEER_VERSION_TOO_OLD'
        ? `upgrade ${name} to 7.0 or later, or leave ${view.name} out of the playbook`
        : `leave ${view.name} out of the playbook`,
  }
}

function codeOf(type: PeerType, version: string | undefined): FindingCode | undefined {
  if (type === 'unknown') return 'PEER_TYPE_UNKNOWN'
  if (type !== 'asa' && type !== 'pix') return 'PEER_TYPE_UNSUPPORTED'
  return isTooOld(version) ? 'PEER_VERSION_TOO_OLD' : undefined
}
