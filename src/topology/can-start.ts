import { printable } from '../kernel/printable.ts'
import { sameAddress } from '../model/address.ts'
import type { PeerDeclaration } from '../model/intent.ts'
import type { OtherEnd } from './ends.ts'
import type { TopologyInput } from './input.ts'
import type { JudgedPeer, TargetView } from './peers.ts'
import { isResponder } from './ways.ts'
import { saidBy } from './words.ts'

/** By what it is known that a peer starts: strongest first. */
export type StartBasis = 'seen' | 'configuration' | 'always' | 'on-traffic' | 'by-construction'

/** Whether a peer can start its tunnel to this device. */
export type CanStart =
  | { readonly kind: 'yes'; readonly basis: StartBasis }
  | { readonly kind: 'no'; readonly why: string; readonly evidence?: string; readonly correct?: string }
  /** `but`: what was learned although it settles nothing. */
  | { readonly kind: 'not-known'; readonly but?: string; readonly settle?: string }

/**
 * The evidence of the rules, for and against, for one peer. What is said or set against goes first; what was
 * seen goes before what is only usual for a kind of peer.
 */
export function canStart(view: TargetView, peer: JudgedPeer, input: TopologyInput): CanStart {
  const seen = wasSeen(view, peer, input)
  return (
    againstInWords(view, peer, seen) ??
    (seen ? { kind: 'yes', basis: 'seen' } : undefined) ??
    forByConfiguration(peer) ??
    forByDeclaration(peer.declared) ??
    againstByNature(peer) ??
    (peer.kind === 'caller' ? { kind: 'yes', basis: 'by-construction' } : undefined) ??
    notKnown(peer, input)
  )
}

function wasSeen({ device, name }: TargetView, peer: JudgedPeer, input: TopologyInput): boolean {
  const now = peer.sas.some((sa) => sa.role === 'responder')
  return now || input.seenAsInitiator(device.host, name, peer.address) !== undefined
}

function againstInWords(
  view: TargetView,
  { address, declared }: JudgedPeer,
  seen: boolean,
): CanStart | undefined {
  if (view.entry?.connectionType === 'originate-only') {
    const evidence = view.entry.evidence.find((line) => line.includes('connection-type'))
    return {
      kind: 'no',
      why: 'this entry is originate-only, and the partner of such an entry answers',
      ...(evidence === undefined ? {} : { evidence }),
    }
  }
  if (declared?.initiates !== 'never') return undefined
  const but = seen ? ', although it has been seen to start' : ''
  const correct = `correct initiates of ${printable(declared.key)} under peers in the inventory, if ${printable(address)} does start`
  return {
    kind: 'no',
    why: `the inventory says initiates: never of it (${printable(declared.key)})${but}`,
    correct,
  }
}

function forByConfiguration({ ends }: JudgedPeer): CanStart | undefined {
  const starts = ends.some(
    ({ ways }) => ways.length > 0 && ways.every((way) => way.to.length > 0 && !isResponder(way.later)),
  )
  return starts ? { kind: 'yes', basis: 'configuration' } : undefined
}

function forByDeclaration(declared: PeerDeclaration | undefined): CanStart | undefined {
  if (declared?.initiates === 'always') return { kind: 'yes', basis: 'always' }
  return declared?.initiates === 'on-traffic' ? { kind: 'yes', basis: 'on-traffic' } : undefined
}

// An AWS gateway waits for its customer's gateway unless its startup action says otherwise (source: AWS
// Site-to-Site VPN user guide, tunnel initiation options).
function againstByNature({ declared, ends }: JudgedPeer): CanStart | undefined {
  if (declared?.type === 'aws') {
    const correct =
      'set the startup action of that tunnel to start at AWS, then declare initiates: always for it'
    return { kind: 'no', why: 'it is an AWS gateway, which by default waits to be called', correct }
  }
  const ways = ends.flatMap((end) => end.ways)
  if (ways.length === 0 || !ways.every((way) => way.answersByNature)) return undefined
  const lines = ends.flatMap(({ node, ways: back }) => back.map((way) => saidBy(node.space, way.evidence)))
  const why =
    'its configuration does not name this device: only a dynamic map or template takes the call there'
  return { kind: 'no', why, evidence: lines.join('\n') }
}

function notKnown({ address, ends, kind }: JudgedPeer, input: TopologyInput): CanStart {
  const [end] = ends
  if (end !== undefined) return { kind: 'not-known', ...aboutReadPeer(end, kind) }
  const owner = input.unread.find((one) => one.endpoints.some((text) => sameAddress(text, address)))
  if (owner !== undefined) {
    const host = printable(owner.host)
    return {
      kind: 'not-known',
      but: `${host} has this endpoint and could not be read, so it gives no evidence`,
      settle: `make ${host} readable`,
    }
  }
  const without = input.unread.filter((one) => one.endpoints.length === 0).map((one) => printable(one.host))
  if (without.length === 0) return { kind: 'not-known' }
  const some = `${without.slice(0, 5).join(', ')}${without.length > 5 ? ' …' : ''}`
  return {
    kind: 'not-known',
    but: `it may be an inventory host whose tunnel addresses are not known (${some})`,
    settle: `if it is one of them, state its tunnel addresses as endpoints of that host`,
  }
}

function aboutReadPeer(
  { node, ways }: OtherEnd,
  kind: JudgedPeer['kind'],
): { readonly but: string; readonly settle?: string } {
  const name = printable(node.space)
  if (!node.facts.configComplete) {
    return {
      but: `${name} was read and did not show its configuration`,
      settle: `give the user on ${name} the right to show its configuration`,
    }
  }
  const { software, context } = node.facts
  if (ways.length === 0 && software.contextMarker !== undefined && context === undefined) {
    return { but: `${name} has contexts, and only where the login leads was read` }
  }
  if (ways.length === 0) {
    return {
      but: `${name} was read, and nothing in its configuration leads back to this device`,
      settle: `if ${name} calls this device at a translated address, state that as one of this device's endpoints`,
    }
  }
  if (kind === 'server') return { but: `${name} is its next-hop server and does not register here itself` }
  return { but: `${name} was read, and it cannot be told which of its tunnels leads here` }
}
