import { type ConfigNode, type ConfigTree, wordsAfter } from '../config-tree.ts'

/** What a FlexVPN client does with its tunnel. */
export interface FlexClient {
  readonly peers: readonly string[]
  /** `connect auto` and `connect track`: nobody has to ask for it. */
  readonly byItself: boolean
}

/** The FlexVPN client that drives a tunnel interface (`client connect TunnelN`). */
export function flexClientOf(tree: ConfigTree, face: ConfigNode): FlexClient | undefined {
  const name = face.line.slice('interface '.length)
  const client = tree.find(
    (node) =>
      node.line.startsWith('crypto ikev2 client flexvpn ') &&
      wordsAfter(node.children, 'client connect') === name,
  )
  if (client === undefined) return undefined
  const peers = client.children.flatMap(({ line }) => /^peer \d+ (\S+)/.exec(line)?.[1] ?? [])
  return { peers, byItself: client.children.some(({ line }) => /^connect (?:auto|track)/.test(line)) }
}
