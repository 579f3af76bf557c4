import type { CryptoMapEntry } from '../../model/facts.ts'
import type { ConfigInterface } from './config-interfaces.ts'
import { type LifetimeSettings, lifetimesOf } from './config-lifetimes.ts'
import { type ConfigNode, firstIn, linesBelow } from './config-tree.ts'

// Lines of a map without a number (`local-address`, `client configuration …`) belong to no entry.
const mapLine = /^crypto map (?:ipv6 )?(\S+) (\d+)(?: (\S+))?(?: dynamic (\S+))?/
const dynamicLine = /^crypto (?:ipv6 )?dynamic-map (?:ipv6 )?(\S+) (\d+)/

function words(node: ConfigNode, pattern: RegExp): readonly string[] {
  return node.children.flatMap((child) => {
    const text = pattern.exec(child.line)?.[1]
    return text === undefined ? [] : text.trim().split(/\s+/)
  })
}

// `ipsec-manual` entries hold keys.
function evidenceOf(node: ConfigNode): readonly string[] {
  return linesBelow(node).filter((line) => !/session-key/.test(line))
}

function boundInterfaces(interfaces: readonly ConfigInterface[]): ReadonlyMap<string, readonly string[]> {
  const bound = new Map<string, string[]>()
  for (const { name, maps } of interfaces) {
    for (const map of new Set(maps)) {
      const names = bound.get(map) ?? []
      names.push(name)
      bound.set(map, names)
    }
  }
  return bound
}

/** The numbered entries of all crypto maps, with the interfaces that each map is bound to. */
export function cryptoMapsOf(
  nodes: readonly ConfigNode[],
  interfaces: readonly ConfigInterface[],
  settings: LifetimeSettings,
): readonly CryptoMapEntry[] {
  const bound = boundInterfaces(interfaces)
  return nodes.flatMap((node) => {
    const found = mapLine.exec(node.line)
    const [, map, seq, keying, dynamicMap] = found ?? []
    if (map === undefined || seq === undefined) return []
    const acl = words(node, /^match address (\S+)/)[0]
    const ikev2Profiles = words(node, /^set ikev2-profile (\S+)/)
    // What a dynamic map's template negotiates stands in the template.
    const versions = dynamicMap !== undefined ? [] : ikev2Profiles.length > 0 ? [2 as const] : [1 as const]
    const lifetimes = lifetimesOf(node, settings, { versions, ikev2Profiles })
    return [
      {
        map,
        seq: Number(seq),
        ...(keying === undefined ? {} : { keying }),
        dynamic: dynamicMap !== undefined,
        ...(dynamicMap === undefined ? {} : { dynamicMap }),
        peers: words(node, /^set peer (\S+)/),
        ...(acl === undefined ? {} : { acl }),
        proposals: words(node, /^set transform-set (.+)$/),
        ...(Object.keys(lifetimes).length === 0 ? {} : { lifetimes }),
        ...(versions.length === 0 ? {} : { ikeVersions: versions }),
        interfaces: bound.get(map) ?? [],
        evidence: evidenceOf(node),
      },
    ]
  })
}

/** One entry of a `crypto dynamic-map`. */
export interface DynamicMapEntry {
  readonly name: string
  readonly seq: number
  readonly peers: readonly string[]
}

/** The entries of all dynamic maps. */
export function dynamicMapsOf(nodes: readonly ConfigNode[]): readonly DynamicMapEntry[] {
  return nodes.flatMap((node) => {
    const [, name, seq] = dynamicLine.exec(node.line) ?? []
    if (name === undefined || seq === undefined) return []
    return [{ name, seq: Number(seq), peers: words(node, /^set peer (\S+)/) }]
  })
}

/** Description by peer of the entries that carry one. */
export function mapDescriptions(nodes: readonly ConfigNode[]): readonly (readonly [string, string])[] {
  return nodes.flatMap((node) => {
    if (!mapLine.test(node.line)) return []
    const text = firstIn(node.children, /^description (.+)$/)
    return text === undefined ? [] : words(node, /^set peer (\S+)/).map((peer) => [peer, text] as const)
  })
}
