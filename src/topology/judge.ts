import type { Finding } from '../model/finding.ts'
import { bothEnds, responderEnds } from './both-ends.ts'
import { buildGraph, type PeerGraph } from './graph.ts'
import { haPartnerMissing } from './ha-partner.ts'
import { spaceOf, type TopologyDevice, type TopologyInput } from './input.ts'
import { lifetimeShorter } from './lifetime-shorter.ts'
import { multiPeer } from './multi-peer.ts'
import { peerTypes } from './peer-types.ts'
import { type TargetView, viewTarget } from './peers.ts'
import { proofUnlikely } from './proof-unlikely.ts'
import { soleInitiator } from './sole-initiator.ts'

/**
 * What only several devices together show, by the name of each space: who stands at the other end of every target of the run,
 * whether it can start, and what the two ends do to each other. Findings name their target, or none for the
 * device. Linear in the devices and what they print, but for peers that several devices share.
 */
export function judgeTopology(input: TopologyInput): ReadonlyMap<string, readonly Finding[]> {
  const graph = buildGraph(input)
  return new Map(
    input.devices.map((device) => [
      spaceOf(device),
      [
        ...haPartnerMissing(device, input.inventoryHosts),
        ...viewsOf(input, graph, device).flatMap((view) => judgeTarget(view, input)),
      ],
    ]),
  )
}

function judgeTarget(view: TargetView, input: TopologyInput): readonly Finding[] {
  return [
    ...bothEnds(view),
    ...soleInitiator(view, input),
    ...peerTypes(view),
    ...multiPeer(view),
    ...lifetimeShorter(view),
    ...proofUnlikely(view, input),
  ]
}

/** Targets that do not exist have no peers, and their platform's checks refuse them. */
export function viewsOf(
  input: TopologyInput,
  graph: PeerGraph,
  device: TopologyDevice,
): readonly TargetView[] {
  return device.targets
    .filter((state) => state.before !== 'absent')
    .map((state) => viewTarget(input, graph, device, state))
}

/** A tunnel that nobody starts as it stands. */
export interface DeadTunnel {
  readonly host: string
  readonly target: string
  readonly peer: string
}

/**
 * Targets that only answer already and have a peer that does too: they are not as asked but failed, with
 * BOTH_ENDS_RESPONDER, although there is nothing to change.
 */
export function deadTunnels(input: TopologyInput): readonly DeadTunnel[] {
  const graph = buildGraph(input)
  return input.devices.flatMap((device) =>
    viewsOf(input, graph, device).flatMap((view) =>
      responderEnds(view)
        .filter(({ ours, theirs }) => ours === 'already' && theirs === 'already')
        .map(({ peer }) => ({ host: device.host, target: view.name, peer: peer.address })),
    ),
  )
}
