import { isAddress, maskLength, networkContains } from '../../model/address.ts'
import { type ConfigNode, firstIn } from './config-tree.ts'

/** A network of an interface that is up, or a static route, of the global table. */
export interface ConfigRoute {
  /** `198.51.100.0/24`. */
  readonly network: string
  readonly length: number
  readonly interface?: string
  readonly nextHop?: string
  /** A tracked route may be out of the table. */
  readonly tracked: boolean
  readonly line: string
}

/** What a configuration tells of the way to an address; IPv4 and the global table only. */
export interface ConfigRoutes {
  readonly connected: readonly ConfigRoute[]
  readonly statics: readonly ConfigRoute[]
  /** Something that the configuration does not show may route: a protocol, a VRF, a local policy. */
  readonly elsewhere: boolean
}

const others =
  /^(?:router (?:ospf|ospfv3|eigrp|bgp|rip|isis|lisp|odr)\b|ip vrf \S|vrf definition \S|ip local policy |ip route (?:vrf|topology) )/
const route = /^ip route (\d\S*) (\d\S*) (.+)$/
const interfaceName = /^interface (\S+)/

function network(address: string, mask: string): { readonly network: string; readonly length: number }[] {
  const length = maskLength(mask)
  return length === undefined || !isAddress(address) ? [] : [{ network: `${address}/${length}`, length }]
}

function connectedOf(node: ConfigNode): readonly ConfigRoute[] {
  const name = interfaceName.exec(node.line)?.[1]
  const shut = node.children.some((child) => child.line === 'shutdown')
  if (name === undefined || shut || firstIn(node.children, /^((?:ip )?vrf forwarding) /) !== undefined)
    return []
  return node.children.flatMap((child) => {
    const [, address, mask] = /^ip address (\d\S*) (\d\S*)/.exec(child.line) ?? []
    if (address === undefined || mask === undefined) return []
    const line = `${node.line}\n ${child.line}`
    return network(address, mask).map((net) => ({ ...net, interface: name, tracked: false, line }))
  })
}

function staticOf({ line }: ConfigNode): readonly ConfigRoute[] {
  const [, address = '', mask = '', rest = ''] = route.exec(line) ?? []
  const [first = '', second = '', ...more] = rest.split(' ')
  const name = isAddress(first) || !/\d$/.test(first) ? undefined : first
  const nextHop = [first, second].find(isAddress)
  if (name === undefined && nextHop === undefined) return []
  return network(address, mask).map((net) => ({
    ...net,
    ...(name === undefined ? {} : { interface: name }),
    ...(nextHop === undefined ? {} : { nextHop }),
    tracked: [second, ...more].includes('track'),
    line,
  }))
}

/** Reads them in one pass over the configuration. */
export function routesOf(nodes: readonly ConfigNode[]): ConfigRoutes {
  return {
    connected: nodes.flatMap(connectedOf),
    statics: nodes.flatMap(staticOf),
    elsewhere: nodes.some((node) => others.test(node.line)),
  }
}

function longest(routes: readonly ConfigRoute[], address: string): readonly ConfigRoute[] {
  const fitting = routes.filter((each) => networkContains(each.network, address))
  const most = Math.max(...fitting.map((each) => each.length))
  return fitting.filter((each) => each.length === most)
}

// A next hop behind a next hop behind a next hop: nobody writes more.
const recursionMost = 3

/**
 * The interface behind which an address lies, with the lines that say so; undefined wherever the
 * configuration alone does not settle it: another source of routes, several equal routes, a tracked one.
 */
export function wayTo(
  routes: ConfigRoutes,
  address: string,
  depth: number = 0,
): { readonly interface: string; readonly lines: readonly string[] } | undefined {
  if (depth > recursionMost) return undefined
  const [near] = longest(routes.connected, address)
  const statics = longest(routes.statics, address)
  const [far] = statics
  if (near?.interface !== undefined && (far === undefined || far.length <= near.length))
    return { interface: near.interface, lines: [near.line] }
  if (far === undefined || statics.length > 1 || far.tracked) return undefined
  // A protocol may know a longer match, unless there is none.
  if (routes.elsewhere && far.length < 32) return undefined
  if (far.interface !== undefined) return { interface: far.interface, lines: [far.line] }
  const next = far.nextHop === undefined ? undefined : wayTo(routes, far.nextHop, depth + 1)
  return next === undefined ? undefined : { ...next, lines: [far.line, ...next.lines] }
}
