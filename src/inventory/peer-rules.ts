import { quoted } from '../document/explain.ts'
import type { Place } from '../document/place.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { didYouMean } from '../kernel/nearest.ts'
import { printable } from '../kernel/printable.ts'
import { addressKey, isAddress, isNetwork } from '../model/address.ts'
import { parseProfileName } from '../model/ids.ts'
import { nameProblem, problem } from './host-rules.ts'

const keyHint =
  'write an address, a network such as 198.51.100.0/24, or HOST/TARGET such as asa-hq/outside_map/40'

function keyProblem(key: string, peer: Place, hosts: readonly string[]): readonly Diagnostic[] {
  if (isAddress(key) || isNetwork(key)) return []
  const [host = '', ...target] = key.split('/')
  const bad = problem('INVALID_VALUE', `${quoted(key)} does not name a peer`, peer.keyAt(), keyHint)
  // Four numbers that are no address are a slip in an address, not the name of a host.
  if (target.length === 0 || parseProfileName(target.join('/')) === undefined || /^[\d.:]+$/.test(host))
    return [bad]
  if (nameProblem(host, 'a host', peer.keyAt()).length > 0) return [bad]
  if (hosts.includes(host)) return []
  const message = `there is no host ${quoted(host)} below hosts`
  return [problem('UNKNOWN_REFERENCE', message, peer.keyAt(), didYouMean(host, hosts))]
}

function textProblems(peer: Place): readonly Diagnostic[] {
  return ['version', 'by'].flatMap((key) => {
    const place = peer.get(key)
    const text = place?.text
    if (place === undefined || text === undefined || printable(text) === text) return []
    return [
      problem(
        'INVALID_VALUE',
        `${key} must be one line of visible characters, not ${quoted(text)}`,
        place.at(),
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
        : [problem('DUPLICATE', `${quoted(key)} is the same address as ${quoted(other)}`, peer.keyAt())]
    return [...keyProblem(key, peer, hosts), ...textProblems(peer), ...again]
  })
}
