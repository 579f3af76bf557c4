import type { IkeEndpoint, IkeHabits, IkeLink, IkeParty, IkeVersion, LinkSide } from './ike-types.ts'

interface Owned {
  readonly party: IkeParty
  readonly endpoint: IkeEndpoint
}

/** Every pair of ends that can have an SA, in a fixed order of keys. */
export function linksOf(parties: readonly IkeParty[]): readonly IkeLink[] {
  const byLocal = new Map<string, Owned[]>()
  for (const party of parties) {
    for (const endpoint of party.endpoints) {
      byLocal.set(endpoint.local, [...(byLocal.get(endpoint.local) ?? []), { party, endpoint }])
    }
  }
  const found = new Map<string, IkeLink>()
  for (const own of [...byLocal.values()].flat()) {
    if (own.endpoint.peers === 'any') continue
    for (const peer of own.endpoint.peers) {
      for (const version of own.endpoint.versions) {
        const link = linkBetween(byLocal, own.endpoint.local, peer, version)
        if (link !== undefined) found.set(link.key, link)
      }
    }
  }
  return [...found.values()].sort((x, y) => (x.key < y.key ? -1 : 1))
}

/** The key of the link between two addresses, whichever comes first. */
export function linkKey(one: string, other: string, version: IkeVersion): string {
  return one < other ? `${one} ${other} v${version}` : `${other} ${one} v${version}`
}

function linkBetween(
  byLocal: ReadonlyMap<string, readonly Owned[]>,
  one: string,
  other: string,
  version: IkeVersion,
): IkeLink | undefined {
  if (one === other) return undefined
  const [first, second] = one < other ? [one, other] : [other, one]
  const a = sideAt(byLocal.get(first) ?? [], second, version)
  const b = sideAt(byLocal.get(second) ?? [], first, version)
  if (a === undefined || b === undefined || a.party === b.party) return undefined
  return { key: linkKey(one, other, version), version, a, b }
}

/** The end at an address that a caller lands on: an entry that lists it comes before one for anybody. */
function sideAt(owned: readonly Owned[], caller: string, version: IkeVersion): LinkSide | undefined {
  const able = owned.filter(({ endpoint }) => endpoint.versions.includes(version))
  const listing = able.filter(({ endpoint }) => endpoint.peers !== 'any' && endpoint.peers.includes(caller))
  const chosen = listing.length > 0 ? listing : able.filter(({ endpoint }) => endpoint.peers === 'any')
  const first = chosen[0]
  if (first === undefined) return undefined
  const { party, endpoint } = first
  const listed = endpoint.peers === 'any' || endpoint.onePeer !== true ? [] : endpoint.peers
  const rank = listed.length > 1 ? listed.indexOf(caller) : -1
  return {
    party: party.name,
    endpoint,
    // Who lists nobody has nobody to call, whatever else it is set to.
    mayStart: listing.some((owner) => owner.endpoint.mayStart),
    mayAnswer: chosen.some((owner) => owner.endpoint.mayAnswer),
    mayRekey: chosen.some((owner) => owner.endpoint.mayRekey ?? owner.endpoint.mayStart),
    habits: habitsOf(party),
    ...(rank === -1 ? {} : { order: { entry: `${party.name} ${endpoint.local} ${endpoint.origin}`, rank } }),
  }
}

function habitsOf({ name: _name, addresses: _own, endpoints: _ends, ...habits }: IkeParty): IkeHabits {
  return habits
}

/** The sides that can bring a tunnel up: allowed to start, and somebody answers. */
export function startersOf(link: IkeLink): readonly ('a' | 'b')[] {
  const starters: ('a' | 'b')[] = []
  if (link.a.mayStart && link.b.mayAnswer) starters.push('a')
  if (link.b.mayStart && link.a.mayAnswer) starters.push('b')
  return starters
}

/** From when on one of the two ends is dead; never: Infinity. */
export function deathOf(link: IkeLink): number {
  return Math.min(link.a.habits.diesMs ?? Infinity, link.b.habits.diesMs ?? Infinity)
}
