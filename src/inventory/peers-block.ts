import { printable } from '../kernel/printable.ts'
import { addressKey, isAddress, isNetwork } from '../model/address.ts'
import { parseDeviceName } from '../model/ids.ts'
import { isTargetName } from '../model/intent.ts'
import type { UndeclaredPeer } from '../model/undeclared-peer.ts'

const head = `# Remote ends that no inventory declares yet. For each, write what kind of box it is:
#   type: asa, vpn3000, pix, ios, aws, azure, gcp, checkpoint, paloalto, fortinet or other
# and, where you know them, version: "9.16(3)", by: "who said so, and when", and whether it starts tunnels by
# itself, initiates: always (keepalive, permanent tunnel, routing protocol), on-traffic or never.
# Then move the entries below peers: in the inventory.
`

/** The key under which a declaration is found again; an ASA name is no key, its target is. */
function keyOf({ address, host, target }: UndeclaredPeer): string | undefined {
  if (isAddress(address) || isNetwork(address)) return address
  const named = parseDeviceName(host) !== undefined && isTargetName(target)
  return named ? `${host}/${target}` : undefined
}

/** Plain where YAML cannot read it as anything else; IPv6 and unusual names stand in quotes. */
function yamlKey(key: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(key) && /[./]/.test(key) && Number.isNaN(Number(key))
    ? key
    : JSON.stringify(key)
}

function comment(label: string, text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : [`  # ${label}: ${printable(text)}`]
}

function entryLines(key: string | undefined, peers: readonly UndeclaredPeer[]): readonly string[] {
  const facts = peers.flatMap((peer) => [
    `  # ${printable(peer.host)} ${printable(peer.target)}`,
    ...(key === peer.address ? [] : comment('peer', peer.address)),
    ...comment('tunnel-group', peer.tunnelGroup),
    ...comment('crypto ACL', peer.acl),
    ...comment('description', peer.description),
    ...comment('present SAs started by', peer.startedBy),
  ])
  const entry = key === undefined ? '  # (no key can name this peer)' : `  ${yamlKey(key)}: { type: unknown }`
  return [...facts, entry]
}

/**
 * An inventory's `peers:` block to fill in, one entry per remote end, with what the devices said of it
 * in comments. Everything foreign is escaped; the block loads as it stands, beside `version` and `hosts`.
 */
export function writePeersBlock(peers: readonly UndeclaredPeer[]): string {
  if (peers.length === 0) return `# Every remote end of this run is declared.\npeers: {}\n`
  const byKey = new Map<string, UndeclaredPeer[]>()
  const keyless: UndeclaredPeer[] = []
  for (const peer of peers) {
    const key = keyOf(peer)
    if (key === undefined) keyless.push(peer)
    else byKey.set(addressKey(key), [...(byKey.get(addressKey(key)) ?? []), peer])
  }
  const entries = [...byKey.values()].flatMap((group) => entryLines(group[0] && keyOf(group[0]), group))
  const rest = keyless.flatMap((peer) => entryLines(undefined, [peer]))
  return `${head}peers:${entries.length === 0 ? ' {}' : ''}\n${[...entries, ...rest].join('\n')}\n`
}
