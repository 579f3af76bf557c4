import { startersOf } from './ike-links.ts'
import type { AttemptView, IkeWorld, LinkState, SaView, SideName } from './ike-types.ts'

/** The SAs that one party lists, oldest first. */
export function sasOf(world: IkeWorld, party: string): readonly SaView[] {
  return [...world.links.values()]
    .flatMap((state) => [...viewsFrom(state, 'a', party, world), ...viewsFrom(state, 'b', party, world)])
    .sort((x, y) => x.number - y.number)
}

function viewsFrom(state: LinkState, side: SideName, party: string, world: IkeWorld): readonly SaView[] {
  const own = state.link[side]
  const other = state.link[side === 'a' ? 'b' : 'a']
  if (own.party !== party) return []
  return state.sas.map((sa) => ({
    version: state.link.version,
    local: own.endpoint.local,
    peer: other.endpoint.local,
    initiator: sa.initiator === side,
    number: sa.numbers[side],
    peerNumber: sa.numbers[side === 'a' ? 'b' : 'a'],
    peerName: other.party,
    startedMs: sa.startedMs,
    ageSeconds: Math.floor((world.nowMs - sa.startedMs) / 1000),
    lifetimeSeconds: Math.floor((sa.endsMs - sa.startedMs) / 1000),
    remainingSeconds: Math.ceil((sa.endsMs - world.nowMs) / 1000),
    interface: own.endpoint.interface,
    origin: own.endpoint.origin,
  }))
}

/** What one party tries in vain: it may start, and nobody at the other address answers. */
export function attemptsOf(world: IkeWorld, party: string): readonly AttemptView[] {
  const mine = world.parties.find((known) => known.name === party)?.endpoints ?? []
  const attempts: AttemptView[] = []
  for (const endpoint of mine) {
    if (!endpoint.mayStart || endpoint.peers === 'any') continue
    for (const peer of endpoint.peers) {
      for (const version of endpoint.versions.slice(0, 1)) {
        const { local, interface: face, origin } = endpoint
        if (mayComeUp(world, local, peer)) continue
        if (attempts.some((known) => known.peer === peer && known.local === local)) continue
        attempts.push({ version, local, peer, interface: face, origin })
      }
    }
  }
  return attempts
}

function mayComeUp(world: IkeWorld, local: string, peer: string): boolean {
  const pair = local < peer ? `${local} ${peer}` : `${peer} ${local}`
  return ([1, 2] as const).some((version) => {
    const state = world.links.get(`${pair} v${version}`)
    return state !== undefined && (state.sas.length > 0 || startersOf(state.link).length > 0)
  })
}
