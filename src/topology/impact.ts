import type { IkeSa, Lifetimes } from '../model/facts.ts'
import type { PeerImpact, StartAnswer, StartedBy } from '../model/impact.ts'
import { declarationFor, type PeerDeclaration } from '../model/intent.ts'
import { canStart, type StartBasis } from './can-start.ts'
import { eachView } from './each-view.ts'
import type { TopologyInput } from './input.ts'
import { typed } from './peer-types.ts'
import type { JudgedPeer, TargetView } from './peers.ts'

/** The remote ends of one target. */
export interface PeersOfTarget {
  readonly target: string
  readonly peers: readonly PeerImpact[]
}

/** Everything about the remote ends of all targets that a person decides by, by the name of each space. */
export function peerImpacts(input: TopologyInput): ReadonlyMap<string, readonly PeersOfTarget[]> {
  return eachView(input, (view, silent) => ({
    target: view.name,
    peers: view.peers.map((peer) => peerImpact(view, peer, input, silent.has(peer))),
  }))
}

// Enough to recognise a row; the journal holds all of them.
const shownRows = 2
const shownCharacters = 240

function peerImpact(view: TargetView, peer: JudgedPeer, input: TopologyInput, silent: boolean): PeerImpact {
  const { address, ends, sas } = peer
  const [end] = ends
  const description = view.device.facts.peerDescriptions[address]
  const remaining = sas.flatMap((sa) => sa.remainingSeconds ?? [])
  // One SA that prints no lifetime leaves the end of all of them unknown.
  const known = sas.length > 0 && remaining.length === sas.length
  return {
    address,
    ...(end === undefined || end.node.space === address ? {} : { name: end.node.space }),
    ...(description === undefined ? {} : { description }),
    ...typeOf(view, peer, input),
    startedBy: startedBy(sas),
    canStart: silent
      ? { answer: 'no', why: 'that end only answers too: nobody would start this tunnel' }
      : startAnswer(view, peer, input),
    ...lifetimesOf(peer),
    ...(known ? { remainingSeconds: Math.max(...remaining) } : {}),
    evidence: sas.slice(0, shownRows).map((sa) => sa.evidence.slice(0, shownCharacters)),
  }
}

function typeOf(
  view: TargetView,
  { address, ends, declared }: JudgedPeer,
  input: TopologyInput,
): Pick<PeerImpact, 'type' | 'typeBasis' | 'typeSource'> {
  const [end] = ends
  if (end !== undefined) {
    const { facts, space } = end.node
    const { type, evidence } = typed({ host: space, facts })
    return { type, typeBasis: 'read', typeSource: `${space}: ${evidence}`.slice(0, shownCharacters) }
  }
  const said = declared ?? declarationFor(input.declared, view.device.host, view.name, address)
  if (said === undefined || said.type === 'unknown') return { type: 'unknown', typeBasis: 'not-known' }
  return { type: said.type, typeBasis: 'declared', typeSource: declarationText(said) }
}

function declarationText({ key, version, by }: PeerDeclaration): string {
  const details = [
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(by === undefined ? [] : [by]),
  ]
  return [`inventory, peers ${key}`, ...details].join('; ')
}

function startedBy(sas: readonly IkeSa[]): StartedBy {
  if (sas.length === 0) return 'nobody'
  const roles = new Set(sas.map((sa) => sa.role))
  if (roles.has('responder') && roles.has('initiator')) return 'both'
  if (roles.has('responder')) return 'peer'
  return roles.has('initiator') ? 'this-device' : 'not-known'
}

const reasons: Readonly<Record<Exclude<StartBasis, 'seen'>, string>> = {
  configuration: 'its own configuration, read in this run, names this device and lets it start',
  always: 'the inventory says that it always starts',
  'on-traffic': 'the inventory says that it starts when it has traffic',
  'by-construction': 'it is a dynamic peer, which calls by its nature',
}

function startAnswer(view: TargetView, peer: JudgedPeer, input: TopologyInput): StartAnswer {
  const start = canStart(view, peer, input)
  switch (start.kind) {
    case 'yes':
      return {
        answer: 'yes',
        why: start.basis === 'seen' ? seenText(view, peer, input) : reasons[start.basis],
      }
    case 'no':
      return { answer: 'no', why: start.why }
    case 'not-known':
      return {
        answer: 'not-known',
        why: `no SA that it started is up or on record, and nothing is declared${start.but === undefined ? '' : `; ${start.but}`}`,
      }
  }
}

function seenText({ device, name }: TargetView, peer: JudgedPeer, input: TopologyInput): string {
  if (peer.sas.some((sa) => sa.role === 'responder'))
    return 'an SA that it started was up when this device was read'
  const at = input.seenAsInitiator(device.host, name, peer.address)
  return `it was seen to start, last at ${at ?? 'a time that is not on record'}`
}

/** What its own configuration says, else what the inventory does; defaults are nobody's word. */
function lifetimesOf({ ends, declared }: JudgedPeer): { readonly lifetimes?: Lifetimes } {
  const [way] = ends.flatMap((end) => end.ways)
  const known = way?.lifetimes ?? declared?.lifetimes
  return known === undefined || Object.keys(known).length === 0 ? {} : { lifetimes: { ...known } }
}
