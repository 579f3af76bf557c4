import { networkContains, specificity } from '../../model/address.ts'
import { firstOf } from '../text.ts'
import type { ConfigBlock } from './blocks.ts'
import type { Names } from './names.ts'
import { networkOf } from './networks.ts'

/** A connected network or a static route. */
export interface Route {
  readonly network: string
  /** The interface's `nameif`. */
  readonly out: string
  readonly line: string
}

function connected({ head, children }: ConfigBlock, names: Names): readonly Route[] {
  const out = firstOf(children, /^nameif (\S+)/)
  if (!head.startsWith('interface ') || out === undefined || children.includes('shutdown')) return []
  return children.flatMap((line) => {
    const [, address, mask] = /^ip address (\S+) (\d\S+)/.exec(line) ?? []
    const six = /^ipv6 address (\S+\/\d+)/.exec(line)?.[1]
    const network = address === undefined || mask === undefined ? six : networkOf(names, address, mask)
    return network === undefined ? [] : [{ network, out, line }]
  })
}

function fixed({ head }: ConfigBlock, names: Names): readonly Route[] {
  const [, out, address, mask] = /^route (\S+) (\S+) (\S+) \S/.exec(head) ?? []
  const [, out6, network6] = /^ipv6 route (\S+) (\S+\/\d+) \S/.exec(head) ?? []
  if (out6 !== undefined && network6 !== undefined) return [{ network: network6, out: out6, line: head }]
  if (out === undefined || address === undefined || mask === undefined) return []
  const network = networkOf(names, address, mask)
  return network === undefined ? [] : [{ network, out, line: head }]
}

/** What a configuration itself says of ways; routes that are learned stand nowhere in it. */
export function routesOf(blocks: readonly ConfigBlock[], names: Names): readonly Route[] {
  return blocks.flatMap((block) => [...connected(block, names), ...fixed(block, names)])
}

/** The most specific route to an address. */
export function routeTo(routes: readonly Route[], address: string): Route | undefined {
  return routes
    .filter(({ network }) => networkContains(network, address))
    .reduce<Route | undefined>(
      (best, route) =>
        best === undefined || specificity(route.network) > specificity(best.network) ? route : best,
      undefined,
    )
}

/** A routing protocol runs, which may know better ways than those that are written down. */
export function learnsRoutes(blocks: readonly ConfigBlock[]): boolean {
  return blocks.some(({ head }) => /^router (?:bgp|eigrp|ospf|rip|isis)\b|^ipv6 router /.test(head))
}
