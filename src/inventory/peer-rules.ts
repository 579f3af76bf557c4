import type { Place } from '../document/place.ts'
import { visibleLine } from '../document/visible-line.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { parseDuration } from '../kernel/duration.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'
import { addressKey, isAddress, isNetwork } from '../model/address.ts'
import { isTargetName } from '../model/intent.ts'
import { nameProblem } from './host-rules.ts'

const keyHint =
  'write an address, a network such as 198.51.100.0/24, or HOST/TARGET such as asa-hq/outside_map/40'

function keyProblem(key: string, peer: Place, hosts: readonly string[]): readonly Diagnostic[] {
  if (isAddress(key) || isNetwork(key)) return []
  const [host = '', ...target] = key.split('/')
  const bad = diagnostic('INVALID_VALUE', `${quoted(key)} does not name a peer`, peer.keyAt(), keyHint)
  // Four numbers that are no address are a slip in an address, not the name of a host.
  if (target.length === 0 || !isTargetName(target.join('/')) || /^[\d.:]+$/.test(host)) return [bad]
  if (nameProblem(host, 'a host', peer.keyAt()).length > 0) return [bad]
  if (hosts.includes(host)) return []
  const message = `there is no host ${quoted(host)} below hosts`
  return [diagnostic('UNKNOWN_REFERENCE', message, peer.keyAt(), didYouMean(host, hosts))]
}

const daySeconds = 86_400
/** What a device takes at most: 32 bits with a sign, as ASA has it for IKE. */
const longestLifetimeMs: number = 24_855 * daySeconds * 1000
const shortestLifetimeMs = 60_000

function lifetimeProblems(lifetimes: Place | undefined): readonly Diagnostic[] {
  return ['ike', 'ipsec'].flatMap((key) => {
    const place = lifetimes?.get(key)
    const ms = parseDuration(place?.text ?? '')
    if (place === undefined || ms === undefined) return []
    if (ms >= shortestLifetimeMs && ms <= longestLifetimeMs) return []
    return [
      diagnostic(
        'INVALID_VALUE',
        `lifetimes.${key} must be from 1m to 24855d, not ${place.text}`,
        place.at(),
        'write the lifetime of the SA as it is configured at that end',
      ),
    ]
  })
}

/** Everything about `peers` that a schema cannot say. */
export function peerProblems(root: Place): readonly Diagnostic[] {
  const hosts = (root.get('hosts')?.entries() ?? []).map(([name]) => name)
  const first = new Map<string, string>()
  return (root.get('peers')?.entries() ?? []).flatMap(([key, peer]) => {
    const same = addressKey(key)
    const other = first.get(same)
    if (other === undefined) first.set(same, key)
    const again =
      other === undefined
        ? []
        : [diagnostic('DUPLICATE', `${quoted(key)} is the same address as ${quoted(other)}`, peer.keyAt())]
    return [
      ...keyProblem(key, peer, hosts),
      ...visibleLine(peer.get('version'), 'version'),
      ...visibleLine(peer.get('by'), 'by'),
      ...lifetimeProblems(peer.get('lifetimes')),
      ...again,
    ]
  })
}
