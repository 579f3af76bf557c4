import type { CryptoMapEntry } from '../../model/facts.ts'
import { firstOf } from '../text.ts'
import type { ConfigBlock } from './blocks.ts'
import type { CryptoMaps } from './crypto-map.ts'

/** Lines by what they belong to, gathered in one pass: a configuration may have 200,000 lines. */
export interface RelatedIndex {
  readonly acls: ReadonlyMap<string, readonly string[]>
  readonly bindings: ReadonlyMap<string, readonly string[]>
  /** `tunnel-group PEER …` blocks, without keys. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** `name ADDRESS NAME` lines by name. */
  readonly names: ReadonlyMap<string, readonly string[]>
  readonly lifetimes: readonly string[]
}

const lifetimeLine =
  /^(?:crypto ipsec (?:ikev[12] )?security-association (?:lifetime|replay)|(?:crypto )?(?:isakmp|ikev1|ikev2) policy \d+(?: lifetime|$))/

/** A block's lines that a plan may rest on: keys, even masked ones, are none of them. */
function withoutKeys({ head, children }: ConfigBlock): readonly string[] {
  return [head, ...children.map((line) => ` ${line}`)].filter((line) => !/pre-shared-key/.test(line))
}

function add(map: Map<string, string[]>, key: string | undefined, lines: readonly string[]): void {
  if (key === undefined) return
  const before = map.get(key)
  if (before === undefined) map.set(key, [...lines])
  else before.push(...lines)
}

/** What entries and profiles may rest on, by name. */
export function relatedIndex(blocks: readonly ConfigBlock[], maps: CryptoMaps): RelatedIndex {
  const acls = new Map<string, string[]>()
  const groups = new Map<string, string[]>()
  const names = new Map<string, string[]>()
  const bindings = new Map<string, string[]>()
  for (const block of blocks) {
    const [first, second, third] = block.head.split(' ', 3)
    if (first === 'access-list') add(acls, second, [block.head])
    else if (first === 'tunnel-group') add(groups, second, withoutKeys(block))
    else if (first === 'name') add(names, third, [block.head])
  }
  for (const { map, line } of maps.bindings) add(bindings, map, [line])
  const lifetimes = blocks.filter(({ head }) => lifetimeLine.test(head)).flatMap(withoutKeys)
  return { acls, groups, names, bindings, lifetimes }
}

/**
 * The lines that an entry rests on besides its own. A plan that was made from them no longer holds when one
 * of them has changed.
 */
export function relatedLines(index: RelatedIndex, entry: CryptoMapEntry): readonly string[] {
  const peers = [...new Set(entry.peers)]
  return [
    ...(index.bindings.get(entry.map) ?? []),
    ...aclLines(index, entry.acl),
    ...peers.flatMap((peer) => index.names.get(peer) ?? []),
    ...peers.flatMap((peer) => index.groups.get(peer) ?? []),
    ...index.lifetimes,
  ]
}

/** The lines of one access list, in their order. */
export function aclLines(index: RelatedIndex, acl: string | undefined): readonly string[] {
  return acl === undefined ? [] : (index.acls.get(acl) ?? [])
}

/** What the configuration says of an entry's far end: the first remark of its crypto ACL. */
export function remarkOf(index: RelatedIndex, entry: CryptoMapEntry): string | undefined {
  return firstOf(aclLines(index, entry.acl), /^access-list \S+ remark (\S.*)$/)
}
