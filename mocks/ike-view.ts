import { deathOf, linkKey, startersOf } from './ike-links.ts'
import { ownLifetimeMs } from './ike-timing.ts'
import type { AttemptView, FlowView, IkeWorld, LinkState, SaView, SideName } from './ike-types.ts'

const sides: readonly SideName[] = ['a', 'b']

/** Of a fleet's links few are one party's: the others are not looked into. */
function linksWith(world: IkeWorld, party: string): readonly LinkState[] {
  const own: LinkState[] = []
  for (const state of world.links.values())
    if (state.link.a.party === party || state.link.b.party === party) own.push(state)
  return own
}

/** The SAs that one party lists, oldest first. */
export function sasOf(world: IkeWorld, party: string): readonly SaView[] {
  return linksWith(world, party)
    .flatMap((state) => sides.flatMap((side) => viewsFrom(state, side, party, world)))
    .sort((x, y) => x.number - y.number)
}

function viewsFrom(state: LinkState, side: SideName, party: string, world: IkeWorld): readonly SaView[] {
  const { link } = state
  const own = link[side]
  const other = link[side === 'a' ? 'b' : 'a']
  if (own.party !== party) return []
  const { local, interface: face, origin, fvrf, ivrf } = own.endpoint
  return state.sas.map((sa) => ({
    version: link.version,
    local,
    peer: other.endpoint.local,
    initiator: sa.initiator === side,
    number: sa.numbers[side],
    peerNumber: sa.numbers[side === 'a' ? 'b' : 'a'],
    peerName: other.party,
    startedMs: sa.startedMs,
    ageSeconds: Math.floor((world.nowMs - sa.startedMs) / 1000),
    lifetimeSeconds: Math.floor(
      (link.version === 2 ? ownLifetimeMs(link, side, world.times) : sa.endsMs - sa.startedMs) / 1000,
    ),
    remainingSeconds: Math.ceil((sa.endsMs - world.nowMs) / 1000),
    interface: face,
    origin,
    ...(fvrf === undefined ? {} : { fvrf }),
    ...(ivrf === undefined ? {} : { ivrf }),
  }))
}

/** IPsec SAs of one party whose IKE SA has lapsed. */
export function flowsOf(world: IkeWorld, party: string): readonly FlowView[] {
  return linksWith(world, party).flatMap(({ link, children }) =>
    sides.flatMap((side): readonly FlowView[] => {
      const own = link[side]
      if (own.party !== party || children === undefined || children.endsMs <= world.nowMs) return []
      const { local, interface: face, origin } = own.endpoint
      return [
        {
          version: link.version,
          local,
          peer: link[side === 'a' ? 'b' : 'a'].endpoint.local,
          interface: face,
          origin,
          ageSeconds: Math.floor((world.nowMs - children.sinceMs) / 1000),
          remainingSeconds: Math.ceil((children.endsMs - world.nowMs) / 1000),
        },
      ]
    }),
  )
}

/** What one party tries in vain: it may start, has a reason to, and nobody at the other address answers. */
export function attemptsOf(world: IkeWorld, party: string): readonly AttemptView[] {
  const own = world.parties.find((known) => known.name === party)
  const attempts: AttemptView[] = []
  for (const endpoint of own?.endpoints ?? []) {
    if (!endpoint.mayStart || endpoint.peers === 'any') continue
    // Who starts for traffic only is not seen trying in vain: that takes a minute of hours.
    if (own?.onTrafficMs !== undefined) continue
    const { local, interface: face, origin } = endpoint
    const reached = endpoint.peers.filter((peer) => mayComeUp(world, local, peer))
    if (endpoint.onePeer === true && reached.length > 0) continue
    for (const peer of endpoint.peers) {
      for (const version of endpoint.versions.slice(0, 1)) {
        if (reached.includes(peer)) continue
        if (attempts.some((known) => known.peer === peer && known.local === local)) continue
        attempts.push({ version, local, peer, interface: face, origin })
      }
    }
  }
  return attempts
}

function mayComeUp(world: IkeWorld, local: string, peer: string): boolean {
  return ([1, 2] as const).some((version) => {
    const state = world.links.get(linkKey(local, peer, version))
    if (state === undefined) return false
    const answers = startersOf(state.link).length > 0 && deathOf(state.link) > world.nowMs
    return state.sas.length > 0 || state.children !== undefined || answers
  })
}
