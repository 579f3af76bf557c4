import type { Place } from '../document/place.ts'
import { visibleLine } from '../document/visible-line.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { quoted } from '../kernel/printable.ts'
import { addressKey, isAddress, isNetwork } from '../model/address.ts'
import { parseProfileName } from '../model/ids.ts'
import { nameProblem } from './host-rules.ts'

const keyHint =
  'write an address, a network such as 198.51.100.0/24, or HOST/TARGET such as asa-hq/outside_map/40'

function keyProblem(key: string, peer: Place, hosts: readonly string[]): readonly Diagnostic[] {
  if (isAddress(key) || isNetwork(key)) return []
  const [host = '', ...target] = key.split('/')
  const bad = diagnostic('INVALID_VALUE', `${quoted(key)} does not name a peer`, peer.keyAt(), keyHint)
  // Four numbers that are no address are a slip in an address, not the name of a host.
  if (target.length === 0 || parseProfileName(target.join('/')) === undefined || /^[\d.:]+$/.test(host))
    return [bad]
  if (nameProblem(host, 'a host', peer.keyAt()).length > 0) return [bad]
  if (hosts.includes(host)) return []
  const message = `there is no host ${quoted(host)} below hosts`
  return [diagnostic('UNKNOWN_REFERENCE', message, peer.keyAt(), didYouMean(host, hosts))]
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
      ...again,
    ]
  })
}
