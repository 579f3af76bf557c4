import { responderEnds } from './both-ends.ts'
import { buildGraph } from './graph.ts'
import { spaceOf, type TopologyInput } from './input.ts'
import { viewsOf } from './judge.ts'
import type { JudgedPeer, TargetView } from './peers.ts'

/**
 * Something about every target, by the name of each space. `silent`: its peers of which the other end only
 * answers too after this run.
 */
export function eachView<T>(
  input: TopologyInput,
  about: (view: TargetView, silent: ReadonlySet<JudgedPeer>) => T,
): ReadonlyMap<string, readonly T[]> {
  const graph = buildGraph(input)
  return new Map(
    input.devices.map((device) => [
      spaceOf(device),
      viewsOf(input, graph, device).map((view) =>
        about(view, new Set(responderEnds(view).map(({ peer }) => peer))),
      ),
    ]),
  )
}
