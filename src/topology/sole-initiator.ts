import { printable } from '../kernel/printable.ts'
import type { Finding, Severity } from '../model/finding.ts'
import { responderEnds } from './both-ends.ts'
import { type CanStart, canStart } from './can-start.ts'
import type { TopologyInput } from './input.ts'
import type { JudgedPeer, TargetView } from './peers.ts'
import { isResponder } from './ways.ts'
import { listed, peerName, soften } from './words.ts'

interface Judged<Kind extends CanStart['kind']> {
  readonly peer: JudgedPeer
  readonly start: Extract<CanStart, { kind: Kind }>
}

/**
 * SOLE_INITIATOR: peers of which it is known that they cannot start (one finding each), those of which
 * nothing is known (one finding), and those that can and were yet called by this end so far (one finding).
 * Peers that BOTH_ENDS_RESPONDER names are left to it.
 */
export function soleInitiator(view: TargetView, input: TopologyInput): readonly Finding[] {
  const elsewhere = new Set(responderEnds(view).map(({ peer }) => peer))
  const never: Judged<'no'>[] = []
  const open: Judged<'not-known'>[] = []
  const calledHere: JudgedPeer[] = []
  for (const peer of view.peers) {
    if (elsewhere.has(peer)) continue
    const start = canStart(view, peer, input)
    if (start.kind === 'no') never.push({ peer, start })
    else if (start.kind === 'not-known') open.push({ peer, start })
    else if (startedHere(peer)) calledHere.push(peer)
  }
  return [
    ...never.map((one) => cannotStart(view, one)),
    ...nothingKnown(view, open),
    ...calledSoFar(view, calledHere),
  ]
}

function startedHere({ sas }: JudgedPeer): boolean {
  return sas.length > 0 && sas.every((sa) => sa.role === 'initiator')
}

function cannotStart({ device, name }: TargetView, { peer, start }: Judged<'no'>): Finding {
  const evidence = start.evidence ?? peer.evidence
  return {
    code: 'SOLE_INITIATOR',
    severity: soften('block', device.wanted),
    target: name,
    peers: [peer.address],
    message: `the peer ${peerName(peer)} cannot start: ${start.why}; where this end only answers, nobody starts the tunnel`,
    ...(evidence === undefined ? {} : { evidence }),
    next: start.correct ?? `let that end start first, or leave ${name} out of the playbook here`,
  }
}

/** A target that is as asked already is told, not refused: nothing is sent, and verify settles it. */
function nothingKnownSeverity({ state, peers }: TargetView): Severity {
  return peers.length > 1 || state.peers.any || isResponder(state.before) ? 'warn' : 'block'
}

function nothingKnown(view: TargetView, open: readonly Judged<'not-known'>[]): readonly Finding[] {
  const [first] = open
  if (first === undefined) return []
  const addresses = open.map(({ peer }) => peer.address)
  const which =
    open.length === 1
      ? `the peer ${peerName(first.peer)}`
      : `any of ${open.length} peers (${listed(addresses)})`
  const buts = [...new Set(open.flatMap(({ start }) => start.but ?? []))]
  const told = buts.length === 0 ? '' : `; ${buts.slice(0, 3).join('; ')}`
  const settle = open.find(({ start }) => start.settle !== undefined)?.start.settle
  const { evidence } = first.peer
  return [
    {
      code: 'SOLE_INITIATOR',
      severity: soften(nothingKnownSeverity(view), view.device.wanted),
      target: view.name,
      peers: addresses,
      message: `nothing shows that ${which} can start: no SA that it started is up or on record, and nothing is declared${told}`,
      ...(evidence === undefined ? {} : { evidence }),
      next: `${settle === undefined ? '' : `${settle}; otherwise `}declare initiates: always or on-traffic for ${declareKey(addresses)} under peers in the inventory, as its owner confirms`,
    },
  ]
}

function declareKey(addresses: readonly string[]): string {
  return addresses.length === 1 ? printable(addresses[0] ?? '') : 'each of them'
}

function calledSoFar({ device, name }: TargetView, peers: readonly JudgedPeer[]): readonly Finding[] {
  // Told as a hint only, so that nothing is left to tell where both ends may start.
  if (peers.length === 0 || device.wanted === 'bidirectional') return []
  const count = peers.length === 1 ? '1 peer that can start was' : `${peers.length} peers that can start were`
  const evidence = peers[0]?.sas[0]?.evidence
  return [
    {
      code: 'SOLE_INITIATOR',
      severity: 'info',
      target: name,
      peers: peers.map((peer) => peer.address),
      message: `${count} called by this end so far (${listed(peers.map((peer) => peer.address))}): when these SAs end, the peer must call`,
      ...(evidence === undefined ? {} : { evidence }),
      next: 'watch them with verify until their present SAs have ended',
    },
  ]
}
