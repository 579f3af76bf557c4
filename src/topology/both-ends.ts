import { printable } from '../kernel/printable.ts'
import type { Finding } from '../model/finding.ts'
import { spaceOf } from './input.ts'
import type { JudgedPeer, TargetView } from './peers.ts'
import { isResponder, type Way } from './ways.ts'
import { peerName, saidBy, soften } from './words.ts'

/** Whether an end only answers as it stands, or by what this run is to do. */
export type Since = 'already' | 'planned'

/** A target and a peer that both only answer: nobody starts their tunnel. */
export interface ResponderEnds {
  readonly peer: JudgedPeer
  readonly ours: Since
  readonly theirs: Since
}

/**
 * The peers of a target whose devices were read and answer only, now or after this run. An end that has
 * several ways back counts only when all of them answer. Where the setting is taken away, only what is so
 * already counts.
 */
export function responderEnds({ device, state, peers }: TargetView): readonly ResponderEnds[] {
  const away = device.wanted === 'bidirectional'
  if (!isResponder(away ? state.before : state.wanted)) return []
  const ours = isResponder(state.before) ? 'already' : 'planned'
  return peers.flatMap((peer) => {
    const ways = peer.ends.flatMap((end) => end.ways)
    const only = ways.length > 0 && peer.ends.every((end) => end.ways.length > 0)
    if (!only || !ways.every((way) => isResponder(away ? way.now : way.later))) return []
    return [{ peer, ours, theirs: ways.every((way) => isResponder(way.now)) ? 'already' : 'planned' }]
  })
}

/** BOTH_ENDS_RESPONDER: one finding per peer, so that one can be accepted. */
export function bothEnds(view: TargetView): readonly Finding[] {
  const { device, state, name } = view
  return responderEnds(view).map(({ peer, ours, theirs }) => {
    const away = device.wanted === 'bidirectional'
    const already = ours === 'already' && theirs === 'already'
    const end = away
      ? 'this run lets this end start again'
      : `nobody ${already ? 'starts' : 'would start'} this tunnel, and it ${already ? 'is down from its last SA on' : 'would be lost when its present SAs end'}`
    return {
      code: 'BOTH_ENDS_RESPONDER',
      severity: soften('block', device.wanted),
      target: name,
      peers: [peer.address],
      message: `both ends only answer: ${name} here ${phrase(ours, away ? state.before : state.wanted)}, and ${theirEnd(peer, theirs)}: ${end}`,
      ...evidenceOf(view, peer),
      next: away ? 'nothing to do at this end' : nextStep(view, peer, ours, theirs),
    }
  })
}

function phrase(since: Since, value: string): string {
  return since === 'already' ? `is ${value} already` : `becomes ${value} in this run`
}

function theirEnd(peer: JudgedPeer, since: Since): string {
  const ways = peer.ends.flatMap((end) => end.ways)
  const names = [...new Set(ways.map((way) => way.name))].map(printable).join(', ')
  const value = ways.find((way) => isResponder(way.later) || isResponder(way.now))
  return `${names} at the peer ${peerName(peer)} ${phrase(since, since === 'already' ? (value?.now ?? '') : (value?.later ?? ''))}`
}

function evidenceOf(view: TargetView, peer: JudgedPeer): { evidence?: string } {
  const theirs = peer.ends.flatMap(({ node, ways }) =>
    ways.map((way: Way) => saidBy(node.space, way.evidence)),
  )
  const lines = [
    ...(peer.evidence === undefined ? [] : [saidBy(spaceOf(view.device), peer.evidence)]),
    ...theirs,
  ]
  return lines.length === 0 ? {} : { evidence: lines.join('\n') }
}

function nextStep({ name }: TargetView, peer: JudgedPeer, ours: Since, theirs: Since): string {
  const there = printable(peer.ends[0]?.node.space ?? peer.address)
  if (ours === 'already' && theirs === 'already') {
    return `run a playbook with state: bidirectional for ${name} here or for its end at ${there}; exactly one end must start`
  }
  if (theirs === 'already') return `leave ${name} as it is, or first make the end at ${there} bidirectional`
  if (ours === 'already') return `take the end at ${there} out of the playbook`
  return `name only one of the two ends in the playbook: this one, or the one at ${there}`
}
