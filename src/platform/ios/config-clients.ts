import { isAddress } from '../../model/address.ts'
import type { ConfigInterface } from './config-interfaces.ts'
import { type ConfigNode, firstIn } from './config-tree.ts'

/** An interface's name without case and blanks: `client connect tunnel 1` means Tunnel1. */
export function interfaceKey(name: string): string {
  return name.replaceAll(' ', '').toLowerCase()
}

/** `peer 1 198.51.100.1 track 10 up`: a track only says when a server is used. */
const server = /^peer \d+ (.+?)(?: track \d+(?: (?:up|down))?)?$/

/** The servers of a FlexVPN client, in the order of its list; none where one of them is not an address. */
function serversOf(node: ConfigNode): readonly string[] {
  const servers = node.children.flatMap((child) => server.exec(child.line)?.[1] ?? [])
  return servers.every(isAddress) ? servers : []
}

// Other lines of client blocks hold user names and keys.
const toldLine = /^(?:connect|client connect|peer|virtual-interface) /

/** The lines of a client that say whom it calls, when and through what; no secrets among them. */
export function clientLines(node: ConfigNode): readonly string[] {
  const told = node.children.filter((child) => toldLine.test(child.line))
  return [node.line, ...told.map((child) => ` ${child.line}`)]
}

/**
 * The interfaces with the peers that FlexVPN clients choose for them: `tunnel destination dynamic` alone
 * would say that any peer may call. What such a client is told belongs to the interface's basis.
 */
export function withClientPeers(
  interfaces: readonly ConfigInterface[],
  nodes: readonly ConfigNode[],
): readonly ConfigInterface[] {
  const clients = new Map(
    nodes.flatMap((node) => {
      if (!node.line.startsWith('crypto ikev2 client flexvpn ')) return []
      const tunnel = firstIn(node.children, /^client connect (.+)$/)
      return tunnel === undefined ? [] : [[interfaceKey(tunnel), node] as const]
    }),
  )
  return interfaces.map((each) => {
    const client = clients.get(interfaceKey(each.name))
    const { tunnel } = each
    if (client === undefined || tunnel === undefined) return each
    const servers = serversOf(client)
    const chosen = tunnel.destination === undefined && servers.length > 0
    return {
      ...each,
      basis: [...each.basis, ...clientLines(client)],
      tunnel: chosen ? { ...tunnel, destinations: [...new Set(servers)], anyPeer: false } : tunnel,
    }
  })
}
