import { isAddress } from '../../model/address.ts'
import type { NhrpRole } from '../../model/facts.ts'
import type { ConfigNode } from './config-tree.ts'

// `cluster` and `fallback` set how servers are used; `dynamic` takes the server's address from its reply.
const server = /^(?:ip|ipv6) nhrp nhs (?!(?:cluster|fallback)\b)(\S+)(?: .*?\bnbma (\S+))?/
// A host mask or a length may stand between the two addresses.
const mapped = /^(?:ip|ipv6) nhrp map (?!multicast\b|group\b)([^\s/]+)(?:\/\d+)?(?: \S+)*? (\S+)$/

function pairs(lines: readonly string[], pattern: RegExp): readonly (readonly [string, string?])[] {
  return lines.flatMap((line) => {
    const [, first, second] = pattern.exec(line) ?? []
    return first === undefined ? [] : [second === undefined ? ([first] as const) : ([first, second] as const)]
  })
}

/**
 * An interface's part in NHRP; undefined where it has none. A server's NBMA address stands in its own line
 * (`nhs ADDRESS nbma ADDRESS`) or in a `map` of its address; a name in its place is no address.
 */
export function nhrpRoleOf(tunnel: string, { line, children }: ConfigNode): NhrpRole | undefined {
  const lines = children.map((child) => child.line)
  const servers = pairs(lines, server)
  if (!lines.some((each) => /^(?:ip|ipv6) nhrp (?:network-id|map|nhs) /.test(each))) return undefined
  const maps = pairs(lines, mapped)
  const addresses = servers.flatMap(([address, own]) => [
    ...(own === undefined ? [] : [own]),
    ...maps.flatMap(([of, nbma]) => (of === address && nbma !== undefined ? [nbma] : [])),
  ])
  const serverAddresses = [...new Set(addresses)].filter(isAddress)
  const mappedTo = new Set(maps.flatMap(([, nbma]) => nbma ?? []).filter(isAddress))
  const others = [...mappedTo].filter((address) => !serverAddresses.includes(address))
  return {
    tunnel,
    nextHopServers: [...new Set(servers.map(([address]) => address))],
    serverAddresses,
    ...(others.length === 0 ? {} : { mappedAddresses: others }),
    evidence: [line, ...lines.filter((each) => server.test(each)).map((each) => ` ${each}`)].join('\n'),
  }
}
