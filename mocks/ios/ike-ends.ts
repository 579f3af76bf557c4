import type { ConfigNode, ConfigTree } from '../config-tree.ts'
import { wordsAfter } from '../config-tree.ts'
import type { IkeEndpoint } from '../ike-types.ts'

const isOn = (node: ConfigNode): boolean => !node.children.some((child) => child.line === 'shutdown')

/** `ip address A M` → A. */
export function addressOf(node: ConfigNode | undefined): string | undefined {
  return node === undefined ? undefined : wordsAfter(node.children, 'ip address')?.split(' ')[0]
}

/** All interfaces of a configuration, in its order. */
export function interfacesOf(tree: ConfigTree): readonly ConfigNode[] {
  return tree.filter((node) => node.line.startsWith('interface '))
}

/** Own addresses of interfaces that are not shut down. */
export function addressesOf(tree: ConfigTree): readonly string[] {
  return interfacesOf(tree)
    .filter(isOn)
    .flatMap((node) => addressOf(node) ?? [])
}

/** The ends of tunnels that a router's configuration makes: tunnel protection, and crypto maps on interfaces. */
export function iosEndpoints(tree: ConfigTree): readonly IkeEndpoint[] {
  return interfacesOf(tree)
    .filter(isOn)
    .flatMap((node) => [...tunnelEndpoint(tree, node), ...mapEndpoints(tree, node)])
}

function tunnelEndpoint(tree: ConfigTree, node: ConfigNode): readonly IkeEndpoint[] {
  const profileName = wordsAfter(node.children, 'tunnel protection ipsec profile')?.split(' ')[0]
  const profile = tree.find((other) => other.line === `crypto ipsec profile ${profileName}`)
  const local = sourceAddress(tree, wordsAfter(node.children, 'tunnel source'))
  if (profileName === undefined || profile === undefined || local === undefined) return []
  const destination = wordsAfter(node.children, 'tunnel destination')
  const multipoint = node.children.some((child) => child.line === 'tunnel mode gre multipoint')
  const template = node.line.startsWith('interface Virtual-Template')
  if (destination === undefined && !multipoint && !template) return []
  const responder = profile.children.some((child) => child.line === 'responder-only')
  const ikev2 = wordsAfter(profile.children, 'set ikev2-profile') !== undefined
  return [
    {
      local,
      peers: destination === undefined ? 'any' : [destination],
      versions: [ikev2 ? 2 : 1],
      mayStart: destination !== undefined && !responder,
      mayAnswer: true,
      interface: node.line.slice('interface '.length),
      origin: profileName,
    },
  ]
}

function sourceAddress(tree: ConfigTree, source: string | undefined): string | undefined {
  if (source === undefined) return undefined
  if (/^[\d.]+$/.test(source)) return source
  return addressOf(tree.find((node) => node.line === `interface ${source}` && isOn(node)))
}

function mapEndpoints(tree: ConfigTree, node: ConfigNode): readonly IkeEndpoint[] {
  const map = wordsAfter(node.children, 'crypto map')
  const local = addressOf(node)
  if (map === undefined || local === undefined) return []
  const face = node.line.slice('interface '.length)
  return tree.flatMap((entry): readonly IkeEndpoint[] => {
    const match = /^crypto map (\S+) (\d+) ipsec-isakmp( dynamic .*)?$/.exec(entry.line)
    if (match?.[1] !== map) return []
    const dynamic = match[3] !== undefined
    const peers = entry.children.flatMap((child) => /^set peer (\S+)/.exec(child.line)?.[1] ?? [])
    if (!dynamic && peers.length === 0) return []
    return [
      {
        local,
        peers: dynamic ? 'any' : peers,
        versions: [wordsAfter(entry.children, 'set ikev2-profile') === undefined ? 1 : 2],
        mayStart: !dynamic,
        mayAnswer: true,
        interface: face,
        origin: `${map}/${match[2]}`,
      },
    ]
  })
}
