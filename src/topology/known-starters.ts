import { canStart, type StartBasis } from './can-start.ts'
import { eachView } from './each-view.ts'
import type { TopologyInput } from './input.ts'

/** Peers of one target that certainly start: by address. */
export interface KnownStarters {
  readonly target: string
  readonly peers: readonly string[]
}

/**
 * What may be cleared on: it was seen to start, its own configuration says so, or a person declared that it
 * always does. That it starts when it has traffic, or by its kind, is enough to make a change and wait for it,
 * and not enough to take a tunnel down.
 */
const positive: ReadonlySet<StartBasis> = new Set<StartBasis>(['seen', 'configuration', 'always'])

/** Peers with positive evidence that they start, by the name of each space; none of an end that only answers after this run. */
export function knownStarters(input: TopologyInput): ReadonlyMap<string, readonly KnownStarters[]> {
  return eachView(input, (view, silent) => {
    const peers = view.peers.filter((peer) => {
      const start = canStart(view, peer, input)
      return !silent.has(peer) && start.kind === 'yes' && positive.has(start.basis)
    })
    return { target: view.name, peers: peers.map((peer) => peer.address) }
  })
}
