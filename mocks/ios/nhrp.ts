import type { ConfigNode, ConfigTree } from '../config-tree.ts'

/** A next-hop server of one tunnel: its address in the tunnel, and where it is on the outside. */
export interface NextHopServer {
  readonly tunnel: string
  readonly nbma?: string
}

/** The next-hop servers that a multipoint tunnel registers with: `ip nhrp nhs`, mapped by `ip nhrp map`. */
export function nextHopServers(face: ConfigNode): readonly NextHopServer[] {
  const mapped = new Map<string, string>()
  for (const { line } of face.children) {
    const [, inside, outside] = /^ip nhrp map ([\d.]+) ([\d.]+)$/.exec(line) ?? []
    if (inside !== undefined && outside !== undefined) mapped.set(inside, outside)
  }
  return face.children.flatMap(({ line }): readonly NextHopServer[] => {
    const [, tunnel, direct] = /^ip nhrp nhs ([\d.]+)(?: nbma ([\d.]+))?/.exec(line) ?? []
    if (tunnel === undefined) return []
    const nbma = direct ?? mapped.get(tunnel)
    return [{ tunnel, ...(nbma === undefined ? {} : { nbma }) }]
  })
}

export function isMultipoint(face: ConfigNode): boolean {
  return face.children.some((child) => child.line === 'tunnel mode gre multipoint')
}

/** Interfaces that speak NHRP. */
export function nhrpInterfaces(tree: ConfigTree): readonly ConfigNode[] {
  return tree.filter(
    (node) =>
      node.line.startsWith('interface Tunnel') && /\nip nhrp /.test(textOf(node)) && isMultipoint(node),
  )
}

function textOf(node: ConfigNode): string {
  return node.children.map((child) => `\n${child.line}`).join('')
}
