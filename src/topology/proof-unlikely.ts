import { addressKey } from '../model/address.ts'
import type { Finding } from '../model/finding.ts'
import { canStart } from './can-start.ts'
import type { TopologyInput } from './input.ts'
import type { JudgedPeer, TargetView } from './peers.ts'
import { listed } from './words.ts'

/**
 * PROOF_UNLIKELY: a change whose proof may not come by itself, because no peer has an SA, or because every
 * peer starts only when it has traffic. Nothing is to be proven where the setting is taken away or stands.
 */
export function proofUnlikely(view: TargetView, input: TopologyInput): readonly Finding[] {
  const { device, state, peers } = view
  if (device.wanted === 'bidirectional' || state.before === state.wanted) return []
  if (peers.length === 0 && !state.peers.any) return []
  if (isIdle(view)) {
    const which =
      peers.length === 0 ? 'no peer' : `none of its peers (${listed(peers.map((one) => one.address))})`
    return [finding(view, peers, `${which} has an SA: nothing can be proven until one calls`)]
  }
  const onTraffic =
    peers.length > 0 &&
    peers.every((peer) => {
      const start = canStart(view, peer, input)
      return start.kind === 'yes' && start.basis === 'on-traffic'
    })
  if (!onTraffic) return []
  const which = listed(peers.map((one) => one.address))
  return [
    finding(
      view,
      peers,
      `its peers start only when they have traffic (${which}): a fresh SA may be long in coming`,
    ),
  ]
}

/** No SA with any of its peers, and no row that could be one; a session that is up without IKE is a sign of life. */
function isIdle({ device, peers }: TargetView): boolean {
  const { sas, unreadable, upWithoutIke = [] } = device.facts.reading
  if (unreadable.length > 0 || sas.some((sa) => sa.established && sa.peer === undefined)) return false
  const up = new Set(upWithoutIke.map(addressKey))
  return peers.every((peer) => peer.sas.length === 0 && !up.has(addressKey(peer.address)))
}

function finding({ name }: TargetView, peers: readonly JudgedPeer[], message: string): Finding {
  return {
    code: 'PROOF_UNLIKELY',
    severity: 'warn',
    target: name,
    ...(peers.length === 0 ? {} : { peers: peers.map((peer) => peer.address) }),
    message: `${name} will stay unproven for a while: ${message}`,
    next: 'have traffic sent from the far end after the change, then run verify',
  }
}
