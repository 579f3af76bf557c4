import { deathOf, startersOf } from './ike-links.ts'
import type { IkeLink, LinkState } from './ike-types.ts'

const orders = ({ a, b }: IkeLink): readonly { readonly entry: string; readonly rank: number }[] =>
  [a.order, b.order].filter((order) => order !== undefined)

/** Which tunnels belong to one entry with backup peers. */
export class PeerGroups {
  readonly #keys = new Map<string, string[]>()

  constructor(links: ReadonlyMap<string, LinkState>) {
    for (const { link } of links.values()) {
      for (const { entry } of orders(link)) {
        this.#keys.set(entry, [...(this.#keys.get(entry) ?? []), link.key])
      }
    }
  }

  /** The other tunnels of the entries that a tunnel belongs to. */
  others(link: IkeLink): readonly string[] {
    return orders(link)
      .flatMap(({ entry }) => this.#keys.get(entry) ?? [])
      .filter((key) => key !== link.key)
  }
}

/**
 * An entry with backup peers has an SA with one of them: the first of its list that answers. Until when
 * another one stands in the way (Infinity: until it goes); undefined where none does.
 */
export function blockedUntil(
  link: IkeLink,
  groups: PeerGroups,
  links: ReadonlyMap<string, LinkState>,
  atMs: number,
): number | undefined {
  const mine = orders(link)
  let until: number | undefined
  for (const key of groups.others(link)) {
    const other = links.get(key)
    if (other === undefined) continue
    if (other.sas.length > 0) return Infinity
    const before = orders(other.link).some((order) =>
      mine.some((own) => own.entry === order.entry && order.rank < own.rank),
    )
    const death = deathOf(other.link)
    if (before && startersOf(other.link).length > 0 && death > atMs) until = Math.max(until ?? 0, death)
  }
  return until
}
